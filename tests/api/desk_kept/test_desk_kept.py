"""Promise: the day's work goes from case to numbered paper in the browser; what is covered is not in the page; other offices see nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.desk.widgets import answers_of
from ledger.offices import save_office
from ledger.papers import newest
from ledger.work_list import own_drafts
from tests.api.signed_in import ACTOR, sign_in, token
from tests.ledger.issuing import OFFICE
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from ledger.engine import Ledger

NAME, HIDDEN = "灯野　まどか", "汐見県架空町九丁目8番7号"
PLACES = (
    "/",
    "/cases",
    "/cases/new",
    "/deadlines",
    "/deadlines/month",
    "/registers",
    "/handovers",
    "/verify",
    "/rules",
    "/rules?words=理由",
    "/drafts",
    "/files",
)


def post(client: FlaskClient, path: str, **sent: str) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client, "/me"), **sent})


def a_case(client: FlaskClient, **more: str) -> str:
    """Open a case on the page and return its address."""
    sent = {
        "kind": "kanagawa-stalker/warning",
        "number": "令8-12",
        "opened_on": "令和8年4月1日",
        "role1": "applicant",
        "name1": NAME,
        "placekind1": "refuge",
        "place1": HIDDEN,
    }
    return post(client, "/cases", **{**sent, **more}).location


@pytest.mark.parametrize("path", PLACES)
def test_a_clerk_opens_every_page(clerk: FlaskClient, path: str) -> None:
    page = clerk.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """Give a clerk's browser."""
    return sign_in(app, "clerk")


def test_a_refuge_is_not_in_the_page_until_somebody_says_why(app: Flask, clerk: FlaskClient) -> None:
    """Nor is the case there for another office, on any of its routes."""
    at = a_case(clerk)
    assert HIDDEN not in clerk.get(at).text
    assert post(clerk, f"{at}/seen").status_code == 422
    seen = post(clerk, f"{at}/seen", why="保護先との連絡のため").text
    assert HIDDEN in seen
    assert HIDDEN not in clerk.get(at).text
    other = sign_in(app, "other")
    for path in (at, f"{at}/events/new", f"{at}/close"):
        assert other.get(path).status_code == 404
    for path in (f"{at}/seen", f"{at}/events", f"{at}/write", f"{at}/close"):
        assert post(other, path, why="x", event="x", form="x").status_code == 404
    assert "令8-12" not in post(other, "/cases/search", words=NAME).text
    assert "令8-12" in post(clerk, "/cases/search", words=NAME).text


def test_the_same_people_are_told_of_and_a_reason_opens_another_case(clerk: FlaskClient) -> None:
    a_case(clerk)
    again = {"kind": "kanagawa-stalker/warning", "number": "令8-13", "opened_on": "令和8年4月1日"}
    again |= {"role1": "applicant", "name1": NAME}
    told = post(clerk, "/cases", **again)
    assert (told.status_code, "令8-12" in told.text) == (409, True)
    assert post(clerk, "/cases", **again, although="別の相手についての申出").status_code == 303


def test_an_event_moves_the_case_and_its_deadlines(clerk: FlaskClient) -> None:
    at = a_case(clerk)
    wrong = post(clerk, f"{at}/events", event="request_received", on="いつか")
    assert (wrong.status_code, "「いつ」" in wrong.text) == (422, True)
    assert post(clerk, f"{at}/events", event="request_received", on="令和8年4月1日").status_code == 303
    assert "申出" in clerk.get(at).text
    stale = post(clerk, f"{at}/events", event="request_received", on="令和8年4月1日", version="1")
    assert stale.status_code == 409


def test_a_feed_answers_its_address_alone(app: Flask, clerk: FlaskClient) -> None:
    a_case(clerk)
    found = re.search(r"/feeds/[^<]+\.ics", clerk.get("/deadlines").text)
    assert found is not None
    stranger = app.test_client()
    assert stranger.get(found[0]).mimetype == "text/calendar"
    assert stranger.get(found[0].replace(".ics", "0.ics")).status_code == 404


def test_a_paper_goes_from_draft_to_number(app: Flask, kept: Ledger, clerk: FlaskClient) -> None:
    """Kept in the ledger while it is written, sent to approval, sent back, approved by another, issued once, given out by name."""
    told = {**OFFICE, "name": "汐見県汐見警察署", "approval.forms": "all", "approval.other": "1"}
    save_office(kept, ACTOR, "shiomi", told["name"], kind="station", told=told, from_on="2026-04-01")
    begun = post(clerk, "/drafts", form="non-warning-notice")
    key = begun.location.split("/")[2]
    draft = app.extensions["drafts"].held(key)
    rows = json.loads((Path(__file__).parents[3] / "samples" / "kanagawa.json").read_text("utf-8"))
    data = next(row["data"] for row in rows if row["record"] == "good-notice") | {"document_no": None}
    form = OURS.catalogue.get("non-warning-notice")
    draft.answers = answers_of(form.fields, {name: value for name, value in data.items() if value is not None})
    draft.rev += 1
    post(clerk, f"/drafts/{key}/1", shown="")
    app.extensions["drafts"].forget(key)  # as if the service had been started anew
    assert clerk.get(f"/drafts/{key}/paper").status_code == 200
    rev = str(app.extensions["drafts"].held(key).rev)
    assert post(clerk, f"/drafts/{key}/issue", rev=rev).location == f"/papers/{key}"
    assert clerk.get(f"/drafts/{key}").location == f"/papers/{key}"
    boss = sign_in(app, "approver")
    assert key in boss.get("/approvals").text
    assert "決裁する" in boss.get(f"/approvals/{key}").text
    assert boss.get(f"/approvals/{key}/pages/1").mimetype == "image/png"
    assert post(boss, f"/approvals/{key}/approve", rev="0").status_code == 409
    at = str(newest(kept, state="checked")[0].rev)
    assert post(boss, f"/approvals/{key}/approve", rev=at).status_code == 303
    assert post(clerk, f"/papers/{key}/issue").status_code == 303
    page = clerk.get(f"/papers/{key}")
    assert "発行済み" in page.text
    assert own_drafts(kept, office_code="shiomi", person_ref="") == []
    assert post(clerk, f"/papers/{key}/files/pdf").status_code == 422
    given = post(clerk, f"/papers/{key}/files/pdf", receiver="岬　太郎", purpose="交付のため")
    assert given.data.startswith(b"%PDF")
    assert sign_in(app, "other").get(f"/papers/{key}").status_code == 404
