"""Which items of a history are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.histories.vocabulary import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validators.histories.conditions import Condition, Sight
    from validators.histories.history import View
    from validators.histories.items import Happening
    from validators.histories.procedure import Match


def matching(match: Match, view: View, scope: Sight) -> Iterator[Happening]:
    """Yield the items of a matter that are meant, in the order of time."""
    for item in named(match, view):
        of_it = {**scope, "it": item.facts}
        if is_so(match.where, of_it) and (match.holds is None or match.holds.weighs(of_it) is not False):
            yield item


def unclear(match: Match, view: View, scope: Sight) -> Iterator[tuple[Happening, list[tuple[str, str]]]]:
    """Yield the items that may be meant or not, with the empty boxes it hangs on: ("it" or "trigger", fact) each."""
    if match.where is None:
        return
    for item in named(match, view):
        of_it = {**scope, "it": item.facts}
        if match.where.weighs(of_it, demanding=True) is None and (empty := match.where.empty(of_it)):
            yield item, empty


def named(match: Match, view: View) -> list[Happening]:
    """Return the items of the names; deliveries of the papers where those are meant."""
    if match.delivered:
        return [each for each in view.of(DELIVERED) if each.facts.get("paper") in match.names]
    found = [each for name in match.names for each in view.of(name)]
    return found if len(match.names) == 1 else sorted(found, key=view.places.__getitem__)


def is_so(condition: Condition | None, scope: Sight) -> bool:
    """Tell whether a condition is so; none is."""
    return condition is None or condition.asks(scope)


def members_of(names: Sequence[str], item: Happening) -> list[dict[str, Any]]:
    """Return the members of a list fact, each as facts of its own besides; one without facts where nothing is listed."""
    if not names:
        return [{}]
    listed = [value for name in names for value in item.facts.get(name) or ()]
    return [{**(value if isinstance(value, dict) else {}), "member": value} for value in listed]
