"""From a cell to a raw value of Record.data: what Excel did to it is undone or named, what people wrote is passed on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from forms.entry.reading.batch import Fault
from forms.entry.reading.cells import Moment
from validators.kinds import KINDS

if TYPE_CHECKING:
    from validators.model import Field

_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
_DIVIDED = re.compile(r"[\n、，,;；]")
MAX_ID = 100

TURNED_INTO_DATE = Fault(
    "turned-into-date",
    "この欄は日付を書く欄ではありませんが、Excel が値を日付に変えています。セルの書式を「文字列」にして書き直してください。",
)
_OWN_SHEET = "「{}」は、同じ名前のシートに一件一行で書いてください。この欄は空けておいてください。"


def raw_value(value: Any, item: Field) -> Any:
    """Return the value for Record.data, or a Fault. Texts stay as written; a list of plain values is split at line breaks."""
    if isinstance(value, Fault):
        return value
    kind = KINDS[item.of or item.type]
    if isinstance(value, Moment):
        if not kind.timed:
            return TURNED_INTO_DATE
        value = str(value).removesuffix("T00:00") if kind.shape == "day" else str(value)
    if item.type != "list":
        return value
    if item.fields:
        return Fault("list-in-one-cell", _OWN_SHEET.format(item.label))
    if not isinstance(value, str):
        return [value]
    # Options may also be divided by 、 — normalise knows how, and which option itself holds one.
    return value if kind.shape == "option" else [line for line in value.splitlines() if line.strip()]


def parts_of(raw: Any) -> int:
    """Count the values a list's cell may come to, at most: each gets the cell as its place."""
    return len(raw) if isinstance(raw, list) else len(_DIVIDED.split(raw))


def id_text(value: Any) -> str | Fault:
    """Return an id or case number as text; empty when blank."""
    if value is None:
        return ""
    if isinstance(value, Fault):
        return value
    if isinstance(value, Moment):
        return TURNED_INTO_DATE
    text = str(value).strip()
    if _BAD_CHARACTER.search(text) or "\n" in text or len(text) > MAX_ID:
        return Fault("bad-id", f"整理番号や事案番号は、改行を含まない{MAX_ID}字までの文字で書いてください。")
    return text
