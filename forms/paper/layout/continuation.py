"""Narrative that outgrows its box: the box says 別紙のとおり, a sheet at the end carries the whole.

A box is written into the template as `{% set boxed %}…{% endset %}{{ box(boxed, ems, lines, label) }}`; `box` (forms/paper/names.py)
decides while the paper is filled and remembers the sheets in `continued`, which stands at the end of every template with a box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.paper.layout.ooxml import PLAIN, Look, control, paragraph
from forms.paper.layout.paper import text_of

if TYPE_CHECKING:
    from forms.paper.layout.paper import Paper


def boxed(text: str, *, ems: float, lines: int, label: str, repeated: bool) -> str:
    """Return the text of a cell that holds at most `lines` lines of `ems` characters."""
    number = ", loop.index" if repeated else ""
    name = label.replace("\\", "").replace('"', "").replace("\n", "")
    return f'{{% set boxed %}}{text}{{% endset %}}{{{{ box(boxed, {ems:.1f}, {lines}, "{name}"{number}) }}}}'


def continuation_sheets(paper: Paper) -> str:
    """Return the sheets' part of the template, nothing when no cell has a box."""
    if not _has_box(paper.form.layout):
        return ""
    return "".join(
        (
            control("p", "for sheet in continued"),
            paragraph("ContinuationTitle", "{{ sheet.heading }}", Look(page_break=True)),
            paragraph("Left", "様式　　{{ form.printed_title }}", PLAIN),
            paragraph("Left", "欄　　　{{ sheet.label }}", Look(after=10)),
            paragraph("ContinuationText", "{{ sheet.text }}", PLAIN),
            control("p", "endfor"),
        )
    )


def _has_box(value: Any) -> bool:
    if isinstance(value, dict):
        return "box" in value or any(_has_box(inner) for inner in value.values())
    return isinstance(value, (list, tuple)) and any(_has_box(inner) for inner in value)


def label_of(cells: list[Any], text: str, fields: dict[str, Any]) -> str:
    """Return how a box is called: the label cell of its row, else the label of the first field in it."""
    for cell in cells:
        words = text_of(cell.get("text") if isinstance(cell, dict) else cell)
        if words and "{" not in words:
            return words.replace("\n", "")
    for name, field in fields.items():
        if name in text:
            return str(field.label)
    return "記載欄"
