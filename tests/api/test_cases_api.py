"""Promise: a history is judged over HTTP as at the command line, and what cannot be read is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api import create_app
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ENDED = {"on": "2025-08-08", "event": "contact_ended", "decision_ground": "イ"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(rules=OURS, trust_host=True).test_client()


def test_a_history_is_judged_by_a_source_as_of_a_day(client: FlaskClient) -> None:
    body = {"id": "甲", "as_of": "2025-08-10", "history": [ENDED]}
    answer = client.post("/api/v1/cases/judge?source=akita-contact", json=body)
    assert answer.status_code == 200
    assert (answer.json or {})["id"] == "甲"
    found = {(each["procedure"], each["state"]): each for each in (answer.json or {})["findings"]}
    assert set(found) == {("AKT-P-6(2)-協議", "missing"), ("AKT-P-6(2)-説明", "due")}
    assert found["AKT-P-6(2)-説明", "due"]["due_on"] == "2025-08-11"


def test_what_no_procedure_knows_is_said_in_the_answer(client: FlaskClient) -> None:
    """A fact with a slip in its name would be left unweighed without a word."""
    item = {"on": "2025-08-08", "event": "contact_ended", "decision_ground": "イ", "decision_gruond": "ア"}
    answer = client.post("/api/v1/cases/judge?source=akita-contact", json={"history": [item]}).json or {}
    assert [notice for notice in answer["notices"] if "contact_ended.decision_gruond" in notice]


def test_an_office_is_held_against_the_procedures_it_goes_by() -> None:
    client = create_app(rules=OURS, trust_host=True, office={"sources": "akita-contact"}).test_client()
    body = {
        "as_of": "2025-08-10",
        "history": [ENDED, {"on": "2025-08-08", "event": "request_received", "kind": "warning"}],
    }
    found = (client.post("/api/v1/cases/judge", json=body).json or {})["findings"]
    assert {each["procedure"][:3] for each in found} == {"AKT"}
    asked = (client.post("/api/v1/cases/judge?source=kanagawa-stalker", json=body).json or {})["findings"]
    assert {each["procedure"][:3] for each in asked} == {"KNG"}


@pytest.mark.parametrize(
    ("url", "body", "status"),
    [
        ("?source=nowhere", {"history": []}, 400),
        ("?as_of=soon", {"history": []}, 400),
        ("", {"history": [{"on": "2025-08-08", "event": "no_such_event"}]}, 400),
        ("", [{"history": []}, {"history": []}], 400),
        ("", "text", 400),
    ],
)
def test_what_cannot_be_used_is_a_problem_in_words(client: FlaskClient, url: str, body: object, status: int) -> None:
    answer = client.post(f"/api/v1/cases/judge{url}", json=body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (answer.json or {})["detail"]


def test_the_description_names_the_answer(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json or {}
    assert described["paths"]["/api/v1/cases/judge"]["post"]["responses"]["200"]
    assert described["components"]["schemas"]["CaseFinding"]["properties"]["state"]["enum"]
