"""Say what draws papers here: another engine or another font file may set the same record otherwise."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

from validators.glyphs import font_files


def engine() -> str:
    """Return the name and version of what sets papers."""
    return f"typst {version('typst')}"


@cache
def fonts() -> str:
    """Return one digest (hexadecimal SHA-256) of the font files that papers are set in."""
    whole = hashlib.sha256()
    for name, path in sorted(font_files().items()):
        whole.update(f"{name}\0".encode())
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
