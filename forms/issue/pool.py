"""Run units here or in several processes: the same results either way."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from forms.issue.line import Line
    from forms.issue.units import Unit
    from validators.review import Fate

    Results = list[tuple[int, Fate]]
    Task = Callable[[Line, Unit], Results]

POOL_FROM = 64  # records from which a pool of processes pays for its start


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
        from forms.issue.processes import in_processes  # noqa: PLC0415 - few records need none

        yield from ((unit, results, counted.known) for unit, results in in_processes(line, queue, task, jobs))
    else:
        yield from ((unit, task(line, unit), counted.known) for unit in queue)
