"""Compare names, addresses and texts across notations. Protected values are found by validators/secrecy.

`fold` gives a key for comparing, never for keeping or showing: names are stored as entered. The key has widths, blanks,
dashes, variant characters and house numbers in one notation: 架空町十二番地の三 · 架空町１２－３ · 架空町12番地3 → 架空町12-3.
Numbers keep their bounds: 11-2-8 neither equals nor contains 1-12-8; 1-2-3 is not found in 11-2-3 or 1-2-34, though it is
in 1-2-3-405, the same house with a room number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from validators.letters import usual_forms
from validators.numerals import KANJI_FIGURES, figures_of, ranked, value_of

# One letter for the spellings of a place: 霞ヶ関・霞が関, 一ノ瀬・一の瀬, 四ツ谷・四ッ谷; every dash and ー, which is typed for it.
_SPELLINGS = {"ケ": "ヶが", "の": "ノ", "つ": "ツッっ", "-": "ー‐‑‒–—―−─━﹣⁃"}

_DIGIT = "0123456789"
_KANJI = KANJI_FIGURES + "零壱弐参十百千"


class _Characters(dict[int, str]):
    """Character → its part of the key, worked out once for each character (a table for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in {"Cf", "Mn"} and code not in {0x3099, 0x309A}:
            self[code] = ""  # variation selectors, zero-width characters
            return ""
        normal = unicodedata.normalize("NFKC", character) if code not in {0x3099, 0x309A} else character
        self[code] = "".join(" " if c.isspace() else _ONE_FOR_ALL.get(c, c) for c in normal.lower())
        return self[code]


_ONE_FOR_ALL = usual_forms() | {spelling: key for key, spellings in _SPELLINGS.items() for spelling in spellings}
_CHARACTERS = _Characters()


def _value(number: str) -> str:
    """Return a kanji numeral in digits: 十二 → 12 by rank, 一二 → 12 by place."""
    return str(value_of(number)) if ranked(number) else figures_of(number)


def _house_number(match: re.Match[str]) -> str:
    """Write 一丁目二番地の三号 as 1-2-3."""
    return "-".join(n if n[0] in _DIGIT else _value(n) for n in _NUMBER.findall(match[0]))


_N = rf"(?:[0-9]+|[{_KANJI}]+)"
_NUMBER = re.compile(_N)
_JOIN = r"(?:丁目?の?|番地の?|番の?|号の?|の|-)"

_Replacement = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

# Blanks, voiced marks set apart, 大字・字. A blank between digits parts two numbers.
_PLAIN_STEPS: tuple[_Replacement, ...] = (
    (re.compile("(.)([\u3099\u309a])"), lambda m: unicodedata.normalize("NFC", m[0]).translate(_CHARACTERS)),
    (re.compile(r"(?<=[0-9])[ ]+(?=[0-9])"), "-"),
    (re.compile(r"[ ]+"), ""),
    (re.compile(r"(?<=[0-9])[~〜・/.](?=[0-9])"), "-"),
    (re.compile(r"大字([^字0-9、。]{1,8})字"), lambda m: m[1]),
    (re.compile(r"(?<=[市区町村郡])大?字|大字"), ""),
)
# House numbers. A kanji numeral becomes digits only here, so that names (健一, 千葉) keep theirs.
_NUMBER_STEPS: tuple[_Replacement, ...] = (
    (re.compile(rf"{_N}(?:{_JOIN}{_N})+(?:号室|番地|番(?![町号])|号(?!棟))?"), _house_number),
    (re.compile(rf"{_N}(?:番地|号室)"), _house_number),
    (re.compile(rf"[{_KANJI}]+(?=丁目|番(?!号)|号|条|階|線)"), _house_number),
)


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    key = text.translate(_CHARACTERS)
    for pattern, replacement in _PLAIN_STEPS:
        key = pattern.sub(replacement, key)
    return key


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Return the comparison key of a text; folding a key again changes nothing."""
    key = _plain(text)
    for pattern, replacement in _NUMBER_STEPS:
        key = pattern.sub(replacement, key)
    return key


@lru_cache(maxsize=4096)
def case_key(number: str) -> str:
    """Return the key by which a case's number is one whatever its width, case, blanks and hyphens: Ｃ－７７ · c-77 · C77.

    A mark between two numbers stays: 1-12 is another case than 11-2.
    """
    if not number:
        return ""
    plain = unicodedata.normalize("NFKC", number).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = re.sub(rf"\s*[{_SPELLINGS['-']}-]+\s*|(?<=[0-9])\s+(?=[0-9])", "-", plain).strip("-")
    return re.sub(r"\s+|(?<![0-9])-(?=[0-9])|(?<=[0-9])-(?![0-9])", "", plain)


def same_text(a: object, b: object) -> bool:
    """Tell whether two names, offices or addresses are the same after folding; blanks equal nothing.

    A person may be given as a string or as a mapping with `name`.
    """
    left = fold(_text_of(a))
    return bool(left) and left == fold(_text_of(b))


def mentions(text: str, word: str) -> bool:
    """Tell whether the text contains the word, both folded, a number only as a whole; a blank word is in no text."""
    key = fold(word)
    return bool(key) and next(_places(_haystack(text, key), key), None) is not None


def _text_of(value: object) -> str:
    if not isinstance(value, str) and isinstance(value, Mapping):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _haystack(text: str, key: str) -> str:
    """Return the text's key to search: house numbers are folded only for a key with digits, so that 健一一人 keeps 健一."""
    return fold(text) if any(c in _DIGIT for c in key) else _plain(text)


def _places(haystack: str, key: str) -> Iterator[int]:
    """Yield where the key stands without cutting a number."""
    number_first, number_last = key[0] in _DIGIT, key[-1] in _DIGIT
    at = haystack.find(key)
    while at >= 0:
        before, after = haystack[max(at - 2, 0) : at], haystack[at + len(key) : at + len(key) + 1]
        cut = number_first and bool(re.search(r"[0-9]-?$", before))
        if not cut and not (number_last and after and after in _DIGIT):
            yield at
        at = haystack.find(key, at + 1)
