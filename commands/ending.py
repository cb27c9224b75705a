"""End in order when somebody ends the command: folders, processes and temporary files are let go on the way out."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALLED = 128  # the shell's own way to say by which signal a command ended


class EndedError(KeyboardInterrupt):
    """Somebody ended the command: what it holds (folders, processes, temporary files) is let go on the way out.

    A KeyboardInterrupt, because that is what libraries that go on after any other exception (the server's loop does) let through.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.signal = number


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Turn the signals that end a process into an exception, so that nothing personal is left behind."""

    def end(number: int, _: FrameType | None) -> None:
        for further in before:  # a second one must not cut off what the first has begun to clear away
            signal.signal(further, signal.SIG_IGN)
        raise EndedError(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
