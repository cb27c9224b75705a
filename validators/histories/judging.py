"""Judge a history as of a day: one procedure at a time, then what each would say beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.expressions.lookups import Surroundings, surrounded
from validators.histories.case import Case
from validators.histories.history import View, history_as_of
from validators.histories.procedure import STATES, CaseFinding
from validators.histories.spelling import in_one_spelling
from validators.office import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from validators.histories.deadline import CaseDeadline
    from validators.histories.items import Happening
    from validators.histories.procedure import CaseState
    from validators.rulebook import Rulebook


def judge_history(
    rules: Rulebook,
    items: Iterable[Happening],
    as_of: date,
    *,
    sources: Sequence[str] = (),
    office: Mapping[str, str] | None = None,
) -> list[CaseFinding]:
    """Return what the procedures of the sources (left out: the office's, else all) say of a history as of the end of a day.

    In a history judged by one source nothing is asked that another source's procedure asks. Raises InputError for an
    unknown source, DefinitionError for a broken entry.
    """
    book = rules.procedures
    found: list[CaseFinding] = []
    with surrounded(Surroundings(rules.reference, office=office or {})):
        view = history_as_of(book.vocabulary, in_one_spelling(book.vocabulary, items), as_of)
        for source in sources or sources_of(office or {}) or book.sources():
            found += _spoken_once([each for case in _cases(rules, source, view, as_of) for each in case.findings()])
    return found


def deadlines_of(
    rules: Rulebook, items: Iterable[Happening], as_of: date, *, office: Mapping[str, str] | None = None
) -> list[CaseDeadline]:
    """Return the days that the procedures of an office's sources (none told: all) set in a history, kept or not, as of the end of a day.

    Each stands by its trigger: what an act answered, or an exception lifted, is told too. Raises as `judge_history`.
    """
    book = rules.procedures
    with surrounded(Surroundings(rules.reference, office=office or {})):
        view = history_as_of(book.vocabulary, in_one_spelling(book.vocabulary, items), as_of)
        return [
            deadline
            for source in sources_of(office or {}) or book.sources()
            for case in _cases(rules, source, view, as_of)
            if any(due.sets_day for due in case.procedure.dues)
            for deadline in case.deadlines()
        ]


def _cases(rules: Rulebook, source: str, view: View, as_of: date) -> Iterator[Case]:
    """Yield the procedures of a source that something in the history could set off, each with it."""
    closing = rules.procedures.closing(source)
    for procedure in rules.procedures.of(source):
        if any(name in view.by_name for name in procedure.trigger.names):
            yield Case(procedure, view, as_of, rules, closing)


def _spoken_once(found: Sequence[CaseFinding]) -> list[CaseFinding]:
    """Drop "came before X" where X has not come and it is said besides that X is missing; join what one procedure says twice."""
    asked_for = [(each.procedure, each.state, each.lacking) for each in found if each.state in {"missing", "due"}]
    kept: dict[tuple[str, CaseState, frozenset[tuple[str, str]]], CaseFinding] = {}
    for each in found:
        waits = each.state == "out-of-order" and each.lacking
        if waits and any(
            (other != each.procedure or state == "missing") and names & each.lacking
            for other, state, names in asked_for
        ):
            continue
        key = each.procedure, each.state, each.matter
        before = kept.setdefault(key, each)
        if each.due_on and (before.due_on is None or each.due_on < before.due_on):
            kept[key] = each
    told = {(each.procedure, each.state, each.message): each for each in kept.values()}
    return sorted(told.values(), key=lambda each: STATES.index(each.state) if each.state == "due" else 0)
