"""Know the row 記入例 of a workbook again, also one given out when the examples were others."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.invisible import without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMER = Path(__file__).with_name("former_examples.yaml")
_MARKS = re.compile(r"記入例[:：]\s*([0-9a-f]{8}(?:[ 　][0-9a-f]{8})*)")


def fingerprint(values: Iterable[Any]) -> str:
    """Return eight figures that stand for what a row holds, in whatever order and however a spreadsheet writes its dates."""
    texts = sorted(filter(None, map(_text, values)))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


def written_marks(marks: Sequence[str]) -> str:
    """Return what a title row says of its rows 記入例."""
    return f" 記入例: {' '.join(marks)}"


def read_marks(text: str) -> frozenset[str]:
    """Return the fingerprints that a title row names."""
    found = _MARKS.search(text)
    return frozenset(found[1].split()) if found else frozenset()


@cache
def _all_former() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    read: Mapping[str, Sequence[Mapping[str, Any]]] = yamlio.load(_FORMER)
    return read


def former_examples(slug: str) -> Sequence[Mapping[str, Any]]:
    """Return what other values the rows 記入例 of a form held before workbooks bore fingerprints."""
    return _all_former().get(slug, ())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(_text, value))
    if isinstance(value, (datetime, time)):
        value = value.isoformat(timespec="minutes")
    elif isinstance(value, date):
        value = value.isoformat()
    return "" if value is None else "".join(without(str(value)).split()).removesuffix("T00:00")
