"""The office profile: names of posts and divisions come from here, never from a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.errors import InputError
from validators.invisible import nothing_in, without
from validators.labels import OFFICE_LABELS, OFFICE_WORDS

if TYPE_CHECKING:
    from pathlib import Path


# what the office means by 速やかに, おおむね: the keys of reference/settings.yaml
_FIGURE = re.compile(r"(?:promptly|reminder|contact|hearing|extension|about)\.[a-z_]+")


def load_office(path: Path) -> dict[str, str]:
    """Read a profile (a YAML mapping of the keys above). Raises InputError naming the file and the key."""
    content = yamlio.load(path)
    if not isinstance(content, dict):
        raise InputError("所属の設定は「項目: 値」の形で書いてください。", place=str(path))
    return as_office(content, str(path))


def as_office(content: dict[Any, Any], place: str) -> dict[str, str]:
    """Check a profile given as a mapping; keys may be the labels too. Raises InputError."""
    office = {}
    for given, value in content.items():
        if isinstance(given, str) and _FIGURE.fullmatch(given):
            office[given] = _figure(given, value, place)
            continue
        key = OFFICE_WORDS.get(given)
        if key is None:
            known = "、".join(f"{key}（{label}）" for key, label in OFFICE_LABELS.items())
            raise InputError(
                f"所属の設定に「{given}」という項目はありません。", action=f"使える項目: {known}", place=place
            )
        if value is not None and not isinstance(value, str | int):
            raise InputError(f"所属の設定の「{given}」は文字で書いてください。", place=place)
        if value is not None and not nothing_in(str(value)):
            office[key] = without(str(value))
    return office


def _figure(key: str, value: Any, place: str) -> str:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,4}", str(value)):
        raise InputError(f"所属の設定の「{key}」は、日数か時間数を整数で書いてください。", place=place)
    return str(value)
