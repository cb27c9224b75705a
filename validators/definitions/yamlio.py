"""Read our YAML files fast, and find the line of any key when a definition is wrong.

Whatever a file holds, reading it ends in plain data or in a DefinitionError that says, in words for a law clerk, what to mend where.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, Any

from validators.definitions.files import cache_directory
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path

Keys = tuple[str | int, ...]  # the way to a value within a file: names in mappings, places in lists


def load(path: Path) -> Any:
    """Return the file's content as plain dicts, lists and scalars (dates as strings).

    Parsed content is kept as JSON under the user's cache, keyed by the bytes' SHA-256: parsing all clauses anew
    would cost the command line a second. A cache that cannot be written is no error.
    Raises DefinitionError naming file and line.
    """
    raw = bytes_of(path)
    cached = cache_directory() / "yaml-2" / f"{hashlib.sha256(raw).hexdigest()}.json"
    try:
        return json.loads(cached.read_bytes())
    except (OSError, ValueError):
        pass
    content = parse(text_of(raw, path), path)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = cached.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        partial.replace(cached)
    except OSError:
        pass
    return content


def head(path: Path, wanted: frozenset[str]) -> dict[str, Any]:
    """Return the named keys of a file; what else stands in it is not even parsed. Raises DefinitionError with file:line."""
    text = text_of(bytes_of(path), path)
    blocks = re.split(r"^(?=[A-Za-z_])", text, flags=re.MULTILINE)
    kept = "".join(  # a block left out stays as empty lines: a line keeps its number
        block if block.partition(":")[0] in wanted else "\n" * block.count("\n") for block in blocks
    )
    try:
        content = parse(kept, path)
    except DefinitionError:  # or a name of what was left out is used
        content = load(path)
    return content if isinstance(content, dict) else {}


def parse(text: str, path: Path) -> Any:
    """Parse YAML text; raises DefinitionError with file:line."""
    from validators.definitions import yamltext  # noqa: PLC0415 - what was parsed before needs no parser

    return yamltext.parse(text, path)


def line_of(path: Path, keys: Keys) -> int:
    """Return the 1-based line of a nested key, or of the deepest part of it that exists."""
    from validators.definitions import yamltext  # noqa: PLC0415

    return yamltext.line_of(path, keys)


def bytes_of(path: Path) -> bytes:
    """Return a definition's bytes; raises DefinitionError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"ファイルが開けません（{error.strerror}）。", place=f"{path}:1") from None


def text_of(raw: bytes, path: Path) -> str:
    """Return a definition's text; raises DefinitionError with file:line."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "UTF-8 の文字として読めません。文字コードを UTF-8 にして保存し直してください。"
        raise DefinitionError(message, place=f"{path}:{line}") from None


def broken(path: Path, keys: Keys, message: str) -> DefinitionError:
    """Build the error for a wrong definition, with file and line."""
    return DefinitionError(message, place=f"{path}:{line_of(path, keys)}")
