"""Run a parsed expression as Python closures, as CEL would: strict functions, errors absorbed by `&&`, `||` and macros.

The CEL package still compiles every expression (types, names, arities), and the suite holds each verdict against its own.
It does not run them: version 0.1.3 keeps the arguments of every call to a function of ours for ever, and takes five times as long.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from validators.expressions.syntax import ExpressionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.expressions.functions import Word
    from validators.expressions.syntax import Node

Bindings = dict[str, Any]
Run = Callable[[Bindings], Any]


class NoValueError(Exception):
    """The expression has no value here: CEL's own error value."""


_NUMBER: Final = (int, float)
_NOTHING: Final = type(None)
_ACCEPTED: Final[dict[str, tuple[type, ...]]] = {
    "any": (str, _NOTHING, bool, int, float, list, dict, Mapping),
    "text": (str, _NOTHING, dict, list, int, Mapping),
    "date": (str, _NOTHING),
    "number": (int, float, _NOTHING),
    "list": (list,),
    "some": (list, str, _NOTHING, dict, Mapping),
    "name": (str,),
}
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are equal in CEL: numbers by value, a truth value never equal to a number."""
    if one is None or type(one) is str:  # most are
        return bool(one == other)
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    return bool(one == other)


def build(node: Node, words: Mapping[str, tuple[Word, Callable[..., Any]]]) -> Run:  # noqa: PLR0911 - one for each kind
    """Return the function that runs a tree over named values; `words` are the vocabulary with the calls behind it.

    The function raises NoValueError where CEL would give an error. Raises ExpressionSyntaxError for
    arithmetic, KeyError for a word that is not there.
    """
    parts = [build(part, words) for part in node.parts]
    match node.kind:
        case "literal":
            value = node.value
            return lambda _: value
        case "name":
            return _name(node.name)
        case "list":
            return lambda names: [part(names) for part in parts]
        case "member":
            return _member(parts[0], node.name)
        case "call":
            return _call(*words[node.name], parts)
        case "macro":
            return _macro(node.name, str(node.value), *parts)
        case "ternary":
            return _ternary(*parts)
        case "unary":
            return _not(parts[0]) if node.name == "!" else _negative(parts[0])
        case "binary":
            return _binary(node, *parts)


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise NoValueError


def _name(name: str) -> Run:
    def run(names: Bindings) -> Any:
        try:
            return names[name]
        except KeyError:
            raise NoValueError from None

    return run


def _member(target: Run, key: str) -> Run:
    def run(names: Bindings) -> Any:
        value = target(names)
        if (type(value) is dict or isinstance(value, Mapping)) and key in value:
            return value[key]
        raise NoValueError

    return run


def _call(word: Word, function: Callable[..., Any], parts: list[Run]) -> Run:
    takes = [_Taken(kind) for kind in word.takes]
    if len(parts) == len(takes) == 1:  # every second call
        (part,), (only,) = parts, takes

        def run_one(names: Bindings) -> Any:
            value = part(names)
            if type(value) in only or only.takes(value):
                return function(value)
            raise NoValueError

        return run_one

    def run(names: Bindings) -> Any:
        values = [part(names) for part in parts]
        for value, taken in zip(values, takes, strict=True):
            if type(value) not in taken and not taken.takes(value):
                raise NoValueError
        return function(*values)

    return run


class _Taken(frozenset[type]):
    """The types of an argument, bool among them or not; what is derived from one is taken too, but no truth value as a number."""

    def __new__(cls, kind: str) -> Self:
        return super().__new__(cls, _ACCEPTED[kind])

    def takes(self, value: Any) -> bool:
        return type(value) is not bool and isinstance(value, tuple(self))


def _not(part: Run) -> Run:
    return lambda names: not _truth(part(names))


def _negative(part: Run) -> Run:
    def run(names: Bindings) -> Any:
        value = part(names)
        if isinstance(value, _NUMBER) and not isinstance(value, bool):
            return -value
        raise NoValueError

    return run


def _ternary(condition: Run, yes: Run, no: Run) -> Run:
    return lambda names: yes(names) if _truth(condition(names)) else no(names)


def _binary(node: Node, left: Run, right: Run) -> Run:
    match node.name:
        case "&&" | "||":
            return _either(left, right, decisive=node.name == "||")
        case "==":
            return lambda names: equal(left(names), right(names))
        case "!=":
            return lambda names: not equal(left(names), right(names))
        case "in":
            return _among(left, right)
        case sign if sign in _COMPARE:
            return _ordered(_COMPARE[sign], left, right)
        case _:
            raise ExpressionSyntaxError("計算は式に書けません", node.column)


def _either(left: Run, right: Run, *, decisive: bool) -> Run:
    """Join two truths: the decisive one settles it on either side, whatever became of the other."""

    def run(names: Bindings) -> bool:
        try:
            if _truth(left(names)) is decisive:
                return decisive
        except NoValueError:
            if _truth(right(names)) is decisive:
                return decisive
            raise
        return _truth(right(names))

    return run


def _among(left: Run, right: Run) -> Run:
    def run(names: Bindings) -> bool:
        value, group = left(names), right(names)
        if isinstance(group, list):
            if value is None or type(value) is str:  # as `equal` says
                return value in group
            return any(equal(value, item) for item in group)
        if isinstance(group, Mapping):
            return isinstance(value, str) and value in group
        raise NoValueError

    return run


def _ordered(compare: Callable[[Any, Any], bool], left: Run, right: Run) -> Run:
    def run(names: Bindings) -> bool:
        one, other = left(names), right(names)
        for kind in (bool, _NUMBER, str):
            if isinstance(one, kind) and isinstance(other, kind) and isinstance(one, bool) is isinstance(other, bool):
                return compare(one, other)
        raise NoValueError

    return run


def _macro(name: str, variable: str, target: Run, body: Run) -> Run:
    def each(names: Bindings) -> Iterator[tuple[Any, Bindings]]:
        group = target(names)
        if not isinstance(group, list | Mapping):
            raise NoValueError
        inner = dict(names)
        for item in group:
            inner[variable] = item
            yield item, inner

    if name in {"exists", "all"}:
        return _quantifier(each, body, decisive=name == "exists")
    if name == "exists_one":
        return lambda names: sum(_truth(body(inner)) for _, inner in each(names)) == 1
    if name == "filter":
        return lambda names: [item for item, inner in each(names) if _truth(body(inner))]
    return lambda names: [body(inner) for _, inner in each(names)]


def _quantifier(each: Callable[[Bindings], Iterator[tuple[Any, Bindings]]], body: Run, *, decisive: bool) -> Run:
    def run(names: Bindings) -> bool:
        missing = False
        for _, inner in each(names):
            try:
                if _truth(body(inner)) is decisive:
                    return decisive
            except NoValueError:
                missing = True
        if missing:
            raise NoValueError
        return not decisive

    return run
