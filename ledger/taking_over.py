"""Take over a case that was kept elsewhere, with its whole history, in one act: it stands whole, or not at all.

What comes out is what telling the same events one by one, today, would leave: the same history, and the deadlines it has now.
The audit tells the case and each event; deadlines are computed once, so what had been due and done long ago is never shown as open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from ledger.audit.history_events import EventTold
from ledger.cases import CaseFile, facts_told, open_within
from ledger.deadlines import recompute
from ledger.events import CheckedEvent, checked_event, event_row
from ledger.faults import passing
from ledger.tables import case_file, event
from ledger.write import write
from validators.errors import InputError
from validators.histories.reading import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.cases import CaseTold
    from ledger.engine import Ledger
    from ledger.types import Actor, Instant
    from ledger.write import Writing
    from validators.rulebook import Rulebook

_SHOWN = 20  # faults of a history that one refusal tells


@dataclass(frozen=True, slots=True)
class CaseTaken:
    """A case as it was taken over; `events`: the ref of each, in the order they were told; `notices`: what no procedure looks at."""

    case: CaseFile
    events: tuple[str, ...]
    notices: tuple[str, ...]


def take_over(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    told: CaseTold,
    history: Sequence[Mapping[str, Any]],
    *,
    although: str = "",
) -> CaseTaken:
    """Open a case and enter its history (`{on, event or paper, …}`, docs/PROCEDURES.md), all in one transaction.

    Raises as `open_case`; InputError that names every item which cannot be taken.
    """
    if len(history) > MOST:
        raise InputError(f"出来事が多すぎます（一つの事案に{MOST}件まで）。")
    values = facts_told(rules, told)

    def work(writing: Writing) -> CaseTaken:
        checked = _checked(rules, history, writing.now)
        made = open_within(writing, ledger, rules, told, values, although=although)
        refs = _entered(writing, made, checked) if checked else ()
        if refs:
            recompute(writing, ledger, rules, made.id)
        return CaseTaken(made, refs, tuple(dict.fromkeys(notice for each in checked for notice in each.notices)))

    return write(ledger, actor, work)


def _checked(rules: Rulebook, history: Sequence[Mapping[str, Any]], now: Instant) -> list[CheckedEvent]:
    """Return the items by the vocabulary; raises InputError that tells what is wrong with each, and how to mend the first."""
    found, faults = [], []
    for place, item in enumerate(history, 1):
        try:
            found.append(checked_event(rules, item, now))
        except InputError as error:
            faults.append((place, error))
    if faults:
        told = "\n".join(f"  {place}件目　{error.message}" for place, error in faults[:_SHOWN])
        more = f"\n  ほか{len(faults) - _SHOWN}件" if len(faults) > _SHOWN else ""
        first = next((error.action for _, error in faults if error.action), "")
        raise InputError(f"取り込めない出来事が{len(faults)}件あります。\n{told}{more}", action=first)
    return found


def _entered(writing: Writing, case: CaseFile, checked: Sequence[CheckedEvent]) -> tuple[str, ...]:
    """Enter the events in their order, each told to the audit with the version it makes; return their refs."""
    rows = [event_row(writing, case.id, case.key, each, place) for place, each in enumerate(checked, 1)]
    writing.insert_all(event, rows)
    passing("case.event-written")
    for version, (row, each) in enumerate(zip(rows, checked, strict=True), case.version + 1):
        writing.tell(EventTold(case=case.ref, event=row["ref"], kind=each.name, at=each.at, version=version))
    last = case.version + len(rows)
    writing.execute(update(case_file).where(case_file.c.id == case.id).values(version=last))
    return tuple(row["ref"] for row in rows)
