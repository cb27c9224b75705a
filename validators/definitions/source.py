"""The header of a source (forms/catalogue/<source>/source.yaml): what its forms and its clauses inherit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from validators.definitions import yamlio

DIRECTORY = Path(__file__).parents[2] / "forms" / "catalogue"  # data, read here by path
FILE = "source.yaml"
SHARED = "_shared"  # the folder of what several sources share
_KEYS = {
    "title": str,
    "issuer": str,
    "dated": str,
    "prefix": str,
    "cites": str,
    "clauses": dict,
    "forms": dict,
    "fields": dict,
}
_OF_CLAUSES, _OF_FORMS = {"effective"}, {"basis", "effective", "page", "audience", "legal_basis", "uses", "face"}


@dataclass(frozen=True, slots=True)
class SourceHeader:
    """A law, rule or procedure: its title, who issued it, its own date, what its ids and its citations begin with."""

    slug: str
    title: str = ""
    issuer: str = ""
    dated: str = ""
    prefix: str = ""
    cites: str = ""
    clauses: dict[str, Any] = field(default_factory=dict)  # keys a clause has unless it says otherwise
    forms: dict[str, Any] = field(default_factory=dict)  # keys a form has unless it says otherwise
    fields: dict[str, Any] = field(default_factory=dict)  # how this source words shared fields


def source_of(slug: str, directory: Path = DIRECTORY) -> SourceHeader:
    """Return the header of a source, an empty one where it has none; raises DefinitionError with file:line."""
    path = directory / slug / FILE
    if not path.is_file():
        return SourceHeader(slug)
    content = yamlio.load(path)
    if not isinstance(content, dict):
        raise yamlio.broken(path, (), "出典の見出しは「キー: 値」の形で書いてください。")
    for key, value in content.items():
        if key not in _KEYS:
            raise yamlio.broken(path, (key,), f"「{key}」という項目は使えません。使えるもの: {'、'.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            kind = "文字（引用符で囲みます）" if _KEYS[key] is str else "「キー: 値」の形"
            raise yamlio.broken(path, (key,), f"「{key}」は{kind}で書いてください。")
    for key, allowed in (("clauses", _OF_CLAUSES), ("forms", _OF_FORMS)):
        for inner in set(content.get(key, {})) - allowed:
            raise yamlio.broken(
                path, (key, inner), f"「{key}」に「{inner}」は書けません。書けるもの: {'、'.join(allowed)}"
            )
    return SourceHeader(path.parent.name, **content)
