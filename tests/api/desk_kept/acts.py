"""What the tests of the pages' acts share: a form sent with its token, a paper sent to approval, a case with its paper issued."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.desk.widgets import answers_of
from ledger.offices import save_office
from ledger.papers import newest
from tests.api.signed_in import ACTOR, token
from tests.ledger.issuing import OFFICE
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from ledger.engine import Ledger

FORM = "non-warning-notice"
CASE = {
    "kind": "kanagawa-stalker/warning",
    "number": "令8-12",
    "opened_on": "令和8年4月1日",
    "role1": "applicant",
    "name1": "灯野　まどか",
    "placekind1": "refuge",
    "place1": "汐見県架空町九丁目8番7号",
}


def asking_approval(kept: Ledger) -> None:
    """Let the first station issue nothing that another has not approved."""
    told = {**OFFICE, "name": "汐見県汐見警察署", "approval.forms": "all", "approval.other": "1"}
    save_office(kept, ACTOR, "shiomi", told["name"], kind="station", told=told, from_on="2026-04-01")


def post(client: FlaskClient, path: str, **sent: Any) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client, "/me"), **sent})


def sample(name: str, **changes: Any) -> dict[str, Any]:
    """Return the data of a sample of the first source, changed; what is None is left out."""
    rows = json.loads((Path(__file__).parents[3] / "samples" / "kanagawa.json").read_text("utf-8"))
    data = next(row["data"] for row in rows if row["record"] == name) | changes
    return {name: value for name, value in data.items() if value is not None}


def answers() -> dict[str, Any]:
    """Return the answers of a notice that may be issued; its number is the ledger's, its day the clock's."""
    days = {
        "application_received_on": "2026-03-16",
        "non_execution_decided_on": "2026-03-31",
        "document_date": "2026-04-01",
    }
    return answers_of(OURS.catalogue.get(FORM).fields, sample("good-notice", document_no=None, **days))


def sent(app: Flask, client: FlaskClient, address: str = "") -> str:
    """Write a notice (`address`: of a draft begun already) and send it its way; return its ref."""
    key = (address or post(client, "/drafts", form=FORM).location).split("/")[2]
    draft = app.extensions["drafts"].held(key)
    draft.answers = answers()
    draft.rev += 1
    post(client, f"/drafts/{key}/1", shown="")
    gone = post(client, f"/drafts/{key}/issue", rev=str(app.extensions["drafts"].held(key).rev))
    assert gone.location == f"/papers/{key}", gone.text
    return key


def rev(kept: Ledger, key: str) -> int:
    """Return the revision a paper is in."""
    return next(row.rev for row in newest(kept) if row.ref == key)


def issued(app: Flask, kept: Ledger, clerk: FlaskClient, boss: FlaskClient, address: str = "") -> str:
    """Send a notice to approval, approve and issue it; return its ref."""
    key = sent(app, clerk, address)
    assert post(boss, f"/approvals/{key}/approve", rev=rev(kept, key)).status_code == 303
    assert post(clerk, f"/papers/{key}/issue").status_code == 303
    return key
