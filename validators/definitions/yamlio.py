"""Read our YAML files fast, and find the line of any key when a definition is wrong."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import yaml

from validators.errors import DefinitionError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Loader):  # type: ignore[misc,valid-type]
    """Safe loader that keeps dates as strings and refuses a key written twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, str):  # `yes:` is a truth value to YAML, and the cache below would turn it into a text
            message = f"「{key_node.value}」は文字として読めません。引用符で囲んでください"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"「{key}」が二度書かれています", key_node.start_mark)
        seen.add(key)
    return dict(yaml.SafeLoader.construct_mapping(loader, node, deep=True))


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_PlainLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def _cache_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(base) / "yoshiki" / "yaml-2"


def load(path: Path) -> Any:
    """Return the file's content as plain dicts, lists and scalars (dates as strings).

    Parsed content is kept as JSON under the user's cache, keyed by the bytes' SHA-256: parsing all clauses anew
    would cost the command line a second. A cache that cannot be written is no error.
    Raises DefinitionError naming file and line.
    """
    raw = path.read_bytes()
    cached = _cache_dir() / f"{hashlib.sha256(raw).hexdigest()}.json"
    try:
        return json.loads(cached.read_bytes())
    except (OSError, ValueError):
        pass
    content = parse(raw.decode("utf-8"), path)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = cached.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        partial.replace(cached)
    except OSError:
        pass
    return content


def parse(text: str, path: Path) -> Any:
    """Parse YAML text; raises DefinitionError with file:line."""
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader subclass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", error)
        raise DefinitionError(f"YAML として読めません: {problem}", place=f"{path}:{line}") from None


def line_of(path: Path, keys: tuple[str | int, ...]) -> int:
    """Return the 1-based line of a nested key, or of the deepest part of it that exists."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                if key_node.value == str(key):
                    line, node = key_node.start_mark.line + 1, value_node
                    break
            else:
                return line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def broken(path: Path, keys: tuple[str | int, ...], message: str) -> DefinitionError:
    """Build the error for a wrong definition, with file and line."""
    return DefinitionError(message, place=f"{path}:{line_of(path, keys)}")
