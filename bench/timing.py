"""Paired runs: A and B in turn, the ratio of each pair, and its median with the spread."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Paired:
    """Seconds per run of A and B (medians) and how many times B takes what A takes, per pair."""

    a: float
    b: float
    ratio: float
    low: float
    high: float


def seconds(work: Callable[[], object]) -> float:
    """Return the wall-clock seconds of one run, garbage collected beforehand."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(a: Callable[[int], object], b: Callable[[int], object], *, runs: int = 5) -> Paired:
    """Run A and B in turn after one warm-up each; `ratio` is the median of B/A. Both are given the number of the run."""
    a(0)
    b(0)
    pairs = [(seconds(partial(a, run)), seconds(partial(b, run))) for run in range(1, runs + 1)]
    ratios = sorted(second / first for first, second in pairs)
    return Paired(
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
        statistics.median(ratios),
        ratios[0],
        ratios[-1],
    )


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of one run by the clock and by this process's CPU, garbage collected beforehand."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu
