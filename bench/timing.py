"""Paired runs: A and B in turn, the ratio of each pair, and its median with the spread."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
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


def paired(a: Callable[[], object], b: Callable[[], object], *, runs: int = 5) -> Paired:
    """Run A and B in turn after one warm-up each; `ratio` is the median of B/A."""
    a()
    b()
    pairs = [(seconds(a), seconds(b)) for _ in range(runs)]
    ratios = sorted(second / first for first, second in pairs)
    return Paired(
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
        statistics.median(ratios),
        ratios[0],
        ratios[-1],
    )
