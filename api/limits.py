"""How much the service takes at once. One place: Flask, waitress, the pages and the messages read it here."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UPLOAD = 64 << 20  # bytes of a file
MAX_BODY = MAX_UPLOAD + (64 << 10)  # with what a browser puts around it
MAX_RECORD = 8 << 20  # bytes of one record with the papers of its case
MAX_SEARCH = 200  # letters of what is searched for
MAX_HEADERS = 32 << 10
AT_WORK = 9  # of the server's threads, judging and drawing
STREAMS = 4  # of them, telling how far a batch has come (api/batch_events.py)
STREAMS_EACH = 2  # of these, of one caller
ASKING_OTHERS = 3  # of them, waiting for a provider's answer (api/access/outside.py)
THREADS = AT_WORK + STREAMS + ASKING_OTHERS + 4  # so that some are always free, and answer at once
CONNECTIONS = 600
IDLE_SECONDS = 20
LAST_SECONDS = 10  # for sending what was answered when the service ends
RETRY_SECONDS = 10  # after which one that was told to wait should ask again


class BusyError(YoshikiError):
    """So much is being done already that nothing more is taken in."""

    code = "busy"
    http_status = 503
    retry_after = RETRY_SECONDS


class Work:
    """What is judged and drawn at once, while its caller waits: never on all threads, so that some answer at once."""

    def __init__(self, most: int = AT_WORK) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Do one piece of work. Raises BusyError when as many are being done as there may be."""
        if not self._free.acquire(blocking=False):
            raise BusyError("同時に処理できる件数を超えています。", action="少し待ってから、もう一度お送りください。")
        try:
            yield
        finally:
            self._free.release()
