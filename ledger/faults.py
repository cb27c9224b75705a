"""Points at which a test may end the process, or let it fail as a disk or a network does (`make faults`).

`YOSHIKI_FAULT=issue.drawn:3=kill` acts when the point is passed for the third time. Without the setting, passing costs a look
into an empty name.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from dataclasses import dataclass
from functools import cache

from validators.errors import InputError

POINTS = frozenset(
    [
        "issue.judged",
        "issue.turn-waiting",
        "issue.turn-taken",
        "issue.presumed",
        "issue.drawing",
        "issue.drawn",
        "issue.begun",
        "issue.fenced",
        "issue.case-locked",
        "issue.bytes-written",
        "issue.series-locked",
        "issue.numbered",
        "issue.event-written",
        "issue.chained",
        "issue.committing",
        "issue.committed",
        "issue.turn-returned",
        "batch.uploaded",
        "batch.cut",
        "batch.leased",
        "batch.renewed",
        "batch.item-trying",
        "batch.unit-done",
        "batch.cancelling",
        "batch.collected",
        "case.event-written",
        "case.deadlines-written",
        "tick.found",
        "tick.recorded",
        "handover.copied",
        "number.voided",
        "register.closing",
        "key.rewrapping",
        "key.resealing",
        "destroy.bytes-gone",
        "destroy.key-gone",
        "destroy.certified",
        "destroy.purging",
        "backup.copied",
        "restore.brought",
        "migrate.expanded",
        "migrate.filling",
    ]
)
_SETTING = "YOSHIKI_FAULT"
_ACTIONS = frozenset({"kill", "enospc", "eio", "hang", "drop-connection"})


class ConnectionDroppedError(Exception):
    """The connection is to be taken for lost: raised by the action drop-connection, handled where connections are."""


@dataclass(slots=True)
class _Planned:
    point: str
    at: int
    action: str
    passed: int = 0


@cache
def _planned() -> _Planned | None:
    """Read what the environment plans; raises InputError for a point or an action nobody knows."""
    given = os.environ.get(_SETTING)
    if not given:
        return None
    where, _, action = given.partition("=")
    point, _, at = where.partition(":")
    if point not in POINTS or action not in _ACTIONS or not (at or "1").isdecimal():
        raise InputError(f"{_SETTING} の「{given}」は読めません。", action="点:回数=動作 の形で書いてください。")
    return _Planned(point, int(at or "1"), action)


def passing(point: str) -> None:
    """Pass a point: nothing happens, but what the environment planned for it.

    Raises KeyError for a point that is not in the list: a test that every point is passed would never look for it.
    """
    if point not in POINTS:
        raise KeyError(point)
    planned = _planned()
    if planned is None or planned.point != point:
        return
    planned.passed += 1
    if planned.passed == planned.at:
        _act(planned.action)


def _act(action: str) -> None:
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "enospc":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case "eio":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        case "drop-connection":
            raise ConnectionDroppedError
        case _:
            time.sleep(24 * 60 * 60)
