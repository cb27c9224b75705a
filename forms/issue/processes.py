"""Processes that run units: none outlives the run by more than a moment, a unit over which one died is told."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from tempfile import gettempdir
from typing import TYPE_CHECKING, TypeVar

from forms.issue.line import Line, failure
from forms.issue.scratch import sweep
from validators.errors import YoshikiError
from validators.rulebook import clock_on, open_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from multiprocessing.connection import Connection
    from pathlib import Path

    from forms.issue.pool import Results
    from forms.issue.units import Unit
    from validators.rulebook import Places

R = TypeVar("R")
_NAME_OF_SOCKET = 72  # bytes of a temporary folder's name: a socket's holds 107, a server adds 32; beyond, no server
_AHEAD = 4  # units in flight for each process: enough to keep it busy, few enough to keep memory flat


class LostError(YoshikiError):
    """A process ended over a unit: killed, or out of memory."""

    code = "process-lost"


def in_processes(
    line: Line, units: Iterator[Unit], task: Callable[[Line, Unit], R], jobs: int
) -> Iterator[tuple[Unit, R | Results]]:
    """Yield results as they come; `units` is asked for more after each, even where it had none the last time. A unit over which a process died is tried once more, alone; then it has failed."""
    left = True
    while left:
        lost: list[Unit] = []
        with _pool(line, jobs) as pool:
            running: dict[Future[R], Unit] = {}
            while True:
                with contextlib.suppress(BrokenProcessPool):
                    while len(running) < _AHEAD * jobs and not lost and (unit := next(units, None)) is not None:
                        lost.append(unit)  # until it has been handed over
                        running[pool.submit(_here, task, unit)] = lost.pop()
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    unit = running.pop(future)
                    try:
                        yield unit, future.result()
                    except BrokenProcessPool:
                        lost.append(unit)
            left = bool(lost)
        for unit in lost:
            yield unit, _once_more(line, unit, task)


def _once_more(line: Line, unit: Unit, task: Callable[[Line, Unit], R]) -> R | Results:
    with _pool(line, 1) as pool:
        try:
            return pool.submit(_here, task, unit).result()
        except BrokenProcessPool:
            error = LostError(
                "処理が途中で打ち切られました（記憶容量の不足など）。", action="件数を分けて、もう一度お試しください。"
            )
            return [(item.ordinal, failure(line.unjudged(item.record, item.found), error)) for item in unit.items]


@contextmanager
def _pool(line: Line, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose processes end with this one, and at once when the run is broken off.

    They wait on the reading end of a pipe of which only this process has the other.
    """
    context = get_context("forkserver" if len(os.fsencode(gettempdir())) <= _NAME_OF_SOCKET else "spawn")
    leash, hold = context.Pipe(duplex=False)
    whose = (line.office, line.bound)
    arguments = (leash, line.rules.places, line.rules.hash, whose, line.as_of, line.templates)
    pool = ProcessPoolExecutor(jobs, context, _begin, arguments)
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        hold.close()
        pool.shutdown(cancel_futures=True)
        sweep()
        raise
    finally:
        hold.close()
        leash.close()


_line_here: list[Line] = []


def _begin(  # noqa: PLR0917 - a pool hands arguments over by position
    leash: Connection,
    places: Places,
    expected: str,
    whose: tuple[dict[str, str], str],
    as_of: date,
    templates: Path | None,
) -> None:
    """Make this process end with the run, and build its line, by the very rulebook and office the run was begun with.

    An interrupt at the terminal is the run's to answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()
    rules = open_rulebook(clock=clock_on(as_of), places=places, expected=expected)
    _line_here[:] = [Line(rules, as_of=as_of, templates=templates).bound_to(*whose).for_a_run()]


def _end_with(leash: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        leash.recv_bytes()
    os._exit(1)


def _here(task: Callable[[Line, Unit], R], unit: Unit) -> R:
    return task(_line_here[0], unit)
