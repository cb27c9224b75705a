"""What people are told of a finding: labels and days, never a value of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.histories.procedure import CaseFinding, Due, Procedure
from validators.histories.routes import is_office
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from validators.histories.items import Happening
    from validators.histories.procedure import CaseState
    from validators.histories.timing import DueDay
    from validators.histories.vocabulary import EventVocabulary


class Telling:
    """Word the findings of one procedure."""

    def __init__(self, procedure: Procedure, vocabulary: EventVocabulary) -> None:
        """Keep the procedure and the labels."""
        self.procedure, self.vocabulary = procedure, vocabulary
        self.fitting = tuple(dict.fromkeys(_fitting(procedure)))

    def finding(
        self, state: CaseState, told: str, limit: DueDay | None = None, *, promptly: bool = False
    ) -> CaseFinding:
        """Return a finding; a day missed that only an office's figure sets is a warning."""
        of = self.procedure
        usual = (
            "info"
            if state == "due"
            else "warning"
            if promptly and state == "late" and of.severity == "error"
            else of.severity
        )
        return CaseFinding(
            procedure=of.id,
            state=state,
            due_on=limit.due_on.isoformat() if limit else None,
            clauses=of.clauses,
            message=f"{told}{of.message}",
            next=of.next,
            severity=of.severities.get(state, usual),
            citation=of.citation,
        )

    def absent(self, due: Due, trigger: Happening, state: CaseState, due_on: date | None = None) -> str:
        """Say that something is not there."""
        wanted, after = self._wanted(due), self._item(trigger, self.offices(trigger).values())
        if state == "due":
            until = f"{format_date(due_on)}までに" if due_on else ""
            return f"{after}を受けて、{until}「{wanted}」が要ります。"
        over = f"期限の{format_date(due_on)}を過ぎても" if due_on else "まだ"
        return f"{after}を受けて要る「{wanted}」が、{over}ありません。"

    def not_before(self, due: Due, bound: Happening) -> str:
        """Say that something was not done before what it had to precede."""
        return f"{self._item(bound)}より前に要る「{self._wanted(due)}」がありません。"

    def late(self, act: Happening, due_on: date) -> str:
        """Say that an act came too late."""
        return f"{self._item(act)}が、{format_date(due_on)}までに行われていません。"

    def too_early(self, act: Happening, trigger: Happening) -> str:
        """Say that an act came before what sets it off."""
        return f"{self._item(act)}が、{self._item(trigger)}より前になっています。"

    def after(self, act: Happening, bound: Happening) -> str:
        """Say that an act came after what it had to precede."""
        return f"{self._item(act)}は、{self._item(bound)}より前に要ります。"

    def forbidden(self, act: Happening, trigger: Happening) -> str:
        """Say that something may not be."""
        if act is trigger:
            return f"{self._item(act)}は、この内容では行えません。"
        return f"{self._item(trigger)}があるので、{self._item(act)}は行えません。"

    def unclear(self, act: Happening, trigger: Happening, empty: Iterable[tuple[str, str]]) -> str:
        """Say which empty boxes leave open whether an act is the one due."""
        boxes: dict[str, list[str]] = {}
        for root, name in empty:
            item = trigger if root == "trigger" else act
            fact = self.vocabulary.fact(item.name, name)
            boxes.setdefault(self._item(item), []).append(f"「{fact.label if fact else name}」")
        told = "、".join(f"{item}の{'と'.join(names)}" for item, names in boxes.items())
        return f"{told}が空いているので、{self._item(act)}が{self._item(trigger)}を受けたものか分かりません。"

    def fault(self, act: Happening, told: str) -> str:
        """Say what is wrong with an act."""
        return f"{self._item(act)}について、{told}。"

    def _wanted(self, due: Due) -> str:
        names = dict.fromkeys(name for match in due.matches for name in match.names)
        delivered = "の交付" if any(match.delivered for match in due.matches) else ""
        return "」か「".join(f"{self.vocabulary.label(name)}{delivered}" for name in names)

    def _item(self, item: Happening, of: Iterable[str] = ()) -> str:
        label = self.vocabulary.label(item.name)
        if not item.is_paper and isinstance(paper := item.facts.get("paper"), str):
            label = f"{self.vocabulary.label(paper)}の{label}" if paper in self.vocabulary.kinds else label
        return f"「{label}」（{'、'.join(dict.fromkeys([*of, format_date(item.day)]))}）"

    # ---- which of several -----------------------------------------------------------------------------------------

    def matter(self, trigger: Happening) -> frozenset[tuple[str, str]]:
        """Return what tells a trigger from others, which another act answers: its ids, the offices an act must fit."""
        return frozenset({**trigger.ids, **self.offices(trigger)}.items())

    def offices(self, trigger: Happening) -> dict[str, str]:
        """Return the offices of a trigger that say which act answers it: the asking court, the station meant."""
        told = ((name, trigger.facts.get(name)) for name in self.fitting)
        return {name: value for name, value in told if isinstance(value, str) and is_office(value)}


def _fitting(procedure: Procedure) -> Iterator[str]:
    """Yield the facts of the trigger that the acts due are held against."""
    for due in procedure.dues:
        for condition in (due.route.holds, *(match.where for match in due.matches)):
            if condition and (trigger := condition.named.roots.get("trigger")):
                yield from trigger.keys
