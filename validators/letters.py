"""Tables of the script itself, the same for every rulebook: characters that are one name, readings, words that tell of nobody.

Data: validators/reference/*.txt.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_REFERENCE = Path(__file__).parent / "reference"

# katakana → hiragana, code to letter, for str.translate
HIRAGANA: Final = {code: chr(code - 0x60) for code in range(ord("ァ"), ord("ヶ") + 1)} | dict(
    zip(map(ord, "ヷヸヹヺ"), "わいえを", strict=True)
)


def _lines(name: str) -> list[list[str]]:
    text = (_REFERENCE / name).read_text("utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@cache
def usual_forms() -> dict[str, str]:
    """Return variant → usual character (髙 → 高), for comparing and never for keeping."""
    return {variant: usual for usual, variants in _lines("variants.txt") for variant in variants}


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return kanji → its readings in hiragana, usual characters of JIS level 1."""
    return {line[0]: tuple(line[1:]) for line in _lines("readings.txt")}


@cache
def no_secret() -> tuple[str, ...]:
    """Return the words that tell of nobody in particular (無職, 会社, 自宅)."""
    return tuple(word for line in _lines("no-secret.txt") for word in line)
