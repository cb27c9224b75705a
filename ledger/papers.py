"""Find papers and open what is sealed of them; write drafts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ledger import keys, seal
from ledger.audit.paper_events import PaperDrafted, PaperRead
from ledger.numbers import all_series, written
from ledger.tables import case_file, finding, number, office, paper, paper_rev, series
from ledger.types import LedgerError, new_ref
from ledger.write import record
from validators.errors import InputError
from validators.wareki import parse_date, parse_datetime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Finding

STATES = {
    "draft": "起案中",
    "checked": "点検済み",
    "approved": "決裁済み",
    "issued": "発行済み",
    "delivered": "交付済み",
    "undeliverable": "交付できず",
    "void": "無効",
    "withdrawn": "取下げ",
    "destroyed": "廃棄済み",
}
STANDING = ("issued", "delivered", "undeliverable")
_STATUS = {"breach": "failed", "undetermined": "undetermined", "broken": "broken"}


class NoPaperError(LedgerError):
    """There is no such paper."""

    code = "no-paper"
    http_status = 404


class PaperStateError(LedgerError):
    """The paper's state forbids the step."""

    code = "paper-state"
    http_status = 409


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What stands in clear of a paper. `number` is as it is printed, blank where none is."""

    id: int
    ref: str
    office_id: int
    office_code: str
    office: str
    form: str
    edition: int
    state: str
    rev: int
    day: str
    issued_at: int | None
    issued_by: str
    case_file_id: int | None
    key_id: int
    number_id: int | None
    number: str
    corrects: int | None
    rulebook: bytes


@dataclass(frozen=True, slots=True)
class Revision:
    """A paper's record as it was in one revision."""

    paper_id: int
    paper_ref: str
    rev: int
    kept: Mapping[str, Any]


def find(connection: Connection, ref: str, *, lock: bool = False) -> PaperRow:
    """Return a paper by its ref. Raises NoPaperError."""
    rows = rows_of(connection, paper.c.ref == ref, lock=lock)
    if not rows:
        raise NoPaperError("その文書は台帳にありません。", action="yoshiki paper list で一覧を見られます。")
    return rows[0]


def locked(writing: Writing, ref: str) -> PaperRow:
    """Return a paper by its ref, locked behind its case, as everybody takes them. Raises NoPaperError."""
    of = select(paper.c.case_file_id).where(paper.c.ref == ref).scalar_subquery()
    writing.execute(select(case_file.c.id).where(case_file.c.id == of).with_for_update())
    return find(writing.connection, ref, lock=True)


def rows_of(connection: Connection, *where: Any, lock: bool = False, most: int | None = None) -> list[PaperRow]:
    """Return papers by conditions on their rows, the newest first."""
    wanted = (
        select(
            paper.c.id,
            paper.c.ref,
            paper.c.office_id,
            office.c.code.label("office_code"),
            office.c.name.label("office"),
            paper.c.form,
            paper.c.edition,
            paper.c.state,
            paper.c.rev,
            paper.c.day,
            paper.c.issued_at,
            paper.c.issued_by,
            paper.c.case_file_id,
            paper.c.key_id,
            paper.c.number_id,
            series.c.format,
            series.c.kind,
            series.c.period,
            number.c.n,
            paper.c.corrects,
            paper.c.rulebook,
        )
        .join(office, paper.c.office_id == office.c.id)
        .outerjoin(number, paper.c.number_id == number.c.id)
        .outerjoin(series, number.c.series_id == series.c.id)
        .where(*where)
        .order_by(paper.c.id.desc())
        .limit(most)
    )
    if lock:
        wanted = wanted.with_for_update(of=paper)
    return [_row(row._mapping) for row in connection.execute(wanted)]  # noqa: SLF001 - SQLAlchemy's public name


def _row(told: Mapping[Any, Any]) -> PaperRow:
    plain = dict(told)
    kind, period, text, n = (plain.pop(name) for name in ("kind", "period", "format", "n"))
    plain |= {"day": plain["day"] or "", "issued_by": plain["issued_by"] or ""}
    return PaperRow(**plain, number=written(text, kind, period, n) if n is not None else "")


def contents_of(connection: Connection, ledger: Ledger, row: PaperRow) -> dict[str, Any]:
    """Return what is sealed of a paper: `record`, and once issued `receipt` and `fate`. Raises ShreddedError."""
    key = keys.load(connection, ledger, row.key_id)
    sealed = connection.scalar(select(paper.c.sealed).where(paper.c.id == row.id))
    return seal.open_(key, "paper", row.ref, bytes(sealed)) if sealed is not None else {}


def drafted(
    writing: Writing,
    key: DataKey,
    *,
    ref: str,
    office_id: int,
    case_file_id: int | None,
    form: str,
    edition: int,
    rulebook: str,
    kept: Mapping[str, Any],
    findings: Sequence[Finding],
    state: str = "draft",
    corrects: int | None = None,
) -> int:
    """Keep a new draft and its first revision; return its row."""
    row = writing.insert(
        paper,
        ref=ref,
        case_file_id=case_file_id,
        office_id=office_id,
        form=form,
        edition=edition,
        rulebook=bytes.fromhex(rulebook),
        state=state,
        rev=1,
        corrects=corrects,
        key_id=key.id,
        created_at=writing.now,
        sealed=seal.close(key, "paper", ref, {"record": kept}),
    )
    add_revisions(writing, [(key, Revision(row, ref, 1, kept))])
    add_findings(writing, key, row, 1, findings)
    writing.tell(PaperDrafted(paper=ref, form=form, rev=1, findings=len(findings)))
    return row


def revised(
    writing: Writing,
    key: DataKey,
    row: PaperRow,
    *,
    kept: Mapping[str, Any],
    edition: int,
    rulebook: str,
    findings: Sequence[Finding],
    state: str,
) -> int:
    """Keep a draft in another revision; return its number."""
    rev, sealed = row.rev + 1, seal.close(key, "paper", row.ref, {"record": kept})
    told = {"rev": rev, "state": state, "edition": edition, "rulebook": bytes.fromhex(rulebook)}
    writing.execute(update(paper).where(paper.c.id == row.id).values(**told, sealed=sealed))
    writing.witness("paper", row.ref, sealed)
    add_revisions(writing, [(key, Revision(row.id, row.ref, rev, kept))])
    add_findings(writing, key, row.id, rev, findings)
    writing.tell(PaperDrafted(paper=row.ref, form=row.form, rev=rev, findings=len(findings)))
    return rev


def add_revisions(writing: Writing, kept: Sequence[tuple[DataKey, Revision]]) -> None:
    """Keep papers' records as they were in a revision."""
    rows = []
    for key, of in kept:
        sealed = seal.close(key, "paper_rev", f"{of.paper_ref}/{of.rev}", {"record": of.kept})
        rows.append(
            {"paper_id": of.paper_id, "rev": of.rev, "at": writing.now, "sealed": sealed, **writing.actor.columns()}
        )
        writing.witness("paper_rev", f"{of.paper_ref}/{of.rev}", sealed)
    if rows:
        writing.connection.execute(insert(paper_rev), rows)


def add_findings(writing: Writing, key: DataKey, paper_id: int, rev: int, findings: Iterable[Finding]) -> None:
    """Keep what was found of a revision, each provision by itself."""
    for found in findings:
        ref = new_ref()
        words = {"message": found.message, "label": found.label, "code": found.code, "confirmed_by": found.confirmed_by}
        writing.insert(
            finding,
            ref=ref,
            paper_id=paper_id,
            rev=rev,
            clause="、".join(found.clauses),
            severity=found.severity,
            path=found.path or None,
            status=_STATUS[found.status],
            sealed=seal.close(key, "finding", ref, words),
        )


def moment_said(text: str, what: str) -> str:
    """Return a day or a moment that somebody said of a paper, as it is kept. Raises PaperStateError for what is none."""
    with suppress(ValueError):
        return parse_date(text).isoformat()
    with suppress(ValueError):
        return parse_datetime(text).isoformat(timespec="minutes")
    raise PaperStateError(
        f"{what}を日付として読めません。", action="2026-04-01、2026-04-01T14:30、令和8年4月1日 のように書いてください。"
    )


def newest(ledger: Ledger, *, state: str = "", most: int = 50, office_code: str = "") -> list[PaperRow]:
    """Return the newest papers, of one state or of all, of one office or of all. Raises InputError for an unknown state."""
    if state and state not in STATES:
        raise InputError(f"「{state}」という状態はありません。", action=f"使えるもの: {'、'.join(STATES)}")
    states = [paper.c.state == state] if state else []
    with ledger.read() as connection:
        of = [office.c.code == office_code] if office_code else []
        return rows_of(connection, *states, *of, most=most)


def named(ledger: Ledger, text: str, *, office_code: str = "") -> PaperRow:
    """Return a paper by its ref or its printed number, in any notation, of one office or of all.

    Raises NoPaperError; PaperStateError where offices, kinds or years have papers of that number.
    """
    with ledger.read() as connection:
        of = [office.c.code == office_code] if office_code else []
        if rows := rows_of(connection, paper.c.ref == text.strip().lower(), *of):
            return rows[0]
        asked = [(found.id, n) for found in all_series(connection) if (n := found.read(text)) is not None]
        rows = [row for in_, n in asked for row in rows_of(connection, series.c.id == in_, number.c.n == n, *of)]
    if not rows:
        raise NoPaperError("その文書は台帳にありません。", action="yoshiki paper list で一覧を見られます。")
    if rows[1:]:
        listed = "\n".join(f"  {row.ref}　{row.number}　{row.day}　{row.form}　{row.office}" for row in rows)
        raise PaperStateError("その番号の文書がいくつもあります。", action=f"参照記号で指定してください。\n{listed}")
    return rows[0]


def opened(ledger: Ledger, actor: Actor, row: PaperRow) -> dict[str, Any]:
    """Return what is sealed of a paper to somebody who reads it: that it was read is told first."""
    record(ledger, actor, PaperRead(paper=row.ref))
    with ledger.read() as connection:
        return contents_of(connection, ledger, row)
