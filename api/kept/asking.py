"""What callers send: the parts of a body by name and kind, days, how far a list goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from flask import request

from api.sent import json_sent
from forms.entry.reading.json_in import items_of, load
from validators.errors import InputError
from validators.wareki import parse_date

if TYPE_CHECKING:
    from datetime import date

MOST: Final = 200
_SHOWN: Final = 50
_DIGITS: Final = 6  # of any number of a query
_BEFORE: Final = b"\xef\xbb\xbf \t\r\n"
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def body() -> dict[str, Any]:
    """Return the JSON object sent, read as plainly as a file of records is. Raises UnsupportedMediaType, InputError."""
    content = json_sent()
    if not content.lstrip(_BEFORE).startswith(b"{"):
        raise InputError("{…} の形の JSON を送ってください。")
    (told,) = items_of(load(content, "送られた内容"))
    _refuse_unreadable(told)
    return cast("dict[str, Any]", told)


def _refuse_unreadable(told: Any) -> None:
    """Raise InputError for signs that are none: they can be kept nowhere, or hide what is kept."""
    if isinstance(told, str) and _UNREADABLE.search(told):
        raise InputError("文字として読めないもの（制御文字など）が入っています。", action="除いて送ってください。")
    if isinstance(told, list):
        for each in told:
            _refuse_unreadable(each)
    if isinstance(told, dict):
        for name, value in told.items():
            _refuse_unreadable(name)
            _refuse_unreadable(value)


def text(told: dict[str, Any], name: str, *, needed: bool = False, most: int = 0) -> str:
    """Return a text of a body, of at most so many letters (0: any); blank where it is left out. Raises InputError."""
    found = told.get(name)
    if found is None and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found.strip()):
        raise InputError(f"{name} に文字を書いてください。")
    if most and len(found) > most:
        raise InputError(f"{name} は{most}字までにしてください。")
    return found


def texts(told: dict[str, Any], name: str) -> list[str]:
    """Return a list of texts. Raises InputError."""
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InputError(f"{name} は文字の一覧で書いてください。")
    return found


def mapping(told: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a mapping. Raises InputError."""
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise InputError(f"{name} は {{名前: 値}} の形で書いてください。")
    return found


def objects(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of mappings. Raises InputError."""
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InputError(f"{name} は {{…}} の一覧で書いてください。")
    return found


def day(written: str, name: str, *, otherwise: date) -> date:
    """Return a day in any notation; `otherwise` for a blank. Raises InputError."""
    if not written.strip():
        return otherwise
    try:
        return parse_date(written)
    except ValueError:
        raise InputError(f"{name} には、2026-04-01 のように年月日を書いてください。") from None


def how_many(*, most: int = MOST) -> int:
    """Return how many rows of a list are asked for. Raises InputError."""
    return number("limit", _SHOWN, most)


def number(name: str, otherwise: int, most: int) -> int:
    """Return a whole number of the query between 1 and `most`. Raises InputError."""
    written = request.args.get(name, str(otherwise))
    if not (written.isascii() and written.isdigit() and len(written) <= _DIGITS and 1 <= int(written) <= most):
        raise InputError(f"{name} は1から{most}までの数で指定してください。")
    return int(written)
