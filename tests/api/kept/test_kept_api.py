"""Promise: what the ledger keeps is reached over HTTP by whoever it belongs to, as documented, and is not there for others."""

from __future__ import annotations

import base64
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ledger.api_keys import SCOPES, make_api_key
from ledger.types import Instant
from tests.api.signed_in import ACTOR
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger

SAMPLES = Path(__file__).parents[3] / "samples"
YEAR = 365 * 24 * 3600 * 1_000_000


class Caller:
    """Another system with a key for an office; every answer is held against the OpenAPI page."""

    def __init__(self, app: Flask, kept: Ledger, office: str, scopes: tuple[str, ...] = tuple(SCOPES)) -> None:
        _, secret = make_api_key(kept, ACTOR, "相談システム", office, scopes, until=Instant(kept.now() + YEAR))
        self.client: FlaskClient = app.test_client()
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.page = self.client.get("/openapi.json", headers=self.headers).json or {}

    def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """Return the JSON of an answer (its bytes where it is none) after holding it against its schema."""
        sent = {"headers": self.headers, **more} | ({"json": body} if body is not None else {})
        answer = self.client.open(f"/api/v1{path}", method=method, **sent)
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.content_type == "application/problem+json"
            return answer.json
        if answer.mimetype != "application/json":
            return answer.data
        self.conforms(method, path, status, answer.json)
        return answer.json

    def conforms(self, method: str, path: str, status: int, told: Any) -> None:
        """Assert that an answer has the documented shape."""
        plain = f"/api/v1{path}".partition("?")[0]
        for pattern, operations in self.page["paths"].items():
            if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", pattern), plain) and method.lower() in operations:
                found = operations[method.lower()]["responses"].get(str(status))
                if found:
                    schema = {**found["content"]["application/json"]["schema"], "components": self.page["components"]}
                    Draft202012Validator(schema).validate(told)
                    return
        pytest.fail(f"{method} {path} {status} is not documented")


@pytest.fixture
def ours(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of the station that keeps the cases."""
    return Caller(app, kept, "shiomi")


@pytest.fixture
def theirs(app: Flask, kept: Ledger) -> Caller:
    """Give a caller of another station."""
    return Caller(app, kept, "todai")


CASE = {
    "kind": "kanagawa-stalker",
    "number": "汐見-1",
    "opened_on": "令和8年3月20日",
    "facts": {"applicant_name": "架空　花子"},
    "parties": [
        {
            "role": "victim",
            "names": [{"kind": "registered", "text": "架空　花子"}],
            "places": [{"kind": "refuge", "text": "汐見県灯台市架空町9番9号", "protected": True}],
            "birth": "平成5年1月1日",
        }
    ],
}


def opened(caller: Caller, **more: Any) -> str:
    """Return the ref of a case opened by a caller."""
    return str(caller.call("POST", "/cases", CASE | more, status=201)["case"])


def test_a_case_is_opened_told_judged_and_closed(ours: Caller) -> None:
    case = opened(ours)
    told = {"on": "2026-03-20", "event": "request_received", "kind": "warning"}
    event = ours.call("POST", f"/cases/{case}/events", {**told, "version": 1}, status=201)
    assert ours.call("POST", f"/cases/{case}/events", {**told, "version": 1}, status=409)["code"] == "stale"
    moved = {"item": {**told, "on": "2026-03-21"}, "reason": "受理の日の誤り"}
    corrected = ours.call("POST", f"/cases/{case}/events/{event['event']}/correct", moved, status=201)
    seen = ours.call("GET", f"/cases/{case}")
    assert [each["on"] for each in seen["events"]] == ["2026-03-21"]
    assert {each["case"] for each in ours.call("GET", "/deadlines?days=400")["deadlines"]} == {case}
    found = ours.call("GET", f"/cases/{case}/check?as_of=2026-04-01")["findings"]
    assert {each["procedure"][:3] for each in found} == {"KNG"}
    ours.call("POST", f"/cases/{case}/events/{corrected['event']}/retract", {"reason": "申出はなかった"})
    assert ours.call("GET", f"/cases/{case}")["events"] == []
    ending = {
        "reason": "相談だけで終わった",
        "although": "申出なし",
        "item": {"on": "2026-04-01", "event": "measure_closed"},
    }
    assert "被害のおそれ" in ours.call("POST", f"/cases/{case}/close", ending, status=409)["detail"]
    ours.call("POST", f"/cases/{case}/events", {"on": "2026-03-31", "event": "danger_ended_confirmed"}, status=201)
    closed = ours.call("POST", f"/cases/{case}/close", ending)
    assert closed["state"] == "closed"
    assert [each["case"] for each in ours.call("GET", "/cases?state=closed")["cases"]] == [case]
    assert ours.call("POST", f"/cases/{case}/facts", {"facts": {}}, status=400)


def test_a_case_comes_with_its_history_in_one_call(ours: Caller) -> None:
    """Whole or not at all: what cannot be taken is named by its place, and then there is no case."""
    history = [
        {"on": "2026-03-20", "event": "request_received", "kind": "warning"},
        {"on": "2026-03-21", "event": "danger_ended_confirmed"},
    ]
    refused = ours.call("POST", "/cases", CASE | {"history": [*history, {"on": "2026-03-22"}]}, status=400)
    assert "3件目" in refused["detail"]
    assert ours.call("GET", "/cases")["cases"] == []
    taken = ours.call("POST", "/cases", CASE | {"history": history}, status=201)
    assert [each["ref"] for each in ours.call("GET", f"/cases/{taken['case']}")["events"]] == taken["events"]


def test_a_protected_place_is_shown_when_a_reason_is_given(ours: Caller) -> None:
    case = opened(ours)
    assert "架空町9番9号" not in str(ours.call("GET", f"/cases/{case}"))
    assert "架空町9番9号" in str(ours.call("GET", f"/cases/{case}?why=文書の送付"))
    read = ours.call("POST", "/search", {"text": "4050101"})["hits"]
    assert [each["case"] for each in read] == [case]
    assert "架空町9番9号" not in str(read)


def test_the_same_people_are_warned_of_and_another_office_only_counted(ours: Caller, theirs: Caller) -> None:
    case = opened(ours)
    again = ours.call("POST", "/cases", CASE | {"number": "汐見-2"}, status=409)
    assert (again["code"], again["cases"], again["elsewhere"]) == ("alike", [case], 0)
    elsewhere = theirs.call("POST", "/cases", CASE | {"number": "灯台-1"}, status=409)
    assert (elsewhere["cases"], elsewhere["elsewhere"]) == ([], 1)
    assert "架空" not in str(elsewhere)
    opened(ours, number="汐見-2", although="別の相手方")


def test_what_is_another_offices_is_not_there(ours: Caller, theirs: Caller) -> None:
    """Every route that names a case, a paper, an event, a handover: as a caller of another office."""
    case = opened(ours)
    event = ours.call(
        "POST",
        f"/cases/{case}/events",
        {"on": "2026-03-20", "event": "request_received", "kind": "warning"},
        status=201,
    )
    paper = ours.call("POST", "/forms/warning/papers", record("warning"), status=201)["paper"]
    names = {"case": case, "event": event["event"], "paper": paper, "form": "warning", "kind": "pdf", "act": "accept"}
    names["handover"] = ours.call("POST", "/handovers", offered(case), status=201)["handover"]
    bodies = {
        "text": "x",
        "reason": "x",
        "clause": "x",
        "receiver": "x",
        "purpose": "x",
        "on": "2026-04-01",
        "facts": {},
        "role": "victim",
        "item": {},
        "version": 1,
    }
    tried = 0
    for path, operations in theirs.page["paths"].items():
        if set(re.findall(r"\{(\w+)\}", path)) & {"case", "paper"}:
            for method in operations:
                there = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path).removeprefix("/api/v1")
                sent = bodies if method == "post" else None
                assert theirs.call(method.upper(), there, sent, status=404), (method, path)
                tried += 1
    assert tried >= 15
    for text in ("架空 花子", "汐見-1", "4050101"):
        assert theirs.call("POST", "/search", {"text": text})["hits"] == []
    assert theirs.call("GET", f"/deadlines?case={case}", status=404)
    assert theirs.call("GET", "/deadlines")["deadlines"] == []
    assert theirs.call("GET", "/papers")["papers"] == []
    assert theirs.call("GET", "/cases")["cases"] == []
    assert theirs.call("POST", f"/handovers/{names['handover']}/withdraw", {"reason": "x"}, status=400)


def offered(case: str) -> dict[str, Any]:
    """Return an offer of a case to the other station."""
    return {
        "case": case,
        "kind": "referral",
        "to": "todai",
        "fields": ["applicant_name"],
        "expires_on": "2026-06-30",
        "reason": "転居先を受け持つため",
    }


def record(form: str) -> dict[str, Any]:
    """Return a good sample of a form."""
    for path in sorted(SAMPLES.glob("*.json")):
        for each in json.loads(path.read_text("utf-8")):
            if each["form"] == form and each["record"].startswith("good"):
                return {"form": form, "record": "1", "data": each["data"], "office": each.get("office", {})}
    raise LookupError(form)


def test_a_paper_goes_its_way_and_is_known_again(ours: Caller, theirs: Caller) -> None:
    drafted = ours.call("POST", "/forms/warning/papers", record("warning"), status=201)
    paper = drafted["paper"]
    for finding in drafted["findings"]:
        if finding["severity"] == "warning" and finding["clauses"]:
            ours.call("POST", f"/papers/{paper}/confirm", {"clause": finding["clauses"][0], "reason": "原本で確かめた"})
    assert ours.call("POST", f"/papers/{paper}/check")["verdict"] == "checked"
    issued = ours.call("POST", f"/papers/{paper}/issue")
    assert issued["verdict"] == "issued"
    content = ours.call("POST", f"/papers/{paper}/files/pdf", {"receiver": "申出人", "purpose": "交付"})
    assert content.startswith(b"%PDF")
    said = ours.call("POST", "/verify", data=content, content_type="application/octet-stream")
    assert (said["known"], said["paper"], said["unchanged"], said["same_again"]) == (True, paper, True, True)
    changed = ours.call("POST", "/verify", data=content + b" ", content_type="application/octet-stream")
    assert (changed["known"], changed["unchanged"]) == (True, False)
    elsewhere = theirs.call("POST", "/verify", data=content, content_type="application/octet-stream")
    assert (elsewhere["unchanged"], elsewhere["paper"], elsewhere["number"]) == (True, None, None)
    assert ours.call("POST", f"/papers/{paper}/void", {"reason": "誤記"})["state"] == "void"
    assert [each["ref"] for each in ours.call("GET", "/papers?state=void")["papers"]] == [paper]


def test_a_paper_in_the_name_of_another_office_is_issued_in_ones_own(ours: Caller) -> None:
    paper = ours.call(
        "POST", "/forms/warning/papers", record("warning") | {"office": {"name": "汐見県灯台警察署"}}, status=201
    )["paper"]
    assert ours.call("GET", f"/papers/{paper}")["office"] == "汐見県汐見警察署"


def test_a_handover_shows_its_copy_to_its_receiver_until_it_ends(ours: Caller, theirs: Caller) -> None:
    case = opened(ours)
    ref = ours.call("POST", "/handovers", offered(case), status=201)["handover"]
    assert [each["ref"] for each in theirs.call("GET", "/handovers")["handovers"]] == [ref]
    assert theirs.call("POST", f"/handovers/{ref}/accept", {})["state"] == "accepted"
    assert theirs.call("GET", f"/handovers/{ref}")["copy"] == {"applicant_name": "架空　花子"}
    theirs.call("POST", f"/handovers/{ref}/done", {})
    assert theirs.call("GET", f"/handovers/{ref}", status=400)


def test_registers_are_read_and_given_out_to_a_named_receiver(ours: Caller) -> None:
    slugs = [each["slug"] for each in ours.call("GET", "/registers")["registers"]]
    assert slugs
    for slug in slugs:
        assert ours.call("GET", f"/registers/{slug}")["rows"] == []
    to = {"receiver": "警察本部", "purpose": "監察", "kind": "csv", "month": "2026-03"}
    assert ours.call("POST", f"/registers/{slugs[0]}/export", to)
    assert ours.call("POST", f"/registers/{slugs[0]}/export", {"kind": "csv"}, status=400)
    assert ours.call("GET", "/registers/none-such", status=404)


def test_the_page_is_valid_and_a_key_reaches_its_scopes_alone(app: Flask, kept: Ledger, ours: Caller) -> None:
    page = {
        **ours.page,
        "components": {"schemas": {n: s for n, s in ours.page["components"]["schemas"].items() if "$ref" not in s}},
    }
    validate({**page, "paths": {path: told for path, told in page["paths"].items() if "/forms/" not in path}})
    reader = Caller(app, kept, "shiomi", ("forms",))
    for path in ("/cases", "/papers", "/registers", "/handovers", "/deadlines"):
        assert reader.call("GET", path, status=403)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {"kind": 3},
        {"kind": "none"},
        {"kind": "kanagawa-stalker", "parties": [3]},
        {"kind": "kanagawa-stalker", "facts": []},
        {"kind": "kanagawa-stalker", "opened_on": "いつか"},
    ],
)
def test_what_cannot_be_read_is_told_and_keeps_nothing(ours: Caller, body: Any) -> None:
    assert ours.call("POST", "/cases", body, status=400)["detail"]
    assert ours.call("GET", "/cases")["cases"] == []
    assert OURS.hash


def test_every_door_issues_through_the_ledger_in_the_callers_own_name(ours: Caller) -> None:
    """A document by JSON and an upload have their rows, whatever office their records name; what is refused is a draft."""
    good = record("warning") | {"office": {"name": "汐見県灯台警察署"}}
    sent = {name: good[name] for name in ("data", "office")}
    answer = ours.call("POST", "/forms/warning/documents", sent, headers={**ours.headers, "Accept": "application/json"})
    assert base64.b64decode(answer["files"]["pdf"]).startswith(b"%PDF")
    (kept,) = ours.call("GET", "/papers")["papers"]
    assert (kept["office"], kept["state"]) == ("汐見県汐見警察署", "issued")
    bad = {**good, "record": "2", "data": {**good["data"], "respondent_name": ""}}
    job = ours.call("POST", "/batches", [{**good, "record": "3"}, bad], status=202)["id"]
    while ours.call("GET", f"/batches/{job}")["state"] in {"waiting", "running"}:
        time.sleep(0.05)
    found = ours.call("GET", f"/batches/{job}")
    assert found["verdicts"]["issued"] == 1
    papers = ours.call("GET", "/papers")["papers"]
    assert sorted((each["office"], each["state"]) for each in papers) == [
        ("汐見県汐見警察署", "draft"),
        ("汐見県汐見警察署", "issued"),
        ("汐見県汐見警察署", "issued"),
    ]


def test_what_an_office_decides_no_record_decides(ours: Caller) -> None:
    """Whether a paper waits for approval is the profile's to say: a record that says so is told."""
    sent = {"data": record("warning")["data"], "office": {"approval.forms": "none"}}
    assert "所属の設定" in ours.call("POST", "/forms/warning/documents", sent, status=400)["detail"]
