"""Where an act should have gone, in words: what a route asks of it and it does not keep.

The expression itself says it: of its parts that are not so, each names a fact of the act and what should stand there.
Told are only offices and posts, and what the definition itself spells out; of a history nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators import naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validators.expressions.syntax import Node
    from validators.histories.conditions import Condition, Sight
    from validators.histories.vocabulary import EventVocabulary

_SAME = frozenset({"same_office", "same_court", "same_text", "is_post", "is_unit", "mentions", "==", "in"})
_HEADS = frozenset({"chief_of", "is_head_of"})
_PREFECTURE = re.compile(r"(?:.{1,4}県|東京都|大阪府|京都府|北海道)(?:警察?|公安委員会)?")

_Right = tuple[str, str]  # a fact of the act, what should stand there


def right_way(condition: Condition, scope: Sight, vocabulary: EventVocabulary) -> str:
    """Return who or where it should have been, as a sentence without its end; empty where the route does not name it."""
    told: dict[str, dict[str, None]] = {}
    unkept = _Unkept(condition)
    for fact, value in unkept.of(condition.tree, condition.names(scope), {}):
        known = vocabulary.facts.get(fact)
        said = known.options.get(value, value) if known else value
        if not said.isascii():  # a code
            told.setdefault(fact, {})[said] = None
    lines = [f"{vocabulary.label(fact)}は「{'」か「'.join(_finest(values))}」" for fact, values in told.items()]
    return ("か、" if unkept.either else "、").join(lines) + ("です" if lines else "")


def _finest(values: Iterable[str]) -> list[str]:
    """Leave out what another of the values says more closely: 保護観察所 beside 汐見保護観察所."""
    all_of = list(values)
    return [each for each in all_of if not any(each != other and each in other for other in all_of)]


class _Unkept:
    """The parts of one condition that are not so."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.either = False  # whether one of several facts would do

    def of(self, node: Node, names: Mapping[str, Any], members: Mapping[str, str]) -> Iterator[_Right]:
        """Yield what should stand where; `members`: the names a macro gives to members, with the fact of the act they are of."""
        if self._value(node, names) is not False:
            return
        if node.kind == "ternary":
            yes = self._value(node.parts[0], names) is True
            yield from self.of(node.parts[1 if yes else 2], names, members)
        elif node.name == "||":
            each = [list(self.of(part, names, members)) for part in node.parts]
            one, *others = [{fact for fact, _ in found} for found in each if found] or [set()]
            self.either |= any(not one & other for other in others)
            yield from (right for found in each for right in found)
        elif node.name == "&&":
            for part in node.parts:
                yield from self.of(part, names, members)
        elif node.kind == "macro":
            inner = {**members, str(node.value): _fact(node.parts[0], members)}
            for member in self._value(node.parts[0], names) or ():
                yield from self.of(node.parts[1], {**names, str(node.value): member}, inner)
        elif node.name in _SAME | _HEADS:
            yield from self._named(node, names, members)

    def _named(self, node: Node, names: Mapping[str, Any], members: Mapping[str, str]) -> Iterator[_Right]:
        """Yield what a comparison asks of the fact of the act in it: the one that is no member, of two the first."""
        facts = [(_fact(part, members), part.name not in members) for part in node.parts]
        at = max(range(len(facts)), key=lambda i: (bool(facts[i][0]), facts[i][1], -i))
        if fact := facts[at][0]:
            other = node.parts[1 - at]
            for value in _texts(self._value(other, names)):
                if _is_constant(other) or is_office(value):
                    yield fact, f"{value}長" if node.name in _HEADS else value

    def _value(self, node: Node, names: Mapping[str, Any]) -> Any:
        return self.condition.part(node, names)


def _fact(node: Node, members: Mapping[str, str]) -> str:
    """Return the fact of the act that a part is; empty where it is none."""
    if node.kind == "name":
        return members.get(node.name, node.name if node.name not in {"trigger", "member", "it"} else "")
    own = node.kind == "member" and node.parts[0].kind == "name" and node.parts[0].name == "it"
    return node.name if own else ""


def _is_constant(node: Node) -> bool:
    return all(each.kind in {"literal", "list"} for each in node.walk())


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each]


def is_office(text: str) -> bool:
    """Tell whether a text names an office, a post or a prefecture, and nobody."""
    name = naming.parse(text)
    return bool(_PREFECTURE.fullmatch(text)) or (not name.person and bool(name.office or name.units or name.title))
