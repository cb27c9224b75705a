"""Write files whole or not at all, under names that tell nothing about people."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from pathlib import Path

_UNSAFE = re.compile(r"[^0-9A-Za-zぁ-んァ-ヶ一-龠々ー_.-]+")
_MAX_STEM = 80
_PARTIAL = ".part-"
_HOUR = 3600.0  # seconds


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file, the new one, or none: never a half.

    Raises OSError (a full disk, no permission) after removing what was begun.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PARTIAL)
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


def sweep(directory: Path) -> None:
    """Remove what a run that was cut off (power, kill) had begun to write; a run of the last hour may still be at it."""
    for partial in directory.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError):
            if time.time() - partial.stat().st_mtime > _HOUR:
                partial.unlink()


def safe_stem(record_id: str) -> str:
    """Return the part of a file name that a record's id gives: no separators, no leading dot, bounded."""
    return _UNSAFE.sub("_", record_id).strip("._")[:_MAX_STEM] or "record"
