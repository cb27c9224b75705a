"""Hold a case against the procedures, and close it when they allow it.

A case's procedures are those its office goes by (profile, `sources`), else all: the same that set its deadlines. Closing is an
event of the history where the source has one (`closes` of its procedures): what it would break is refused, whoever asks. What
was missing or due before is said, and closed over only with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ledger import events, seal
from ledger.audit.case_events import CaseClosed, CaseReopened
from ledger.cases import CaseFile, case_named
from ledger.entering import open_to_change
from ledger.history import history_of
from ledger.offices import profile_of
from ledger.retention import settle_case
from ledger.tables import case_file
from ledger.types import LedgerError, day_of
from ledger.write import write
from validators.errors import ExitCode, InputError
from validators.histories.history import history_as_of
from validators.histories.judging import judge_history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.histories.items import Happening
    from validators.histories.procedure import CaseFinding
    from validators.rulebook import Rulebook

_STANDS = frozenset({"missing", "due", "misrouted", "incomplete"})  # what can still be done, and ends with the case


class CannotCloseError(LedgerError):
    """The case cannot be closed as it stands; `findings` say what is in the way."""

    code = "cannot-close"
    http_status = 409
    exit_code = ExitCode.FINDINGS

    def __init__(self, message: str, findings: Sequence[CaseFinding], *, action: str) -> None:
        told = "\n".join(f"  {each.message}［{each.citation}］\n    → {each.next}" for each in findings)
        super().__init__(f"{message}\n{told}", action=action)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """A case and what the procedures say of it as of the end of a day."""

    case: CaseFile
    as_of: date
    findings: tuple[CaseFinding, ...]


def judge_case(
    connection: Connection, ledger: Ledger, rules: Rulebook, case: str, as_of: date, *, sources: Sequence[str] = ()
) -> CaseJudged:
    """Judge a case by its rows, as of the end of a day. Raises InputError: no such case, an unknown source."""
    found = case_named(connection, ledger, case)
    items = history_of(connection, ledger, rules, found.id)
    return CaseJudged(found, as_of, tuple(_judged(connection, rules, found, items, as_of=as_of, sources=sources)))


def _judged(
    connection: Connection,
    rules: Rulebook,
    case: CaseFile,
    items: Sequence[Happening],
    *,
    as_of: date,
    sources: Sequence[str] = (),
) -> list[CaseFinding]:
    profile = profile_of(connection, case.office_id, as_of.isoformat())
    return judge_history(rules, items, as_of, sources=sources, office=profile)


def close_case(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    case: str,
    reason: str,
    *,
    item: Mapping[str, Any] | None = None,
    although: str = "",
) -> CaseFile:
    """Close a case today, with the event that ends it (`item`, as histories write it) where its source has one.

    `although`: why it is closed in spite of what stands open. Raises CannotCloseError with what is in the way, InputError for
    a missing reason or event.
    """
    if not reason.strip():
        raise InputError("終結の理由を書いてください。")

    def work(writing: Writing) -> CaseFile:
        connection, today = writing.connection, date.fromisoformat(day_of(writing.now))
        found = open_to_change(writing, ledger, case)
        before = _judged(connection, rules, found, history_of(connection, ledger, rules, found.id), as_of=today)
        entered = events.append(writing, ledger, rules, found.id, item) if item else None
        items = history_of(connection, ledger, rules, found.id)
        _ended(rules, found, items, today)
        after = _judged(connection, rules, found, items, as_of=today)
        open_before = {
            (each.procedure, each.matter) for each in before
        }  # what was asked for then is no fault of the closing
        new = [each for each in after if (each.procedure, each.matter) not in open_before]
        broken = [each for each in new if each.severity == "error" and each.state != "due"]
        if broken:
            raise CannotCloseError("このままでは終結できません。", broken, action="先に、足りない手続をしてください。")
        standing = [each for each in after if each.state in _STANDS and each.severity != "info"]
        standing += [each for each in after if each.state == "due" and each not in standing]
        if standing and not although.strip():
            raise CannotCloseError(
                "まだ終わっていない手続があります。",
                standing,
                action="終えてから終結するか、終結してよい理由を添えてください（--although）。",
            )
        sealed = _told_more(writing, found, {"closed": reason, "although": although})
        closed = {
            "state": "closed",
            "closed_on": today.isoformat(),
            "sealed": sealed,
            "version": case_file.c.version + 1,
        }
        writing.execute(update(case_file).where(case_file.c.id == found.id).values(**closed))
        writing.witness("case_file", found.ref, sealed)
        settle_case(rules, found.id, writing)
        writing.tell(CaseClosed(case=found.ref, day=today.isoformat(), event=entered.ref if entered else None))
        return case_named(connection, ledger, found.ref)

    return write(ledger, actor, work)


def reopen_case(ledger: Ledger, actor: Actor, case: str, reason: str) -> CaseFile:
    """Open a closed case again: what ended it stays in its history. Raises InputError where it is open, or for a missing reason."""
    if not reason.strip():
        raise InputError("再開の理由を書いてください。")

    def work(writing: Writing) -> CaseFile:
        found = case_named(writing.connection, ledger, case, lock=True)
        if found.state != "closed":
            raise InputError("この事案は終結していません。")
        sealed = _told_more(writing, found, {"reopened": reason})
        again = {"state": "open", "closed_on": None, "retain_until": None, "sealed": sealed}
        which = update(case_file).where(case_file.c.id == found.id)
        writing.execute(which.values(**again, version=case_file.c.version + 1))
        writing.witness("case_file", found.ref, sealed)
        writing.tell(CaseReopened(case=found.ref))
        return case_named(writing.connection, ledger, found.ref)

    return write(ledger, actor, work)


def _told_more(writing: Writing, case: CaseFile, told: Mapping[str, str]) -> bytes:
    """Return what is sealed of a case with one more reason behind those before (`reasons`): why it was opened beside others stays."""
    before = writing.connection.scalar(select(case_file.c.sealed).where(case_file.c.id == case.id))
    kept = seal.open_(case.key, "case_file", case.ref, bytes(before or b""))
    said = {key: value.strip() for key, value in told.items() if value.strip()}
    reasons = [*kept.get("reasons", ()), {"at": writing.now, **said}]
    return seal.close(case.key, "case_file", case.ref, {**kept, "reasons": reasons})


def ending_events(rules: Rulebook, case: CaseFile) -> tuple[str, ...]:
    """Return the events with which a case is over by its source; none where it has none."""
    book = rules.procedures
    return book.closing(case.authority) if case.authority in book.sources() else ()


def _ended(rules: Rulebook, case: CaseFile, items: Sequence[Happening], today: date) -> None:
    """Refuse to close a case whose source has events that end it, none of which has come."""
    endings = ending_events(rules, case)
    view = history_as_of(rules.procedures.vocabulary, items, today)
    if endings and not any(view.of(name) for name in endings):
        words = "、".join(f"{rules.procedures.vocabulary.label(name)}（{name}）" for name in endings)
        raise InputError(
            f"この事案を終える出来事が、まだありません: {words}", action="終える出来事とともに終結してください。"
        )
