"""Read one raw value as one type. Values come from JSON, a form in the browser, a CSV or a workbook's cell."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from validators import references, wareki
from validators.invisible import nothing_in, without
from validators.model import Options
from validators.text import fold

LONGEST_TEXT = 20_000  # characters; about fifteen pages, more than any box of an official form is meant for
_DEEPEST = 8
_MOST_DIGITS = 15  # what a spreadsheet's number holds exactly

TRUE = frozenset(
    {"はい", "有", "有り", "あり", "○", "〇", "◯", "✓", "✔", "☑", "レ", "済", "済み", "該当", "true", "yes", "1"}
)
FALSE = frozenset(
    {"いいえ", "無", "無し", "なし", "×", "✕", "□", "☐", "未", "未済", "未了", "非該当", "false", "no", "0"}
)

_YES_OR_NO = {"有": TRUE, "無": FALSE}  # options that are yes and no: あり, なし

_FULL_WIDTH = str.maketrans("０１２３４５６７８９，－＋", "0123456789,-+")
_INTEGER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)")
_COUNTERS = re.compile(r"(?:[年部通枚件回人名個歳才日]|[かヶケカヵ箇]?月)間?$")
_MONEY_MARKS = re.compile(r"^[¥￥金]|円(?:也)?$")
_FIGURE = "(?:[0-9]|[一二三四五六七八九])"
_BELOW = rf"({_FIGURE}?千)?({_FIGURE}?百)?({_FIGURE}?十)?({_FIGURE})?"
_SPOKEN_YEN = re.compile(rf"(?:{_BELOW}万)?{_BELOW}")
_PARENTHESES = re.compile(r"[（(]([^（）()]*)[）)]")
_ENDING = re.compile(r"(?<=..)(?:に(?:よる|より|よるもの)|です|する|等|など|(?<=済)み)$")
_JOINED = re.compile("・|及び|並びに")  # 署名・押印 is 署名押印
_DONE = re.compile("(?!一部|未|不|非|無).{1,6}済み?")  # 説明済
_NOT_DONE = re.compile(
    "未(?:説明|交付|実施|確認|報告|送付|送達|提出|作成|添付|通知|教示|署名|押印|連絡|登録|検討|協議|決裁|受領|聴取|記入|記録)"
)  # no other 未: 未成年 is no "no"
# C0 and C1 controls but tab and line breaks; marks that reorder the text around them
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd\ud800-\udfff{_NONCHARACTERS}]"
)


class UnreadableError(Exception):
    """A value that cannot be read; the message never repeats it. `code` where it is not `unreadable-<type>`."""

    def __init__(self, message: str = "", *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NotAnOptionError(UnreadableError):
    """A value that is none of the options."""

    def __init__(self) -> None:
        super().__init__(code="not-an-option")


def blank(value: Any, depth: int = 0) -> bool:
    """Tell whether a value says nothing: None, blanks incl. U+3000, an empty list or mapping, or one of blanks only.

    Characters nobody sees say nothing either. A text holding a control character is not blank: it is reported. Nor is what
    nests deeper than any form does.
    """
    if depth > _DEEPEST:
        return False
    if value is None:
        return True
    if isinstance(value, str):
        return nothing_in(value) and not _CONTROLS.search(value)
    if isinstance(value, Mapping):
        return all(blank(inner, depth + 1) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return all(blank(inner, depth + 1) for inner in value)
    return False


def read_text(value: Any) -> str:
    """Return a text exactly as entered; a whole number becomes its digits.

    Refuses dates and truth values: a spreadsheet has turned「1-2-3」or「TRUE」into something else than was written.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_MOST_DIGITS:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**_MOST_DIGITS:
            raise UnreadableError("桁が多すぎる数値です。")
        return str(value)
    if isinstance(value, (date, time)):
        raise UnreadableError(
            "表計算ソフトが日付や時刻に変えています。セルの書式を「文字列」にして書き直してください。"
        )
    if not isinstance(value, str):
        raise UnreadableError("文字ではない値です。")
    return checked(value)


def choose_from(options: Mapping[str, str]) -> str:
    """Return the sentence that lists what may be chosen."""
    return f"次から選んでください（{'、'.join(options.values())}）。"


def checked(text: str) -> str:
    """Return a text without what nobody sees; refuse characters no paper can carry, and texts longer than LONGEST_TEXT."""
    text = without(text)
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(f"{LONGEST_TEXT:,}文字を超えています。別紙にしてください。", code="too-long")
    bad = {ord(character) for character in _CONTROLS.findall(text)}
    if bad:
        names = "、".join(f"U+{code:04X}" for code in sorted(bad)[:5])
        raise UnreadableError(
            f"紙に書けない文字（{names}）が入っています。その文字を消して書き直してください。", code="bad-character"
        )
    return text


def read_person(value: Any) -> str:
    """Return a name as entered; a number is no name."""
    if not isinstance(value, str):
        raise UnreadableError("文字ではない値です。")
    return checked(value)


def read_phone(value: Any) -> str:
    """Return a telephone number as written; one that has lost its first 0 is refused, for nobody may guess it."""
    text = read_text(value)
    digits = text.strip().translate(_FULL_WIDTH)
    if re.fullmatch(r"[1-9][0-9]{8,9}", digits):
        raise UnreadableError(
            f"先頭の0が落ちているようです（数字が{len(digits)}桁です。0を付けると{len(digits) + 1}桁になります）。"
        )
    if re.fullmatch(r"\(?0[-0-9() ‐ー−]*", digits) and not _FEWEST <= sum(map(str.isdigit, digits)) <= _MOST:
        raise UnreadableError("電話番号の桁数が合いません（0から始まる番号は10桁か11桁です）。")
    return text


_FEWEST, _MOST = 10, 11  # figures of a number with its area code


def read_integer(value: Any) -> int:
    """Return a whole number; full-width digits, commas between thousands and a counter (２部, 3か月) are read, fractions refused."""
    if isinstance(value, bool):
        raise UnreadableError
    if isinstance(value, float):
        if not math.isfinite(value) or not value.is_integer():
            raise UnreadableError("整数ではありません。")
        value = int(value)
    if isinstance(value, str):
        text = _COUNTERS.sub("", checked(value).strip().translate(_FULL_WIDTH))
        if re.fullmatch("[一二三四五六七八九十]{1,3}", text):
            return _in_kanji(text)
        if not _INTEGER.fullmatch(text) or len(text) > 2 * _MOST_DIGITS:
            raise UnreadableError("整数ではありません。")
        value = int(text.replace(",", ""))
    if not isinstance(value, int):
        raise UnreadableError("数値ではありません。")
    if abs(value) >= 10**_MOST_DIGITS:
        raise UnreadableError("桁が多すぎる数値です。")
    return value


def _in_kanji(number: str) -> int:
    try:
        return wareki.number_of(number)
    except wareki.UnreadableDateError:
        raise UnreadableError("整数ではありません。") from None


def read_money(value: Any) -> int:
    """Return yen; 「1,000円」「￥1,000」「千円」「１万１千円」「金一万一千円也」 are read as well."""
    if not isinstance(value, str):
        return read_integer(value)
    bare = _MONEY_MARKS.sub("", value.strip().translate(_FULL_WIDTH))
    spoken = _SPOKEN_YEN.fullmatch(bare)
    if bare.isdigit() or not spoken or not any(spoken.groups()):
        return read_integer(bare)
    places = zip(spoken.groups(), (10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1), strict=True)
    return sum(place * wareki.number_of(written.rstrip("千百十万") or "一") for written, place in places if written)


def read_boolean(value: Any) -> bool:
    """Return a truth value written as はい いいえ 有 無 済 未 ○ × ✓ レ true false 1 0, or what was done: 説明済, 未説明."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = unicodedata.normalize("NFKC", checked(value)).strip().lower()
        if word in TRUE or _DONE.fullmatch(word):
            return True
        if word in FALSE or _NOT_DONE.fullmatch(word):
            return False
    raise UnreadableError


def read_option(options: Mapping[str, str], value: Any) -> str:
    """Return the stored key for a key, a printed label, the words in the label's parentheses, or a reference to a law.

    The comparison is folded; what only rounds off a word is no difference (職権による, 禁止命令等 and 禁止命令, 親権者（母）); a
    reference is read in any usual wording (validators/references.py).
    """
    text = read_text(value)
    if text in options:
        return text
    words = dict.fromkeys((fold(text), _rounded(text), _rounded(_PARENTHESES.sub("", text))))
    if set(_YES_OR_NO) <= set(options):
        words |= {key: None for key, said in _YES_OR_NO.items() if fold(text) in said}
    for word in words:
        if len(found := _options_named(options, word)) == 1:
            return found.pop()
        if found:
            break
    else:
        if chosen := references.choose(options, text):
            return chosen.key
    raise NotAnOptionError


def _options_named(options: Mapping[str, str], word: str) -> set[str]:
    """Return the keys a folded word stands for: its own spellings first, then the aliases."""
    found = {key for key, label in options.items() if word in _spellings(key, label)}
    if not found and isinstance(options, Options):
        found = {key for alias, key in options.aliases.items() if word in {fold(alias), _rounded(alias)}}
    return found


@lru_cache(maxsize=2048)
def _rounded(text: str) -> str:
    """Return the key of a word without what people round it off with: による, する, a 等 or など; 1ヶ月 is 1か月, 済み is 済."""
    return _ENDING.sub("", _JOINED.sub("", re.sub(r"(?<=[0-9])[ケカ箇](?=月)", "か", fold(text).rstrip("。、"))))


@lru_cache(maxsize=2048)
def _spellings(key: str, label: str) -> frozenset[str]:
    alternates = [part for inner in _PARENTHESES.findall(label) for part in re.split("[、・,，/]", inner)]
    alternates += [f"{part}等" for part in alternates if not part.endswith("等")]
    words = (key, label, _PARENTHESES.sub("", label), *alternates)
    return frozenset(form for word in words for form in (fold(word), _rounded(word)) if form)


def read_date(value: Any) -> str:
    """Return a day, or a day and time where a time is written: 2024-05-10, 2024-05-10T14:30. No time is invented."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise UnreadableError("時差の付いた日時は読めません。")
        # a spreadsheet's day arrives as its midnight
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # 4050101: an era and a date in figures; any other number is told from it below
    if not isinstance(value, str):
        raise UnreadableError("日付ではない値です。")
    return _read_written(checked(value))


@lru_cache(maxsize=16384)  # each is read several times: for the edition, for what is told only about, for its value
def _read_written(text: str) -> str:
    timed, reason = ":" in text or "時" in text, ""
    if not timed:
        try:
            return wareki.parse_date(text).isoformat()
        except ValueError as error:
            reason = str(error)
    try:
        return wareki.parse_datetime(text).isoformat(timespec="minutes")
    except ValueError as error:
        raise UnreadableError(str(error) if timed else reason) from None


def read_day(value: Any) -> str:
    """Return a day, 2024-05-10, whatever time is written behind it: a spreadsheet writes midnight behind every day."""
    return read_date(value)[:10]


def time_beside_day(text: str) -> str:
    """Return the time of day (14:30) written behind a day, nothing where there is none but midnight."""
    try:
        clock = read_date(text)[11:]
    except UnreadableError:
        return ""
    return "" if clock == "00:00" else clock


def read_time(value: Any) -> str:
    """Return a time of day, 14:30."""
    if isinstance(value, time) and value.tzinfo is None:
        return value.isoformat(timespec="minutes")
    if not isinstance(value, str):
        raise UnreadableError("時刻ではない値です。")
    try:
        return wareki.parse_time(checked(value)).isoformat(timespec="minutes")
    except ValueError as error:
        raise UnreadableError(str(error)) from None
