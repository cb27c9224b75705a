"""Which items of a history are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.histories.vocabulary import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.histories.conditions import Condition, Sight
    from validators.histories.history import View
    from validators.histories.items import Happening
    from validators.histories.procedure import Match


def matching(match: Match, view: View, scope: Sight) -> Iterator[Happening]:
    """Yield the items of a matter that are meant, in the order of time."""
    for item in named(match, view):
        if is_so(match.where, {**scope, "it": item.facts}):
            yield item


def named(match: Match, view: View) -> list[Happening]:
    """Return the items of the names; deliveries of the papers where those are meant."""
    if match.delivered:
        return [each for each in view.of(DELIVERED) if each.facts.get("paper") in match.names]
    found = [each for name in match.names for each in view.of(name)]
    return found if len(match.names) == 1 else sorted(found, key=view.places.__getitem__)


def is_so(condition: Condition | None, scope: Sight) -> bool:
    """Tell whether a condition is so; none is."""
    return condition is None or condition.asks(scope)
