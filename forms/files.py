"""Write files whole or not at all, under names that tell nothing about people."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

_UNSAFE = re.compile(r"[^0-9A-Za-zぁ-んァ-ヶ一-龠々ー_.-]+")
_MAX_STEM = 80


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file, the new one, or none: never a half.

    Raises OSError (a full disk, no permission) after removing what was begun.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o640)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def safe_stem(record_id: str) -> str:
    """Return the part of a file name that a record's id gives: no separators, no leading dot, bounded."""
    return _UNSAFE.sub("_", record_id).strip("._")[:_MAX_STEM] or "record"
