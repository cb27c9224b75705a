"""Work in processes of its own that may be killed: at a named point, or at a moment.

Whoever forks has read everything already, so that a kill costs no start; it has no ledger open and has never drawn, for neither
connections nor the press's threads survive a fork.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], object]


class FailedError(Exception):
    """A work that nobody killed did not end well; what it said is on standard error."""


def in_child(work: Work) -> int:
    """Do some work in a process of its own; return its number."""
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except Exception:  # noqa: BLE001 - shown, and told by the status
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def killed_at_point(work: Work, point: str, passing: int) -> bool:
    """Let some work be killed as it passes a point for the given time; return whether it was. Raises FailedError."""
    os.environ["YOSHIKI_FAULT"] = f"{point}:{passing}=kill"
    try:
        return _killed(os.waitpid(in_child(work), 0)[1])
    finally:
        del os.environ["YOSHIKI_FAULT"]


def killed_at(work: Work, seconds: float) -> bool:
    """Kill some work after a time; return whether it was still going on. Raises FailedError."""
    pid = in_child(work)
    time.sleep(seconds)
    ended, how = os.waitpid(pid, os.WNOHANG)
    if ended != pid:
        os.kill(pid, signal.SIGKILL)
        _, how = os.waitpid(pid, 0)
    return _killed(how)


def done(work: Work) -> float:
    """Do some work undisturbed; return how many seconds it took. Raises FailedError."""
    begun = time.monotonic()
    _killed(os.waitpid(in_child(work), 0)[1])
    return time.monotonic() - begun


def _killed(how: int) -> bool:
    if os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL:
        return True
    if how:
        raise FailedError(how)
    return False
