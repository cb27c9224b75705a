"""The shared vocabularies (forms/catalogue/_shared/*.yaml): what several forms have is said once; docs/FORMS.md, Vocabularies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from validators.definitions import yamlio
from validators.definitions.field import Definition, read_fields
from validators.definitions.source import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_KEYS = frozenset({"title", "options", "fields", "blocks", "apart", "once"})
_BLOCK_KEYS = frozenset({"with", "do"})
_OPTION_KEYS = frozenset({"label", "aliases", "from", "until"})
Raw: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One file as written: fields by name, named lists of options with their dates, parts of layouts."""

    name: str
    path: Path
    title: str = ""
    fields: dict[str, Raw] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    blocks: dict[str, Any] = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)  # a name another vocabulary has too → how the datum differs
    once: frozenset[str] = frozenset()  # fields that are the same on all papers of a matter

    def on(self, day: date | None) -> dict[str, Raw]:
        """Return the fields as the keys of a form's field, their options those of a day (None: without end dates)."""
        dated = {name: self._dated(("fields", name), raw, day) for name, raw in self.fields.items()}
        return dated | {name: {**dated[name], "once": True} for name in self.once}

    def check(self) -> None:
        """Read every field as a form would; raises DefinitionError with this file and line."""
        read_fields(Definition(self.path, {}), ("fields",), self.on(None))

    def _dated(self, keys: tuple[str | int, ...], raw: Any, day: date | None) -> Any:
        d = Definition(self.path, {})
        if not isinstance(raw, dict):
            d.fail(keys, f"「{keys[-1]}」は「キー: 値」の形で書いてください。")
        out = dict(raw)
        d.text((*keys, "home"), raw.get("home"))
        options = raw.get("options")
        keys_of: tuple[str | int, ...] = (*keys, "options")
        if isinstance(options, str):
            if options not in self.options:
                d.fail((*keys, "options"), f"「{options}」という選択肢の一覧は、この語彙にありません。")
            options, keys_of = self.options[options], ("options", options)
        if isinstance(options, dict):
            kept = {key: _in_force(d, (*keys_of, key), said, day) for key, said in options.items()}
            out["options"] = {key: said for key, said in kept.items() if said is not None}
        elif options is not None:
            out["options"] = options
        if isinstance(raw.get("fields"), dict):
            inner = raw["fields"].items()
            out["fields"] = {name: self._dated((*keys, "fields", name), item, day) for name, item in inner}
        return out


def _in_force(d: Definition, keys: tuple[str | int, ...], said: Any, day: date | None) -> Any:
    """Return what an option is called on a day, None where it is not there: a text, a mapping, or one mapping a period."""
    for period in said if isinstance(said, list) else [said]:
        if not isinstance(period, dict):
            return period
        d.only(keys, period, _OPTION_KEYS)
        first, last = d.day(keys, period.get("from")), d.day(keys, period.get("until"))
        if (day or date.max) >= (first or date.min) and (day or date.max) <= (last or date.max):
            return {key: value for key, value in period.items() if key in {"label", "aliases"}}
    return None


def vocabularies(catalogue: Path) -> dict[str, Vocabulary]:
    """Return the vocabularies beside a catalogue by name; raises DefinitionError with file:line."""
    paths = sorted((catalogue / SHARED).glob("*.yaml"))
    return {path.stem: _read(path, path.stat().st_mtime_ns) for path in paths}


@lru_cache(maxsize=128)
def _read(path: Path, _changed: int) -> Vocabulary:
    d = Definition(path, {})
    content = d.only((), yamlio.load(path), _KEYS)
    for key in ("fields", "options", "blocks", "apart"):
        if not isinstance(content.get(key, {}), dict):
            d.fail((key,), f"「{key}」は「名前: {{…}}」の形で書いてください。")
    for name, block in content.get("blocks", {}).items():
        if not isinstance(d.only(("blocks", name), block, _BLOCK_KEYS).get("do"), list):
            d.fail(("blocks", name), "部品は「do」に部品の一覧を書いてください。")
    once = d.texts(("once",), content.get("once"))
    for i, name in enumerate(once):
        if name not in content.get("fields", {}):
            d.fail(("once", i), f"「{name}」という項目は、この語彙にありません。")
    fields, options, blocks, apart = (dict(content.get(key, {})) for key in ("fields", "options", "blocks", "apart"))
    title = d.text(("title",), content.get("title"), needed=True)
    return Vocabulary(path.stem, path, title, fields, options, blocks, apart, frozenset(once))


class Shared:
    """What one edition of a form can take: the fields of the vocabularies it uses, as they stand on its first day."""

    def __init__(self, used: Iterable[Vocabulary], day: date | None) -> None:
        self.used = tuple(used)
        self.fields: dict[str, Raw] = {}
        self.blocks: dict[str, Any] = {}
        for vocabulary in self.used:
            self.fields |= vocabulary.on(day)
            self.blocks |= vocabulary.blocks

    def check(self) -> None:
        """Raise DefinitionError where a vocabulary itself is wrong."""
        for vocabulary in self.used:
            vocabulary.check()

    def dressed(self, own: Mapping[str, Any]) -> Raw:
        """Return a form's fields with what it takes from the vocabularies; a definition of its own (`type`) stands alone."""
        return {name: overlaid(self.fields[name], said) if name in self.fields else said for name, said in own.items()}

    def fact(self, name: str, said: Mapping[str, Any] | None = None) -> Raw:
        """Return a fact that is kept with the record and never printed, nor anything in it."""
        return _unprinted(overlaid(self.fields[name], said)) if name in self.fields else _unprinted(dict(said or {}))


def overlaid(base: Raw, said: Any) -> Any:
    """Lay what a form says of a field over what the vocabulary says: key by key, items of a list name by name."""
    if said is None:
        return base
    if not isinstance(said, dict) or "type" in said:
        return said
    out = {**base, **said}
    if isinstance(said.get("fields"), dict) and isinstance(base.get("fields"), dict):
        inner = dict(base["fields"])
        for name, item in said["fields"].items():
            if item is None:
                inner.pop(name, None)
            else:
                inner[name] = overlaid(inner[name], item) if name in inner else item
        out["fields"] = inner
    if "options" in said and isinstance(base.get("options"), dict):
        out["options"] = _picked(base["options"], said["options"])
    return out


def _picked(options: Mapping[str, Any], said: Any) -> Any:
    """Return the options a form picks (a list) or words in its own way (a mapping), with the vocabulary's aliases."""
    if isinstance(said, list) and all(isinstance(key, str) for key in said):
        return {key: options.get(key, key) for key in said}
    if not isinstance(said, dict):
        return said
    aliases = {
        key: option["aliases"] for key, option in options.items() if isinstance(option, dict) and "aliases" in option
    }
    return {
        key: {"label": label, "aliases": aliases[key]} if isinstance(label, str) and key in aliases else label
        for key, label in said.items()
    }


def _unprinted(raw: Raw) -> Raw:
    out = {"printed": False, **raw}
    if isinstance(raw.get("fields"), dict):
        out["fields"] = {
            name: _unprinted(item) if isinstance(item, dict) else item for name, item in raw["fields"].items()
        }
    return out
