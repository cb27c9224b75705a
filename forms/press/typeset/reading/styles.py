"""Resolve WordprocessingML styles: document defaults, inheritance, paragraph and run properties as plain mappings.

A property that is read but not drawn is kept as `!名称`, so that the place where it is used can be named.
Lengths are points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from forms.press.typeset.package import W, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

Properties = dict[str, Any]

TWIP = 0.05
_MEASURE = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(pt|mm|cm|in|pc|pi|%)?")
_UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0, "pi": 12.0}
_OFF = frozenset({"0", "false", "off", "none"})


def is_on(element: etree._Element) -> bool:
    """Read an on/off property: present and not switched off."""
    return element.get(W + "val", "1") not in _OFF


def number(element: etree._Element, name: str, unit: float = 1.0) -> float | None:
    """Return a numeric attribute times `unit` (points, or what is counted), None when absent or not a number.

    A measure with a unit of its own, as Strict documents write it, is returned in points; a percentage
    counts as a number (ISO/IEC 29500-1, 22.9.2.15 and 22.9.2.9).
    """
    found = _MEASURE.fullmatch(element.get(W + name, "").strip())
    return None if found is None else float(found[1]) * _UNITS.get(found[2], unit)


def border(element: etree._Element) -> tuple[float, str, str] | None:
    """Return a border as (width in pt, kind, colour #rrggbb or ""), None for no border."""
    kind = element.get(W + "val", "nil")
    if kind in {"nil", "none"}:
        return None
    width = (number(element, "sz") or 4.0) / 8
    return (width, kind, colour(element.get(W + "color")))


def colour(value: str | None) -> str:
    """Return #rrggbb, or "" for the automatic colour."""
    return "" if value is None or value == "auto" or len(value) != 6 else f"#{value.lower()}"  # noqa: PLR2004


def shading(element: etree._Element) -> str:
    """Return a shading's colour, "" for none; a pattern is drawn by its fill only when it is clear or solid."""
    if element.get(W + "val") == "solid":
        return colour(element.get(W + "color")) or "#000000"
    return colour(element.get(W + "fill"))


def _flag(name: str) -> Callable[[etree._Element, Properties], None]:
    def read(element: etree._Element, into: Properties) -> None:
        into[name] = is_on(element)

    return read


def _value(name: str) -> Callable[[etree._Element, Properties], None]:
    def read(element: etree._Element, into: Properties) -> None:
        into[name] = element.get(W + "val", "")

    return read


def _length(name: str, unit: float) -> Callable[[etree._Element, Properties], None]:
    def read(element: etree._Element, into: Properties) -> None:
        if (value := number(element, "val", unit)) is not None:
            into[name] = value

    return read


def _ignore(_element: etree._Element, _into: Properties) -> None:
    return None


def _fonts(element: etree._Element, into: Properties) -> None:
    for channel in ("ascii", "eastAsia"):
        if name := element.get(W + channel):
            into["font." + channel] = name
        elif theme := element.get(W + channel + "Theme"):
            into["font." + channel] = "ゴシック" if theme.startswith("major") else "明朝"


def _underline(element: etree._Element, into: Properties) -> None:
    kind = element.get(W + "val", "single")
    into["underline"] = "" if kind == "none" else kind


def _shade(element: etree._Element, into: Properties) -> None:
    into["shade"] = shading(element)


def _fit(element: etree._Element, into: Properties) -> None:
    into["fit"] = (number(element, "val", TWIP) or 0.0, element.get(W + "id", ""))


RUN: dict[str, Callable[[etree._Element, Properties], None]] = {
    "rStyle": _value("style"),
    "rFonts": _fonts,
    "b": _flag("bold"),
    "i": _flag("!斜体"),
    "strike": _flag("strike"),
    "dstrike": _flag("dstrike"),
    "u": _underline,
    "sz": _length("size", 0.5),
    "color": lambda element, into: into.update(colour=colour(element.get(W + "val"))),
    "vertAlign": _value("script"),
    "spacing": _length("tracking", TWIP),
    "w": _length("scale", 0.01),
    "position": _length("raise", 0.5),
    "shd": _shade,
    "highlight": _value("highlight"),
    "caps": _flag("caps"),
    "vanish": _flag("vanish"),
    "fitText": _fit,
    "smallCaps": _flag("!小型英大文字"),
    "outline": _flag("!中抜き文字"),
    "shadow": _flag("!影付き文字"),
    "emboss": _flag("!浮き出し文字"),
    "imprint": _flag("!浮き彫り文字"),
    "bdr": lambda element, into: into.update({"!囲み線の文字": border(element) is not None}),
    "em": lambda element, into: into.update({"!圏点": element.get(W + "val", "none") != "none"}),
    "eastAsianLayout": lambda element, into: into.update(
        {"!組み文字・縦中横": any(element.get(W + key, "0") not in _OFF for key in ("combine", "vert"))}
    ),
    "ins": _flag("!変更履歴"),
    "del": _flag("!変更履歴"),
    "rPrChange": _flag("!変更履歴"),
}
_RUN_IGNORED = frozenset(
    {"bCs", "iCs", "szCs", "lang", "kern", "snapToGrid", "noProof", "rtl", "cs", "webHidden", "effect", "specVanish"}
)


def _spacing(element: etree._Element, into: Properties) -> None:
    for name in ("before", "after"):
        if (lines := number(element, name + "Lines", 0.01)) is not None and lines:
            into[name + ".lines"] = lines
        if (value := number(element, name, TWIP)) is not None:
            into[name] = value
            into.setdefault(name + ".lines", 0.0)
        if element.get(W + name + "Autospacing", "0") not in _OFF:
            into[name] = 14.0
    if (line := number(element, "line", TWIP)) is not None:
        into["line"] = abs(round(line / TWIP, 4))
        into["line.rule"] = (
            "exact" if line < 0 else element.get(W + "lineRule", "auto")
        )  # Word: a negative pitch is exact


def _indent(element: etree._Element, into: Properties) -> None:
    for name, other in (("left", "start"), ("right", "end")):
        value = number(element, name, TWIP)
        chars = number(element, name + "Chars", 0.01)
        value = number(element, other, TWIP) if value is None else value
        chars = number(element, other + "Chars", 0.01) if chars is None else chars
        if value is not None:
            into[name] = value
            into[name + ".chars"] = 0.0
        if chars is not None:
            into[name + ".chars"] = chars
    for name, sign in (("firstLine", 1.0), ("hanging", -1.0)):
        if (value := number(element, name, sign * TWIP)) is not None:
            into["first"] = value
            into["first.chars"] = 0.0
        if (chars := number(element, name + "Chars", sign * 0.01)) is not None and chars:
            into["first.chars"] = chars


def _tabs(element: etree._Element, into: Properties) -> None:
    stops = dict(into.get("tabs", {}))
    for tab in element:
        position = round(number(tab, "pos", TWIP) or 0.0, 2)
        kind = tab.get(W + "val", "left")
        if kind == "clear":
            stops.pop(position, None)
        else:
            stops[position] = (
                {"start": "left", "end": "right", "num": "left"}.get(kind, kind),
                tab.get(W + "leader", "none"),
            )
    into["tabs"] = stops


def _numbering(element: etree._Element, into: Properties) -> None:
    level, identity = element.find(W + "ilvl"), element.find(W + "numId")
    if level is not None:
        into["list.level"] = int(number(level, "val") or 0)
    if identity is not None:
        into["list"] = identity.get(W + "val", "0")


def _borders(element: etree._Element, into: Properties) -> None:
    sides = {}
    for side in element:
        name = side.tag.removeprefix(W)
        if (edge := border(side)) is not None:
            sides[{"start": "left", "end": "right"}.get(name, name)] = (*edge, number(side, "space") or 0.0)
    into["borders"] = sides


PARAGRAPH: dict[str, Callable[[etree._Element, Properties], None]] = {
    "pStyle": _value("style"),
    "jc": _value("align"),
    "spacing": _spacing,
    "ind": _indent,
    "tabs": _tabs,
    "numPr": _numbering,
    "pBdr": _borders,
    "shd": _shade,
    "keepNext": _flag("keep.next"),
    "keepLines": _flag("keep.lines"),
    "pageBreakBefore": _flag("break.before"),
    "snapToGrid": _flag("grid"),
    "contextualSpacing": _flag("contextual"),
    "outlineLvl": _length("outline", 1.0),
    "autoSpaceDE": _flag("autospace"),
    "framePr": _flag("!レイアウト枠"),
    "textDirection": lambda element, into: into.update({"!縦書きの段落": element.get(W + "val") not in {"lrTb", None}}),
    "bidi": _flag("!右から左への段落"),
    "pPrChange": _flag("!変更履歴"),
}
_PARAGRAPH_IGNORED = frozenset(
    {
        "rPr",
        "sectPr",
        "widowControl",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDN",
        "adjustRightInd",
        "suppressAutoHyphens",
        "suppressLineNumbers",
        "suppressOverlap",
        "mirrorIndents",
        "textAlignment",
        "cnfStyle",
        "divId",
        "textboxTightWrap",
    }
)


def _table(readers: dict[str, Callable[[etree._Element, Properties], None]], ignored: frozenset[str]) -> dict[str, Any]:
    table = {W + name: reader for name, reader in readers.items()}
    table.update({W + name: _ignore for name in ignored})
    return table


_RUN_TABLE = _table(RUN, _RUN_IGNORED)
_PARAGRAPH_TABLE = _table(PARAGRAPH, _PARAGRAPH_IGNORED)


def read_properties(element: etree._Element | None, table: dict[str, Any], into: Properties) -> Properties:
    """Lay the properties under `element` over `into`; an unknown one of Word's own namespace is marked `!名称`."""
    if element is not None:
        for child in element:
            reader = table.get(child.tag)
            if reader is not None:
                reader(child, into)
            elif child.tag.startswith(W):
                into["!書式 " + child.tag.removeprefix(W)] = True
    return into


def read_run(element: etree._Element | None, into: Properties) -> Properties:
    """Lay a w:rPr over `into`."""
    return read_properties(element, _RUN_TABLE, into)


def read_paragraph(element: etree._Element | None, into: Properties) -> Properties:
    """Lay a w:pPr over `into`."""
    return read_properties(element, _PARAGRAPH_TABLE, into)


@dataclass(slots=True)
class Style:
    """One style with what it inherits laid under it."""

    name: str
    kind: str
    paragraph: Properties
    run: Properties
    element: etree._Element
    chain: tuple[etree._Element, ...]


@dataclass(slots=True)
class StyleSheet:
    """The styles of a document; `default` is the paragraph style of paragraphs that name none."""

    styles: dict[str, Style] = field(default_factory=dict)
    paragraph: Properties = field(default_factory=dict)
    run: Properties = field(default_factory=dict)
    default: str = ""
    default_table: str = ""

    def paragraph_style(self, name: str | None) -> Style | None:
        """Return the paragraph style `name`, the default one when the document lacks it."""
        style = self.styles.get(name or self.default)
        return self.styles.get(self.default) if style is None else style

    def under(self, style: Style | None, cells: tuple[str, ...]) -> tuple[Properties, Properties]:
        """Return what a paragraph and its runs start from: the defaults, the table styles around them by id, their own style."""
        if not cells:
            return (self.paragraph, self.run) if style is None else (style.paragraph, style.run)
        paragraph, run = dict(self.paragraph), dict(self.run)
        for element in (*(self.styles[name].element for name in cells), *(() if style is None else style.chain)):
            read_paragraph(element.find(W + "pPr"), paragraph)
            read_run(element.find(W + "rPr"), run)
        paragraph.pop("style", None)
        return paragraph, run

    def table_chain(self, name: str | None) -> tuple[etree._Element, ...]:
        """Return the table style's elements, the most basic first."""
        style = self.styles.get(name or "") or self.styles.get(self.default_table)
        return () if style is None else style.chain


@lru_cache(maxsize=64)
def read_styles(data: bytes) -> StyleSheet:
    """Read styles.xml; the same bytes are read once, for a template's documents share them."""
    root = parse_xml(data)
    sheet = StyleSheet()
    defaults = root.find(W + "docDefaults")
    if defaults is not None:
        read_run(defaults.find(f"{W}rPrDefault/{W}rPr"), sheet.run)
        read_paragraph(defaults.find(f"{W}pPrDefault/{W}pPr"), sheet.paragraph)
    elements = {element.get(W + "styleId", ""): element for element in root.iterchildren(W + "style")}
    for identity, element in elements.items():
        sheet.styles[identity] = _resolve(identity, elements, sheet)
        if element.get(W + "default", "0") not in _OFF:
            if element.get(W + "type") == "paragraph":
                sheet.default = identity
            elif element.get(W + "type") == "table":
                sheet.default_table = identity
    return sheet


def _resolve(identity: str, elements: dict[str, etree._Element], sheet: StyleSheet) -> Style:
    chain: list[etree._Element] = []
    current: str | None = identity
    while current in elements and elements[current] not in chain:
        chain.insert(0, elements[current])
        based = elements[current].find(W + "basedOn")
        current = None if based is None else based.get(W + "val")
    kind = elements[identity].get(W + "type", "paragraph")
    whole = kind == "paragraph"
    paragraph, run = (dict(sheet.paragraph), dict(sheet.run)) if whole else ({}, {})
    for element in chain:
        read_paragraph(element.find(W + "pPr"), paragraph)
        read_run(element.find(W + "rPr"), run)
    paragraph.pop("style", None)
    name = elements[identity].find(W + "name")
    return Style(
        "" if name is None else name.get(W + "val", "").lower(), kind, paragraph, run, elements[identity], tuple(chain)
    )
