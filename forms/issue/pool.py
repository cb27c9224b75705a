"""Run units here or in several processes: the same results either way. No process outlives the run by more than a moment."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime, time
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from forms.issue.line import Line, failure
from forms.issue.scratch import sweep
from validators.errors import YoshikiError
from validators.rulebook import open_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import date
    from multiprocessing.connection import Connection
    from pathlib import Path

    from forms.issue.units import Unit
    from validators.review import Fate
    from validators.rulebook import Places

    Results = list[tuple[int, Fate]]
    Task = Callable[[Line, Unit], Results]

POOL_FROM = 64  # records from which a pool of processes pays for its start
_AHEAD = 4  # units in flight for each process: enough to keep it busy, few enough to keep memory flat


class LostError(YoshikiError):
    """A process ended over a unit: killed, or out of memory."""

    code = "process-lost"


class _Counted:
    """Hand on units and count the records in them: how many are known so far."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = iter(units)
        self.known = 0

    def __iter__(self) -> Iterator[Unit]:
        return self

    def __next__(self) -> Unit:
        unit = next(self._units)
        self.known += len(unit.items)
        return unit


def run_units(
    line: Line, units: Iterable[Unit], task: Task, jobs: int
) -> Generator[tuple[Unit, Results, int], None, None]:
    """Yield each unit, its results and the number of records known so far; small inputs run here, large ones in a pool."""
    counted = _Counted(units)
    first: list[Unit] = []
    while jobs > 1 and counted.known < POOL_FROM and (unit := next(counted, None)) is not None:
        first.append(unit)
    queue = itertools.chain(first, counted)
    if jobs > 1 and counted.known >= POOL_FROM:
        yield from ((unit, results, counted.known) for unit, results in _in_pool(line, queue, task, jobs))
    else:
        yield from ((unit, task(line, unit), counted.known) for unit in queue)


def _in_pool(line: Line, units: Iterator[Unit], task: Task, jobs: int) -> Iterator[tuple[Unit, Results]]:
    """Yield results as they come. A unit over which a process died is tried once more, alone; then it has failed."""
    left = True
    while left:
        lost: list[Unit] = []
        with _pool(line, jobs) as pool:
            running: dict[Future[Results], Unit] = {}
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


def _once_more(line: Line, unit: Unit, task: Task) -> Results:
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
    context = get_context("forkserver")
    leash, hold = context.Pipe(duplex=False)
    arguments = (leash, line.rules.places, line.rules.hash, line.office, line.as_of, line.templates)
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
    leash: Connection, places: Places, expected: str, office: dict[str, str], as_of: date, templates: Path | None
) -> None:
    """Make this process end with the run, and build its line, by the very rulebook the run was begun with.

    An interrupt at the terminal is the run's to answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()
    rules = open_rulebook(clock=partial(datetime.combine, as_of, time()), places=places, expected=expected)
    _line_here[:] = [Line(rules, office=office, as_of=as_of, templates=templates).for_a_run()]


def _end_with(leash: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        leash.recv_bytes()
    os._exit(1)


def _here(task: Task, unit: Unit) -> Results:
    return task(_line_here[0], unit)
