"""Say a condition of a form in a sentence a clerk reads: `delivery_method == "direct"` is 「交付方法」が「直接交付」のとき."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from validators.expressions import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from validators.expressions.syntax import Node
    from validators.model import Field, Form

YES, NO = "はい", "いいえ"


class _Phrase(NamedTuple):
    """A condition: as it stands before とき, and as it stands before another condition."""

    last: str
    first: str


class _UnsayableError(Exception):
    """A condition nobody has given words."""


def condition_in_words(source: str, form: Form, item: Field | None = None) -> str:
    """Return the condition as a sentence ending in とき; empty where it has no words. `item`: the list whose items it judges."""
    try:
        return f"{_say(syntax.parse(source), _Labels(form, item), yes=True).last}とき"
    except (_UnsayableError, syntax.ExpressionSyntaxError):
        return ""


class _Labels:
    def __init__(self, form: Form, item: Field | None, bound: Mapping[str, Field] | None = None) -> None:
        self.form, self.fields = form, form.fields
        self.bound = {**({"item": item} if item else {}), **(bound or {})}

    def field(self, node: Node) -> Field:
        """Return the field a name or an item's key stands for."""
        if node.kind == "name" and node.name in self.fields:
            return self.fields[node.name]
        if node.kind == "member" and node.parts[0].name in self.bound:
            inner = self.bound[node.parts[0].name].fields
            if node.name in inner:
                return inner[node.name]
        raise _UnsayableError

    def label(self, node: Node) -> str:
        return f"「{self.field(node).label}」"


def _noun(text: str) -> _Phrase:
    return _Phrase(f"{text}の", f"{text}で、")


def _say(node: Node, labels: _Labels, *, yes: bool) -> _Phrase:
    """Say a condition (`yes`) or its contrary."""
    say = _SAYING.get((node.kind, node.name))
    if say is None:
        raise _UnsayableError
    return say(node, labels, yes)


def _joined(node: Node, labels: _Labels, yes: bool) -> _Phrase:  # noqa: FBT001 - as all of _SAYING
    first, last = (_say(part, labels, yes=yes) for part in node.parts)
    if (node.name == "&&") == yes:
        return _Phrase(first.first + last.last, first.first + last.first)
    return _Phrase(f"{first.last}とき、又は{last.last}", f"{first.last}とき、又は{last.first}")


def _filled(node: Node, labels: _Labels, yes: bool) -> _Phrase:  # noqa: FBT001
    label = labels.label(node.parts[0])
    done = "書いた" if yes else "書いていない"
    return _Phrase(f"{label}を{done}", f"{label}を{'書いていて' if yes else '書いていなくて'}、")


def _reached_age(node: Node, labels: _Labels, yes: bool) -> _Phrase:  # noqa: FBT001
    born, age, day = node.parts
    reached = "以上" if yes else "未満"
    return _noun(f"{labels.label(day)}に{labels.label(born)}から数えて{age.value}歳{reached}")


def _equal(node: Node, labels: _Labels, *, yes: bool) -> _Phrase:
    side, value = node.parts
    if value.kind != "literal":
        raise _UnsayableError
    item = labels.field(side)
    if isinstance(value.value, bool):
        return _is(f"「{item.label}」", [f"「{YES if value.value else NO}」"], yes=yes)
    return _is(f"「{item.label}」", [f"「{item.options.get(str(value.value), str(value.value))}」"], yes=yes)


def _among(node: Node, labels: _Labels, *, yes: bool) -> _Phrase:
    side, group = node.parts
    if side.kind == "literal":
        item = labels.field(group)
        return _there(f"「{item.label}」", f"「{item.options.get(str(side.value), str(side.value))}」", yes=yes)
    item = labels.field(side)
    values = [part.value for part in group.parts] if group.kind == "list" else labels.form.constants.get(group.name, [])
    if not values:
        raise _UnsayableError
    return _is(f"「{item.label}」", [f"「{item.options.get(str(v), str(v))}」" for v in values], yes=yes)


def _is(label: str, values: list[str], *, yes: bool) -> _Phrase:
    said = f"{label}が{'、'.join(values)}{'のどれか' if len(values) > 1 else ''}"
    return _noun(said) if yes else _Phrase(f"{said}でない", f"{said}でなく、")


def _there(label: str, value: str, *, yes: bool) -> _Phrase:
    return _Phrase(f"{label}に{value}が{'ある' if yes else 'ない'}", f"{label}に{value}が{'あり' if yes else 'なく'}、")


def _complete(node: Node, labels: _Labels, *, yes: bool) -> _Phrase:
    """Say `list.exists(c, all_filled([c.a, c.b]))`, an entry in which all of these are written, or `list.exists(c, c.a == …)`."""
    target, body = node.parts
    if body.kind == "binary" and body.name == "==":
        rows = labels.field(target)
        said = _equal(body, _Labels(labels.form, None, {str(node.value): rows}), yes=True).last.removesuffix("の")
        return _there(f"「{rows.label}」", f"{said}のもの", yes=yes)
    if body.kind != "call" or body.name != "all_filled" or body.parts[0].kind != "list":
        raise _UnsayableError
    rows = labels.field(target)
    inside = _Labels(labels.form, None, {str(node.value): rows})
    keys = "".join(inside.label(part) for part in body.parts[0].parts)
    return _Phrase(
        f"「{rows.label}」に{keys}のそろった件が{'ある' if yes else 'ない'}",
        f"「{rows.label}」に{keys}のそろった件が{'あり' if yes else 'なく'}、",
    )


def _texts(node: Node) -> list[str]:
    return [_text(part) for part in node.parts] if node.kind == "list" else [_text(node)]


def _text(node: Node) -> str:
    if not isinstance(node.value, str):
        raise _UnsayableError
    return node.value


_SAYING: dict[tuple[str, str], Callable[[Node, _Labels, bool], _Phrase]] = {
    ("unary", "!"): lambda node, labels, yes: _say(node.parts[0], labels, yes=not yes),
    ("binary", "&&"): _joined,
    ("binary", "||"): _joined,
    ("binary", "=="): lambda node, labels, yes: _equal(node, labels, yes=yes),
    ("binary", "!="): lambda node, labels, yes: _equal(node, labels, yes=not yes),
    ("binary", "in"): lambda node, labels, yes: _among(node, labels, yes=yes),
    ("call", "filled"): _filled,
    ("call", "reached_age"): _reached_age,
    ("call", "attached"): lambda node, labels, yes: _there(
        labels.label(node.parts[0]), f"「{_text(node.parts[1])}」", yes=yes
    ),
    ("call", "is_post"): lambda node, labels, yes: _is(
        labels.label(node.parts[0]), [f"「{_text(node.parts[1])}」"], yes=yes
    ),
    ("call", "mentions"): lambda node, labels, yes: _there(
        labels.label(node.parts[0]), "、".join(f"「{word}」" for word in _texts(node.parts[1])) + "の語", yes=yes
    ),
    ("macro", "exists"): lambda node, labels, yes: _complete(node, labels, yes=yes),
}
