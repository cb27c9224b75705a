"""Kill processes that issue a batch, at random moments or at a named point; write beside one another by the dozen."""

from __future__ import annotations

import os
import random
import threading
import time
from functools import partial
from importlib import import_module
from typing import Any

from forms.issue.issuing import judge
from ledger.engine import open_ledger
from ledger.runner import run_batch
from ledger.types import Actor
from tests.faults.forks import done, in_child, killed_at, killed_at_point
from tests.ledger.conftest import NOW
from tests.ledger.issuing import drawn, line, record, unit, write_papers

ACTOR = Actor("汐見　花子", role="係員")
_SHORTEST, _LONGEST = 0.02, 1.6  # seconds a process lives before it is killed
DRAWING = ("forms.finish.pdf_text", "forms.paper.fill", "forms.press.typeset", "forms.reports.register", "typst")
_EVER = 10**6  # deaths over one record that are not taken for its doing: the kills are ours


def read_everything() -> None:
    """Read what a judge reads, and import what draws, before the first fork."""
    judge(line(), [unit(record(1))])
    for name in DRAWING:
        import_module(name)


def run(place: str, ref: str) -> None:
    """Run a batch as far as it goes."""
    with open_ledger(place, clock=lambda: NOW) as ledger:
        run_batch(ledger, line().rules, ACTOR, ref, tries=_EVER)


def at_random(place: str, ref: str, seed: int, kills: int) -> dict[str, Any]:
    """Kill so many workers of a batch, each at a random moment of its life, then let one end it."""
    moments, work = random.Random(seed), partial(run, place, ref)  # noqa: S311 - printed, so that a failure can be had again
    killed = 0
    while killed < kills and killed_at(work, moments.uniform(_SHORTEST, _LONGEST)):
        killed += 1
    done(work)
    return {"killed": killed}


def at_point(place: str, ref: str, point: str, passing: int) -> dict[str, Any]:
    """Kill a worker of a batch as it passes a point, then let one end it."""
    work = partial(run, place, ref)
    killed = killed_at_point(work, point, passing)
    done(work)
    return {"killed": int(killed)}


def side_by_side(place: str, processes: int, threads: int, each: int) -> dict[str, Any]:
    """Let many writers issue, every one with connections of its own; return how long it took."""
    begun = time.monotonic()
    pids = [in_child(partial(_write, place, threads, each)) for _ in range(processes)]
    statuses = [os.waitpid(pid, 0)[1] for pid in pids]
    return {"seconds": round(time.monotonic() - begun, 1), "statuses": statuses}


def _write(place: str, threads: int, each: int) -> None:
    drawn()
    wrong: list[Exception] = []

    def writer() -> None:
        try:
            with open_ledger(place, clock=lambda: NOW) as ledger:
                write_papers(ledger, ACTOR, each)
        except Exception as error:  # noqa: BLE001 - shown below
            wrong.append(error)

    writers = [threading.Thread(target=writer) for _ in range(threads)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    if wrong:
        raise wrong[0]
