"""Set sections: page size, margins, grid, headers and footers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forms.press.typeset.context import CharacterGrid
from forms.press.typeset.engine.emit import group, join, pt
from forms.press.typeset.flow import Flow
from forms.press.typeset.package import R, W, parse_xml
from forms.press.typeset.paragraphs.paragraph import default_look
from forms.press.typeset.reading.bound import as_shown
from forms.press.typeset.reading.styles import TWIP, is_on, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.reading.body import Piece, SectionBody

_KNOWN = {
    W + name
    for name in (
        "headerReference",
        "footerReference",
        "pgSz",
        "pgMar",
        "type",
        "docGrid",
        "titlePg",
        "cols",
        "pgNumType",
        "formProt",
        "noEndnote",
        "footnotePr",
        "endnotePr",
        "paperSrc",
        "printerSettings",
        "vAlign",
        "textDirection",
        "pgBorders",
        "lnNumType",
        "bidi",
    )
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section's geometry in points, and its parts by kind: (header or footer, default/first/even) → part name."""

    width: float = 595.3
    height: float = 841.9
    top: float = 72.0
    right: float = 72.0
    bottom: float = 72.0
    left: float = 72.0
    header: float = 36.0
    footer: float = 36.0
    grid: CharacterGrid = field(default_factory=CharacterGrid)
    continuous: bool = False
    first_differs: bool = False
    start: int | None = None
    parts: tuple[tuple[tuple[str, str], str], ...] = ()


def read_section(drawing: Drawing, element: etree._Element | None, before: Section | None) -> Section:
    """Read a w:sectPr; headers and footers it does not name are those of the section before."""
    section = Section() if before is None else Section(parts=before.parts)
    if element is None:
        return section
    for child in element:
        if child.tag not in _KNOWN:
            drawing.refuse(f"セクションの書式 {child.tag.rpartition('}')[2]}", "本文")
    size, margins, grid = element.find(W + "pgSz"), element.find(W + "pgMar"), element.find(W + "docGrid")

    def length(of: etree._Element | None, name: str, default: float) -> float:
        value = None if of is None else number(of, name, TWIP)
        return default if value is None else value

    _refuse_section(drawing, element)
    kind, numbers, first = element.find(W + "type"), element.find(W + "pgNumType"), element.find(W + "titlePg")
    start = None if numbers is None else number(numbers, "start")
    return replace(
        section,
        width=length(size, "w", section.width),
        height=length(size, "h", section.height),
        top=abs(length(margins, "top", 72.0)),
        bottom=abs(length(margins, "bottom", 72.0)),
        left=length(margins, "left", 72.0) + length(margins, "gutter", 0.0),
        right=length(margins, "right", 72.0),
        header=length(margins, "header", 36.0),
        footer=length(margins, "footer", 36.0),
        grid=_grid(grid),
        continuous=kind is not None and kind.get(W + "val") == "continuous",
        first_differs=first is not None and is_on(first),
        start=None if start is None else int(start),
        parts=_parts(drawing, element, section.parts),
    )


def _grid(element: etree._Element | None) -> CharacterGrid:
    kind = "" if element is None else element.get(W + "type", "")
    if element is None or kind not in {"lines", "linesAndChars", "snapToChars"}:
        return CharacterGrid()
    extra = 0.0 if kind == "lines" else (number(element, "charSpace") or 0.0) / 4096
    return CharacterGrid(max(0.0, number(element, "linePitch", TWIP) or 0.0), extra)


def _parts(
    drawing: Drawing, element: etree._Element, inherited: tuple[tuple[tuple[str, str], str], ...]
) -> tuple[tuple[tuple[str, str], str], ...]:
    parts = dict(inherited)
    relations = drawing.package.relations(drawing.package.main)
    for kind in ("header", "footer"):
        for reference in element.iterchildren(f"{W}{kind}Reference"):
            parts[(kind, reference.get(W + "type", "default"))] = relations.get(reference.get(R + "id", ""), "")
    return tuple(sorted(parts.items()))


def _refuse_section(drawing: Drawing, element: etree._Element) -> None:
    columns, direction, numbers = (
        element.find(W + "cols"),
        element.find(W + "textDirection"),
        element.find(W + "pgNumType"),
    )
    kind, align = element.find(W + "type"), element.find(W + "vAlign")
    if columns is not None and (number(columns, "num") or 1) > 1:
        drawing.refuse("段組み", "本文")
    if direction is not None and direction.get(W + "val") not in {"lrTb", "lrTbV"}:
        drawing.refuse("縦書きの用紙", "本文")
    if numbers is not None and numbers.get(W + "fmt", "decimal") not in {"decimal", "numberInDash"}:
        drawing.refuse("算用数字以外のページ番号", "本文")
    if kind is not None and kind.get(W + "val") in {"evenPage", "oddPage", "nextColumn"}:
        drawing.refuse("奇数・偶数ページから始まるセクション", "本文")
    if align is not None and align.get(W + "val") not in {"top", "both"}:
        drawing.refuse("ページ内の上下配置", "本文")
    for name, label in (("pgBorders", "ページ罫線"), ("lnNumType", "行番号"), ("bidi", "右から左への用紙")):
        if element.find(W + name) is not None:
            drawing.refuse(label, "本文")


def set_sections(drawing: Drawing, sections: Sequence[SectionBody]) -> str:
    """Return the code of the whole body."""
    source: list[str] = []
    before: Section | None = None
    for index, (blocks, piece) in enumerate(sections):
        section = _section(drawing, piece, before)
        drawing.move(
            grid=section.grid,
            text_width=section.width - section.left - section.right,
            margin=section.right,
            text_height=section.height - section.top - section.bottom,
        )
        drawing.move(letters=default_look(drawing))
        same = before is not None and replace(section, continuous=before.continuous, grid=before.grid) == before
        if before is not None and section.continuous and not same:
            drawing.refuse("同じページの中で用紙の設定が変わるセクション", "本文")
        if not (section.continuous and same):
            start = "none" if section.start is None else section.start
            opening = f"section({index},{group(_sheet(drawing, section, index))},{start},"
        else:
            opening = "continued("
        flow = Flow(drawing)
        flow.add(blocks)
        source.append(f"{opening}{group(drawing.context.letters.arguments())},{flow.source() or 'none'})")
        before = section
    return join(source)


def _section(drawing: Drawing, piece: Piece | None, before: Section | None) -> Section:
    if piece is None:
        return read_section(drawing, None, before)
    relations = tuple(drawing.package.relations(drawing.package.main).items())
    known = (piece.key, relations, before)
    return drawing.remembered(known, lambda: read_section(drawing, piece.element, before))


def _sheet(drawing: Drawing, section: Section, index: int) -> str:
    parts = tuple(drawing.package.part(name) for _, name in section.parts)
    known = (section, index, parts)
    return drawing.remembered(known, lambda: _page(drawing, section, index))


def _page(drawing: Drawing, section: Section, index: int) -> str:
    margins = ",".join(f"{side}:{pt(getattr(section, side))}" for side in ("top", "right", "bottom", "left"))
    code = f"width:{pt(section.width)},height:{pt(section.height)},margin:({margins})"
    for kind, distance, side in (("header", section.header, "top"), ("footer", section.footer, "bottom")):
        content = _running(drawing, section, kind, index)
        room = getattr(section, side) - distance
        if content:
            held = f"margin-holds({pt(room)},{content})"
            code += f",{kind}:align({side},pad({side}:{pt(distance)},{held}))"
    return code + ",header-ascent:0pt,footer-descent:0pt"


def _running(drawing: Drawing, section: Section, kind: str, index: int) -> str:
    parts = dict(section.parts)
    codes = {which: _part_code(drawing, parts.get((kind, which), ""), kind) for which in ("default", "first", "even")}
    code = codes["default"]
    if drawing.settings.even_and_odd and (codes["even"] or code):
        code = f"on-even({codes['even'] or 'none'},{code or 'none'})"
    if section.first_differs and (codes["first"] or code):
        code = f"on-first({index},{codes['first'] or 'none'},{code or 'none'})"
    return code


def _part_code(drawing: Drawing, part: str, kind: str) -> str:
    data = as_shown(drawing.package, part) if part else None
    if data is None:
        return ""
    root = parse_xml(data)
    drawing.paragraphs = 0
    flow = Flow(drawing)
    with drawing.within(part=part, place="ヘッダー" if kind == "header" else "フッター"):
        flow.add(root)
    drawing.paragraphs = 0
    return (
        flow.source(closed=True)
        if any(text.text for text in root.iter(W + "t", W + "instrText")) or root.find(f".//{W}drawing") is not None
        else ""
    )
