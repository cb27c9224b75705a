"""How far a batch has come, as server-sent events: told as it changes, until it ends.

A stream holds one of the server's threads while it lasts. So that nobody else waits for one, there are few at once (`STREAMS`, and
`STREAMS_EACH` for one caller), of threads set apart for them (api/limits.py), and each ends after `STREAM_SECONDS`: the caller comes
back by itself, and with `Last-Event-ID` is told nothing twice. Who gets none is told 503, and asks `GET /api/v1/batches/{key}`.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, current_app, request

from api.access.visitors import visitor
from api.batches import desk, gone
from api.limits import STREAMS, STREAMS_EACH, BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.jobs import Job

blueprint = Blueprint("batch_events", __name__, url_prefix="/api/v1/batches")

STREAM_SECONDS: Final = 60
LAST_SEEN: Final = "Last-Event-ID"
_AGAIN: Final = 3000  # milliseconds until a caller comes back
_LOOK: Final = 0.25  # seconds between two looks
_SILENT: Final = 5  # seconds after which something is sent anyway: one that has left is noticed by it alone


class Streams:
    """The streams of an application that are open."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, caller: str) -> None:
        """Count one. Raises BusyError when there are as many as there may be."""
        with self._lock:
            if self._open.total() >= STREAMS or self._open[caller] >= STREAMS_EACH:
                raise BusyError(
                    "同時に見守れる数を超えています。",
                    action="GET /api/v1/batches/{key} で、ときどきお確かめください。",
                )
            self._open[caller] += 1

    def end(self, caller: str) -> None:
        """Count one less."""
        with self._lock:
            self._open[caller] -= 1


@blueprint.get("/<key>/events")
def events(key: str) -> Response:
    """Tell how far a batch has come, as it changes, until it ends (`progress`, then `end`); 204 to whom the end was told."""
    job = desk().get(key)
    if job is None:
        return gone()
    seen = request.headers.get(LAST_SEEN, "")
    if job.finished and seen == _id_of(job):
        return Response(status=204)
    streams: Streams = current_app.extensions["streams"]
    speaks = visitor()
    caller = speaks.ref if speaks else request.remote_addr or ""
    streams.begin(caller)
    response = Response(_told(job, seen), mimetype="text/event-stream")
    response.call_on_close(lambda: streams.end(caller))
    response.headers["X-Accel-Buffering"] = "no"  # of nginx: each event goes on at once
    return response


def _told(job: Job, seen: str) -> Iterator[str]:
    """Yield what is new of a batch, and something now and then; nothing more after its end or the stream's time."""
    began = said = time.monotonic()
    yield f"retry: {_AGAIN}\n\n"
    while True:
        finished, now = job.finished, time.monotonic()  # in this order: what is told of an end is whole
        if (at := _id_of(job)) != seen:
            seen, said = at, now
            told = json.dumps(job.as_json(), ensure_ascii=False)
            yield f"id: {at}\nevent: {'end' if finished else 'progress'}\ndata: {told}\n\n"
        elif now - said > _SILENT:
            said = now
            yield ": \n\n"
        if finished or now - began > STREAM_SECONDS:
            return
        time.sleep(_LOOK)


def _id_of(job: Job) -> str:
    """Return what an event is known by: where the batch stands."""
    return f"{job.state}-{job.done}-{job.total}"
