"""Say which boxes a check that is not met asks about: of several conditions the one that fails, of a list the item.

A finding must stand at the box that is wrong. `a && b` is followed into the part that is false, a negation into the part
that is true, `? :` into the branch taken, `all` into the first item that breaks it; what is left over is named in full.
Of alternatives (`a || b`) any would have done: none of their blanks is the mistake more than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators.expressions import syntax
from validators.expressions.evaluate import NoValueError, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.expressions.functions import Word

WordFunctions = Mapping[str, tuple["Word", "Callable[..., Any]"]]
# a loop's name → the path it stands for: incidents[2], or incidents[] where no item is settled
LoopPaths = dict[str, str]


@dataclass(frozen=True, slots=True)
class Blame:
    """The paths asked about where a check fails, in the order of its text: via, incidents[2].place, rows[].kind."""

    paths: tuple[str, ...]
    alternatives: bool  # any one of them would have done
    forbids: bool  # it fails because of what is written, not of what is not


def blamed(source: str, words: WordFunctions, values: dict[str, Any], scope: LoopPaths) -> Blame:
    """Return what the failing part of a check asks about.

    `values` are the named values, `scope` what names bound outside the expression stand for (the item of an `each`).
    """
    part, inside, wanted = _failing(syntax.parse(source), words, values, scope, wanted=True)
    alternatives = part.kind == "binary" and part.name in {"&&", "||"}
    return Blame(tuple(dict.fromkeys(_named(part, inside))), alternatives, not wanted)


def _is(node: syntax.Node, words: WordFunctions, values: dict[str, Any]) -> bool | None:
    try:
        found = build(node, words)(values)
    except NoValueError:
        return None
    return found if isinstance(found, bool) else None


def _failing(
    node: syntax.Node, words: WordFunctions, values: dict[str, Any], scope: LoopPaths, *, wanted: bool
) -> tuple[syntax.Node, LoopPaths, bool]:
    """Return the smallest part that decides the failure, what the loops' names stand for in it, and what it should be."""
    match node.kind:
        case "binary" if node.name == ("&&" if wanted else "||"):
            failing = next((part for part in node.parts if _is(part, words, values) is not wanted), node.parts[0])
            return _failing(failing, words, values, scope, wanted=wanted)
        case "unary" if node.name == "!":
            return _failing(node.parts[0], words, values, scope, wanted=not wanted)
        case "ternary":
            taken = node.parts[1 if _is(node.parts[0], words, values) else 2]
            return _failing(taken, words, values, scope, wanted=wanted)
        case "macro" if node.name == ("all" if wanted else "exists") and (path := _path(node.parts[0], scope)):
            target, body = node.parts
            items = build(target, words)(values)
            for index, item in enumerate(items if isinstance(items, list) else ()):
                inside = {**values, str(node.value): item}
                if _is(body, words, inside) is not wanted:
                    named = {**scope, str(node.value): f"{path}[{index}]"}
                    return _failing(body, words, inside, named, wanted=wanted)
        case _:
            pass
    return node, scope, wanted


def _path(node: syntax.Node, scope: LoopPaths) -> str:
    if node.kind == "name":
        return scope.get(node.name, node.name)
    if node.kind == "member":
        inner = _path(node.parts[0], scope)
        return f"{inner}.{node.name}" if inner else ""
    return ""


def _named(node: syntax.Node, scope: LoopPaths) -> Iterator[str]:
    """Yield every path a part of an expression asks about."""
    if path := _path(node, scope):
        yield path
    elif node.kind == "macro":
        target, body = node.parts
        over = _path(target, scope)
        yield from _named(body, {**scope, str(node.value): f"{over}[]"})
        yield from _named(target, scope)
    else:
        for part in node.parts[1:] if node.kind == "ternary" else node.parts:  # a condition only chooses
            yield from _named(part, scope)
