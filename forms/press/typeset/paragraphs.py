"""Set one paragraph: its resolved properties, its pieces, its line height; emitted as one call of a preset."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forms.press.typeset.emit import Look, group, hold_trailing_blanks, join, paint, pt, quote, say_within
from forms.press.typeset.inline import Piece, Reader
from forms.press.typeset.package import W
from forms.press.typeset.runs import decorate, look_of, refusals
from forms.press.typeset.styles import TWIP, Properties, read_paragraph, read_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from forms.press.typeset.document import Drawing
    from forms.press.typeset.emit import Presets
    from forms.press.typeset.styles import Style

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
_OPENING = frozenset("‘“（［｛〔〈《「『【〖｟〝")
_CLOSING = frozenset("’”）］｝〕〉》」』】〗｠〟、。，．")
_BLANKS = re.compile("(\u3000+)")
_LEADERS = {"dot": ".", "middleDot": "・", "hyphen": "-", "underscore": "_", "heavy": "_"}
_DECORATIONS = ("underline", "strike", "dstrike", "shade", "highlight", "scale", "fit")
NO_BORDERS: dict[str, tuple[float, str, str, float]] = {}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph ready to be placed; code is a call that still wants the space above it."""

    shape: Shape
    letters: str  # arguments of `text` that differ from the section's
    body: str  # code
    before: float
    after: float
    line: float
    size: float
    units: float  # full-width letters in it, about
    simple: bool  # only text: no break, image or field
    height: float  # points, estimated
    style: str
    contextual: bool
    breaks_page: bool
    keeps_next: bool
    box: str  # what surrounds it (borders, shade) as arguments of `block`; "" for nothing
    parts: tuple[str, ...] = ()  # the bodies before the last one, each ended by a page break

    def alone(self, presets: Presets) -> str:
        """Return the code of the only paragraph of a cell, without the space above and below."""
        if not self.body:
            return f"v({pt(self.line)})"
        name = presets.call("q", self.shape, self.letters, Shape.inline)
        return f"{name}({self.body})" if name else self.body

    def at(self, presets: Presets, above: float) -> str:
        """Return the code that places it `above` points under what precedes it."""
        return self.place(presets, self.body, above)

    def place(self, presets: Presets, body: str, above: float) -> str:
        """Return the code that places other letters as this paragraph's are."""
        if not body:
            return f"block(above:{pt(above)},height:{pt(self.line)},breakable:false{',sticky:true' * self.keeps_next})"
        return f"{presets.call('p', self.shape, self.letters, Shape.block)}({pt(above)},{body})"


def resolve(drawing: Drawing, element: etree._Element) -> tuple[Properties, Properties, Style | None]:
    """Return the properties of a w:p, what its runs start from, and its style."""
    own = element.find(W + "pPr")
    named = None if own is None else own.find(W + "pStyle")
    style = drawing.sheet.paragraph_style(None if named is None else named.get(W + "val"))
    base, runs = drawing.sheet.under(style, drawing.cells)
    properties = read_paragraph(own, dict(base)) if own is not None else base
    return properties, runs, style


def set_paragraph(drawing: Drawing, element: etree._Element) -> Paragraph:
    """Turn a w:p into a placed paragraph; what cannot be drawn is noted on `drawing`."""
    drawing.paragraphs += 1
    properties, runs, style = resolve(drawing, element)
    pieces = Reader(drawing, runs).read(element)
    for name in refusals(properties):
        drawing.refuse(name)
    mark = properties_of_mark(element, runs)
    if properties.get("list", "0") != "0":
        properties = _number(drawing, properties, pieces, mark)
    return _compose(drawing, properties, pieces, mark, style)


def default_look(drawing: Drawing) -> Look:
    """Return the look of the default paragraph style in the current section."""
    style = drawing.sheet.paragraph_style(None)
    paragraph, run = (drawing.sheet.paragraph, drawing.sheet.run) if style is None else (style.paragraph, style.run)
    return _looks(drawing, paragraph)(run)


def _looks(drawing: Drawing, properties: Properties) -> Callable[[Properties], Look]:
    rule, line = properties.get("line.rule", "auto"), properties.get("line", 240.0)
    snap, autospace = properties.get("grid", True), properties.get("autospace", True)

    def look(of: Properties) -> Look:
        plain = look_of(of, autospace=autospace, pitch=drawing.grid.extra if snap else 0.0)
        height = drawing.line_height(of.get("size", 10.0), rule, line, snap=snap)
        return plain._replace(line=height, exact=rule == "exact")

    return look


def properties_of_mark(element: etree._Element, runs: Properties) -> Properties:
    """Return the properties of the paragraph mark, which give an empty line its height."""
    own = element.find(f"{W}pPr/{W}rPr")
    return runs if own is None else read_run(own, dict(runs))


def _number(drawing: Drawing, properties: Properties, pieces: list[Piece], mark: Properties) -> Properties:
    drawing.lasting = False
    counted = drawing.numbering.next(properties["list"], properties.get("list.level", 0))
    if counted is None:
        drawing.refuse("定義のない箇条書き番号")
        return properties
    text, level = counted
    look = {**mark, **level.run}
    if level.suffix == "tab":
        pieces.insert(0, Piece("tab", "", look))
    elif level.suffix == "space":
        text += " "
    pieces.insert(0, Piece("text", text, look))
    # Word: the level's indents stand between the style's and the paragraph's own.
    return {
        **level.paragraph,
        **{key: value for key, value in properties.items() if not _is_default_indent(key, properties, level.paragraph)},
    }


def _is_default_indent(key: str, properties: Properties, level: Properties) -> bool:
    return key in level and key.partition(".")[0] in {"left", "first", "right"} and not properties[key]


def _compose(
    drawing: Drawing, properties: Properties, pieces: list[Piece], mark: Properties, style: Style | None
) -> Paragraph:
    look = _looks(drawing, properties)
    snap = properties.get("grid", True)
    merged = _merge(drawing, pieces, look)
    first_look = next((own for piece, own in merged if piece.kind == "text"), None)
    base = look(mark) if first_look is None else first_look
    em = mark.get("size", base.size) + (drawing.grid.extra if snap else 0.0)
    left, right, first = (
        properties.get(name + ".chars", 0.0) * em if properties.get(name + ".chars") else properties.get(name, 0.0)
        for name in ("left", "right", "first")
    )
    align = _ALIGN.get(properties.get("align", "left"), "")
    if not align:
        drawing.refuse(f"段落の配置 {properties.get('align')}")
    room = drawing.text_width - left - right - max(0.0, first)
    steady = [part for piece, own in merged for part in _steady_blanks(piece, own)] if align == "both" else merged
    bodies = _bodies(drawing, steady, base, properties, left=left, first=first, room=room)
    level = _heading(drawing, properties, style, merged)
    unit = drawing.grid.pitch or 12.0
    before, after = (
        properties.get(name + ".lines", 0.0) * unit or properties.get(name, 0.0) for name in ("before", "after")
    )
    text_units = sum(_width(piece.text) for piece, _ in merged if piece.kind == "text")
    breaks = sum(piece.kind == "line" for piece, _ in merged)
    width = max(base.size, drawing.text_width - left - right)
    single = text_units <= 1 and align == "spread"
    box = _box(drawing, properties, left + min(first, 0.0), right)
    if box:
        left, right = max(0.0, -first), 0.0
    shape = Shape(
        "center" if single else align,
        left,
        right,
        first,
        level,
        keeps_next=bool(properties.get("keep.next")),
        keeps_lines=bool(properties.get("keep.lines")),
    )
    # Typst enlarges headings by their level: theirs is said in full.
    letters = base.arguments(None if level else drawing.letters)
    return Paragraph(
        shape=shape,
        letters=letters,
        body=bodies[-1],
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
        parts=tuple(bodies[:-1]),
    )


def _width(text: str) -> float:
    return sum(0.5 if character < "\u0100" else 1.0 for character in text)


def _merge(drawing: Drawing, pieces: list[Piece], look: Callable[[Properties], Look]) -> list[tuple[Piece, Look]]:
    """Join neighbours that look the same, so that a name split by Word over runs stays one text."""
    merged: list[tuple[Piece, Look]] = []
    seen: dict[int, Look] = {}
    for piece in pieces:
        own = seen.get(id(piece.properties))
        if own is None:
            own = seen[id(piece.properties)] = look(piece.properties)
            for name in refusals(piece.properties):
                drawing.refuse(name)
        if piece.kind == "text":
            if not piece.text:
                continue
            drawing.characters.append(piece.text)
            if (
                merged
                and merged[-1][0].kind == "text"
                and merged[-1][1] == own
                and _same_decoration(merged[-1][0], piece)
            ):
                last = merged[-1][0]
                merged[-1] = (Piece("text", last.text + piece.text, last.properties), own)
                continue
        merged.append((piece, own))
    return merged


def _same_decoration(one: Piece, other: Piece) -> bool:
    return one.properties is other.properties or all(
        one.properties.get(key) == other.properties.get(key) for key in _DECORATIONS
    )


def _code(drawing: Drawing, piece: Piece, own: Look, base: Look, room: float) -> str:
    if piece.kind == "code":
        code = piece.text
    else:
        text, blanks = hold_trailing_blanks(piece.text)
        code = join(
            (say_within(text, own.tracking, room / own.size) if text else "", f"h({blanks:g}em)" if blanks else "")
        )
    code = decorate(code, piece.properties, len(piece.text)) if piece.kind == "text" else code
    if own != base and (arguments := own.arguments(base)):
        return f"{drawing.presets.name('t', f'letters.with({group(arguments)})')}({code})"
    return code


def _bodies(
    drawing: Drawing,
    merged: list[tuple[Piece, Look]],
    base: Look,
    properties: Properties,
    *,
    left: float,
    first: float,
    room: float,
) -> list[str]:
    """Return the code of the paragraph, cut at page breaks; the blanks before a cut, a tab or the end keep their width."""
    flush = _ALIGN.get(properties.get("align", "left")) in {"right", "center"}
    pages: list[list[list[list[str]]]] = [[[[]]]]  # pages, lines, what stands between tabs, pieces
    tabs = any(piece.kind == "tab" for piece, _ in merged)
    spread = 0.0  # what the letters before put between themselves and what follows
    for piece, own in merged:
        if piece.kind == "page":
            pages.append([[[]]])
        elif piece.kind == "line":
            pages[-1].append([[]])
        elif piece.kind == "tab":
            pages[-1][-1].append([])
        else:
            pieces = pages[-1][-1][-1]
            if spread and pieces:
                pieces.append(f"h({pt(spread)})")
            pieces += _whole_brackets(piece, _code(drawing, piece, own, base, room), begins=not pieces, ends=flush)
            spread = own.tracking
    if not tabs:
        return [join([code for line in lines for code in ("linebreak()", *line[0])][1:]) for lines in pages]
    stops = dict(properties.get("tabs", {}))
    if first < 0:
        stops.setdefault(round(left, 2), ("left", "none"))
    for kind, _ in stops.values():
        if kind not in {"left", "right", "center", "bar"}:
            drawing.refuse(f"タブ {kind}")
    listed = "".join(
        f"({pt(position)},{quote(kind)},{quote(_LEADERS.get(leader, ''))}),"
        for position, (kind, leader) in sorted(stops.items())
        if kind != "bar"
    )
    step = pt(drawing.settings.tab_step)
    return [
        f"tabbed({pt(left + first)},{pt(left)},({listed}),{step},("
        + "".join("(" + "".join(f"{join(cell) or chr(34) * 2}," for cell in line) + ")," for line in lines)
        + "))"
        for lines in pages
    ]


def _steady_blanks(piece: Piece, own: Look) -> list[tuple[Piece, Look]]:
    """Keep full-width blanks as wide as a letter: Typst would stretch them alone to fill a line, Word stretches all alike."""
    if piece.kind != "text" or "\u3000" not in piece.text.rstrip(" \u3000"):
        return [(piece, own)]
    end = len(piece.text.rstrip(" \u3000"))
    parts = _BLANKS.split(piece.text[:end])
    parts[-1] += piece.text[end:]
    return [
        (Piece("code", f"blanks({len(part)})", piece.properties), own)
        if part[0] == "\u3000"
        else (replace(piece, text=part), own)
        for part in parts
        if part
    ]


def _whole_brackets(piece: Piece, code: str, *, begins: bool, ends: bool) -> list[str]:
    """Keep the blank half of a bracket that begins a line, or ends one set to the right, which Typst would cut."""
    text = piece.text if piece.kind == "text" else ""
    return [
        *(["gap"] if begins and text[:1] in _OPENING and text else []),
        code,
        *(["gap"] if ends and text[-1:] in _CLOSING and text else []),
    ]


def _heading(drawing: Drawing, properties: Properties, style: Style | None, merged: list[tuple[Piece, Look]]) -> int:
    if drawing.part != "word/document.xml" or not any(
        piece.kind == "text" and piece.text.strip() for piece, _ in merged
    ):
        return 0
    if style is not None and style.name == "title":
        return drawing.outline_level(-1)
    outline = int(properties.get("outline", 9))
    return drawing.outline_level(outline) if outline < 9 else 0  # noqa: PLR2004 (9 is body text)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands: alignment, indents in points, heading level (0: none), what it is kept with."""

    align: str
    left: float
    right: float
    first: float
    level: int
    keeps_next: bool
    keeps_lines: bool

    def block(self, letters: str) -> str:
        """Return the preset of a paragraph among others: (space above, body)."""
        frame = group(self._inset() + "sticky:true," * self.keeps_next + "breakable:false," * self.keeps_lines)
        if self.level:
            return f"titled.with({self.level},{self._standing()},{frame},{group(letters)})"
        if self.align == "spread":
            return f"paragraph.with(none,{frame},none,{group(letters)})"
        options = f"justify:{'true' if self.align == 'both' else 'false'}"
        if self.first > 0:
            options += f",first-line-indent:(amount:{pt(self.first)},all:true)"
        elif self.first < 0:
            options += f",hanging-indent:{pt(-self.first)}"
        return f"paragraph.with({self._where()},{frame},{group(options)},{group(letters)})"

    def inline(self, letters: str) -> str:
        """Return the preset of a cell's only paragraph: (body); "" when nothing is to be set."""
        inset = self._inset()
        if not (letters or inset or self.first < 0 or self.align in {"both", "right", "center", "spread"}):
            return ""
        return f"written.with({self._standing()},{group(inset)},{group(letters)})"

    def _standing(self) -> str:
        justify = "true" if self.align in {"both", "spread"} else "false"
        return f"({quote('spread') if self.align == 'spread' else self._where()},{justify},{pt(self.first)})"

    def _where(self) -> str:
        return self.align if self.align in {"right", "center"} else "none"

    def _inset(self) -> str:
        start = self.left + min(self.first, 0.0)
        sides = "".join(f"{side}:{pt(value)}," for side, value in (("left", start), ("right", self.right)) if value)
        return f"inset:({sides})," if sides else ""


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


def stroke(drawing: Drawing, edge: tuple[float, str, str]) -> str:
    """Return a border's stroke; kinds that are not drawn are refused."""
    width, kind, colour = edge
    dashes = {
        "single": "",
        "thick": "",
        "dotted": "dotted",
        "dashed": "dashed",
        "dashSmallGap": "dashed",
        "dotDash": "dash-dotted",
    }
    if kind not in dashes:
        drawing.refuse(f"罫線 {kind}")
        return "none"
    dash = f",dash:{quote(dashes[kind])}" if dashes[kind] else ""
    return drawing.presets.name("s", f"(paint:{paint(colour)},thickness:{pt(width)}{dash})")


__all__ = ["TWIP", "Paragraph", "resolve", "set_paragraph", "stroke"]
