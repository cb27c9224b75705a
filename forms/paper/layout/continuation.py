"""Narrative that outgrows its box: the box says 別紙のとおり, a sheet at the end carries the whole.

A box is written into the template as `{% set boxed %}…{% endset %}{{ box(boxed, ems, lines, label) }}`; `box` (forms/paper/names.py)
decides while the paper is filled and remembers the sheets in `continued`, which stands at the end of every template with a box.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from forms.paper.layout.ooxml import PLAIN, ParagraphLook, control, paragraph
from forms.paper.layout.paper import text_of
from forms.paper.texts import unconditional
from validators.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.paper.layout.paper import Paper
    from validators.model import Form


_PRINTED: Final = re.compile(r"\{\{ ?(\w+) ?\}\}")
_DATED: Final = re.compile(r"\{\{ ?(\w+) ?\| ?wareki(?:_time)? ?\}\}")


def boxed(text: str, *, ems: float, lines: int, label: str, repeated: bool) -> str:
    """Return the text of a cell that holds at most `lines` lines of `ems` characters."""
    number = ", loop.index" if repeated else ""
    name = label.replace("\\", "").replace('"', "").replace("\n", "")
    return f'{{% set boxed %}}{text}{{% endset %}}{{{{ box(boxed, {ems:.1f}, {lines}, "{name}"{number}) }}}}'


def continuation_sheets(paper: Paper) -> str:
    """Return the sheets' part of the template, nothing when no cell has a box."""
    if not _has_box(paper.form.layout):
        return ""
    number = f"{paper.form.number}　" if paper.form.number else ""
    return "".join(
        (
            control("p", "for sheet in continued"),
            paragraph("ContinuationTitle", "{{ sheet.heading }}", ParagraphLook(page_break=True)),
            paragraph("Left", f"様式　　{number}{{{{ form.printed_title }}}}", PLAIN),
            *(paragraph("Left", f"{called}{expression}", PLAIN) for called, expression in _whose(paper.form)),
            paragraph("Left", "欄　　　{{ sheet.label }}", ParagraphLook(after=10)),
            paragraph("ContinuationText", "{{ sheet.text }}", PLAIN),
            control("p", "endfor"),
        )
    )


def _whose(form: Form) -> Iterator[tuple[str, str]]:
    """Yield what tells a loose sheet to its paper: number, name and date, of each the first that the paper itself prints.

    Only what stands on the paper under no condition: the sheet goes to the same readers.
    """
    texts = list(unconditional(form.layout))
    printed = [name for text in texts for name in _PRINTED.findall(text)]
    fields = [form.fields[name] for name in dict.fromkeys(printed) if name in form.fields]
    dated = [name for text in texts for name in _DATED.findall(text)]
    number = next((field for field in fields if field.name.endswith("_no")), None)
    person = next((field for field in fields if KINDS[field.type].shape == "name"), None)
    if number is not None:
        yield "番号　　", f"{{{{ {number.name} }}}}"
    if person is not None:
        yield "氏名　　", f"{{{{ {person.name} }}}}"
    if date := next((name for name in (form.basis, *dated) if name in dated and name in form.fields), ""):
        yield "年月日　", f"{{{{ {date} | wareki }}}}"


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
