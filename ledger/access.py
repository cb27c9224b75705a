"""Who may know what of a case: its own office all of it, others what they were given, by section and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select, update

from ledger.audit.case_events import AccessEnded, AccessGiven
from ledger.case_secrets import require_discreet
from ledger.cases import case_named, office_named
from ledger.tables import case_access, office
from ledger.types import Instant
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

SECTIONS: Final[dict[str, str]] = {
    "all": "すべて",
    "papers": "書面と経過",
    "people": "当事者",
    "protected": "秘匿すべきこと",
}


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """What an office (its code) or a person (a ref) may know of a case."""

    to: str
    section: str
    since: Instant
    until: Instant | None
    why: str


def give_access(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    case: str,
    section: str,
    *,
    why: str,
    office_code: str = "",
    person_ref: str = "",
) -> None:
    """Let an office or a person know a section of a case from now on. Raises InputError: no reason, section, office, or not one of both."""
    if section not in SECTIONS:
        raise InputError(f"「{section}」という範囲はありません。", action=f"使えるもの: {'、'.join(SECTIONS)}")
    if bool(office_code) == bool(person_ref) or not why.strip():
        raise InputError("知らせる相手（所属か人のどちらか）と、その理由を書いてください。")

    def work(writing: Writing) -> None:
        found = case_named(writing.connection, ledger, case, lock=True)
        require_discreet(writing.connection, ledger, rules, found, why)
        writing.insert(
            case_access,
            case_file_id=found.id,
            office_id=office_named(writing.connection, office_code) if office_code else None,
            who=person_ref or None,
            section=section,
            from_at=writing.now,
            why=why,
        )
        writing.tell(AccessGiven(case=found.ref, to=office_code or person_ref, section=section))

    write(ledger, actor, work)


def end_access(ledger: Ledger, actor: Actor, case: str, *, office_code: str = "", person_ref: str = "") -> int:
    """End all that an office or a person was given of a case; return how much it was. The case's own office keeps its own."""

    def work(writing: Writing) -> int:
        found = case_named(writing.connection, ledger, case, lock=True)
        to = (
            case_access.c.office_id == office_named(writing.connection, office_code)
            if office_code
            else case_access.c.who == person_ref
        )
        standing = (case_access.c.case_file_id == found.id, case_access.c.until_at.is_(None), to)
        ended = writing.execute(update(case_access).where(*standing).values(until_at=writing.now)).rowcount
        writing.tell(AccessEnded(case=found.ref, to=office_code or person_ref, section="all"))
        return ended

    return write(ledger, actor, work)


def access_of(connection: Connection, case: CaseFile, at: Instant) -> list[CaseAccess]:
    """Return what others may know of a case at an instant."""
    still = or_(case_access.c.until_at.is_(None), case_access.c.until_at > at)
    wanted = select(case_access, office.c.code).outerjoin(office, office.c.id == case_access.c.office_id)
    of = wanted.where(case_access.c.case_file_id == case.id, case_access.c.from_at <= at, still)
    rows = connection.execute(of.order_by(case_access.c.id))
    return [CaseAccess(row.code or row.who, row.section, Instant(row.from_at), row.until_at, row.why) for row in rows]


def may_know(
    connection: Connection, case: CaseFile, section: str, at: Instant, *, office_code: str = "", person_ref: str = ""
) -> bool:
    """Tell whether an office, or a person beside their office, may know a section of a case at an instant."""
    if office_code and office_code == case.office:
        return True
    given = {(each.to, each.section) for each in access_of(connection, case, at)}
    return any((to, one) in given for to in (office_code, person_ref) if to for one in (section, "all"))
