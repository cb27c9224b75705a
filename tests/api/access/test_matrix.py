"""Promise: a key opens what its scopes name and nothing besides, by every method, on every route of the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.access.permissions import BESIDES, PUBLIC, SCOPE_DEEDS, asked_of
from ledger.api_keys import make_api_key
from ledger.types import Instant
from tests.api.signed_in import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from ledger.engine import Ledger

HOUR = 3_600_000_000


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and a path of every route of the API."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/openapi", "/metrics")) and rule.endpoint not in PUBLIC:
            path = re.sub(r"<(?:any\((\w+)[^>]*|[^>]*)>", lambda found: found[1] or "x", rule.rule)
            yield from ((rule.endpoint, method, path) for method in sorted(rule.methods or ()))


@pytest.mark.parametrize("scope", SCOPE_DEEDS)
def test_a_key_of_one_scope_opens_its_deeds_alone(app: Flask, kept: Ledger, scope: str) -> None:
    """Refused is what it may not do, before anybody looks whether there is such a thing."""
    client, held = app.test_client(), {}
    for tried, (endpoint, method, path) in enumerate(routes(app)):
        if tried % 100 == 0:  # how often a key may call is another matter
            _, secret = make_api_key(kept, ACTOR, scope, "shiomi", (scope,), until=Instant(kept.now() + HOUR))
            held = {"Authorization": f"Bearer {secret}"}
        asked = {asked_of(endpoint, method), BESIDES.get(endpoint.partition(".")[0])} - {None}
        status = client.open(path, method=method, headers=held).status_code
        assert (status == 403) == (not asked <= SCOPE_DEEDS[scope]), (endpoint, method, status)
        assert status < 500, (endpoint, method)


def test_no_range_of_a_file_is_a_fault_of_ours(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/static/desk.js", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert "範囲" in answer.text
