"""How a value is written into a cell of the entry workbook, so that reading and normalising give it back exactly."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from validators.errors import InputError
from validators.kinds import KINDS

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

    from validators.model import Field

_HAVING = re.compile("「有」|「無」|有無")
MAX_CELL = 32_767  # characters an Excel cell holds
_FIRST_DAY = date(1900, 3, 1)  # before it Excel's days are one off
_EXACT_DIGITS = 10**15
_ESCAPES = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]|[\ud800-\udfff\ufffe\uffff]")
_ISO: dict[str, re.Pattern[str]] = {
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
    "clock": re.compile(r"\d\d:\d\d"),
}


def truth_words(item: Field) -> tuple[str, str]:
    """Return the words a truth value is chosen by, those that the field's own hint uses: 有・無, else はい・いいえ."""
    return ("有", "無") if _HAVING.search(item.label + item.hint) else ("はい", "いいえ")


def number_format(item: Field) -> str:
    """Return the number format of a field's column; texts are kept from being turned into numbers and dates."""
    return KINDS[item.type].cell


def cell_value(value: Any, item: Field, *, exact: bool = True) -> Any:
    """Return what to put into the cell: a date as a date, an option by its label, a list one value a line.

    Raises InputError for a value no cell can give back, unless `exact` is off: then it is written as well as can be.
    """
    if isinstance(value, list):
        lines = [str(_single(v, item, dates=False)) for v in value]
        if exact and (item.type != "list" or any(not line.strip() or line.splitlines() != [line] for line in lines)):
            raise InputError(f"「{item.label}」の値は、一つのセルに書けません。", action="JSON でお送りください。")
        return "\n".join(lines)
    if isinstance(value, dict):
        if exact:
            raise InputError(f"「{item.label}」の値は、一つのセルに書けません。", action="JSON でお送りください。")
        return json.dumps(value, ensure_ascii=False)
    return _single(value, item, dates=item.type != "list")


def _single(value: Any, item: Field, *, dates: bool) -> Any:
    kind, options = item.of or ("string" if item.type == "list" else item.type), item.options
    if isinstance(value, bool):
        return truth_words(item)[not value]
    if isinstance(value, int) and abs(value) < _EXACT_DIGITS:
        return value
    if not isinstance(value, str):
        return "" if value is None else str(value)
    shape = KINDS[kind].shape
    if shape == "option":
        label = options.get(value, value)
        return label if list(options.values()).count(label) == 1 or value not in options else value
    if dates and shape in _ISO and _ISO[shape].fullmatch(value):
        return _moment(value, shape)
    return value


def _moment(text: str, shape: str) -> date | datetime | time | str:
    try:
        if shape == "clock":
            return time.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.date() < _FIRST_DAY:
        return text
    return moment.date() if shape == "day" else moment


def put(cell: Cell | MergedCell, value: Any, *, exact: bool = True) -> None:
    """Write a value into a cell: texts stay texts (no formula is made of =…), characters XML cannot hold are escaped."""
    if isinstance(value, str):
        text = _ESCAPES.sub(lambda m: f"_x{ord(m[0]):04X}_", value)
        if len(text) > MAX_CELL:
            if exact:
                raise InputError(f"一つのセルに書ける{MAX_CELL:,}字を超えています。", action="JSON でお送りください。")
            text = text[:MAX_CELL]
        cell.value = text
        cell.data_type = "s"
    else:
        cell.value = value
