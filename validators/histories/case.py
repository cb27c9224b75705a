"""One procedure and one history: what sets it off, what is due after that, what may not be, what lifts it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.histories.duty import Duty
from validators.histories.items import earlier
from validators.histories.matching import is_so, matching, members_of, named
from validators.histories.messages import Telling
from validators.histories.procedure import CaseFinding, Match, Procedure
from validators.histories.sight import seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from validators.histories.conditions import Sight
    from validators.histories.deadline import CaseDeadline
    from validators.histories.history import View
    from validators.histories.items import Happening
    from validators.rulebook import Rulebook


class Case:
    """One procedure and one history."""

    def __init__(
        self, procedure: Procedure, view: View, as_of: date, rules: Rulebook, closing: tuple[str, ...]
    ) -> None:
        self.procedure, self.whole, self.as_of = procedure, view, as_of
        self.vocabulary = rules.procedures.vocabulary
        self.constants = rules.reference.constants()
        self.closing = closing
        self.tell = Telling(procedure, self.vocabulary)
        self.triggers = list(self._triggers())

    def findings(self) -> list[CaseFinding]:
        """Return what the procedure says."""
        found: list[CaseFinding] = []
        for trigger, members in self.triggers:
            view = self.whole.seen_from(trigger)
            with seen(view):
                for member in members:
                    found += [
                        replace(each, matter=self.tell.matter(trigger))
                        for each in self._of_trigger(trigger, member, view)
                    ]
        return found

    def deadlines(self) -> Iterator[CaseDeadline]:
        """Yield the days it sets; what one item says under two names (a paper, its delivery) sets one day."""
        told = set()
        for trigger, members in self.triggers:
            view = self.whole.seen_from(trigger)
            duties = (each for member in members for each in self._duties(trigger, member, view))
            with seen(view):
                for at, deadline in enumerate(each.deadline() for each in duties):
                    same = deadline and (at, trigger.place, tuple(trigger.ids.items()), deadline.limit)
                    if deadline and same not in told:
                        told.add(same)
                        yield deadline

    def _triggers(self) -> Iterator[tuple[Happening, list[dict[str, Any]]]]:
        trigger = self.procedure.trigger
        for item in named(Match(trigger.names), self.whole):
            if not self.procedure.effective.holds_on(item.day):
                continue
            with seen(self.whole.seen_from(item)):
                meant = is_so(trigger.where, self.scope(item, {}))
            if meant:
                yield item, members_of(trigger.each, item)

    def scope(self, trigger: Happening, member: Mapping[str, Any]) -> dict[str, Any]:
        """Return what conditions see: the trigger with a member of its list, and the constants."""
        facts = {**trigger.facts, **member}
        return {**self.constants, "it": facts, "trigger": facts, "member": member.get("member")}

    def _of_trigger(self, trigger: Happening, member: Mapping[str, Any], view: View) -> Iterator[CaseFinding]:
        for duty in self._duties(trigger, member, view):
            yield from duty.found()
        for match in self.procedure.forbids:
            yield from self._forbidden(match, trigger, self.scope(trigger, member), view)

    def _duties(self, trigger: Happening, member: Mapping[str, Any], view: View) -> Iterator[Duty]:
        scope = self.scope(trigger, member)
        for due in self.procedure.dues:
            if is_so(due.when, scope):
                for one in members_of(due.each, trigger):
                    yield Duty(self, due, trigger, {**scope, **({"member": one["member"]} if one else {})}, view)

    # ---- what must not be -----------------------------------------------------------------------------------------

    def _forbidden(self, match: Match, trigger: Happening, scope: Sight, view: View) -> Iterator[CaseFinding]:
        if not match.names:
            acts = [trigger] if is_so(match.where, scope) else []
        else:
            acts = [
                each
                for each in matching(match, view, scope)
                if each is not trigger and (match.any_time or earlier(trigger.on, each.on))
            ]
        for act in acts:
            if not any(not earlier(act.on, each.on) for each in self.exemptions(scope, view)):
                yield self.tell.finding("forbidden", self.tell.forbidden(act, trigger))

    def exemptions(self, scope: Sight, view: View, until: str = "") -> list[Happening]:
        """Return the items that lift the procedure: those until a moment, or whenever where the entry says so."""
        return [
            each
            for match in self.procedure.unless
            for each in matching(match, view, scope)
            if not until or match.any_time or not earlier(until, each.on)
        ]
