"""Promise: what the OpenAPI page says of the API is so: whatever is sent, the answer is one the page describes, and none is our fault.

Calls are made up from the page itself (schemathesis): some as it says, some not as it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, Config, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as of_page

from ledger.api_keys import make_api_key
from ledger.types import Instant
from tests.api.kept.test_kept_api import YEAR, Caller, opened, record
from tests.api.signed_in import ACTOR

if TYPE_CHECKING:
    from flask import Flask
    from hypothesis.strategies import SearchStrategy

    from ledger.engine import Ledger

CHECKS: Final = [
    not_a_server_error,
    of_page.status_code_conformance,
    of_page.content_type_conformance,
    of_page.response_headers_conformance,
    of_page.response_schema_conformance,
    of_page.negative_data_rejection,
]
REFUSED: Final = [str(status) for status in (400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 503)]
# what is not on the page is left aside by every route, so no call is made up for it
ASKED: Final = {
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
    "generation": {"allow-extra-parameters": False},
}
# the scopes of a key for what each role does at the desk
ROLES: Final = {
    "all": ("forms", "papers", "cases", "approval", "registers", "audit", "metrics"),
    "clerk": ("forms", "papers", "cases", "registers"),
    "approver": ("forms", "approval", "registers"),
    "auditor": ("forms", "cases", "registers", "audit"),
    "administrator": ("forms", "metrics"),
}


@pytest.fixture
def ours(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of a station."""
    return Caller(app, kept, "shiomi")


@pytest.fixture
def world(ours: Caller) -> dict[str, str]:
    """Keep a case with an event, a draft and an issued paper; return what the page's paths call them."""
    case = opened(ours)
    told = {"on": "2026-03-20", "event": "request_received", "kind": "warning"}
    event = ours.call("POST", f"/cases/{case}/events", told, status=201)["event"]
    paper = ours.call("POST", "/forms/warning/papers", record("warning"), status=201)["paper"]
    ours.call("POST", f"/papers/{paper}/issue")
    draft = ours.call("POST", "/forms/warning/papers", record("warning"), status=201)["paper"]
    register = ours.call("GET", "/registers")["registers"][0]["slug"]
    return {"case": case, "event": event, "paper": draft, "register": register, "kind": "pdf", "form": "warning"}


def hold(app: Flask, kept: Ledger, world: dict[str, str], *, role: str, calls: int) -> int:
    """Send every operation calls as described, and bodies that are not, with a key of a role; return how many they were."""

    def key(
        scopes: tuple[str, ...],
    ) -> dict[str, str]:  # one for each: how often one may call is not what is asked here
        _, secret = make_api_key(kept, ACTOR, role, "shiomi", scopes, until=Instant(kept.now() + YEAR))
        return {"Authorization": f"Bearer {secret}"}

    asked = Config.from_dict(ASKED)
    page = schemathesis.openapi.from_wsgi("/openapi.json", app, config=asked, headers=key(ROLES["all"]))
    sent = 0
    for found in page.get_all_operations():
        assert isinstance(found, Ok), found.err()
        operation, headers = found.ok(), key(ROLES[role])
        known = {name: ref for name, ref in world.items() if f"{{{name}}}" in operation.path}
        takes = any("json" in body.media_type for body in operation.body)
        as_said = operation.as_strategy(path_parameters=known or None)
        sent += answered(as_said, headers, calls if takes else (calls + 1) // 2)
        if takes:  # of a path alone, hardly anything is wrong
            sent += answered(operation.as_strategy(GenerationMode.NEGATIVE), headers, calls)
    return sent


def answered(calls: SearchStrategy[Case[Any]], headers: dict[str, str], most: int) -> int:
    """Hold the answers to some calls against the page; return how many were sent."""
    sent = 0

    @settings(
        max_examples=most, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(calls)
    def each(case: Case[Any]) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(headers=headers, checks=CHECKS)

    each()
    return sent


def test_calls_made_up_from_the_page_are_answered_as_it_says(app: Flask, kept: Ledger, world: dict[str, str]) -> None:
    assert hold(app, kept, world, role="all", calls=2) > 80


@pytest.mark.corpus
@pytest.mark.parametrize("role", ROLES)
def test_thousands_of_calls_are_answered_as_the_page_says(
    app: Flask, kept: Ledger, world: dict[str, str], role: str
) -> None:
    assert hold(app, kept, world, role=role, calls=20) >= 1000


def test_what_is_out_of_bounds_is_refused(ours: Caller) -> None:
    """An unknown state, a search that is a treatise, no file at all, data that are none."""
    ours.call("GET", "/papers?state=lost", status=400)
    ours.call("POST", "/search", {"text": "架" * 201}, status=400)
    ours.call("POST", "/verify", data=b"", content_type="application/octet-stream", status=400)
    for door in ("check", "documents", "papers"):
        ours.call("POST", f"/forms/warning/{door}", {"data": 5}, status=400)


def test_a_copy_that_was_not_made_at_issue_is_told(ours: Caller) -> None:
    """The paper is not issued again for it, whatever form is asked for."""
    sent = record("warning")
    ours.call("POST", "/forms/warning/documents", record("warning") | {"record": "0"})
    ours.call("POST", "/forms/warning/documents", sent)
    for kind in ("application/pdf", "application/json"):
        headers = {**ours.headers, "Accept": kind}
        again = ours.call("POST", "/forms/warning/documents?copy=写し", sent, status=409, headers=headers)
        assert (again["code"], "写し" in again["detail"]) == ("issued-before", True)
