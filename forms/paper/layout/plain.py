"""The layout of a form that has none of its own: its printed items by group, label and value in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validators.model import Field, Form


def plain_layout(form: Form) -> tuple[Any, ...]:
    """Return number, title and one table a group; a list of groups becomes a table with a row an item."""
    layout: list[Any] = ["number", "title"]
    group = ""
    rows: list[Any] = []
    for field in form.fields.values():
        if not field.printed:
            continue
        if field.fields:
            layout += [*_table(group, rows), {"heading": field.label}, _list_table(field)]
            group, rows = "", []
            continue
        if field.group != group:
            layout += _table(group, rows)
            group, rows = field.group, []
        rows.append([field.label, {"text": _value(field, f'"{field.name}"', field.name)}])
    return (*layout, *_table(group, rows))


def _table(group: str, rows: list[Any]) -> list[Any]:
    if not rows:
        return []
    return [*([{"heading": group}] if group else []), {"table": {"columns": [45, 120], "rows": rows}}]


def _list_table(field: Field) -> dict[str, Any]:
    printed = [inner for inner in field.fields.values() if inner.printed]
    share = 153 / max(len(printed), 1)
    cells = [
        "{{ loop.index }}",
        *(_value(inner, f'c, "{inner.name}", "{field.name}"', f"c.{inner.name}") for inner in printed),
    ]
    return {
        "table": {
            "columns": [12, *(share for _ in printed)],
            "head": [["番号", *(inner.label for inner in printed)]],
            "rows": [{"cells": cells, "each": f"c in {field.name}"}],
        }
    }


def _value(field: Field, reference: str, expression: str) -> str:
    """Return the text that prints a field; choices keep every option."""
    return f"{{{{ checks({reference}) }}}}" if field.options else f"{{{{ {expression} }}}}"
