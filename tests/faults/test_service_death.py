"""Promise: a service that is killed in the middle of an upload goes on with it at its next start, and nothing is issued twice.

`make faults`, on both databases, over HTTP.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from commands.options import ledger_clock
from ledger.api_keys import SCOPES, make_api_key
from ledger.engine import open_ledger
from ledger.offices import save_office
from ledger.tables import paper
from ledger.types import instant
from tests.api.signed_in import ACTOR
from tests.api.test_doors import PATIENCE, Served
from tests.faults.test_ledger_faults import sound
from tests.ledger.issuing import OFFICE, record

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.faults

COUNT = 90


def call(service: Served, key: str, method: str, path: str, body: object = None) -> Any:
    """Return the JSON of an answer."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)) as connection:
        connection.request(method, f"/api/v1{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert answer.status < 300, told
        return told


def issued(place: Path | str) -> int:
    """Return how many papers are issued."""
    with open_ledger(place, clock=ledger_clock()) as ledger, ledger.read() as connection:
        return connection.scalar(select(func.count()).where(paper.c.issued_at.is_not(None))) or 0


def test_killed_in_the_middle_of_an_upload(place: Path | str, tmp_path: Path) -> None:
    """Every ninth row is refused; the rest have numbers without gap, each once, and the batch is there under its key."""
    clock, options = ledger_clock(), ("--people", "--ledger", str(place))
    with open_ledger(place, clock=clock) as ledger:
        save_office(ledger, ACTOR, "shiomi", OFFICE["name"], kind="station", told=OFFICE, from_on="2026-04-01")
        until = instant(clock() + timedelta(days=2))
        _, key = make_api_key(ledger, ACTOR, "相談システム", "shiomi", tuple(SCOPES), until=until)
    made = [record(n) if n % 9 else record(n, reason=None) for n in range(1, COUNT + 1)]
    rows = [{"form": one.form, "record": one.id, "data": one.data} for one in made]
    wanted = sum(n % 9 != 0 for n in range(1, COUNT + 1))
    service = Served(tmp_path, *options)
    ref = call(service, key, "POST", "/batches", rows)["id"]
    deadline = time.monotonic() + PATIENCE
    while not issued(place):
        assert time.monotonic() < deadline
        assert call(service, key, "GET", f"/batches/{ref}")["state"] in {"waiting", "running"}
    service.end(signal.SIGKILL)
    assert issued(place) < wanted
    service = Served(tmp_path, *options)
    (listed,) = call(service, key, "GET", "/batches")["batches"]
    assert listed["id"] == ref
    deadline = time.monotonic() + PATIENCE
    while (told := call(service, key, "GET", f"/batches/{ref}"))["state"] in {"waiting", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    service.end(signal.SIGKILL)
    assert (told["verdicts"]["issued"], told["verdicts"]["refused"]) == (wanted, COUNT - wanted)
    with open_ledger(place, clock=clock) as ledger:
        sound(ledger, wanted)
