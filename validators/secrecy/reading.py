"""A text as the matcher reads it: one form of each letter, every number by its value, whatever the notation.

`shown` is the text without marks nobody sees, in usual widths. `key` has the same length and one letter for every form of
it (髙 高, ミ み, ヶ が, every dash). `squashed` is the key without blanks, dots, dashes and brackets, for names.
Numbers are found in the key: digits of any kind, 〇九〇, 二十三, 玖, Ⅸ, ⑨.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from validators import numerals
from validators.letters import HIRAGANA, usual_forms

_DAKUTEN = (0x3099, 0x309A)
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_SPELLINGS = {"が": "け", "の": "の", "之": "の", "ゐ": "い", "ゑ": "え", "づ": "ず", "ぢ": "じ", "ゔ": "ぶ", "ー": "-"}
_DASHES = "~〜∼−─━│┃⁃﹣_=＝ー"  # beside those Unicode calls dashes
_KEPT = "、。,;!?「」『』()[]【】〔〕{}<>《》〈〉"  # what parts two names; all other marks may stand inside one


class _ShownLetters(dict[int, str]):
    """Character → what is shown of it: nothing for marks nobody sees, a number between blanks for ⑨ and Ⅸ."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        number = unicodedata.numeric(character, None) if category in {"No", "Nl"} and character != "〇" else None
        if category in {"Cf", "Mn", "Me", "Cc", "Co"} and code not in _DAKUTEN:
            self[code] = character if character in "\n\t" else "\n" if character in "\r\v\f\x85" else ""
        elif number is not None and number == int(number):
            self[code] = f" {int(number)} "
        elif category == "Nd":
            self[code] = str(unicodedata.digit(character))
        elif category in {"Zl", "Zp"}:
            self[code] = "\n"
        else:
            self[code] = character
        return self[code]


class _KeyLetters(dict[int, str]):
    """Character shown → its letter in the key, always one."""

    def __missing__(self, code: int) -> str:
        character = HIRAGANA.get(code, chr(code))
        character = usual_forms().get(character, character)
        character = _SMALL.get(character, character)
        character = _SPELLINGS.get(character, character)
        if character in _DASHES or unicodedata.category(character) == "Pd":
            character = "-"
        elif character.isspace() and character != "\n":
            character = " "
        elif character in "○◯":
            character = "〇"
        self[code] = character
        return character


class _Squashed(dict[int, str | None]):
    """Letter of the key → itself, or nothing for what may stand inside a name."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        self[code] = character if character.isalnum() or character in _KEPT else None
        return self[code]


_SHOWN, _KEY, _SQUASHED = _ShownLetters(), _KeyLetters(), _Squashed()
_DASH_LIKE = re.compile("(?<=[0-9])一(?=[0-9])")  # 090一0000: a dash that was typed as the numeral
_AZA = re.compile("大字|(?<!文)字")  # 十文字 is one word

# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
FIGURES = "".join((*numerals.FIGURES, *numerals.RANKS))
_NUMBER = re.compile(rf"[{FIGURES}]+|元(?=年)|(?<![a-z])[ivxl]{{1,6}}(?![a-z])")
_PHONE_GAP = re.compile(r"[^\w\n]{0,3}|\n|[^\w]?[の番局-][^\w]?")
SHORTEST_ROW, LONGEST_ROW = 8, 16  # figures of a telephone number, with the code of the country
_WIDEST_GAP = 20  # what stands between numbers further apart joins none
_LONGEST = 16  # figures of a number that is one; longer rows are no house, no telephone


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the key: where it stands, its figures by place ("" where it has ranks), its value (-1: none)."""

    start: int
    end: int
    figures: str
    value: int


def number_of(written: str) -> tuple[str, int]:
    """Return figures by place and value: 〇九〇 → ("090", 90), 二十三 → ("", 23), ix → ("", 9)."""
    if written == "元":
        return "", 1
    if len(written) > _LONGEST:
        return "", -1
    if written[0] in _ROMAN:
        total = 0
        for one, following in zip(written, (*written[1:], ""), strict=True):
            total += -_ROMAN[one] if _ROMAN.get(following, 0) > _ROMAN[one] else _ROMAN[one]
        return "", total
    if numerals.ranked(written):
        return "", numerals.value_of(written)
    figures = numerals.figures_of(written)
    return figures, int(figures)


class Reading:
    """A text, read. Positions are those of `shown` and `key`."""

    def __init__(self, text: str) -> None:
        shown = unicodedata.normalize("NFKC", text.translate(_SHOWN)).lower()
        # what normalising makes of a half-width mark set apart, or of a letter whose small form is two
        self.shown = shown.translate(_SHOWN) if not shown.isascii() else shown
        self.key = self.shown.translate(_KEY)
        if "字" in self.key:
            self.key = _AZA.sub(lambda m: "-" * len(m[0]), self.key)
        if "一" in self.key:
            self.key = _DASH_LIKE.sub("-", self.key)
        self.squashed = self.key.translate(_SQUASHED)

    @cached_property
    def places(self) -> list[int]:
        """Return where each letter of `squashed` stands in the key."""
        return [at for at, c in enumerate(self.key) if _SQUASHED[ord(c)] is not None]

    @cached_property
    def numbers(self) -> list[Number]:
        """Return every number, in order."""
        return [Number(m.start(), m.end(), *number_of(m[0])) for m in _NUMBER.finditer(self.key)]

    @cached_property
    def starts(self) -> dict[int, int]:
        """Return where a number starts → which it is."""
        return {number.start: n for n, number in enumerate(self.numbers)}

    @cached_property
    def by_value(self) -> dict[int, list[int]]:
        """Return a value → which numbers have it."""
        found: dict[int, list[int]] = {}
        for n, number in enumerate(self.numbers):
            found.setdefault(number.value, []).append(n)
        return found

    @cached_property
    def by_figures(self) -> dict[str, list[int]]:
        """Return figures as written, leading zeros too → which numbers have them."""
        found: dict[str, list[int]] = {}
        for n, number in enumerate(self.numbers):
            if number.figures:
                found.setdefault(number.figures, []).append(n)
        return found

    @cached_property
    def rows(self) -> frozenset[str]:
        """Return every row of figures as long as a telephone number that begins and ends where groups do."""
        found = set()
        for first in range(len(self.numbers)):
            figures, n = "", first
            while n < len(self.numbers) and self.numbers[n].figures and len(figures) < LONGEST_ROW:
                figures += self.numbers[n].figures
                if len(figures) >= SHORTEST_ROW:
                    found.add(figures)
                if not self.dialled[n]:
                    break
                n += 1
        return frozenset(found)

    @cached_property
    def dialled(self) -> list[bool]:
        """Return for each number whether the next goes on with it as one telephone number."""
        return [bool(_PHONE_GAP.fullmatch(self.gap(n))) for n in range(len(self.numbers))]

    def gap(self, n: int) -> str:
        """Return what stands between number n and the next; "" after the last."""
        after = self.numbers[n].end
        return (
            self.key[after : min(self.numbers[n + 1].start, after + _WIDEST_GAP)] if n + 1 < len(self.numbers) else ""
        )


@lru_cache(maxsize=1024)
def read(text: str) -> Reading:
    """Return the reading of a text, kept for the texts of the moment."""
    return Reading(text)


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """Return a name's key without marks inside: the form that names are compared in."""
    return re.sub(f"[{re.escape(_KEPT)}]", "", Reading(text).squashed)
