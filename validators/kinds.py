"""One row a type of value: how it is read, checked, described to programs, shown in a cell, printed and called.

docs/ARCHITECTURE.md, Records, says what each holds once it is read. A new type is a new row; every row is tested whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from validators.model import PERSON_KEYS
from validators.values import (
    UnreadableError,
    read_boolean,
    read_date,
    read_day,
    read_integer,
    read_money,
    read_option,
    read_person,
    read_phone,
    read_text,
    read_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What a value is made of, whatever it means: what prints, compares and searches it asks for this.
ValueShape = Literal["text", "name", "number", "truth", "day", "moment", "clock", "option", "list"]

_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
DAY_OR_MOMENT = f"^{_DAY}(?:T{_CLOCK})?$"
TIME_OF_DAY = f"^{_CLOCK}$"
TEXT_FORMAT = "@"  # Excel keeps what is written: no text becomes a date or a number

_PERSON_PARTS = {
    key: {"type": "string", "title": label} | ({"pattern": DAY_OR_MOMENT} if key == "birth_date" else {})
    for key, label in PERSON_KEYS.items()
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of value.

    `read(options, raw)` gives the value or raises UnreadableError; `rule` is what Cerberus asks of it, `schema` its JSON
    Schema (options come from the field). `cell` and `width` are a column's in the entry workbook, `how` its note there;
    `ask` tells what to write instead of what could not be read. `words`: what the vocabulary of the expressions takes it for.
    """

    label: str
    shape: ValueShape
    read: Callable[[Mapping[str, str], Any], Any]
    rule: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "minLength": 1})
    cell: str = TEXT_FORMAT
    width: int = 22
    how: str = ""
    ask: str = ""
    words: frozenset[str] = frozenset({"text"})
    narrative: bool = False  # may be long: keeps its line breaks, may go over a page

    @property
    def dated(self) -> bool:
        """Whether it stands for a calendar day, with or without a time."""
        return self.shape in {"day", "moment"}

    @property
    def timed(self) -> bool:
        """Whether a spreadsheet's date or time is what is meant here."""
        return self.shape in {"day", "moment", "clock"}

    @property
    def wordy(self) -> bool:
        """Whether people's own words stand in it, printed as they are: there a secret may stand too."""
        return self.shape in {"text", "name"}


def _by(read: Callable[[Any], Any]) -> Callable[[Mapping[str, str], Any], Any]:
    return lambda _options, value: read(value)


def _item_by_item(_options: Mapping[str, str], _value: Any) -> Any:
    """Refuse: a list is read item by item, each as its own type."""
    raise UnreadableError


_text, _whole = _by(read_text), {"type": "whole"}
_day_rule, _day_schema = {"type": "string", "check_with": "day"}, {"type": "string", "pattern": DAY_OR_MOMENT}
_dates, _numbers, _nothing = frozenset({"date"}), frozenset({"number"}), frozenset[str]()

KINDS: Final[dict[str, Kind]] = {
    "string": Kind("文字", "text", _text),
    "text": Kind("文章", "text", _text, width=44, narrative=True),
    "integer": Kind(
        "整数", "number", _by(read_integer), _whole, {"type": "integer"}, cell="0",
        how="整数で書きます。", ask="整数を書いてください。", words=frozenset({"number", "text"}),
    ),
    "money": Kind(
        "金額", "number", _by(read_money), _whole, {"type": "integer", "description": "円"}, cell="#,##0",
        how="円の額を整数で書きます。", ask="円の額を整数で書いてください。", words=_numbers,
    ),
    "date": Kind(
        "日付", "day", _by(read_day), _day_rule, _day_schema, cell='[$-411]ggge"年"m"月"d"日";@', width=18,
        how="「令和6年5月10日」「R6.5.10」「2024/5/10」のように書きます。", words=_dates,
    ),
    "datetime": Kind(
        "日時", "moment", _by(read_date), _day_rule, _day_schema, cell='yyyy"年"m"月"d"日" h:mm;@', width=24,
        how="「令和6年5月10日 14時30分」「2024/5/10 14:30」のように書きます。", words=_dates,
    ),
    "time": Kind(
        "時刻", "clock", _by(read_time), {"type": "string", "check_with": "clock"},
        {"type": "string", "pattern": TIME_OF_DAY}, cell="h:mm;@",
        how="「14:30」のように書きます。", words=_nothing,
    ),
    "boolean": Kind(
        "はい・いいえ", "truth", _by(read_boolean), {"type": "boolean"}, {"type": "boolean"}, width=10,
        how="「はい」か「いいえ」を選びます。", ask="「はい」か「いいえ」で書いてください。", words=_nothing,
    ),
    "enum": Kind("選択", "option", read_option, schema={"type": "string"}, how="一覧から選びます。"),
    "list": Kind(
        "一覧", "list", _item_by_item, {"type": "list"}, {"type": "array"},
        how="いくつもあるときは、セルの中で改行（Alt＋Enter）して、一行に一つずつ書きます。",
        ask="一件ずつ分けて書いてください。", words=frozenset({"list", "text"}),
    ),
    "person": Kind(
        "氏名", "name", _by(read_person), {"type": ["string", "dict"], "check_with": "person"},
        {"anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "object", "properties": _PERSON_PARTS, "additionalProperties": False},
        ]},
        width=20, ask="氏名を書いてください。",
    ),
    "address": Kind("住所", "text", _text, width=36),
    "phone": Kind(
        "電話番号", "text", _by(read_phone), width=16, how="先頭の0から、「03-0000-0000」のように書きます。",
        ask="先頭の0から、「03-0000-0000」のように文字で書いてください。",
    ),
    "office": Kind("所属", "text", _text),
    "post": Kind("職名", "text", _text),
}  # fmt: skip

FIELD_TYPES = frozenset(KINDS)


def read_value(kind: str, options: Mapping[str, str], value: Any) -> Any:
    """Return the typed value (docs/ARCHITECTURE.md, Records); raises UnreadableError."""
    return KINDS[kind].read(options, value)
