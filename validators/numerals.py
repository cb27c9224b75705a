"""Numbers written in kanji: by place (二〇二四) or by rank (二千二十四), the formal letters of deeds (壱, 拾) among them."""

from __future__ import annotations

KANJI_FIGURES = "〇一二三四五六七八九"
_SPELLINGS = ("〇零", "一壱壹", "二弐", "三参弎", "四肆", "五伍", "六陸", "七漆柒", "八捌", "九玖")
FIGURES = {letter: value for value, letters in enumerate(_SPELLINGS) for letter in letters} | {
    str(value): value for value in range(10)
}
RANKS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "阡": 1000, "廿": 20}


def ranked(written: str) -> bool:
    """Tell whether a number is written by rank."""
    return any(letter in RANKS for letter in written)


def figures_of(written: str) -> str:
    """Return a number written by place in ASCII digits, its zeros kept: 〇九〇 → 090."""
    return "".join(str(FIGURES[letter]) for letter in written)


def value_of(written: str) -> int:
    """Return the value of digits and kanji numerals; 廿 is twenty by itself, any other rank alone counts once."""
    total, pending = 0, 0
    for letter in written:
        if letter in RANKS:
            total, pending = total + (1 if letter == "廿" else pending or 1) * RANKS[letter], 0
        else:
            pending = pending * 10 + FIGURES[letter]
    return total + pending


def in_kanji(value: int) -> str:
    """Write a number below 10,000 by rank: 24 → 二十四, 0 → 〇."""
    out = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("" if digit == 1 and sign else KANJI_FIGURES[digit]) + sign
    return out or KANJI_FIGURES[0]
