"""What the parts of one conversion share: package, styles, settings, refusals, presets, counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING

from forms.press.typeset.emit import Look, Presets
from forms.press.typeset.package import Package, W, parse_xml
from forms.press.typeset.styles import TWIP, StyleSheet, is_on, number, read_styles
from validators.errors import CannotDrawError

if TYPE_CHECKING:
    from lxml import etree

    from forms.press.typeset.numbering import Numbering

_NO_STYLES = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@dataclass(frozen=True, slots=True)
class Settings:
    """What word/settings.xml says that changes the drawing."""

    tab_step: float = 42.0  # points
    grid_in_tables: bool = False
    compatibility: int = 12  # Word's layout version; from 15 on a table's edge stands at the margin
    even_and_odd: bool = False
    adds_spacing: bool = False  # doNotUseHTMLParagraphAutoSpacing: space after and space before add up


@dataclass(frozen=True, slots=True)
class Grid:
    """The document grid of a section: line pitch in points (0: none), what it adds to each character."""

    pitch: float = 0.0
    extra: float = 0.0


@dataclass(slots=True)
class Drawing:
    """The state of one conversion, handed from part to part."""

    package: Package
    sheet: StyleSheet
    settings: Settings
    numbering: Numbering
    presets: Presets = field(default_factory=Presets)
    grid: Grid = field(default_factory=Grid)
    part: str = "word/document.xml"
    place: str = "本文"
    letters: Look = field(default_factory=Look)  # how text looks where nothing else is said
    paragraphs: int = 0
    tables: int = 0
    text_width: float = 0.0  # points, of the current section or cell
    text_height: float = 700.0  # points, of the current section
    in_table: bool = False
    outline: list[int] = field(default_factory=list)  # the levels of the headings that are open
    refused: dict[str, list[str]] = field(default_factory=dict)
    characters: list[str] = field(default_factory=list)
    base: bytes = b""  # a digest of the parts that say how letters look and lists count
    setting: bytes = b""  # a digest of `base` and of what the current section or part adds to it
    cells: tuple[etree._Element, ...] = ()  # the table style that cells start from, most basic first
    lasting: bool = True  # nothing was met whose outcome depends on more than its own bytes

    def settle(self) -> None:
        """Take note of the section or part that begins, for what is remembered in it."""
        told = (self.base, self.grid, self.letters, self.text_height, self.part == "word/document.xml")
        self.setting = blake2s(repr(told).encode()).digest()

    def enter(self, looks: tuple[etree._Element, ...]) -> None:
        """Take note of the table style that the paragraphs from here on start from."""
        self.cells = looks
        if looks:
            names = [element.get(W + "styleId", "") for element in looks]
            self.setting = blake2s(repr((self.setting, names)).encode()).digest()

    def refuse(self, construct: str, place: str = "") -> None:
        """Note a construct that is not drawn, and where it stands."""
        self.lasting = False
        places = self.refused.setdefault(construct, [])
        place = place or f"{self.place}の第{self.paragraphs}段落"
        if place not in places:
            places.append(place)

    def raise_refusals(self) -> None:
        """Raise CannotDrawError listing every construct that was met, each with its places."""
        if self.refused:
            listed = "、".join(f"{name}（{'・'.join(places[:5])}）" for name, places in self.refused.items())
            raise CannotDrawError(
                f"PDFに描けない書式があります: {listed}",
                action="その書式を使わない様式に直すか、Word又はLibreOfficeでPDFにしてください。",
            )

    def line_height(self, size: float, rule: str, line: float, *, snap: bool) -> float:
        """Return the height of a line in points by Word's rule: auto (240 = single, on the grid if there is one), exact, atLeast."""
        if rule == "exact":
            return line * TWIP
        natural = size * 83 / 64
        if self.grid.pitch and snap and not (self.in_table and not self.settings.grid_in_tables):
            natural = -(-(natural - 0.01) // self.grid.pitch) * self.grid.pitch
        return natural * line / 240 if rule == "auto" else max(natural, line * TWIP)

    def outline_level(self, level: int) -> int:
        """Return the heading level 1… that keeps the outline without gaps (PDF/UA-1, 7.4.2); `level` counts from 0."""
        while self.outline and self.outline[-1] >= level:
            self.outline.pop()
        self.outline.append(level)
        return len(self.outline)


def settings(package: Package) -> Settings:
    """Read word/settings.xml; what it lacks has Word's own default."""
    data = package.part("word/settings.xml")
    return Settings() if data is None else _read_settings(data)


@lru_cache(maxsize=64)
def _read_settings(data: bytes) -> Settings:
    root = parse_xml(data)
    step, even = root.find(W + "defaultTabStop"), root.find(W + "evenAndOddHeaders")
    compat = root.find(W + "compat")
    version, in_tables, adds = 12, False, False
    if compat is not None:
        for setting in compat.iterchildren(W + "compatSetting"):
            if setting.get(W + "name") == "compatibilityMode":
                version = int(number(setting, "val") or 12)
        adjust = compat.find(W + "adjustLineHeightInTable")
        in_tables = adjust is not None and is_on(adjust)
        summed = compat.find(W + "doNotUseHTMLParagraphAutoSpacing")
        adds = summed is not None and is_on(summed)
    return Settings(
        tab_step=(number(step, "val", TWIP) if step is not None else None) or 42.0,
        grid_in_tables=in_tables,
        compatibility=version,
        even_and_odd=even is not None and is_on(even),
        adds_spacing=adds,
    )


def base_digest(package: Package) -> bytes:
    """Return a digest of the parts beside the text that its looks and numbers come from."""
    return _digest(tuple(package.part(f"word/{name}.xml") for name in ("styles", "settings", "numbering")))


@lru_cache(maxsize=64)
def _digest(parts: tuple[bytes | None, ...]) -> bytes:
    return blake2s(repr(parts).encode()).digest()


def stylesheet(package: Package) -> StyleSheet:
    """Read word/styles.xml, or nothing where it is missing."""
    return read_styles(package.part("word/styles.xml") or _NO_STYLES)
