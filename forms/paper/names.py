"""What a layout may call: the filters and functions of docs/FORMS.md, and how stored values print.

Printing a value as it is gives what belongs on a paper: a choice its label, a date in wareki, a list its items with 、,
true and false 有 and 無, a blank nothing. Comparing it (`delivery_method == "direct"`) compares what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from typing import Any, Final, Self
from unicodedata import normalize

from markupsafe import Markup, escape

from forms.paper.measure import lines as lines_of
from validators import wareki as calendar
from validators.errors import DefinitionError, InputError
from validators.stored import in_words

BOXES: Final = ("□", "☑")
# A letter with what belongs to it: variation selectors, combining marks.
_LETTERS: Final = re.compile("[^\n][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_SHORT: Final = 12  # lines: a row of so many leaves no great gap at the foot of the page before
_KANA: Final = re.compile("[ぁ-ヿ]")
_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")


class Shown(str):
    """A stored text that prints as another: `str` compares as stored, the paper gets `shown`."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, stored: str, shown: str) -> Self:
        """Pair what is stored with what is printed."""
        made = super().__new__(cls, stored)
        made.shown = shown
        return made

    def __html__(self) -> str:
        """Return the printed form, escaped; Jinja asks for it."""
        return str(escape(self.shown))

    def __str__(self) -> str:
        """Return the printed form."""
        return self.shown


class Person(str):
    """A name that knows more: `kana`, `birth_date`, `post`, `rank`; blank where unknown."""

    name: str
    kana: str
    birth_date: str
    post: str
    rank: str
    __slots__ = ("birth_date", "kana", "name", "post", "rank")

    def __new__(cls, value: Any) -> Self:
        """Take a name, or a mapping with `name`."""
        known = value if isinstance(value, Mapping) else {"name": value}
        made = super().__new__(cls, known.get("name") or "")
        made.name = str.__str__(made)
        made.kana = known.get("kana") or ""
        birth = known.get("birth_date") or ""
        made.birth_date = Shown(birth, wareki(birth)) if birth else ""
        made.post = known.get("post") or ""
        made.rank = known.get("rank") or ""
        return made


class Many(list[Any]):
    """A list that prints its items with 、 between them."""

    def __html__(self) -> str:
        """Return the items, each escaped."""
        return str(Markup("、").join(self))

    def __str__(self) -> str:
        """Return the items as plain text."""
        return "、".join(str(item) for item in self)


class GroupItem:
    """One item of a list of groups: every declared key is an attribute, blank where not written."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values

    def __html__(self) -> str:
        """Refuse: a group has no printed form of its own."""
        raise DefinitionError("組をそのまま印字することはできません。組の項目(c.項目名)を書いてください。")

    __str__ = __html__


def finalize(value: Any) -> Any:
    """Print None as nothing and a boolean as 有 or 無; Jinja calls it for every printed value.

    Raises TypeError for a picture, which would bring a part of its own: a template's are fixed.
    """
    if value is None:
        return ""
    if value is True or value is False:
        return "有" if value else "無"
    if type(value).__module__ == "docxtpl.inline_image":  # known by its home: docxtpl is slow to import
        raise TypeError("画像は、差込みの値にできません。書式そのものに貼ってください")
    return value


def _stored(value: Any) -> str:
    return str.__str__(value) if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _wareki(text: str) -> str:
    return calendar.format_date(date.fromisoformat(text[:10]))


def wareki(value: Any) -> str:
    """Return 令和６年５月10日 for a date or a datetime."""
    text = _stored(value)
    return _wareki(text) if text else ""


_wareki_time = lru_cache(maxsize=4096)(in_words)


def wareki_time(value: Any) -> str:
    """Return 令和６年５月10日 午後２時30分; a date alone without the time."""
    text = _stored(value)
    return _wareki_time(text) if text else ""


def clock(value: Any) -> str:
    """Return 午後２時30分 for a time or a datetime that has one."""
    text = _stored(value)
    if not text or ("T" not in text and ":" not in text):
        return ""
    return calendar.format_time(time.fromisoformat(text.rpartition("T")[2]))


def era(value: Any) -> str:
    """Return 令和 for a date or a datetime."""
    return wareki(value)[:2]


def era_digits(value: Any) -> str:
    """Return 060510 for 令和６年５月10日: year of the era, month and day, two digits each."""
    numbers = re.findall(r"[0-9]+|元", normalize("NFKC", wareki(value)))
    return "".join("01" if number == "元" else number.zfill(2) for number in numbers)


def voiced(value: Any) -> str:
    """Return kana with each voiced mark a letter of its own, as boxes of one letter each ask for: ガ becomes カ゛."""
    apart = _KANA.sub(lambda found: normalize("NFD", found[0]), "" if value is None else str(value))
    return apart.replace("\u3099", "゛").replace("\u309a", "゜")


def letter(text: Any, at: int, boxes: int, label: str) -> str:
    """Return the letter that stands in a box of a row of `boxes`, the first `at` 0; a name variant is one letter.

    Raises InputError when the boxes do not hold the text: a name cut off is another name.
    """
    words = _words(text)
    letters = _LETTERS.findall(words)
    if len(letters) > boxes:
        raise InputError(
            f"「{label}」は{len(letters)}字あり、様式の枠（{boxes}字）に入りません。",
            action="枠に入る書き方に改めてください。",
        )
    return letters[at] if at < len(letters) else ""


def short(texts: Iterable[tuple[Any, float]]) -> bool:
    """Tell whether a row with these texts, each with the width of its cell in letters, is short enough to stay on one page."""
    return all(lines_of(_words(text), ems) <= _SHORT for text, ems in texts)


def _words(text: Any) -> str:
    return text.unescape() if isinstance(text, Markup) else str(text)


def kana(value: Any) -> str:
    """Return the kana of a person, nothing when unknown."""
    return value.kana if isinstance(value, Person) else ""


def birth(value: Any) -> str:
    """Return the birth date of a person in wareki, nothing when unknown."""
    return wareki(value.birth_date) if isinstance(value, Person) else ""


def or_text(value: Any, word: str) -> Any:
    """Return the value, or another word where it is blank; 0 and false are not blank."""
    return word if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()) else value


def or_none(value: Any) -> Any:
    """Return the value, or 該当なし where it is blank."""
    return or_text(value, "該当なし")


def yen(value: Any) -> str:
    """Return 1,000円."""
    return "" if value is None or value == "" else f"{int(value):,}円"


def yes_no(value: Any) -> str:
    """Return 有 or 無 for a boolean, nothing when blank."""
    return "有" if value is True else "無" if value is False else ""


def zen(value: Any) -> str:
    """Return the text with its digits full-width."""
    return "" if value is None else str(value).translate(_WIDE)


def joined(values: Iterable[Any], separator: str = "、") -> str:
    """Return a list as text."""
    return separator.join(str(value) for value in values)


def check(condition: Any) -> str:
    """Return ☑ when the condition holds, else □."""
    return BOXES[bool(condition)]


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "wareki": wareki, "wareki_time": wareki_time, "clock": clock, "era": era, "era_digits": era_digits,
    "kana": kana, "voiced": voiced, "birth": birth,
    "or_none": or_none, "or_text": or_text, "yen": yen, "yes_no": yes_no, "zen": zen,
}  # fmt: skip
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "check": check,
    "joined": joined,
    "letter": letter,
    "short": short,
    "zen": zen,
}


def chosen(value: Any) -> frozenset[str]:
    """Return the stored keys of a choice or of a list of choices."""
    if isinstance(value, str):
        return frozenset({str.__str__(value)})
    return frozenset(str.__str__(item) for item in value) if isinstance(value, Sequence) else frozenset()


def checks_text(options: Mapping[str, str], value: Any, between: str = "　") -> str:
    """Return every option with its box: ☑面談　□電話連絡."""
    keys = chosen(value)
    return between.join(f"{BOXES[key in keys]}{label}" for key, label in options.items())


def either_text(options: Mapping[str, str], value: Any) -> Markup:
    """Return every option with ・ between, those not chosen struck; nothing is struck while nothing is chosen.

    What comes is runs, to be printed by docxtpl's tag for them: `{{r either(…) }}`.
    """
    keys = chosen(value)
    chose = bool(keys & options.keys())
    return _run("・").join(_run(label, struck=chose and key not in keys) for key, label in options.items())


def _run(text: str, *, struck: bool = False) -> Markup:
    return (_STRUCK if struck else _PLAIN).format(text)


_PLAIN: Final = Markup('<w:r><w:t xml:space="preserve">{}</w:t></w:r>')
_STRUCK: Final = Markup('<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>')


class ContinuationSheets(list["ContinuationSheet"]):
    """The continuation sheets of one paper, filled while it is rendered; `total` is known on the second pass only."""

    def __init__(self, title: str, total: int = 0) -> None:
        super().__init__()
        self.title = title
        self.total = total

    def box(self, text: Any, ems: float, lines: int, label: str, number: int = 0) -> Any:
        """Return the narrative, or 別紙のとおり when it takes more than `lines` lines; then a sheet carries it whole."""
        words = _words(text)
        if lines_of(words, ems) <= lines:
            return text
        name = f"別紙{str(len(self) + 1).translate(_WIDE)}" if self.total > 1 else "別紙"
        self.append(ContinuationSheet(name, f"{label}（{zen(number)}）" if number else label, text))
        return f"{name}のとおり"


class ContinuationSheet:
    """One continuation sheet: its heading, the box it continues, the narrative."""

    __slots__ = ("heading", "label", "text")

    def __init__(self, heading: str, label: str, text: Any) -> None:
        self.heading, self.label, self.text = heading, label, text
