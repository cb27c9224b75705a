"""Promise: an office reaches its own by name whatever another office has, and what cannot be read is told and keeps nothing."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from ledger.access import give_access
from ledger.audit.case_events import AccessEnded
from ledger.tables import case_file
from ledger.write import write
from tests.api.kept.test_kept_api import CASE, Caller, opened, record
from tests.api.signed_in import ACTOR
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask

    from ledger.engine import Ledger
    from ledger.write import Writing


@pytest.fixture
def ours(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of the station that keeps the cases."""
    return Caller(app, kept, "shiomi")


@pytest.fixture
def theirs(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of another station."""
    return Caller(app, kept, "todai")


def test_a_number_or_a_ref_that_another_case_took_hides_no_case(ours: Caller, theirs: Caller) -> None:
    case = opened(ours)
    opened(theirs, although="別の相手方")  # the same number: numbers are each office's own
    opened(theirs, number=case, although="別の相手方")
    assert ours.call("GET", "/cases/汐見-1")["case"] == case
    assert ours.call("GET", f"/cases/{case}")["case"] == case
    ours.call("POST", f"/cases/{case}/facts", {"facts": {"applicant_name": "架空　花子"}})
    ours.call("POST", "/forms/warning/papers", record("warning") | {"case": "汐見-1"}, status=201)
    assert len(ours.call("GET", f"/cases/{case}")["papers"]) == 1


def test_a_paper_is_found_by_its_number_though_another_office_has_the_same(ours: Caller, theirs: Caller) -> None:
    issued = {}
    for caller in (ours, theirs):
        paper = caller.call("POST", "/forms/warning/papers", record("warning"), status=201)["paper"]
        number = caller.call("POST", f"/papers/{paper}/issue")["number"]
        issued[paper] = (caller, number)
    for paper, (caller, number) in issued.items():
        assert caller.call("GET", f"/papers/{number}")["ref"] == paper


def test_another_offices_destroyed_case_is_not_there(ours: Caller, theirs: Caller, kept: Ledger) -> None:
    case = opened(ours)
    gone = update(case_file).where(case_file.c.ref == case).values(state="destroyed", sealed=None)

    def destroy(writing: Writing) -> None:
        writing.execute(gone)
        writing.tell(AccessEnded(case=case, to="todai", section="all"))

    write(kept, ACTOR, destroy)
    ours.call("GET", f"/cases/{case}", status=410)
    for name in (case, "汐見-1"):
        theirs.call("GET", f"/cases/{name}", status=404)


UNREADABLE: dict[str, Any] = {
    "half a letter": json.dumps(CASE | {"title": "\ud800"}),
    "half a letter in a kind": json.dumps({"kind": "\ud800"}),
    "half a letter in a name": json.dumps(CASE | {"facts": {"\udfff": "x"}}),
    "no letter": json.dumps(CASE | {"title": "\x00"}),
    "deep": '{"kind":' + "[" * 100_000 + "]" * 100_000 + "}",
    "long number": json.dumps(CASE | {"number": "9" * 300}),
    "huge figure": '{"kind": "kanagawa-stalker", "facts": {"age": ' + "9" * 5000 + "}}",
    "no figure": '{"kind": "kanagawa-stalker", "facts": {"age": NaN}}',
    "twice": '{"kind": "kanagawa-stalker", "kind": "dv-act"}',
    "a list": json.dumps([CASE]),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_is_no_plain_json_is_told_and_keeps_nothing(ours: Caller, body: str) -> None:
    ours.call("POST", "/cases", data=body, content_type="application/json", status=400)
    assert ours.call("GET", "/cases")["cases"] == []


def test_calls_have_bounds_whether_or_not_they_are_sent_once(ours: Caller) -> None:
    large = json.dumps(CASE | {"title": "あ" * (3 << 20)})
    for once in ({}, {"Idempotency-Key": "k1"}):
        sent = ours.client.post(
            "/api/v1/cases", data=large, content_type="application/json", headers=ours.headers | once
        )
        assert sent.status_code == 413, once
    for query in ("cases?limit", "papers?limit", "deadlines?days"):
        ours.call("GET", f"/{query}={'9' * 5000}", status=400)
    told = {"on": "2026-03-20", "event": "request_received", "kind": "warning", "version": True}
    ours.call("POST", f"/cases/{opened(ours)}/events", told, status=400)


def test_of_an_upload_of_several_files_none_is_left_aside(ours: Caller) -> None:
    """It is refused whole, and the same however its parts stand; other parts are another call."""
    parts = [(io.BytesIO(f"[{n}]".encode()), f"{n}.json") for n in range(3)]
    told = []
    for order in (parts, parts[::-1], parts[:2]):
        copies = [(io.BytesIO(content.getvalue()), name) for content, name in order]
        sent = {"data": {"file": copies}, "headers": {**ours.headers, "Idempotency-Key": "several"}}
        told.append(ours.client.post("/api/v1/batches", **sent).status_code)
    assert told == [400, 400, 422]


def test_another_office_is_told_the_sections_it_was_given(ours: Caller, theirs: Caller, kept: Ledger) -> None:
    """Papers alone name nobody; people are found by their names, and no guess at a hidden place is confirmed."""
    case = opened(ours)
    give_access(kept, OURS, ACTOR, case, "papers", why="転居先の署として", office_code="todai")
    seen = theirs.call("GET", f"/cases/{case}")
    assert (seen["parties"], seen["facts"]) == ([], {})
    assert theirs.call("POST", "/search", {"text": "架空 花子"})["hits"] == []
    assert theirs.call("POST", "/search", {"text": "汐見-1"})["hits"][0]["name"] == ""
    give_access(kept, OURS, ACTOR, case, "people", why="転居先の署として", office_code="todai")
    assert theirs.call("GET", f"/cases/{case}")["parties"]
    assert theirs.call("POST", "/search", {"text": "架空 花子"})["hits"]
    hidden = {"text": "汐見県灯台市架空町9番9号"}
    assert theirs.call("POST", "/search", hidden)["hits"] == []
    give_access(kept, OURS, ACTOR, case, "protected", why="転居先の署として", office_code="todai")
    assert theirs.call("POST", "/search", hidden)["hits"]
