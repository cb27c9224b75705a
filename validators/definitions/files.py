"""The files a rulebook is made of: their hash, their staying the same, and what was made of them before.

What is made of the files (titles, forms, provisions) is kept under the user's cache, one file a thing, each with the key
of what it was made of. A cache that cannot be written or read is no error: the thing is made anew.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from validators.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Stamp = tuple[int, int, int, int]  # size, modified, changed (ns), inode
_T = TypeVar("_T")
_ABSENT: _Stamp = (0, 0, 0, 0)
_BESIDE = "papers"  # folders of trial papers beside the forms: no part of what is judged by
_CODE = Path(__file__).parents[1]
_SHORTLY = 2_000_000_000  # ns; a file written again so soon after may bear the same stamp
_DIGEST = 32  # bytes


def cache_directory() -> Path:
    """Return the folder that everything made of definitions is kept in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yoshiki"


class Files:
    """All files below some folders, as they were when this was made."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """Look at every file; read those that changed since the last time. `folders`: name → folder (absent: empty)."""
        self.folders = dict(folders)
        self._stamps = {
            path: _stamp(path)
            for folder in folders.values()
            for path in sorted(folder.rglob("[!.]*"))
            if path.is_file()
        }
        place = "\0".join(str(folder.resolve()) for folder in folders.values())
        self._kept = cache_directory() / "rules-1" / hashlib.sha256(place.encode()).hexdigest()[:16]
        self._hashes = self._hashed()
        named = [
            f"{name}/{path.relative_to(folder).as_posix()}\0{self._hashes[path]}"
            for name, folder in folders.items()
            for path in self.below(folder)
        ]
        self.hash = hashlib.sha256("\n".join(named).encode()).hexdigest()
        self._key = f"{self.hash} {_code()}"

    def below(self, folder: Path) -> list[Path]:
        """Return the files in a folder and its folders, in order."""
        return [path for path in self._stamps if folder in path.parents]

    def same(self, paths: Iterable[Path]) -> None:
        """Refuse to go on with a file that was changed, or came, since: half of each would be neither.

        Raises DefinitionError.
        """
        for path in paths:
            if self._stamps.get(path, _ABSENT) != _stamp(path):
                raise DefinitionError(
                    "使い始めた後に書き換えられました。終えてから、もう一度始めてください。", place=str(path)
                )

    def recall(self, name: str, make: Callable[[], _T]) -> _T:
        """Return what was made of these very files under this name, by this very code; `make` makes plain data of it."""
        return remembered(self._kept / name, self._key, make)

    def keep(self, name: str, value: Any) -> None:
        """Keep plain data under a name for `recall`."""
        _write(self._kept / name, self._key, value)

    def _hashed(self) -> dict[Path, str]:
        """Return each file's SHA-256, from the last time where its stamp is the same and not too fresh to tell."""
        place = self._kept / "stamps"
        known: dict[str, tuple[_Stamp, str]] = _read(place, "") or {}
        written = _stamp(place)[1]
        hashes: dict[Path, str] = {}
        for path, stamp in self._stamps.items():
            before, digest = known.get(str(path), (None, ""))
            fresh = stamp[1] > written - _SHORTLY or stamp[2] > written - _SHORTLY
            hashes[path] = digest if before == stamp and not fresh else hashlib.sha256(path.read_bytes()).hexdigest()
        told = {str(path): (self._stamps[path], digest) for path, digest in hashes.items()}
        if told != known or any(max(stamp[1:3]) > written - _SHORTLY for stamp in self._stamps.values()):
            _write(place, "", told)
        return hashes


def _counts(path: Path) -> bool:
    return path.parent.name != _BESIDE and path.is_file()


def remembered(place: Path, key: str, make: Callable[[], _T]) -> _T:
    """Return what a file of the cache holds under a key; `make` makes it, of plain data, where it does not."""
    kept = _read(place, key)
    if kept is None:
        kept = make()
        _write(place, key, kept)
    return kept  # type: ignore[no-any-return]  # what `make` gave the last time


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return _ABSENT
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _code() -> str:
    """Return what tells this code from another: the stamps of the modules that read definitions."""
    folders = (_CODE, _CODE / "definitions", _CODE / "expressions")
    stamps = [(path.name, *_stamp(path)[:2]) for folder in folders for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(f"{sys.version} {stamps}".encode()).hexdigest()


def _read(path: Path, key: str) -> Any:
    """Return what a file of the cache holds, None where it is missing, of another key, or damaged."""
    try:
        content = path.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
            return None  # damaged: the reader of this format must never see it
        made_of, value = marshal.loads(content[_DIGEST:])  # noqa: S302 - written by us, and whole
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return value if made_of == key else None


def _write(path: Path, key: str, value: Any) -> None:
    try:
        content = marshal.dumps((key, value))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        partial.write_bytes(hashlib.sha256(content).digest() + content)
        partial.replace(path)
    except (OSError, ValueError):
        return
