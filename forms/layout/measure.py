"""Estimate how many lines a text takes: the one place that knows how wide Japanese type runs."""

from __future__ import annotations

import unicodedata
from math import ceil
from typing import Final

_WIDE: Final = frozenset("WFA")  # ambiguous characters (☑ ○ ① ―) are full-width in a Japanese face
_VARIATION: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def width(text: str) -> float:
    """Return the width of one line in characters (em): full-width 1, half-width 0.5, variation selectors 0.

    Between Japanese and Latin text a quarter is added, as typesetters set it.
    """
    total, before = 0.0, -1
    for char in text:
        code = ord(char)
        if any(code in block for block in _VARIATION) or unicodedata.combining(char):
            continue
        wide = unicodedata.east_asian_width(char) in _WIDE
        if before >= 0 and wide != bool(before) and (char.isalnum() or not wide):
            total += 0.25
        total += 1.0 if wide else 0.5
        before = int(wide)
    return total


def lines(text: str, ems: float) -> int:
    """Return how many lines of `ems` characters the text takes, its own line breaks counted, at least one.

    Kinsoku moves at most one character over a line's end, so a line is taken one half character shorter than it is.
    """
    usable = max(ems - 0.5, 1.0)
    return sum(max(1, ceil(width(line) / usable)) for line in text.split("\n"))
