"""Promise: whatever door a paper leaves by, it leaves in the name of the office its caller acts for, as that office's profile says."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from api.issuing import line
from forms.entry.reading.json_in import record_from_json
from forms.issue.line import Line
from ledger import people
from ledger.offices import save_office
from tests.api.kept.test_kept_api import Caller, record
from tests.api.signed_in import ACTOR, sign_in, token
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask

    from ledger.engine import Ledger

OWN = {"name": "汐見県汐見警察署", "chief_title": "汐見県汐見警察署長", "chief_name": "警視　汐見　一郎"}
ANOTHER = {"name": "汐見県灯台警察署", "chief_title": "汐見県灯台警察署長", "chief_name": "警視　灯台　次郎"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORM = "assistance-report"  # addressed to the chief of its office, by the profile alone


@pytest.fixture
def ours(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of a station with a chief."""
    save_office(kept, ACTOR, "shiomi", OWN["name"], kind="station", told=OWN, from_on="2026-04-01")
    return Caller(app, kept, "shiomi")


def sent(form: str, n: int = 1) -> dict[str, Any]:
    """Return a good record that names another office, its chief, and figures that are the office's to decide."""
    office = {**ANOTHER, "promptly.days": "9999", "stations.汐見県灯台警察署": "汐見県"}
    return record(form) | {"record": str(n), "office": office}


def words(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as opened:
        return opened.read("word/document.xml").decode()


def test_a_record_says_nothing_of_its_office_that_the_profile_says(ours: Caller) -> None:
    """Neither whose paper it is, nor who is its chief, nor the figures it is weighed by; that it was overruled is told."""
    answer = ours.client.post(
        f"/api/v1/forms/{FORM}/documents", json=sent(FORM), headers={**ours.headers, "Accept": DOCX}
    )
    drawn = words(answer.data)
    assert OWN["chief_title"] in drawn
    assert not any(text in drawn for text in ANOTHER.values())
    told = ours.call("POST", f"/forms/{FORM}/check", sent(FORM))["findings"]
    (overruled,) = [each for each in told if each["code"] == "office-bound"]
    assert "所属長の職名" in overruled["message"]


def test_what_the_profile_leaves_out_its_record_may_say(ours: Caller) -> None:
    with ours.client.application.test_request_context():
        bound = Line(OURS).bound_to({"name": OWN["name"]}, "shiomi")
        said = bound.office_of(record_from_json(json.dumps(sent(FORM)).encode(), FORM))
    assert said == {**ANOTHER, "name": OWN["name"]}


def test_what_waits_for_approval_leaves_by_no_other_door(ours: Caller, kept: Ledger) -> None:
    """Neither alone nor in an upload, nor as a draft of before approval was asked; to check it is nobody's harm."""
    before = ours.call("POST", "/forms/warning/papers", sent("warning"), status=201)["paper"]
    told = {**OWN, "approval.forms": "all", "approval.other": "1"}
    save_office(kept, ACTOR, "shiomi", told["name"], kind="station", told=told, from_on="2026-04-01")
    assert ours.call("POST", "/forms/warning/check", sent("warning"))["verdict"] == "checked"
    assert (
        "決裁" in ours.call("POST", "/forms/warning/documents", sent("warning"), status=422)["findings"][-1]["message"]
    )
    batch = ours.call("POST", "/batches", [sent("warning", 2)], status=202)["id"]
    while (seen := ours.call("GET", f"/batches/{batch}"))["state"] in {"waiting", "running"}:
        time.sleep(0.05)
    assert (seen["state"], seen["documents"]) == ("done", [])
    assert {each["state"] for each in ours.call("GET", "/papers")["papers"]} == {"draft"}
    assert ours.call("POST", f"/papers/{before}/issue", status=409)["code"] == "not-approved"
    ours.call("POST", f"/papers/{before}/check")
    assert ours.call("POST", f"/papers/{before}/approve", {}, status=403)["code"] == "same-person"
    assert ours.call("POST", f"/papers/{before}/issue", status=409)["code"] == "not-approved"


def test_what_was_sent_once_for_one_office_is_done_for_another(app: Flask, kept: Ledger) -> None:
    """One person, one key, one body, two offices: each has its own answer."""
    who = people.person_by_login(kept, "clerk")
    assert who is not None
    people.give_role(kept, ACTOR, who.ref, "clerk", "todai")
    client = sign_in(app, "clerk")
    bodies = []
    for office in ("shiomi", "todai"):
        crumb = token(client, "/me")
        client.post("/me/office", data={"csrf_token": crumb, "office": office})
        headers = {"Idempotency-Key": "one", "X-CSRFToken": crumb}
        answer = client.post("/api/v1/forms/warning/papers", json=sent("warning"), headers=headers)
        bodies.append(answer.json or {})
    assert bodies[0]["paper"] != bodies[1]["paper"]
    with app.test_request_context():
        assert line().bound == ""  # nobody speaks here


def test_the_same_record_of_two_offices_of_one_name_is_two_papers(app: Flask, kept: Ledger) -> None:
    """A record that one has issued is not another's to be answered with."""
    save_office(kept, ACTOR, "todai", OWN["name"], kind="station", told=OWN, from_on="2026-04-01")
    save_office(kept, ACTOR, "shiomi", OWN["name"], kind="station", told=OWN, from_on="2026-04-01")
    for office in ("shiomi", "todai"):
        caller = Caller(app, kept, office)
        for n in ("1", "2"):
            caller.call("POST", "/forms/warning/documents", record("warning") | {"record": n})
        assert len(caller.call("GET", "/papers")["papers"]) == 2
