"""Kill processes that issue, at random moments or at a named point; write beside one another by the dozen. A program of its own.

    python -m tests.faults.killing random PLACE BATCH SEED KILLS
    python -m tests.faults.killing point PLACE BATCH POINT PASSING
    python -m tests.faults.killing writers PLACE PROCESSES THREADS EACH

It forks processes that have read everything already, so that a kill costs no start; it has no ledger open and has never drawn,
for neither connections nor the press's threads survive a fork.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from forms.issue.issuing import judge
from ledger.engine import open_ledger
from ledger.runner import run_batch
from ledger.types import Actor
from tests.ledger.conftest import NOW
from tests.ledger.issuing import drawn, line, record, unit, write_papers

if TYPE_CHECKING:
    from collections.abc import Callable

ACTOR = Actor("汐見　花子", role="係員")
_SHORTEST, _LONGEST = 0.02, 1.6  # seconds a process lives before it is killed
_EVER = 10**6  # deaths over one record that are not taken for its doing: the kills are ours


def run(place: str, ref: str) -> None:
    """Run a batch as far as it goes."""
    with open_ledger(place, clock=lambda: NOW) as ledger:
        run_batch(ledger, line().rules, ACTOR, ref, tries=_EVER)


def in_child(work: Callable[[], object]) -> int:
    """Do some work in a process of its own; return its number."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(pid: int) -> bool:
    """Tell whether a child has ended by itself."""
    return os.waitpid(pid, os.WNOHANG)[0] == pid


def at_random(place: str, ref: str, seed: int, kills: int) -> dict[str, object]:
    """Kill so many workers of a batch, each at a random moment of its life, then let one end it."""
    moments = random.Random(seed)  # noqa: S311 - the seed is printed, so that a failure can be had again
    killed = 0
    while killed < kills:
        pid = in_child(partial(run, place, ref))
        time.sleep(moments.uniform(_SHORTEST, _LONGEST))
        if ended(pid):
            break
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        killed += 1
    return {"killed": killed, "status": _finish(place, ref)}


def at_point(place: str, ref: str, point: str, passing: int) -> dict[str, object]:
    """Kill a worker of a batch as it passes a point, then let one end it."""
    os.environ["YOSHIKI_FAULT"] = f"{point}:{passing}=kill"
    pid = in_child(partial(run, place, ref))
    _, how = os.waitpid(pid, 0)
    del os.environ["YOSHIKI_FAULT"]
    return {"killed": int(os.WIFSIGNALED(how)), "status": _finish(place, ref)}


def _finish(place: str, ref: str) -> int:
    _, how = os.waitpid(in_child(partial(run, place, ref)), 0)
    return how


def side_by_side(place: str, processes: int, threads: int, each: int) -> dict[str, object]:
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


def main() -> None:
    """Do what is asked and print what came of it."""
    what, place, *rest = sys.argv[1:]
    judge(line(), [unit(record(1))])  # everything a judge reads is read before the first fork
    if what == "random":
        told = at_random(place, rest[0], int(rest[1]), int(rest[2]))
    elif what == "point":
        told = at_point(place, rest[0], rest[1], int(rest[2]))
    else:
        told = side_by_side(place, *map(int, rest))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
