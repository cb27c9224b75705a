"""Read what is written behind a command of a case: name=value, or a file, and a case as a file tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from commands.options import open_sources
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ledger.cases import CaseTold

OF_NEW = frozenset({"office", "kind", "number", "title", "opened_on", "facts", "parties"})


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


def told_case(told: Any, known: frozenset[str]) -> dict[str, Any]:
    """Return what a file tells of a case: `known` names, texts but for lists and mappings. Raises InputError."""
    if not isinstance(told, dict) or told.keys() - known:
        raise InputError("事案のファイルとして読めません。", action=f"書けるもの: {'、'.join(sorted(known))}")
    if not isinstance(told.get("facts", {}), dict) or not isinstance(told.get("parties", []), list):
        raise InputError("facts は「名前: 値」の組、parties は人の一覧で書いてください。")
    given = {key: value for key, value in told.items() if value is not None}
    return {key: value if isinstance(value, dict | list) else str(value) for key, value in given.items()}


def case_from(told: dict[str, Any], today: date) -> CaseTold:
    """Return the case that was told, opened today where no day is. Raises InputError."""
    from ledger.cases import CaseTold
    from ledger.in_json import party_from
    from validators.wareki import parse_date

    if not {"office", "kind"} <= told.keys():
        raise InputError("受けた所属（--office）と、事案の種類（--kind）を書いてください。")
    parties = [party_from(each) for each in told.get("parties", [])]
    try:
        opened_on = parse_date(told.get("opened_on") or today.isoformat())
    except ValueError as error:
        raise InputError(f"受けた日（opened_on）が読めません（{error}）。") from None
    return CaseTold(**told | {"opened_on": opened_on.isoformat(), "parties": parties})
