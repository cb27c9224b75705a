"""Who may write, and whose turn it is: one line for all writers of a SQLite ledger, one for each series of numbers on both.

On SQLite both are locks of files, which the kernel frees when their holder dies; SQLite's own waiting lets one writer starve, and
before 3.51.3 a checkpoint that races a commit can lose it. On PostgreSQL rows are locked by the server, and a turn is an advisory
lock of a session. A turn is a courtesy that keeps papers from being drawn twice: whoever is passed over goes on all the same. Who is
passed over is a holder that hangs, never a long line: as long as the series moves, those behind wait on, else fifty writers on a
slow machine would all leave the line at once and draw against one another.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from ledger.refusals import is_lost
from ledger.types import BusyLedgerError, LostLedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Engine

TURN_SECONDS = 10.0  # that a line may stand still for before its holder is passed over
_TURN_WAITS = 9  # so often a waiter finds that the line has moved before it goes on all the same
_WRITER_SECONDS = 60.0
_TURN_CLASS = 0x596F  # of our advisory locks: "Yo"


class Queue(Protocol):
    """The two lines of a ledger."""

    def writing(self) -> AbstractContextManager[None]:
        """Stand in the line of writers and hold its front; raises BusyLedgerError."""

    def turn(self, series: int, place: Callable[[], object]) -> AbstractContextManager[bool]:
        """Wait for the turn of a series while `place`, where it stands, moves; yields whether it was had."""


class FileQueue:
    """The lines of a ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self._writer = folder / "writer.lock"
        self._turns = folder / "turns"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold `writer.lock`."""
        with _held(self._writer, lambda wait: wait(_WRITER_SECONDS)) as had:
            if not had:
                raise BusyLedgerError(
                    "台帳への書込みが混み合っています。", action="少し待ってから、もう一度お試しください。"
                )
            yield

    @contextmanager
    def turn(self, series: int, place: Callable[[], object]) -> Iterator[bool]:
        """Hold the file of a series."""
        self._turns.mkdir(mode=0o700, exist_ok=True)
        patient = partial(_while_it_moves, place)
        with _held(self._turns / f"{series}.lock", lambda wait: patient(partial(wait, TURN_SECONDS))) as had:
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
    def turn(self, series: int, place: Callable[[], object]) -> Iterator[bool]:
        """Hold the advisory lock of a series; a session that is lost has lost its turn and no more. Raises LostLedgerError."""
        with self._session() as session:
            at_once = partial(_locked_by_session, session, func.pg_try_advisory_lock(_TURN_CLASS, series))
            waited = partial(_locked_by_session, session, func.pg_advisory_lock(_TURN_CLASS, series))
            had = at_once() or _while_it_moves(place, waited)  # lock_timeout ends each wait
            try:
                yield had
            finally:
                _give_back(session, series, had=had)

    def _session(self) -> Connection:
        try:
            return self._engine.connect()
        except DBAPIError as error:
            if not is_lost(error):
                raise
            raise LostLedgerError from None


def _while_it_moves(place: Callable[[], object], wait: Callable[[], bool]) -> bool:
    """Wait again as long as the line has moved meanwhile; return whether the front was reached."""
    stood = place()
    for _ in range(_TURN_WAITS):
        if wait():
            return True
        if (stands := place()) == stood:
            return False
        stood = stands
    return False


def _locked_by_session(session: Connection, lock: ColumnElement[object]) -> bool:
    try:
        return session.scalar(select(lock)) is not False  # what waits for the lock returns nothing
    except DBAPIError:
        return False


def _give_back(session: Connection, series: int, *, had: bool) -> None:
    """Unlock; a session that cannot is closed, for the pool must not hand out one that holds a turn."""
    try:
        if had:
            session.execute(select(func.pg_advisory_unlock(_TURN_CLASS, series)))
    except DBAPIError:
        session.invalidate()


@contextmanager
def _held(path: Path, until: Callable[[Callable[[float], bool]], bool]) -> Iterator[bool]:
    """Hold a file's lock; yields False when it was not had in time. Freed by the kernel with its holder, however it ends.

    `until` is given what waits in line for some seconds, the place in it kept, and says whether the lock was had.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _locked_at_once(handle) or until(_in_line(path, handle))
    finally:
        os.close(handle)  # and with it the lock


def _locked_at_once(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_line(path: Path, handle: int) -> Callable[[float], bool]:
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
    return done.wait
