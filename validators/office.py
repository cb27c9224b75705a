"""The office profile: names of posts and divisions come from here, never from a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

# key → label in the entry workbook's sheet 所属
OFFICE_KEYS = {
    "name": "所属名",
    "chief_title": "長の職名",
    "chief_name": "長の階級・氏名",
    "prefecture": "都道府県",
    "headquarters_chief": "本部長の職名",
    "division": "担当課",
    "symbol": "文書記号",
}


def load_office(path: Path) -> dict[str, str]:
    """Read a profile (a YAML mapping of the keys above). Raises InputError naming the file and the key."""
    content = yamlio.load(path)
    if not isinstance(content, dict):
        raise InputError("所属の設定は「項目: 値」の形で書いてください。", place=str(path))
    return as_office(content, str(path))


def as_office(content: dict[Any, Any], place: str) -> dict[str, str]:
    """Check a profile given as a mapping; keys may be the labels too. Raises InputError."""
    labels = {label: key for key, label in OFFICE_KEYS.items()}
    office = {}
    for given, value in content.items():
        key = labels.get(given, given)
        if key not in OFFICE_KEYS:
            known = "、".join(f"{key}（{label}）" for key, label in OFFICE_KEYS.items())
            raise InputError(
                f"所属の設定に「{given}」という項目はありません。", action=f"使える項目: {known}", place=place
            )
        if value is not None and not isinstance(value, str | int):
            raise InputError(f"所属の設定の「{given}」は文字で書いてください。", place=place)
        if value is not None and str(value).strip():
            office[key] = str(value)
    return office
