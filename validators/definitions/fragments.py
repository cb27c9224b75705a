"""Put shared parts into a layout: `{use: issuer, name: …}` becomes the blocks, rows or texts of that name in a vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.definitions.field import Definition
    from validators.definitions.yamlio import Keys

_PLACE = re.compile(r"\$\(([a-z_]+)\)")


def expanded(d: Definition, layout: list[Any], blocks: Mapping[str, Any]) -> tuple[list[Any], dict[Keys, Keys]]:
    """Return the layout with its shared parts put in, and for each part that moved where it was written.

    Raises DefinitionError with file:line for a part nobody knows, a parameter it does not have or one that is missing.
    """
    origins: dict[Keys, Keys] = {}
    return _Expansion(d, blocks, origins).items(layout, ("layout",), ("layout",)), origins


class _Expansion:
    def __init__(self, d: Definition, blocks: Mapping[str, Any], origins: dict[Keys, Keys]) -> None:
        self.d = d
        self.blocks = blocks
        self.origins = origins

    def items(self, given: list[Any], new: Keys, old: Keys) -> list[Any]:
        out: list[Any] = []
        for i, item in enumerate(given):
            here = (*old, i)
            if isinstance(item, dict) and "use" in item:
                for part in self.part(item, here):
                    self.origins[*new, len(out)] = here
                    out.append(part)
            else:
                if len(out) != i:
                    self.origins[*new, len(out)] = here
                out.append(self.value(item, (*new, len(out)), here))
        return out

    def value(self, given: Any, new: Keys, old: Keys) -> Any:
        if isinstance(given, list):
            return self.items(given, new, old)
        if isinstance(given, dict):
            return {key: self.value(inner, (*new, key), (*old, key)) for key, inner in given.items()}
        return given

    def part(self, use: Mapping[str, Any], at: Keys) -> list[Any]:
        name = use["use"]
        if name not in self.blocks:
            known = "、".join(sorted(self.blocks)) or "ありません（uses に語彙を書いてください）"
            self.d.fail(at, f"「{name}」という共通の部品はありません。使えるもの: {known}")
        block = self.blocks[name]
        with_ = block.get("with") or {}
        self.d.only(at, use, {"use", *with_})
        values = {**with_, **{key: value for key, value in use.items() if key != "use"}}
        for key, value in values.items():
            if value is None:
                self.d.fail(at, f"共通の部品「{name}」には「{key}」を書いてください。")
        inner = [_filled(item, values) for item in block["do"]]
        return _Expansion(self.d, self.blocks, {}).items(inner, at, at)


def _filled(item: Any, values: Mapping[str, Any]) -> Any:
    """Write the parameters into a part: a text that is one parameter takes its value, whatever it is."""
    if isinstance(item, str):
        whole = _PLACE.fullmatch(item)
        if whole and whole[1] in values:
            return values[whole[1]]
        return _PLACE.sub(lambda m: str(values.get(m[1], m[0])), item)
    if isinstance(item, list):
        return [_filled(inner, values) for inner in item]
    if isinstance(item, dict):
        return {key: _filled(inner, values) for key, inner in item.items()}
    return item
