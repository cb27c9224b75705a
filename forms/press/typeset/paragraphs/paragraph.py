"""Set one paragraph: its resolved properties, its pieces, its line height; emitted as one call of a preset."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import LetterLook, paint, pt
from forms.press.typeset.letters.reader import ParagraphReader
from forms.press.typeset.letters.runs import line_factor, look_of, refusals
from forms.press.typeset.letters.stretch import Stretch
from forms.press.typeset.package import BODY, W
from forms.press.typeset.paragraphs.body import bodies, merge, steady_blanks, width_of
from forms.press.typeset.paragraphs.shape import Paragraph, ParagraphShape
from forms.press.typeset.paragraphs.strokes import stroke
from forms.press.typeset.reading.numbering import UnknownNumberError
from forms.press.typeset.reading.styles import Properties, read_paragraph, read_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.reading.styles import Style

_ALIGN = {
    "left": "left",
    "start": "left",
    "right": "right",
    "end": "right",
    "center": "center",
    "both": "both",
    "distribute": "spread",
    "thaiDistribute": "spread",
    "lowKashida": "both",
    "mediumKashida": "both",
    "highKashida": "both",
}
NO_BORDERS: dict[str, tuple[float, str, str, float]] = {}


def resolve(drawing: Drawing, element: etree._Element) -> tuple[Properties, Properties, Style | None]:
    """Return the properties of a w:p, what its runs start from, and its style."""
    own = element.find(W + "pPr")
    named = None if own is None else own.find(W + "pStyle")
    style = drawing.sheet.paragraph_style(None if named is None else named.get(W + "val"))
    base, runs = drawing.sheet.under(style, drawing.context.cells)
    properties = read_paragraph(own, dict(base)) if own is not None else base
    return properties, runs, style


def set_paragraph(drawing: Drawing, element: etree._Element) -> Paragraph:
    """Turn a w:p into a placed paragraph; what cannot be drawn is noted on `drawing`."""
    drawing.paragraphs += 1
    properties, runs, style = resolve(drawing, element)
    pieces = ParagraphReader(drawing, runs).read(element)
    for name in refusals(properties):
        drawing.refuse(name)
    mark = properties_of_mark(element, runs)
    if properties.get("list", "0") != "0":
        properties = _number(drawing, properties, pieces, mark, _nearer(element, style))
    return _compose(drawing, properties, pieces, mark, style)


def default_look(drawing: Drawing) -> LetterLook:
    """Return the look of the default paragraph style in the current section."""
    style = drawing.sheet.paragraph_style(None)
    paragraph, run = (drawing.sheet.paragraph, drawing.sheet.run) if style is None else (style.paragraph, style.run)
    return _looks(drawing, paragraph)(run)


def _looks(drawing: Drawing, properties: Properties) -> Callable[[Properties], LetterLook]:
    rule, line = properties.get("line.rule", "auto"), properties.get("line", 240.0)
    snap, autospace = properties.get("grid", True), properties.get("autospace", True)

    def look(of: Properties) -> LetterLook:
        plain = look_of(of, autospace=autospace, pitch=drawing.context.grid.extra if snap else 0.0)
        natural = of.get("size", 10.0) * line_factor(of.get("font.eastAsia") or of.get("font.ascii", ""))
        height = drawing.line_height(natural, rule, line, snap=snap)
        above = max(0.0, height - natural) if rule == "atLeast" and not drawing.on_grid(snap=snap) else 0.0
        return plain._replace(line=height, exact=rule == "exact", above=above)

    return look


def properties_of_mark(element: etree._Element, runs: Properties) -> Properties:
    """Return the properties of the paragraph mark, which give an empty line its height."""
    own = element.find(f"{W}pPr/{W}rPr")
    return runs if own is None else read_run(own, dict(runs))


def _number(
    drawing: Drawing, properties: Properties, pieces: list[Stretch], mark: Properties, nearer: Properties
) -> Properties:
    """Put the paragraph's number before its pieces; return its properties with those of its list under what is `nearer`."""
    drawing.lasting = False
    try:
        counted = drawing.numbering.next(properties["list"], properties.get("list.level", 0))
    except UnknownNumberError as unknown:
        drawing.refuse(str(unknown))
        return properties
    if counted is None:
        drawing.refuse("定義のない箇条書き番号")
        return properties
    text, level = counted
    look = {**mark, **level.run}
    if level.suffix == "tab":
        pieces.insert(0, Stretch("tab", "", look))
    elif level.suffix == "space":
        text += " "
    pieces.insert(0, Stretch("text", text, look))
    tabs = {**level.paragraph.get("tabs", {}), **properties.get("tabs", {})}
    farther = {key: value for key, value in level.paragraph.items() if key not in nearer}
    return {**properties, **farther, "tabs": tabs}


def _nearer(element: etree._Element, style: Style | None) -> Properties:
    """Return what stands nearer to a paragraph than its list: its own properties, those of the style that names the list."""
    own = read_paragraph(element.find(W + "pPr"), {})
    if "list" in own or style is None:
        return own
    chain = [read_paragraph(each.find(W + "pPr"), {}) for each in style.chain]
    names = [index for index, each in enumerate(chain) if "list" in each]
    said = [*chain[names[-1] if names else 0 :], own]
    return {key: value for each in said for key, value in each.items()}


def _compose(
    drawing: Drawing, properties: Properties, pieces: list[Stretch], mark: Properties, style: Style | None
) -> Paragraph:
    look = _looks(drawing, properties)
    snap = properties.get("grid", True)
    merged = merge(drawing, pieces, look)
    first_look = next((own for piece, own in merged if piece.kind == "text"), None)
    base = look(mark) if first_look is None else first_look
    em = mark.get("size", base.size) + (drawing.context.grid.extra if snap else 0.0)
    left, right, first = (
        properties.get(name + ".chars", 0.0) * em if properties.get(name + ".chars") else properties.get(name, 0.0)
        for name in ("left", "right", "first")
    )
    align = _ALIGN.get(properties.get("align", "left"), "")
    if not align:
        drawing.refuse(f"段落の配置 {properties.get('align')}")
    room = drawing.context.text_width - left - right - max(0.0, first)
    steady = [part for piece, own in merged for part in steady_blanks(piece, own)] if align == "both" else merged
    flush = align in {"right", "center"}
    pages = bodies(
        drawing,
        steady,
        base,
        properties,
        left=left,
        first=first,
        edge=drawing.context.text_width - right,
        room=room,
        flush=flush,
    )
    level = _heading(drawing, properties, style, merged)
    unit = drawing.context.grid.pitch or 12.0
    before, after = (
        properties.get(name + ".lines", 0.0) * unit or properties.get(name, 0.0) for name in ("before", "after")
    )
    text_units = sum(width_of(piece.text) for piece, _ in merged if piece.kind == "text")
    breaks = sum(piece.kind == "line" for piece, _ in merged)
    width = max(base.size, drawing.context.text_width - left - right)
    single = text_units <= 1 and align == "spread"
    box = _box(drawing, properties, left + min(first, 0.0), right)
    if box:
        left, right = max(0.0, -first), 0.0
    shape = ParagraphShape(
        "center" if single else align,
        left,
        right,
        first,
        level,
        keeps_next=bool(properties.get("keep.next")),
        keeps_lines=bool(properties.get("keep.lines")),
    )
    # Typst enlarges headings by their level: theirs is said in full.
    letters = base.arguments(None if level else drawing.context.letters)
    return Paragraph(
        shape=shape,
        letters=letters,
        body=pages[-1],
        before=before,
        after=after,
        line=base.line,
        size=base.size,
        units=text_units,
        simple=all(piece.kind == "text" for piece, _ in merged),
        height=before + after + base.line * max(1, breaks + math.ceil(text_units * base.size / width)),
        style="" if style is None else style.name,
        contextual=bool(properties.get("contextual")),
        breaks_page=bool(properties.get("break.before")),
        keeps_next=bool(properties.get("keep.next")),
        box=box,
        parts=tuple(pages[:-1]),
        called=_title(merged) if level else "",
    )


def _heading(
    drawing: Drawing, properties: Properties, style: Style | None, merged: list[tuple[Stretch, LetterLook]]
) -> int:
    if drawing.context.part != BODY or not any(piece.kind == "text" and piece.text.strip() for piece, _ in merged):
        return 0
    if style is not None and style.name == "title":
        return drawing.outline_level(-1)
    outline = int(properties.get("outline", 9))
    return drawing.outline_level(outline) if outline < 9 else 0  # noqa: PLR2004 (9 is body text)


def _title(merged: list[tuple[Stretch, LetterLook]]) -> str:
    """Return what a heading is called where its letters alone do not say it: "" for a heading of text only."""
    if all(piece.kind == "text" for piece, _ in merged):
        return ""
    return "".join(piece.text if piece.kind == "text" else " " if piece.kind == "tab" else "" for piece, _ in merged)


def _box(drawing: Drawing, properties: Properties, left: float, right: float) -> str:
    borders = properties.get("borders", NO_BORDERS)
    fill = properties.get("shade", "")
    if not borders and fill in {"", "#ffffff"}:
        return ""
    strokes = "".join(
        f"{side}:{stroke(drawing, edge[:3])},"
        for side, edge in borders.items()
        if side in {"left", "right", "top", "bottom"}
    )
    space = "".join(
        f"{side}:{pt(edge[3])}," for side, edge in borders.items() if side in {"left", "right", "top", "bottom"}
    )
    shade = f",fill:{paint(fill)}" if fill else ""
    return f"{pt(left)},{pt(right)},width:100%,stroke:({strokes or ':'}),outset:({space or ':'}){shade}"
