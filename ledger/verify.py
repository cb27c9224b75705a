"""Say of a file which paper it is, whether a byte of it changed, and whether the paper comes out the same again here."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pikepdf
from sqlalchemy import or_, select

from forms.issue.line import Line
from forms.press import made_with
from ledger import blind, contents, keys
from ledger.audit.paper_events import PaperVerified
from ledger.papers import STANDING, PaperRow, contents_of, rows_of
from ledger.records import digest_of, record_of
from ledger.tables import artifact, paper
from ledger.types import REF_LENGTH
from ledger.write import record
from validators.errors import YoshikiError
from validators.rulebook import clock_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.rulebook import Rulebook

_REF = re.compile(rb"<dc:identifier>([0-9a-z]{%d})</dc:identifier>" % REF_LENGTH)


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a file. `kind`: which file of the paper it is, blank where a byte was changed; `again`: None: not tried."""

    paper: PaperRow | None
    kind: str = ""
    again: bool | None = None
    differs: tuple[str, ...] = ()  # what is otherwise here than when the paper was made

    @property
    def unchanged(self) -> bool:
        """Tell whether the file is one of ours byte for byte."""
        return bool(self.kind)

    @property
    def stands(self) -> bool:
        """Tell whether it is one of ours byte for byte and of a paper that is valid still."""
        return self.unchanged and self.paper is not None and self.paper.state in STANDING


def verify(ledger: Ledger, rules: Rulebook, actor: Actor, content: bytes, *, templates: Path | None = None) -> Verified:
    """Hold a file against the ledger; it is told the audit. A paper's PDF is known by its ref even where it was changed."""
    with ledger.read() as connection:
        found, kind = _paper_of(connection, ledger, content)
        kept = contents_of(connection, ledger, found) if found and found.state != "destroyed" else {}
    record(ledger, actor, PaperVerified(paper=found.ref if found else None, known=bool(kind)))
    if found is None or "receipt" not in kept:
        return Verified(found, kind)
    again, differs = _again(rules, found, kept, templates)
    return Verified(found, kind, again, differs)


def _paper_of(connection: Connection, ledger: Ledger, content: bytes) -> tuple[PaperRow | None, str]:
    sha = hashlib.sha256(content).digest()
    marks = [blind.fingerprint(index, sha) for index in blind.index_keys(connection, ledger)]
    wanted = select(artifact.c.paper_id, artifact.c.kind).where(
        or_(*(artifact.c.fingerprint == mark for mark in marks))
    )
    if marks and (row := connection.execute(wanted.order_by(artifact.c.id.desc())).first()) is not None:
        return rows_of(connection, paper.c.id == row.paper_id)[0], row.kind
    named = _REF.search(content) or _REF.search(_metadata(content))
    rows = rows_of(connection, paper.c.ref == named[1].decode()) if named else []
    return (rows[0] if rows else None), ""


def files_by_digest(connection: Connection, ledger: Ledger, digests: Mapping[str, str]) -> dict[str, bytes]:
    """Return by kind the files that have these SHA-256 (hexadecimal) and are still kept."""
    indexes, found = blind.index_keys(connection, ledger), {}
    for kind, digest in digests.items():
        marks = [blind.fingerprint(index, bytes.fromhex(digest)) for index in indexes]
        mine = select(artifact.c.paper_id, paper.c.ref, paper.c.key_id).join(paper, artifact.c.paper_id == paper.c.id)
        here = (artifact.c.fingerprint.in_(marks), artifact.c.kind == kind)
        if (row := connection.execute(mine.where(*here).order_by(artifact.c.id.desc())).first()) is not None:
            key = keys.load(connection, ledger, row.key_id)
            found[kind] = contents.get(connection, key, row.paper_id, row.ref, kind)
    return found


def _metadata(content: bytes) -> bytes:
    """Return what a PDF says of itself where it was saved anew, encrypted (to be opened without a password) or packed."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            told = document.Root.get("/Metadata")
            return bytes(told.read_bytes()) if isinstance(told, pikepdf.Stream) else b""
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return b""


def _again(
    rules: Rulebook, row: PaperRow, kept: dict[str, Any], templates: Path | None
) -> tuple[bool, tuple[str, ...]]:
    """Draw the paper again from its record; return whether every file came out the same, and what is otherwise here."""
    receipt = kept["receipt"]
    day = date.fromisoformat(receipt["as_of"])
    line = Line(replace(rules, clock=clock_on(day)), as_of=day, templates=templates)
    differs = list(_differences(rules, receipt, kept))
    try:
        judged = line.judge(record_of(kept["record"], row.ref))
        if judged.fate.edition != receipt["edition"]:
            differs.append(f"様式の版（当時{receipt['edition']}、今{judged.fate.edition}）")
        formats, further = tuple(receipt["formats"]), tuple(receipt["further"])
        drawn = line.draw(judged, formats, copies=receipt["copies"], further=further)
    except YoshikiError as error:
        return False, (*differs, error.message)
    made = {kind: hashlib.sha256(content).hexdigest() for kind, content in drawn.files.items()}
    wanted = {kind: sha for kind, sha in receipt["files"].items() if kind != "case"}
    return made == wanted, tuple(differs)


def _differences(rules: Rulebook, receipt: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    told = []
    if digest_of(kept["record"]).hex() != receipt["record"]:
        told.append("台帳の記載データ（作ったときのものではありません）")
    if rules.hash != receipt["rulebook"]:
        told.append("様式と条項の内容")
    if made_with.engine() != receipt["engine"]:
        told.append(f"組版の版（当時{receipt['engine']}、今{made_with.engine()}）")
    if made_with.fonts() != receipt["fonts"]:
        told.append("フォント")
    if receipt["own_templates"]:
        told.append("自所の様式（--templates で同じものを指定してください）")
    return told
