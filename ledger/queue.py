"""Who may write, and whose turn it is: one line for all writers of a SQLite ledger, one for each series of numbers on both.

On SQLite both are locks of files, which the kernel frees when their holder dies; SQLite's own waiting lets one writer starve, and
before 3.51.3 a checkpoint that races a commit can lose it. On PostgreSQL rows are locked by the server, and a turn is an advisory
lock of a session. A turn is a courtesy that keeps papers from being drawn twice: whoever is passed over goes on all the same.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection, Engine

TURN_SECONDS = 10.0
_WRITER_SECONDS = 60.0
_TURN_CLASS = 0x596F  # of our advisory locks: "Yo"


class BusyLedgerError(LedgerError):
    """Others wrote for so long that this write never had its turn."""

    code = "ledger-busy"


class Queue(Protocol):
    """The two lines of a ledger."""

    def writing(self) -> AbstractContextManager[None]:
        """Stand in the line of writers and hold its front; raises BusyLedgerError."""

    def turn(self, series: int) -> AbstractContextManager[bool]:
        """Wait for the turn of a series; yields whether it was had."""


class FileQueue:
    """The lines of a ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self._writer = folder / "writer.lock"
        self._turns = folder / "turns"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold `writer.lock`."""
        with _held(self._writer, _WRITER_SECONDS) as had:
            if not had:
                raise BusyLedgerError(
                    "台帳への書込みが混み合っています。", action="少し待ってから、もう一度お試しください。"
                )
            yield

    @contextmanager
    def turn(self, series: int) -> Iterator[bool]:
        """Hold the file of a series."""
        self._turns.mkdir(mode=0o700, exist_ok=True)
        with _held(self._turns / f"{series}.lock", TURN_SECONDS) as had:
            yield had


class SessionQueue:
    """The lines of a ledger on a server: writers need none, a turn holds a session of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold nothing: the server locks rows."""
        yield

    @contextmanager
    def turn(self, series: int) -> Iterator[bool]:
        """Hold the advisory lock of a series; a session that is lost has lost its turn and no more."""
        with self._engine.connect() as session:
            try:
                session.execute(select(func.pg_advisory_lock(_TURN_CLASS, series)))  # lock_timeout ends the wait
                had = True
            except DBAPIError:
                had = False
            try:
                yield had
            finally:
                _give_back(session, series, had=had)


def _give_back(session: Connection, series: int, *, had: bool) -> None:
    """Unlock; a session that cannot is closed, for the pool must not hand out one that holds a turn."""
    try:
        if had:
            session.execute(select(func.pg_advisory_unlock(_TURN_CLASS, series)))
    except DBAPIError:
        session.invalidate()


@contextmanager
def _held(path: Path, seconds: float) -> Iterator[bool]:
    """Hold a file's lock; yields False when it was not had in time. Freed by the kernel with its holder, however it ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    had = False
    try:
        had = _locked_at_once(handle) or _locked_in_line(path, handle, seconds)
        yield had
    finally:
        os.close(handle)  # and with it the lock


def _locked_at_once(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _locked_in_line(path: Path, handle: int, seconds: float) -> bool:
    """Wait as the kernel lines waiters up, which asking again and again would not; a thread waits, for flock knows no time limit.

    The thread holds a second name of the same open file: what it locks late, when nobody waits any more, goes when it ends.
    """
    mine = os.dup(handle)
    done = threading.Event()

    def wait() -> None:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX)
            done.set()
        finally:
            os.close(mine)

    threading.Thread(target=wait, name=f"waits for {path.name}", daemon=True).start()
    return done.wait(seconds)
