"""Promise: an upload outlives the service: what had not ended goes on by itself at the next start, what had is there again, once."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from api import create_app
from api.kept.uploads import take_up_all
from forms.issue.units import Source
from ledger.api_keys import SCOPES, make_api_key
from ledger.batches import NoBatchError, cancel
from ledger.check import check_ledger
from ledger.offices import profile_of
from ledger.types import Actor, Instant
from ledger.uploads import keep_upload, kept_uploads
from tests.api.kept.test_kept_api import YEAR, Caller, record
from tests.api.signed_in import ACTOR, Clock
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from forms.issue.line import Line
    from ledger.engine import Ledger


@pytest.fixture
def ours(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of the station that keeps the cases."""
    return Caller(app, kept, "shiomi")


@pytest.fixture
def restarted(kept: Ledger, clock: Clock, app: Flask) -> Callable[[Caller], Caller]:
    """Give what starts another service over the ledger, and the caller of the one before at it."""

    def start(caller: Caller) -> Caller:
        app.extensions["desk"].close()
        again = create_app(rules=replace(OURS, clock=clock), trust_host=True, ledger=kept)
        caller.client = again.test_client()
        return caller

    return start


def sent(*names: str) -> list[dict[str, Any]]:
    """Return records; those called `bad…` may not be issued."""
    good = record("warning")
    return [
        {**good, "record": name, "data": good["data"] | ({"respondent_name": ""} if name.startswith("bad") else {})}
        for name in names
    ]


def ended(caller: Caller, key: str) -> dict[str, Any]:
    """Wait for the end of a batch and return what is told of it."""
    for _ in range(2_400):
        told: dict[str, Any] = caller.call("GET", f"/batches/{key}")
        if told["state"] not in {"waiting", "running"}:
            return told
        time.sleep(0.05)
    raise AssertionError("the batch did not end")


def states(caller: Caller) -> list[str]:
    """Return the states of all papers."""
    return sorted(each["state"] for each in caller.call("GET", "/papers")["papers"])


def test_what_a_killed_service_left_is_taken_up_and_nothing_is_issued_twice(
    app: Flask, kept: Ledger, ours: Caller, restarted: Callable[[Caller], Caller], tmp_path: Path
) -> None:
    """It was killed when one of three rows was issued: the next start lists it, issues the other, keeps what is refused."""
    ended(ours, ours.call("POST", "/batches", sent("1"), status=202)["id"])
    path = tmp_path / "left.json"
    path.write_text(json.dumps(sent("1", "2", "bad")), "utf-8")
    with kept.read() as connection:
        profile = profile_of(connection, 1, "2026-04-01")
    own = cast("Line", app.extensions["line"]).bound_to(profile, "shiomi")
    ref, secret = make_api_key(kept, ACTOR, "相談", "shiomi", tuple(SCOPES), until=Instant(kept.now() + YEAR))
    left = keep_upload(kept, own, Actor("相談", ref=ref, via="http"), Source("left.json", path))
    with pytest.raises(NoBatchError, match="サービスが進めます"):
        cancel(kept, ACTOR, left)
    ours.headers = {"Authorization": f"Bearer {secret}"}
    again = restarted(ours)
    assert [each["id"] for each in again.call("GET", "/batches")["batches"]] == [left]
    told = ended(again, left)
    assert (told["state"], told["verdicts"]["issued"], told["verdicts"]["refused"]) == ("done", 2, 1)
    assert states(again) == ["draft", "issued", "issued"]
    assert {each.code for each in check_ledger(kept)} == set()


def test_results_are_there_again_for_who_sent_the_upload_until_they_are_deleted(
    app: Flask, kept: Ledger, ours: Caller, restarted: Callable[[Caller], Caller]
) -> None:
    """The same verdicts, the same files byte for byte, no paper more; another office is told nothing of them."""
    key = ours.call("POST", "/batches", sent("1", "bad"), status=202)["id"]
    before, was = ended(ours, key), papers(ours, key)
    again = restarted(ours)
    after = ended(again, key)
    assert {name: after[name] for name in ("verdicts", "results", "documents")} == {
        name: before[name] for name in ("verdicts", "results", "documents")
    }
    assert papers(again, key) == was
    assert states(again) == ["draft", "issued"]
    other = Caller(app, kept, "todai")
    other.client = again.client
    assert other.call("GET", f"/batches/{key}", status=404)
    again.call("DELETE", f"/batches/{key}", status=204)
    assert kept_uploads(kept) == []
    take_up_all(cast("Any", again.client.application), kept)
    assert again.call("GET", "/batches")["batches"] == []


def papers(caller: Caller, key: str) -> dict[str, bytes]:
    """Return the papers of a batch by their names."""
    with (
        caller.client.get(f"/api/v1/batches/{key}/archive.zip", headers=caller.headers) as answer,
        zipfile.ZipFile(io.BytesIO(answer.data)) as archive,
    ):
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("documents/")}
