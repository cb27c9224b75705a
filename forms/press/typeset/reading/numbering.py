"""Count list paragraphs and write their numbers as Word does (word/numbering.xml)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from forms.press.typeset.package import W, parse_xml
from forms.press.typeset.reading.styles import Properties, number, read_paragraph, read_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

_KANJI = "〇一二三四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _counting(value: int) -> str:
    out = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("" if digit == 1 and sign else _KANJI[digit]) + sign
    return out or "〇"


def _roman(value: int) -> str:
    out = ""
    for unit, sign in _ROMAN:
        count, value = divmod(value, unit)
        out += sign * count
    return out


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _wide(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _from(alphabet: str) -> Callable[[int], str]:
    return lambda value: alphabet[(value - 1) % len(alphabet)]


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "japaneseCounting": _counting,
    "ideographDigital": lambda value: "".join(_KANJI[int(digit)] for digit in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(_KANJI[int(digit)] for digit in str(value)),
    "aiueoFullWidth": _from(_AIUEO),
    "irohaFullWidth": _from(_IROHA),
    "decimalEnclosedCircle": _from("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "none": lambda _value: "",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    kind: str
    text: str
    start: int
    suffix: str
    paragraph: Properties
    run: Properties


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each is counted."""

    levels: dict[str, tuple[str, dict[int, Level]]]  # list id → abstract list, its levels
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next(self, identity: str, depth: int) -> tuple[str, Level] | None:
        """Count one paragraph of the list; return its number and its level, None when the list is unknown."""
        abstract, levels = self.levels.get(identity, ("", {}))
        level = levels.get(depth)
        if level is None:
            return None
        counts = self.counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        if level.kind == "bullet":
            return level.text, level

        def fill(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = levels.get(index, level)
            return FORMATS[other.kind](counts.get(index, other.start))

        return re.sub(r"%([1-9])", fill, level.text), level


def _read_level(element: etree._Element) -> Level:
    def value(name: str, default: str) -> str:
        child = element.find(W + name)
        return default if child is None else child.get(W + "val", default)

    return Level(
        kind=value("numFmt", "decimal"),
        text=value("lvlText", ""),
        start=int(value("start", "1")),
        suffix=value("suff", "tab"),
        paragraph=read_paragraph(element.find(W + "pPr"), {}),
        run=read_run(element.find(W + "rPr"), {}),
    )


@lru_cache(maxsize=64)
def _read_lists(data: bytes) -> dict[str, tuple[str, dict[int, Level]]]:
    root = parse_xml(data)
    abstracts = {
        abstract.get(W + "abstractNumId", ""): {
            int(number(level, "ilvl") or 0): _read_level(level) for level in abstract.iterchildren(W + "lvl")
        }
        for abstract in root.iterchildren(W + "abstractNum")
    }
    lists: dict[str, tuple[str, dict[int, Level]]] = {}
    for element in root.iterchildren(W + "num"):
        identity, abstract = element.get(W + "numId", ""), element.find(W + "abstractNumId")
        base = "" if abstract is None else abstract.get(W + "val", "")
        levels = dict(abstracts.get(base, {}))
        key = base
        for override in element.iterchildren(W + "lvlOverride"):
            depth, start = int(number(override, "ilvl") or 0), override.find(W + "startOverride")
            key = f"{base}/{identity}"
            if (whole := override.find(W + "lvl")) is not None:
                levels[depth] = _read_level(whole)
            if start is not None and depth in levels:
                old = levels[depth]
                levels[depth] = Level(
                    old.kind, old.text, int(number(start, "val") or 1), old.suffix, old.paragraph, old.run
                )
        lists[identity] = (key, levels)
    return lists


def read_numbering(data: bytes | None) -> Numbering:
    """Read word/numbering.xml; without it there are no lists."""
    return Numbering({} if data is None else _read_lists(data))
