"""A profile as the file that makes it: what `as_office` flattened is written out again, to be read and changed by people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from validators.definitions import yamlio
from validators.errors import InputError
from validators.labels import OFFICE_LABELS
from validators.office import as_office

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PLACE = "ほかの設定"


def rest_of(office: Mapping[str, str]) -> str:
    """Return all that a profile says beside its names (OFFICE_LABELS), as the YAML of its file; empty where it says nothing more."""
    told: dict[str, Any] = {}
    for key, text in office.items():
        part, _, rest = key.partition(".")
        match part:
            case "stations":
                told.setdefault(part, {})[rest] = text.split("\n")
            case "forms":
                slug, _, name = rest.partition(".")
                told.setdefault(part, {}).setdefault(slug, {})[name] = text
            case "numbers":
                kind, _, name = rest.rpartition(".")
                told.setdefault(part, {}).setdefault(kind, {})[name] = text
            case "retention":
                period, _, begins = text.partition("\n")
                told.setdefault(part, {})[rest] = {"period": period, "from": begins}
            case "approval" if rest == "forms":
                told.setdefault(part, {})[rest] = "all" if text == "all" else text.split("\n")
            case "approval":
                told.setdefault(part, {})[rest] = bool(text)
            case "sources":
                told[part] = text.split("\n")
            case _ if key not in OFFICE_LABELS:
                told[key] = text
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False) if told else ""


def office_from(names: Mapping[str, str], rest: str, on: date) -> dict[str, str]:
    """Return the profile that names and the YAML of `rest_of` say on a day. Raises InputError, DefinitionError."""
    content = yamlio.parse(rest, Path(PLACE)) if rest.strip() else {}
    if not isinstance(content, dict):
        raise InputError(f"「{PLACE}」は、「項目: 値」の形で書いてください。")
    return as_office(content, PLACE, on) | as_office({key: text for key, text in names.items() if text}, PLACE, on)
