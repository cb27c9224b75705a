"""Characters nobody sees: one rule for all that is typed, pasted or exported.

They mean nothing in Japanese text and come in by copying (zero-width space, soft hyphen, direction marks, byte order mark).
They are taken out of every value on the way in, and a value of nothing else is blank. Within names and addresses, where one
might stand for something (a joiner of another script), it is said that they were. Marks that turn text around (U+202A–202E, U+2066–2069) are
refused elsewhere, and variation selectors belong to the letter before them: both stay.
"""

from __future__ import annotations

import re

BYTE_ORDER_MARK = "\ufeff"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters of Hangul by their kind, which show nothing
_RUN = re.compile(f"[{_INVISIBLE}]+")
_NOTHING = re.compile(rf"[\s{_INVISIBLE}]*")


def without(text: str) -> str:
    """Return a text without the characters nobody sees."""
    return text if text.isascii() else _RUN.sub("", text)


def invisible_in(text: str) -> list[str]:
    """Return the invisible characters of a text by their numbers (U+200D), each once, without the byte order mark."""
    if text.isascii():
        return []
    found = dict.fromkeys("".join(_RUN.findall(text)).replace(BYTE_ORDER_MARK, ""))
    return [f"U+{ord(character):04X}" for character in found]


def nothing_in(text: str) -> bool:
    """Tell whether a text holds only blanks and characters nobody sees."""
    if not text:
        return True
    first = text[0]
    if first.isalnum() and first not in _FILLERS:  # nearly every text: a letter anybody sees
        return False
    return _NOTHING.fullmatch(text) is not None
