"""Promise: a batch's progress is told as it happens, ends with it, is not told twice, and watching it keeps nobody else waiting."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from api import batch_events, create_app
from api.limits import AT_WORK, STREAMS, STREAMS_EACH, THREADS
from tests.api.test_doors import PATIENCE, Served
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from api.jobs import Desk, Job

RECORDS = [{"form": "non-warning-notice", "record": f"N-{n}", "data": {}} for n in range(3)]


@pytest.fixture
def app() -> Flask:
    return create_app(rules=OURS)


def sent(client: FlaskClient) -> str:
    return str((client.post("/api/v1/batches", json=RECORDS).json or {})["id"])


def job_of(app: Flask, key: str) -> Job:
    desk: Desk = app.extensions["desk"]
    job = desk.get(key)
    assert job is not None
    return job


def read(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream, as an EventSource reads them."""
    events = []
    for block in text.split("\n\n"):
        told = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in told:
            events.append({"mark": told["id"], "event": told["event"], **json.loads(told["data"])})
    return events


def test_progress_is_told_until_the_end_and_nothing_twice(app: Flask) -> None:
    client = app.test_client()
    key = sent(client)
    answer = client.get(f"/api/v1/batches/{key}/events")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    told = read(answer.text)
    assert told[-1]["event"] == "end"
    assert told[-1]["state"] == "done"
    assert {each["event"] for each in told[:-1]} <= {"progress"}
    assert len({each["mark"] for each in told}) == len(told)
    last = {"Last-Event-ID": told[-1]["mark"]}
    assert client.get(f"/api/v1/batches/{key}/events", headers=last).status_code == 204
    assert [each["event"] for each in read(client.get(f"/api/v1/batches/{key}/events").text)] == ["end"]
    assert client.get("/api/v1/batches/none/events").status_code == 404


def test_a_cancelled_one_ends_too_and_a_long_one_lets_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    key = sent(client)
    job = job_of(app, key)
    while not job.finished:
        time.sleep(0.01)
    job.state = "cancelled"
    assert read(client.get(f"/api/v1/batches/{key}/events").text)[-1]["state"] == "cancelled"
    job.state = "running"
    monkeypatch.setattr(batch_events, "STREAM_SECONDS", 0.5)
    monkeypatch.setattr(batch_events, "_SILENT", 0.1)
    text = client.get(f"/api/v1/batches/{key}/events").text
    assert [each["event"] for each in read(text)] == ["progress"]
    assert ": \n\n" in text


def test_few_are_open_at_once_and_a_closed_one_makes_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More threads are left than those that judge and those that watch together hold."""
    assert THREADS > AT_WORK + STREAMS
    key = sent(app.test_client())
    job_of(app, key).state = "running"
    monkeypatch.setattr(batch_events, "STREAM_SECONDS", 0.1)

    def watch(address: str) -> Any:
        return app.test_client().get(
            f"/api/v1/batches/{key}/events", buffered=False, environ_base={"REMOTE_ADDR": address}
        )

    opened = [watch(f"127.0.0.{n}") for n in (1, 2) for _ in range(STREAMS_EACH)]
    assert [each.status_code for each in opened] == [200] * STREAMS
    refused = watch("127.0.0.3")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    opened[0].close()
    assert watch("127.0.0.2").status_code == 503  # one's own share
    assert watch("127.0.0.3").status_code == 200


def test_a_served_one_is_told_at_once_and_others_are_answered_meanwhile(tmp_path: Path) -> None:
    """Over the real server: the first event comes before the batch ends, all streams open, and the service ends all the same."""
    service = Served(tmp_path)
    body = json.dumps([{**RECORDS[0], "record": f"N-{n}"} for n in range(300)]).encode()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    with contextlib.closing(connection), contextlib.ExitStack() as held:
        connection.request("POST", "/api/v1/batches", body=body, headers={"Content-Type": "application/json"})
        key = json.loads(connection.getresponse().read())["id"]
        statuses = []
        for _ in range(STREAMS_EACH + 1):
            stream = held.enter_context(
                contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE))
            )
            stream.request("GET", f"/api/v1/batches/{key}/events")
            answer = stream.getresponse()
            statuses.append(answer.status)
            if answer.status == 200:
                assert answer.readline().startswith(b"retry: ")
        assert statuses == [200] * STREAMS_EACH + [503]
        assert service.get("/healthz")[0] == 200
        told = service.end(signal.SIGTERM)
    assert "Traceback" not in told
    assert service.process.returncode == 0
