"""Promise: who keeps the service running learns whether it is ready and what it does, and nothing of a person or a case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api import create_app
from api.watch.door import NUMBER
from api.watch.lines import log
from ledger.api_keys import make_api_key
from ledger.types import Instant
from tests.api.signed_in import ACTOR, sign_in
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from ledger.engine import Ledger

FROM_BEYOND = {"REMOTE_ADDR": "192.0.2.7"}
HOUR = 3600 * 1_000_000


def key(kept: Ledger, *scopes: str) -> dict[str, str]:
    """Return the header of a new key."""
    _, secret = make_api_key(kept, ACTOR, "見張り", "shiomi", scopes, until=Instant(kept.now() + HOUR))
    return {"Authorization": f"Bearer {secret}"}


def test_ready_is_who_can_read_the_ledger(app: Flask, kept: Ledger) -> None:
    client = app.test_client()
    assert client.get("/readyz").text == "ok\n"
    assert kept.folder is not None
    kept.reading.dispose()
    away: Path = kept.folder.rename(kept.folder.with_name("away"))
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.content_type == "application/problem+json"
    assert "台帳を読めません" in (refused.json or {})["detail"]
    assert str(away.parent) not in refused.text
    told = client.get("/metrics")
    assert "yoshiki_ledger_reachable 0.0" in told.text
    kept.reading.dispose()
    away.rename(kept.folder)
    assert client.get("/readyz").status_code == 200


def test_the_figures_are_of_routes_and_hold_no_value_of_a_path(app: Flask, kept: Ledger) -> None:
    client, held = app.test_client(), key(kept, "cases", "forms")
    client.get("/api/v1/cases/架空花子-1?why=架空の理由", headers=held)
    client.get("/架空花子/2")
    client.open("/healthz", method="KAKUU")
    told = client.get("/metrics").text
    assert 'yoshiki_requests_total{method="GET",route="/api/v1/cases/<case>",status="404"} 1.0' in told
    assert 'yoshiki_requests_total{method="GET",route="(none)",status="404"} 1.0' in told
    assert 'method="other"' in told
    assert 'yoshiki_request_seconds_count{route="/api/v1/cases/<case>"} 1.0' in told
    for figure in (
        "yoshiki_batches_at_work 0.0",
        "yoshiki_ledger_reachable 1.0",
        "yoshiki_papers_issued 0.0",
        "yoshiki_calls_waiting 0.0",
        "yoshiki_calls_dead 0.0",
        "yoshiki_ledger_entries ",
    ):
        assert figure in told
    for secret in ("架空", "KAKUU", "%E6", "見張り", "192.0.2"):
        assert secret not in told
    assert "yoshiki_requests_total{" not in create_app(rules=OURS).test_client().get("/metrics").text  # each its own


def test_the_figures_are_for_this_machine_or_a_key_for_them(app: Flask, kept: Ledger) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=FROM_BEYOND).status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    assert client.get("/metrics", headers=key(kept, "metrics"), environ_base=FROM_BEYOND).status_code == 200
    assert client.get("/metrics", headers=key(kept, "forms")).status_code == 403
    assert sign_in(app, "clerk").get("/metrics").status_code == 403
    alone = create_app(rules=OURS, trust_host=True).test_client()
    assert alone.get("/metrics", environ_base=FROM_BEYOND).status_code == 403


def test_a_named_service_still_answers_its_own_machine(kept: Ledger) -> None:
    """Behind a proxy a program beside the service reads its state and figures, and nothing else, without name and TLS."""
    named = create_app(rules=OURS, ledger=kept, names=frozenset({"yoshiki.example"})).test_client()
    for path in ("/healthz", "/readyz", "/metrics"):
        assert named.get(path).status_code == 200
        assert named.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
        assert named.get(path, environ_base=FROM_BEYOND).status_code == 403
    assert named.get("/sign-in").status_code == 403


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Switch the log of requests on, and off again."""
    monkeypatch.setenv("YOSHIKI_LOG", "json")
    yield
    log.handlers.clear()


@pytest.mark.usefixtures("lines")
def test_a_line_a_request_names_route_and_actor_alone(kept: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app(rules=OURS, trust_host=True, ledger=kept)
    client, held = app.test_client(), key(kept, "cases")
    answer = client.get("/api/v1/cases/架空花子-1?why=架空の理由", headers=held)
    client.post("/sign-in", data={"login": "架空花子"})
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{"))
    assert {*first} == {"request", "route", "method", "status", "ms", "actor"}
    assert (first["route"], first["status"]) == ("/api/v1/cases/<case>", 404)
    assert first["request"] == answer.headers[NUMBER]
    assert first["actor"]
    assert (second["route"], second["actor"]) == ("/sign-in", "")
    assert "架空" not in str((first, second))


def test_without_the_setting_no_line_is_written(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/healthz")
    assert capsys.readouterr().err == ""
