"""Write files whole or not at all; hold a folder so that one run at a time works in it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_PARTIAL = ".part-"
_LOCK = ".yoshiki.lock"


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
    """Remove what a run that was cut off (power, kill) had begun to write. Only for who holds the folder (`held`)."""
    for partial in directory.glob(f"{_PARTIAL}*"):
        with contextlib.suppress(OSError):
            partial.unlink()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a finished file in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def held(directory: Path, now: datetime) -> Iterator[None]:
    """Hold a folder against other runs, of this machine or of another that mounts it, until the run ends, however it ends; `now` is when it began.

    Raises InputError, saying who holds it, without having touched anything; OSError where nothing can be written.
    """
    path = directory / _LOCK
    handle = _locked(path)
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()} {now:%Y-%m-%d %H:%M}".encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _locked(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, since = os.read(handle, 80).decode(errors="replace").partition(" ")
            os.close(handle)
            who = f"（{since}に始まった処理、プロセス番号{pid}）" if since else ""
            raise InputError(
                f"フォルダ「{path.parent}」は、いま別の処理{who}が使っています。何も書いていません。",
                action="その処理が終わるのを待つか、-o に別のフォルダを指定してください。",
            ) from None
        with contextlib.suppress(FileNotFoundError):  # removed by the run that has just ended: make it anew
            if os.fstat(handle).st_ino == path.stat().st_ino:
                return handle
        os.close(handle)
