"""Estimate how many lines a text takes: the one place that knows how wide Japanese type runs."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

# Half an em wide in a fixed-pitch Mincho; everything else counts as a whole one, which errs towards more lines.
_NARROW: Final = re.compile(r"[ -~｡-ￜ]+")
# Variation selectors, combining marks, joiners: part of the character before them.
_ZERO: Final = re.compile("[\u0300-\u036f\u200b-\u200d\u2060\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BETWEEN: Final = 0.25  # em, set by typesetters between Japanese and Latin type


def width(text: str) -> float:
    """Return the width of one line in characters (em)."""
    if not text.isascii():
        text = _ZERO.sub("", text)
    narrow = _NARROW.findall(text)
    count = sum(map(len, narrow))
    seams = 2 * len(narrow) if count < len(text) else 0
    return len(text) - 0.5 * count + _BETWEEN * seams


def lines(text: str, ems: float) -> int:
    """Return how many lines of `ems` characters the text takes, its own line breaks counted, at least one.

    Kinsoku moves a character or two over a line's end now and then: a line is taken half a character shorter than it is.
    """
    usable = max(ems - 0.5, 1.0)
    return sum(max(1, ceil(width(line) / usable)) for line in text.split("\n"))
