"""Private temporary folders: gone when their use ends, and at the next start where a process was killed over them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "yoshiki-private-"
_NEW = ".yoshiki-new-"  # made, not yet held: empty
_MINUTE = 60.0  # seconds


def make_folder() -> tuple[Path, int]:
    """Make a folder that only this user reads; while the descriptor returned with it is open, no sweep touches it."""
    new = Path(tempfile.mkdtemp(prefix=_NEW))
    held = os.open(new, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_EX)
    folder = new.with_name(PREFIX + new.name.removeprefix(_NEW))
    new.rename(folder)
    return folder, held


def drop_folder(folder: Path, held: int) -> None:
    """Remove a folder that `make_folder` made."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(held)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a private folder that goes away again."""
    folder, held = make_folder()
    try:
        yield folder
    finally:
        drop_folder(folder, held)


def sweep() -> None:
    """Remove the private folders of processes that ended without doing so: what they hold is personal data."""
    place = Path(tempfile.gettempdir())
    for left in place.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            status = left.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not _in_use(left):
                shutil.rmtree(left, ignore_errors=True)
    for new in place.glob(_NEW + "*"):
        with contextlib.suppress(OSError):
            if time.time() - new.lstat().st_mtime > _MINUTE:
                new.rmdir()


def _in_use(folder: Path) -> bool:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False
