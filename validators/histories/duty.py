"""One thing due after one trigger: which act answers it, whether in time and by its way, and what is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.expressions.lookups import setting
from validators.histories.acts import faults, is_misrouted, joined
from validators.histories.deadline import CaseDeadline
from validators.histories.items import earlier
from validators.histories.matching import is_so, matching, members_of, unclear
from validators.histories.sight import seen
from validators.histories.timing import DueDay, limit, reminded, reminded_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.histories.case import Case
    from validators.histories.conditions import Sight
    from validators.histories.history import View
    from validators.histories.items import Happening
    from validators.histories.procedure import CaseFinding, CaseState, Due, Match


class Duty:
    """One thing due after one trigger."""

    def __init__(self, case: Case, due: Due, trigger: Happening, scope: Sight, view: View) -> None:
        self.case, self.due, self.trigger, self.scope, self.view = case, due, trigger, scope, view
        self.tell, self.by = case.tell, due.by
        self.limit = limit(self.by, trigger, scope, view)
        self.names = frozenset(name for match in due.matches for name in match.names)

    def found(self) -> list[CaseFinding]:
        """Return what is to say of it; nothing where it is lifted."""
        return [self._unclear(each) if each.state == "missing" else each for each in self._found()]

    def _unclear(self, missing: CaseFinding) -> CaseFinding:
        """Return that it is missing; or, where an act may be the one due and a box is empty that says so, which box it is."""
        for match in self.due.matches:
            for act, empty in unclear(match, self.view, self.scope):
                if act is not self.trigger and self._in_time(act, match):
                    return replace(
                        self.tell.finding("incomplete", self.tell.unclear(act, self.trigger, empty)), severity="warning"
                    )
        return missing

    def _in_time(self, act: Happening, match: Match) -> bool:
        bound = self.trigger if self.by.before_trigger else self._bound()
        begun = match.any_time or self.by.before_trigger or not earlier(act.on, self.trigger.on)
        return begun and (not bound or self._not_after(act, bound)) and (not self.limit or self.limit.kept_by(act))

    def _found(self) -> list[CaseFinding]:
        lifted = self._lifted()
        if lifted or self._waits():
            return self._done_before(lifted)
        if self.due.this:
            return self._judged(self.trigger)
        after, before = self._answers_of()
        if self.by.before or self.by.before_trigger:
            return self._in_sequence(after, before)
        if after:
            return self._best(after, self._late)
        if before and not self._answer_others(before):
            return [self._out_of_order(before[-1])]
        return self._open()

    def deadline(self) -> CaseDeadline | None:
        """Return the day it is due by and how it stands; None where it has none, or none yet."""
        if self.limit is None or self.due.optional or self.due.this or self._waits():
            return None
        stands = partial(CaseDeadline, self.case.procedure, self.due, self.trigger, self.limit)
        if lifted := self._lifted():
            return stands("ended", lifted[0])
        after, before = self._answers_of()
        if after:
            in_time = [act for act in after if self.limit.kept_by(act)]
            return stands("kept", in_time[0]) if in_time else stands("late", after[0])
        if before and not self._answer_others(before):
            return stands("ended", before[-1])  # done before its time: the case check says so
        return stands("open")

    def _waits(self) -> bool:
        """Tell whether it waits for what another procedure demands."""
        return bool(self.by.after) and not self.view.of(self.by.after)

    def _lifted(self) -> list[Happening]:
        return self.case.exemptions(self.scope, self.view, "" if self.due.this else self._over_at())

    def _done_before(self, lifted: Sequence[Happening]) -> list[CaseFinding]:
        """Return what is wrong with what was done before the duty was lifted: that stays so."""
        acts = [] if self.due.this or self._waits() else self._answers_of()[0]
        done = [act for act in acts if all(earlier(act.on, each.on) for each in lifted)]
        return self._best(done, lambda _: []) if done else []

    def _answers_of(self) -> tuple[list[Happening], list[Happening]]:
        """Return the acts that answer it, and those that came before its trigger."""
        after, before = ([act for act in acts if not self._meant_for_another(act)] for acts in self._acts())
        return [act for act in after if not self._of_later_trigger(act)], before

    def _over_at(self) -> str:
        """Return the moment until which an exemption counts; empty: whenever."""
        if self.by.before_trigger:
            return self.trigger.on
        if self.by.before:
            first_of = self._bound()
            return first_of.on if first_of else ""
        if self.by.reminder:
            return reminded_on(self.by.reminder, self.trigger).isoformat()
        return (self.limit.until or self.limit.last.isoformat()) if self.limit else ""

    # ---- the acts -------------------------------------------------------------------------------------------------

    def _acts(self) -> tuple[list[Happening], list[Happening]]:
        """Return the acts that could be the one due: those not certainly before the trigger, and those before it."""
        found = [
            (each, match.any_time)
            for match in self.due.matches
            for each in matching(match, self.view, self.scope)
            if each is not self.trigger
        ]
        after = [each for each, any_time in found if any_time or not earlier(each.on, self.trigger.on)]
        return after, [each for each, any_time in found if not any_time and earlier(each.on, self.trigger.on)]

    def _of_later_trigger(self, act: Happening) -> bool:
        """Tell whether an act that comes too late for this trigger answers a later one: then this one is still without."""
        if (
            self.limit.kept_by(act)
            if self.limit
            else not self.by.reminder or not reminded(self.by.reminder, self.trigger, act.day)
        ):
            return False
        later = [
            (each, self.case.scope(each, {}))
            for each, _ in self.case.triggers
            if earlier(self.trigger.on, each.on) and not earlier(act.on, each.on)
        ]
        return any(is_so(match.where, {**scope, "it": act.facts}) for _, scope in later for match in self.due.matches)

    def _meant_for_another(self, act: Happening) -> bool:
        """Tell whether an act that went another way than this trigger asks went the way that another one asks: it is that one's."""
        if not self._misrouted(act, self.scope):
            return False
        for other, members in self.case.triggers:
            if earlier(act.on, other.on) and not self.by.before_trigger:
                continue
            with seen(self.case.whole.seen_from(other)):
                for scope in (self.case.scope(other, member) for member in members):
                    if other is not self.trigger and self._answers(act, other, scope):
                        return True
        return False

    def _answers(self, act: Happening, trigger: Happening, scope: Sight) -> bool:
        """Tell whether an act is the one due after another trigger and went its way."""
        for one in members_of(self.due.each, trigger):
            of = {**scope, **({"member": one["member"]} if one else {})}
            meant = any(act is each for match in self.due.matches for each in matching(match, self.view, of))
            if meant and is_so(self.due.when, of) and not self._misrouted(act, of):
                return True
        return False

    def _misrouted(self, act: Happening, scope: Sight) -> bool:
        return is_misrouted(self.due, act, {**scope, "it": act.facts}, self.case.vocabulary)

    def _answer_others(self, acts: Sequence[Happening]) -> bool:
        """Tell whether earlier acts answer an earlier trigger: then they are no answer out of order to this one."""
        others = [each for each, _ in self.case.triggers if each is not self.trigger]
        return all(
            any(not earlier(act.on, other.on) and earlier(other.on, self.trigger.on) for other in others)
            for act in acts
        )

    def _best(self, acts: Sequence[Happening], timed: Any) -> list[CaseFinding]:
        """Return what is wrong with the best of the acts: a corrected act heals."""
        answers = [
            _Answer(act, [*timed(act), *self._judged(act, beside)])
            for act in acts
            for beside in ([], *filter(None, [self._until(act, acts)]))
        ]
        return min(answers, key=lambda answer: answer.weight).found

    def _until(self, act: Happening, acts: Sequence[Happening]) -> list[Happening]:
        return [each for each in acts if each is not act and self._place(each) <= self._place(act)]

    def _judged(self, act: Happening, beside: Sequence[Happening] = ()) -> list[CaseFinding]:
        told_in = {**self.scope, "it": joined(self.due, act, beside, self.scope, self.case.vocabulary)}
        return [
            replace(self.tell.finding(state, self.tell.fault(act, told)), lacking=lacking)
            for state, told, lacking in faults(self.due, act, told_in, self.view, self.case.vocabulary)
        ]

    # ---- its time -------------------------------------------------------------------------------------------------

    def _late(self, act: Happening) -> list[CaseFinding]:
        if self.limit is None or self.limit.kept_by(act):
            return []
        return [
            self.tell.finding(
                "late", self.tell.late(act, self.limit.due_on), self.limit, promptly=bool(self.by.setting)
            )
        ]

    def _open(self) -> list[CaseFinding]:
        """Return that it is not there: missing when its time is over, else due; nothing of what may be left undone."""
        if self.due.optional:
            return []
        if self.limit:
            state: CaseState = "missing" if self.limit.over(self.case.as_of) else "due"
            told = self.tell.absent(self.due, self.trigger, state, self.limit.due_on)
            return [replace(self.tell.finding(state, told, self.limit), lacking=self.names)]
        over = self.by.reminder and reminded(self.by.reminder, self.trigger, self.case.as_of)
        closed = any(not earlier(each.on, self.trigger.on) for name in self.case.closing for each in self.view.of(name))
        state = "missing" if over or closed else "due"
        return [replace(self.tell.finding(state, self.tell.absent(self.due, self.trigger, state)), lacking=self.names)]

    def _out_of_order(self, act: Happening) -> CaseFinding:
        return self.tell.finding("out-of-order", self.tell.too_early(act, self.trigger))

    # ---- before something else ------------------------------------------------------------------------------------

    def _bound(self) -> Happening | None:
        """Return the first item that the act must come before; of those on the trigger's day, only what is listed after it."""
        any_time = any(match.any_time for match in self.due.matches)
        found = [
            each
            for match in self.by.before
            for each in matching(match, self.view, self.scope)
            if each is not self.trigger and (any_time or self._follows(each))
        ]
        return min(found, key=self.view.places.__getitem__, default=None)

    def _follows(self, item: Happening) -> bool:
        on, start = item.on, self.trigger.on
        return earlier(start, on) or (not earlier(on, start) and self._place(item) > self._place(self.trigger))

    def _place(self, item: Happening) -> int:
        return self.view.places[item]

    def _in_sequence(self, after: Sequence[Happening], before: Sequence[Happening]) -> list[CaseFinding]:
        bound = self.trigger if self.by.before_trigger else self._bound()
        acts = [*before, *after] if self.by.before_trigger else after
        if bound is None:
            if acts:
                return self._best(acts, lambda _: [])
            return [self._out_of_order(before[-1])] if before else self._open()
        in_time = [act for act in acts if self._not_after(act, bound)]
        if in_time:
            return self._best(in_time, lambda act: self._too_short(act, bound))
        if acts or before:
            act = (acts or before)[-1]
            told = self.tell.after(act, bound) if acts else self.tell.too_early(act, self.trigger)
            return [self.tell.finding("out-of-order", told)]
        if self.due.optional:
            return []
        told = self.tell.not_before(self.due, bound)
        return [replace(self.tell.finding("missing", told), lacking=self.names)]

    def _not_after(self, act: Happening, bound: Happening) -> bool:
        return act.day <= bound.day if self.by.same_day_ok else not earlier(bound.on, act.on)

    def _too_short(self, act: Happening, bound: Happening) -> list[CaseFinding]:
        """Return that an act came in time and yet too shortly before; the figure is the office's own."""
        if not self.by.at_least:
            return []
        last = periods.days_after(bound.day, -int(setting(self.by.at_least)))
        if act.day <= last:
            return []
        return [self.tell.finding("late", self.tell.late(act, last), DueDay(last, last), promptly=True)]


@dataclass(slots=True)
class _Answer:
    """What an act that could be the one due leaves to say."""

    act: Happening
    found: list[CaseFinding] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, int]:
        """Return how much is wrong with it: what is no mere warning first."""
        return sum(each.severity == "error" for each in self.found), len(self.found)
