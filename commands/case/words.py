"""Read what is written behind a command of a case: name=value, or a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from commands.options import open_sources
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


def pairs(words: Iterable[str]) -> dict[str, Any]:
    """Return name=value words as a mapping; a value that begins with [ or { is read as JSON. Raises InputError."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise InputError(f"「{word}」は「名前=値」の形ではありません。", action="例　applicant_name=架空　花子")
        if name.strip() in found:
            raise InputError(f"「{name.strip()}」が二度あります。")
        found[name.strip()] = _value(name, value)
    return found


def _value(name: str, written: str) -> Any:
    if written[:1] not in {"[", "{"}:
        return written
    try:
        return json.loads(written)
    except ValueError:
        raise InputError(f"「{name}」の一覧が JSON として読めません。") from None


def content_of(file: str) -> Any:
    """Return what a YAML or JSON file (`-`: standard input) says. Raises InputError."""
    from validators.histories.reading import parse

    with open_sources((file,)) as sources:
        try:
            return parse(sources[0].path.read_bytes().decode("utf-8-sig"), sources[0].name)
        except UnicodeDecodeError:
            raise InputError("UTF-8 の文字として読めません。", place=sources[0].name) from None
