"""Definitions as plain data and back, so that what was read once can be kept: see `Files.recall`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Any

_PLAIN = frozenset({str, int, float, bool, type(None)})
_MARK = "\0"  # no text of a definition begins a tuple with it


def packed(value: Any) -> Any:  # noqa: PLR0911 - one for each kind
    """Return dataclasses, days, paths and kinds of dict as plain tuples, dicts and lists."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind in {list, tuple, frozenset}:
        return kind(map(packed, value))
    if kind is dict:
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, date):
        return _MARK, "date", value.isoformat()
    if isinstance(value, PurePath):
        return _MARK, "path", str(value)
    if is_dataclass(value):
        return _MARK, kind.__name__, *(packed(getattr(value, name)) for name in _names(kind))
    return _MARK, kind.__name__, packed(dict(value)), *(packed(item) for item in vars(value).values())


def unpacked(value: Any, kinds: dict[str, Any]) -> Any:
    """Return what was packed; `kinds` are the classes that may stand in it, by name."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {key: item if type(item) in _PLAIN else unpacked(item, kinds) for key, item in value.items()}
    items = [item if type(item) in _PLAIN else unpacked(item, kinds) for item in value]
    if kind is tuple and items and items[0] == _MARK:
        return kinds[items[1]](*items[2:])
    return items if kind is list else kind(items)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))
