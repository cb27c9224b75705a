"""Let papers out of the ledger: to a named receiver for a purpose, or as a reprint that is marked; each is an event, told first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.issue.line import Line
from ledger import contents, keys, seal
from ledger.audit.paper_events import PaperExported
from ledger.papers import STANDING, PaperStateError, contents_of, find
from ledger.records import record_of
from ledger.tables import export, office
from ledger.types import LedgerError, new_ref
from ledger.write import write
from validators.rulebook import clock_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

REPRINT = "写し"
REPRINT_OF_VOID = "写し（無効）"


class NoReceiverError(LedgerError):
    """Nobody is named who receives what leaves the ledger, or for what."""

    code = "no-receiver"
    http_status = 400


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives what leaves the ledger, and for what."""

    name: str
    purpose: str

    def __post_init__(self) -> None:
        """Raise NoReceiverError for a blank."""
        if not self.name.strip() or not self.purpose.strip():
            raise NoReceiverError(
                "持ち出す先と目的がありません。", action="--to に受け取る人を、--for に目的を書いてください。"
            )


def keep_export(
    writing: Writing, ledger: Ledger, office_id: int, what: str, to: Receiver, *, rows: int, digest: bytes
) -> str:
    """Keep who receives what, and for what, within a write; return the export's ref. Both lie under the office's key."""
    ref, of = new_ref(), writing.connection.scalar(select(office.c.key_id).where(office.c.id == office_id))
    key = keys.load(writing.connection, ledger, of or 0)
    sealed = seal.close(key, "export", ref, {"receiver": to.name.strip(), "purpose": to.purpose.strip()})
    told = {"what": what, "rows": rows, "digest": digest, "key_id": key.id, "sealed": sealed}
    writing.insert(export, ref=ref, at=writing.now, **told, **writing.actor.columns())
    return ref


def tell_export(
    ledger: Ledger,
    actor: Actor,
    what: str,
    to: Receiver,
    files: Mapping[str, bytes],
    *,
    office_id: int,
    paper: str | None = None,
    reprint: bool = False,
) -> str:
    """Record an export, committed before anything is handed over; return its ref."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(files[name]).digest() for name in sorted(files))).digest()

    def work(writing: Writing) -> str:
        ref = keep_export(writing, ledger, office_id, what, to, rows=len(files), digest=digest)
        writing.tell(PaperExported(export=ref, papers=len(files), paper=paper, reprint=reprint))
        return ref

    return write(ledger, actor, work)


def export_paper(ledger: Ledger, actor: Actor, ref: str, to: Receiver) -> dict[str, bytes]:
    """Return the files of an issued paper by kind, as they were issued."""
    with ledger.read() as connection:
        row = find(connection, ref)
        key = keys.load(connection, ledger, row.key_id)
        files = contents.get_all(connection, key, row.id, row.ref)
    if not files:
        raise PaperStateError("この文書にはファイルがありません。発行された文書だけを取り出せます。")
    tell_export(ledger, actor, "paper", to, files, office_id=row.office_id, paper=ref)
    return files


def reprint(ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, to: Receiver) -> bytes:
    """Return the PDF of an issued paper again, every page marked 写し: never a second original."""
    with ledger.read() as connection:
        row = find(connection, ref)
        kept = contents_of(connection, ledger, row)
    if "receipt" not in kept:
        raise PaperStateError("発行された文書だけを写しにできます。")
    day = date.fromisoformat(kept["receipt"]["as_of"])
    line = Line(replace(rules, clock=clock_on(day)), as_of=day)
    mark = REPRINT if row.state in STANDING else REPRINT_OF_VOID
    drawn = line.draw(line.judge(record_of(kept["record"], row.ref)), ("pdf",), further=(mark,))
    pdf = drawn.files[f"pdf-{mark}"]
    tell_export(ledger, actor, "reprint", to, {"pdf": pdf}, office_id=row.office_id, paper=ref, reprint=True)
    return pdf
