"""What checks of every source share: naming the box that is wrong, and weighing an order of events."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from validators.expressions import dates
from validators.expressions.functions import filled
from validators.expressions.lookups import SURROUNDINGS
from validators.naming import parse
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.statutes.verdicts import Facts


@dataclass(frozen=True, slots=True)
class At:
    """A moment put together from several boxes, and the box it is told at."""

    path: str
    value: Any


Step = str | At | tuple[str | At, ...]  # one event, or several without an order among themselves

_ROUGHLY = {"occurred_at": "occurred_text"}
_ONE = 10  # a contradiction counts once for each side; the later side's one more decides between two
_CERTAIN = 20  # a birth after anything else is a wrong birth date; a day after today is wrong by itself


def boxes(facts: Facts, **kept: bool) -> bool:
    """Tell whether every box is as it must be; the breach stands at the first that is not."""
    wrong = next((name for name, good in kept.items() if not good), "")
    return facts.breach_at(wrong) if wrong else True


def moments(facts: Facts, step: Step) -> list[tuple[str, Any]]:
    """Return path and value of what is filled of a step; `incidents[].occurred_at` stands for that key of every item."""
    if isinstance(step, At):
        return [(step.path, step.value)] if filled(step.value) else []
    if isinstance(step, tuple):
        return [moment for each in step for moment in moments(facts, each)]
    name, listed, key = step.partition("[].")
    value = facts.get(name)
    if not listed:
        return [(name, value)] if filled(value) else []
    return [
        (f"{name}[{n}].{_told_at(key, item)}", item[key]) for n, item in enumerate(value or ()) if filled(item.get(key))
    ]


def _told_at(key: str, item: dict[str, Any]) -> str:
    """Return the key of a moment's box: a time told only about (`Field.approximate`) was typed into its sibling's."""
    rough = _ROUGHLY.get(key, "")
    return rough if filled(item.get(rough)) else key


def in_order(
    facts: Facts,
    *chains: Sequence[Step],
    births: Sequence[str] = (),
    doubted: Sequence[Step] = (),
    trusted: Sequence[str] = (),
    planned: Sequence[str] = (),
) -> bool:
    """Tell whether the events of each chain follow one another: an earlier step is never later than one after it.

    To the minute where both have a time, else by day; blanks are passed over. None may lie after today but the `planned`;
    `births` come before everything. The breach stands at the box that contradicts most of the others, of two at the one
    `doubted`, else at the later; never at one `trusted`, which was taken over from another paper.
    """
    strikes: Counter[str] = Counter()
    happened: dict[str, Any] = {}
    doubtful = {path for step in doubted for path, _ in moments(facts, step)}
    for chain in chains:
        steps = [moments(facts, step) for step in chain]
        happened |= {path: value for step in steps for path, value in step}
        for earlier, later in combinations(steps, 2):
            for (one, a), (other, b) in product(earlier, later):
                if not dates.in_order(a, b):
                    told = {one: _ONE + 2 * (one in doubtful), other: _ONE + 1}
                    strikes.update({path: weight for path, weight in told.items() if path not in trusted})
    born = dict(moment for name in births for moment in moments(facts, name))  # in no order among themselves
    for birth, on in born.items():
        strikes[birth] += sum(_CERTAIN for day in happened.values() if not dates.in_order(on, day))
    happened |= born
    for path, day in happened.items():
        strikes[path] += _CERTAIN if path not in planned and dates.before(facts.today, day) else 0
    worst = max(reversed(happened), key=lambda path: strikes[path], default="")
    return facts.breach_at(worst) if worst and strikes[worst] else True


def station_in_text(station: Any) -> str:
    """Return a pattern of a station's name in a folded text, short or long: 海辺署, 海辺警察署; "" where none is named."""
    name = parse(station).office
    return f"{re.escape(name)}(?:警察)?署" if name else ""


def own_police(facts: Facts, name: str, told: Any) -> bool:
    """Tell whether no office told in a box (a text or a list) names another prefecture than the office's own; the breach is there."""
    own = fold(SURROUNDINGS.get().office.get("prefecture", ""))
    named = (parse(each).prefecture for each in (told if isinstance(told, list) else [told]))
    return boxes(facts, **{name: not own or all(prefecture in {"", own} for prefecture in named)})
