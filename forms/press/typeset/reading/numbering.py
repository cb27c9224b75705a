"""Count list paragraphs and write their numbers as Word does (word/numbering.xml)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from forms.press.typeset.package import W, parse_xml
from forms.press.typeset.reading.styles import Properties, is_on, number, read_paragraph, read_run
from validators.numerals import KANJI_FIGURES, in_kanji

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

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
    "japaneseCounting": in_kanji,
    "ideographDigital": lambda value: "".join(KANJI_FIGURES[int(digit)] for digit in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(KANJI_FIGURES[int(digit)] for digit in str(value)),
    "aiueoFullWidth": _from(_AIUEO),
    "irohaFullWidth": _from(_IROHA),
    "decimalEnclosedCircle": _from("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "none": lambda _value: "",
}


# Word has signs for so many; what it writes after the last differs from version to version.
_LIMITS = {"aiueoFullWidth": len(_AIUEO), "irohaFullWidth": len(_IROHA), "decimalEnclosedCircle": 20}
_LEAST_ONE = frozenset({*_LIMITS, "lowerLetter", "upperLetter", "lowerRoman", "upperRoman"})
_MOST = 9999  # of 千


class UnknownNumberError(Exception):
    """A number that is not written here; the message says which, in words for a refusal."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    kind: str
    text: str
    start: int
    suffix: str
    paragraph: Properties
    run: Properties
    legal: bool = False  # the levels above are written in figures here
    restarts: int = -1  # the level whose paragraphs restart it, from 1; 0: none does, -1: every one above

    def restarted_by(self, depth: int, own: int) -> bool:
        """Tell whether a paragraph of level `depth`, above this one (`own`), makes it begin anew."""
        return self.restarts < 0 or self.restarts > own or depth < self.restarts


@dataclass(frozen=True, slots=True)
class List:
    """A w:num: the abstract list it counts in, its levels, and where it makes that one begin anew."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each is counted: those of one abstract list go on counting each other."""

    lists: dict[str, List]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, identity: str, depth: int) -> tuple[str, Level] | None:
        """Count one paragraph of the list; return its number and its level, None when the list is unknown.

        Raises UnknownNumberError for a way of writing numbers that is not known here.
        """
        known = self.lists.get(identity)
        level = None if known is None else known.levels.get(depth)
        if known is None or level is None:
            return None
        counts = self.counts.setdefault(known.abstract, {})
        if depth in known.starts and (identity, depth) not in self.begun:
            counts[depth] = known.starts[depth] - 1
        self.begun.add((identity, depth))
        counts[depth] = counts.get(depth, known.starts.get(depth, level.start) - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            below = known.levels.get(deeper)
            if below is None or below.restarted_by(depth, deeper):
                del counts[deeper]
        if level.kind == "bullet":
            return level.text, level

        def fill(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = known.levels.get(index, level)
            kind = "decimal" if level.legal and index < depth else other.kind
            return written(kind, counts.get(index, known.starts.get(index, other.start)))

        return re.sub(r"%([1-9])", fill, level.text), level


def written(kind: str, value: int) -> str:
    """Return a number as a list of this kind writes it; raises UnknownNumberError where that is not known."""
    write = FORMATS.get(kind)
    if write is None:
        raise UnknownNumberError(f"番号の書式 {kind}")
    if not (kind in _LEAST_ONE) <= value <= _LIMITS.get(kind, _MOST):
        raise UnknownNumberError(f"番号の書式 {kind} の{value}番")
    return write(value)


def _read_level(element: etree._Element) -> Level:
    def value(name: str, default: str) -> str:
        child = element.find(W + name)
        return default if child is None else child.get(W + "val", default)

    def count(name: str, default: int) -> int:
        child = element.find(W + name)
        told = None if child is None else number(child, "val")
        return default if told is None else int(told)

    legal = element.find(W + "isLgl")
    return Level(
        kind="picture" if element.find(W + "lvlPicBulletId") is not None else value("numFmt", "decimal"),
        text=value("lvlText", ""),
        start=count("start", 0),
        suffix=value("suff", "tab"),
        paragraph=read_paragraph(element.find(W + "pPr"), {}),
        run=read_run(element.find(W + "rPr"), {}),
        legal=legal is not None and is_on(legal),
        restarts=count("lvlRestart", -1),
    )


@lru_cache(maxsize=64)
def _read_lists(data: bytes) -> dict[str, List]:
    root = parse_xml(data)
    elements = {each.get(W + "abstractNumId", ""): each for each in root.iterchildren(W + "abstractNum")}
    styles = {
        link.get(W + "val"): key for key, each in elements.items() if (link := each.find(W + "styleLink")) is not None
    }
    lists = {}
    for element in root.iterchildren(W + "num"):
        named = element.find(W + "abstractNumId")
        abstract = "" if named is None else named.get(W + "val", "")
        linked = elements[abstract].find(W + "numStyleLink") if abstract in elements else None
        if linked is not None:  # the list is that of a numbering style
            abstract = styles.get(linked.get(W + "val"), abstract)
        levels = _levels(elements.get(abstract))
        starts = {}
        for override in element.iterchildren(W + "lvlOverride"):
            depth, start = int(number(override, "ilvl") or 0), override.find(W + "startOverride")
            if (whole := override.find(W + "lvl")) is not None:
                levels[depth] = _read_level(whole)
            if start is not None:
                starts[depth] = int(number(start, "val") or 0)
        lists[element.get(W + "numId", "")] = List(abstract, levels, starts)
    return lists


def _levels(abstract: etree._Element | None) -> dict[int, Level]:
    elements = () if abstract is None else abstract.iterchildren(W + "lvl")
    return {int(number(level, "ilvl") or 0): _read_level(level) for level in elements}


def read_numbering(data: bytes | None) -> Numbering:
    """Read word/numbering.xml; without it there are no lists."""
    return Numbering({} if data is None else _read_lists(data))
