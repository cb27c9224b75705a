"""From a cell to a raw value of Record.data: what Excel did to it is undone or named, what people wrote is passed on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forms.entry.reading.batch import Fault
from forms.entry.reading.cells import LAST_SERIAL, Moment, NumberStyle, ShownNumber, moment
from forms.entry.reading.formats import general
from validators.invisible import without
from validators.kinds import KINDS, read_value
from validators.values import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.kinds import Kind
    from validators.model import Field

_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
_DIVIDED = re.compile(r"[\n、，,;；・/／\s①-⑳]|及び|並びに")
MAX_ID = 100

TURNED_INTO_DATE = Fault(
    "turned-into-date",
    "この欄は日付を書く欄ではありませんが、Excel が値を日付に変えています。セルの書式を「文字列」にして書き直してください。",
)
_DIVISIBLE = frozenset({"option", "day", "moment", "clock"})
_OF_DAYS = range(3_654, LAST_SERIAL + 1)  # serial numbers of days from 1910 on; smaller ones are years, months, counts
_OWN_SHEET = "「{}」は、同じ名前のシートに一件一行で書いてください。この欄は空けておいてください。"


def raw_value(value: Any, item: Field, *, from_1904: bool = False) -> Any:
    """Return the value for Record.data, or a Fault. Texts stay as written; a list of plain values is split at line breaks.

    `from_1904`: how the workbook's numbers count days.
    """
    kind = KINDS[item.of or item.type]
    value = _as_shown(value, kind, from_1904=from_1904)
    if item.type != "list" or isinstance(value, Fault):
        return value
    if item.fields:
        return Fault("list-in-one-cell", _OWN_SHEET.format(item.label))
    if not isinstance(value, str):
        return [value]
    # Options and dates may also be divided by 、 — normalise knows how, and which option itself holds one.
    return value if kind.shape in _DIVISIBLE else [line for line in value.splitlines() if line.strip()]


def _as_shown(value: Any, kind: Kind, *, from_1904: bool) -> Any:
    """Return what a cell shows, as a field of this kind takes it, or a Fault."""
    if isinstance(value, Moment):
        if not kind.timed:
            return TURNED_INTO_DATE
        if kind.shape != "day":
            return str(value)
        return str(value)[:10] if value.day_shown else str(value).removesuffix("T00:00")
    if isinstance(value, (ShownNumber, float, int)) and not isinstance(value, bool):
        return _number(value, kind, from_1904=from_1904)
    return value


def _number(value: ShownNumber | float, kind: Kind, *, from_1904: bool) -> Any:
    """Return a number as its field takes it: figures where they are what is shown, else the text the cell shows."""
    if isinstance(value, ShownNumber):
        if kind.shape in {"number", "truth"}:
            return value.value if value.same else _shown_otherwise(value)
        shown = value.shown
        if shown is None:
            return _shown_otherwise(value)
        return shown
    if kind.dated and not (isinstance(value, int) and value > LAST_SERIAL):
        style = NumberStyle("datetime" if kind.shape == "moment" else "date")
        day = moment(value, style, from_1904=from_1904) if int(value) in _OF_DAYS else None
        meant = ""
        if isinstance(day, Moment):
            shown = str(day)[:10] if kind.shape == "day" else str(day).replace("T", " ").removesuffix(" 00:00")
            meant = f"Excel の日付なら {shown.replace('-', '/')} です。"
        return Fault(
            "date-without-format",
            f"日付の書式でない数（{general(value)}）が入っています。{meant}"
            "セルの書式を日付にするか、「令和6年5月10日」のように書き直してください。",
        )
    if kind.shape == "clock" and 0 <= value < 1:
        clock = moment(value, NumberStyle("time"), from_1904=False)
        return Fault(
            "date-without-format",
            f"時刻の書式でない数（{general(value)}）が入っています。Excel の時刻なら {str(clock)[:5]} です。"
            "セルの書式を時刻にするか、「14:30」のように書き直してください。",
        )
    return value


def _shown_otherwise(figure: ShownNumber) -> Fault:
    return Fault(
        "shown-otherwise",
        f"このセルは「{(figure.shown or '')[:40]}」と表示されますが、中の値は {general(figure.value)} です。"
        "どちらが正しいか確かめ、セルの書式を「標準」か「文字列」にして書き直してください。",
    )


def is_an_example(raw: Any, item: Field, examples: Sequence[Any]) -> bool:
    """Tell whether a raw value is one that a row 記入例 holds for a field, however a spreadsheet writes it."""

    def read(value: Any) -> str:
        value = value.get("name") if isinstance(value, Mapping) else value
        if item.type != "list":
            return one(value)
        return "\n".join(one(each) for each in (value if isinstance(value, list) else str(value).splitlines()))

    def one(value: Any) -> str:
        try:
            return str(read_value(item.of or item.type, item.options, value))
        except UnreadableError:
            return str(value)

    return not isinstance(raw, Fault) and read(raw) in {read(example) for example in examples if example is not None}


def parts_of(raw: Any) -> int:
    """Count the values a list's cell may come to, at most: each gets the cell as its place."""
    return len(raw) if isinstance(raw, list) else len(_DIVIDED.split(raw))


def id_text(value: Any) -> str | Fault:
    """Return an id or case number as text; empty when blank."""
    if value is None or (type(value) is str and value.isascii() and value.isalnum() and len(value) <= MAX_ID):
        return value or ""  # nearly every id
    if isinstance(value, Fault):
        return value
    if isinstance(value, Moment):
        return TURNED_INTO_DATE
    if isinstance(value, ShownNumber):
        value = value.shown
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = without("" if value is None else str(value)).strip()
    if _BAD_CHARACTER.search(text) or "\n" in text or len(text) > MAX_ID:
        return Fault("bad-id", f"整理番号や事案番号は、改行を含まない{MAX_ID}字までの文字で書いてください。")
    return text


_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " "}


def record_id(value: Any) -> str | Fault:
    """Return a record's id as text, its figures and letters of one width: ids name files, and １ is typed where 1 is meant."""
    text = id_text(value)
    return text if isinstance(text, Fault) else text.translate(_WIDE).strip()


def id_key(text: str) -> str:
    """Return the key by which a number ties a list's row to its record: １ is 1, r6 is R6; marks count (1-2 is not 12)."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(plain.casefold().split())
