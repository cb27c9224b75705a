"""Boxes that follow a question: their condition asks nothing but choices, so that they can wait until it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from validators.expressions import syntax
from validators.of_form import OfForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validators.model import Field, Form

_QUESTIONS: Final = frozenset({"boolean", "enum"})


def shown_fields(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that have boxes of their own: a time told in words stands in the box of its time."""
    fields = list(fields)
    within = {field.approximate for field in fields if field.approximate}
    return [field for field in fields if field.name not in within]


def _following(fields: Mapping[str, Field], form: Form, within: str) -> frozenset[str]:
    """Return the items whose condition asks nothing but questions: choices that are always shown, or themselves follow one."""
    questions = {each.name for each in form.fields.values() if _is_question(each)} | set(form.constants)
    inner = {each.name for each in fields.values() if _is_question(each)}
    found = set()
    for each in fields.values():
        if not isinstance(each.required, str):
            continue
        try:
            item = syntax.Shape()
            used = syntax.references(each.required, {"item": item} if within else None)
        except syntax.ExpressionSyntaxError:
            continue
        asked = (set(used.roots) & set(form.fields)) | {key for key in item.keys if within}
        if asked and asked <= (questions | inner if within else questions) and each.name not in asked:
            found.add(each.name)
    return frozenset(found)


def _is_question(each: Field) -> bool:
    return (each.of or each.type) in _QUESTIONS


def _of_lists(form: Form) -> dict[str, frozenset[str]]:
    lists = {each.name: _following(each.fields, form, each.name) for each in form.fields.values() if each.fields}
    return {"": _following(form.fields, form, ""), **lists}


_followers = OfForm(_of_lists)


def followers(form: Form, owner: Field | None = None) -> frozenset[str]:
    """Return the items of a form, or of a list's groups, that appear after an answer."""
    return _followers(form)[owner.name if owner else ""]
