"""Judge a template by what is seen: filled with marks, set, and each mark looked for on the pages where it must stand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import normalize

from forms.finish.pdf_text import pdf_pages
from forms.own_templates.built_in import once
from forms.paper.compiling import compile_template
from forms.paper.fill import fill
from forms.press.engines import press
from forms.press.typeset.package import W, parse_xml
from validators.errors import CannotDrawError, YoshikiError
from validators.kinds import KINDS
from validators.model import FURTHER, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.paper.templates import Template
    from forms.paper.zips import Filled
    from validators.model import Field, Form, Severity

_FIRST_DAY: Final = date(2003, 1, 1)
_LINES: Final = 12  # of a narrative that does not fit a box of one or two lines
_BLANKS: Final = re.compile(r"\s+")
# What Word calls a damaged file: a table without rows, a row without cells, a cell without a paragraph.
_EMPTY: Final = (
    ("tbl", ("tr", "sdt"), "表", "行"),
    ("tr", ("tc", "sdt"), "行", "セル"),
    ("tc", ("p", "sdt"), "セル", "段落"),
)


class Seen(NamedTuple):
    """What is wrong with what is seen, how much, the field it is about (empty: the whole)."""

    message: str
    severity: Severity = "error"
    field: str = ""


def look_at(docx: bytes, form: Form) -> list[Seen]:
    """Return what is wrong with the papers a template makes: of marks, of nothing, of long narratives.

    A mark must stand in the PDF wherever it stands in that of the built-in paper; the mark of a copy on every page.
    """
    try:
        template = compile_template(docx)
        return [
            *_empty(form, template),
            *_of_marks(form, template),
            *_of_long(form, template),
        ]
    except CannotDrawError as error:
        return [Seen(f"{error.message}{error.action}")]
    except YoshikiError as error:
        return [Seen(error.message)]


def _marked(
    fields: Mapping[str, Field], numbers: Iterator[int]
) -> Iterator[tuple[str, Any, dict[str, tuple[str, str]]]]:
    """Yield name and value of every field, and its marks: mark → (label, name of the outermost field)."""
    for name, field in fields.items():
        if field.type == "list":
            items: list[Any] = []
            told: dict[str, tuple[str, str]] = {}
            for _ in range(2):
                if field.fields:
                    item = {}
                    for inner, value, marks in _marked(field.fields, numbers):
                        item[inner] = value
                        told |= {mark: (label, name) for mark, (label, _) in marks.items()}
                    items.append(item)
                else:
                    value, mark = _mark(field, field.of, next(numbers))
                    items.append(value)
                    told |= {mark: (field.label, name)} if mark else {}
            yield name, items, told
        else:
            value, mark = _mark(field, field.type, next(numbers))
            yield name, value, {mark: (field.label, name)} if mark else {}


def _mark(field: Field, kind: str, number: int) -> tuple[Any, str]:
    """Return a value of this type that no other field has, and the mark by which it is known; no mark where there is none."""
    day, minute = _FIRST_DAY + timedelta(days=37 * number), f"10:{number % 60:02}"
    words = f"03-0000-{number:04}" if kind == "phone" else f"目印{number:04}番"
    shown = f"{day.month}月{day.day}日"
    option = next(iter(field.options), "")
    return {
        "text": (words, words),
        "name": (words, words),
        "number": (10_000 + number, f"{10_000 + number:,}"),
        "day": (day.isoformat(), shown),
        "moment": (f"{day.isoformat()}T{minute}", shown),
        "clock": (minute, ""),
        "option": (option, ""),
        "truth": (True, ""),
    }[KINDS[kind].shape]


def _empty(form: Form, template: Template) -> Iterator[Seen]:
    paper = fill(form, Record(form.slug, "trial", {}), {}, template=template)
    yield from _damage(paper)
    pressed = press(paper, title=form.title)
    if pressed.engine == "libreoffice":
        yield Seen(f"{pressed.refused}LibreOfficeで作るので、PDF/UAとは名のりません。", "warning")


def _filled_with_marks(form: Form, template: Template | None = None) -> Filled:
    data = {name: value for name, value, _ in _marked(form.fields, count(1))}
    return fill(form, Record(form.slug, "trial", data), {}, copy=_copy(form), template=template)


def _copy(form: Form) -> str:
    return (form.copies or FURTHER)[0]


def _pages(paper: Filled, form: Form) -> list[str]:
    return [_flat(page) for page in pdf_pages(press(paper, title=form.title).pdf)]


def _marks_of_built_in(form: Form) -> dict[str, tuple[str, str]]:
    """Return the marks that stand on the form's own paper: mark → (label, name of the outermost field)."""
    pages = _pages(_filled_with_marks(form), form)
    marks = {mark: told for _, _, marks in _marked(form.fields, count(1)) for mark, told in marks.items()}
    return {mark: told for mark, told in marks.items() if any(_flat(mark) in page for page in pages)}


def _of_marks(form: Form, template: Template) -> Iterator[Seen]:
    paper, copy = _filled_with_marks(form, template), _copy(form)
    yield from _damage(paper)
    own = _pages(paper, form)
    for mark, (label, name) in once(_marks_of_built_in, form).items():
        if not any(_flat(mark) in page for page in own):
            yield Seen(
                f"「{label}」の記載が紙に現れません。隠し文字、いつも成り立たない条件、「{{{{r … }}}}」などになっていないか確かめてください。",
                field=name,
            )
    missing = [str(number) for number, page in enumerate(own, 1) if copy not in page]
    if missing and len(missing) < len(own):
        yield Seen(
            f"「{copy}」などの別（{{{{ form.copy }}}}）が、{'・'.join(missing)}ページ目にありません。どのページにも印字してください。"
        )


def _of_long(form: Form, template: Template) -> Iterator[Seen]:
    """Draw the paper with narratives that outgrow small boxes: what does not fit must be refused now, not with the first paper."""
    long = "\n".join(f"架空の記載の{line}行目。長い経過を書く欄に収まるかを見る。" for line in range(1, _LINES + 1))

    def filled(fields: Mapping[str, Field]) -> dict[str, Any]:
        data: dict[str, Any] = {name: long for name, field in fields.items() if field.type == "text"}
        return data | {name: [filled(field.fields)] for name, field in fields.items() if field.fields}

    press(fill(form, Record(form.slug, "trial", filled(form.fields)), {}, template=template), title=form.title)
    yield from ()


def _damage(paper: Filled) -> Iterator[Seen]:
    for name, data in paper.parts.items():
        if name.endswith(".xml") and b"<w:tbl>" in data:
            root = parse_xml(data)
            for tag, held, called, kind in _EMPTY:
                elements = enumerate(root.iter(W + tag), 1)
                first = next((n for n, each in elements if all(each.find(W + one) is None for one in held)), 0)
                if first:
                    yield Seen(
                        f"{first}番目の{called}の{kind}が、記載によっては一つもなくなり、Wordで開けない文書になります。"
                        f"条件や繰り返しの外にも{kind}を置いてください。"
                    )


def _flat(text: str) -> str:
    return _BLANKS.sub("", normalize("NFKC", text))
