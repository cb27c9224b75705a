"""Promise: an office's profile is shown and changed on the page, read by the reader of the profile file, in editions that stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.offices import editions_of
from tests.api.signed_in import sign_in, token
from validators.labels import OFFICE_LABELS
from validators.office import load_office
from validators.office_file import office_from, rest_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from ledger.engine import Ledger

PROFILES = sorted((Path(__file__).parents[3] / "samples" / "profiles").glob("*.yaml"))
DAY = date(2026, 4, 1)


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_profile_is_written_out_as_the_file_that_makes_it(path: Path) -> None:
    told = load_office(path, DAY) | {
        "approval.forms": "all",
        "approval.other": "",
        "retention.other": "5 years\nfiscal",
    }
    names = {key: told[key] for key in OFFICE_LABELS if key in told}
    assert office_from(names, rest_of(told), DAY) == told


def post(client: FlaskClient, path: str, **sent: str) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client, "/me"), **sent})


def test_another_edition_holds_from_its_day_and_what_stood_stays(app: Flask, kept: Ledger) -> None:
    boss = sign_in(app, "administrator")
    assert "汐見県汐見警察署" in boss.get("/offices/shiomi").text
    sent = {"from_on": "令和8年5月1日", "name": "汐見県汐見警察署", "chief_title": "汐見県汐見警察署長"}
    faulty = (
        ("rest", "promptly.document_days: いつか"),
        ("rest", "しらない: 3"),
        ("rest", "forms: {warning: {nothing: あ}}"),
        ("rest", "a: [1"),
        ("from_on", "令和8年3月31日"),
        ("name", ""),
    )
    for box, typed in faulty:
        refused = post(boss, "/offices/shiomi", **{**sent, box: typed})
        assert (refused.status_code, f'href="#{box}"' in refused.text) == (422, True), typed
    assert len(editions_of(kept, "shiomi")) == 1
    assert post(boss, "/offices/shiomi", **sent, rest="promptly.document_days: 3").status_code == 303
    (newest, told), (_, before) = editions_of(kept, "shiomi")
    assert (newest, told["promptly.document_days"]) == ("2026-05-01", "3")
    assert before == {"name": "汐見県汐見警察署"}
    page = boss.get("/offices/shiomi").text
    assert "これからの設定" in page
    assert "promptly.document_days" in page


def test_an_office_is_added_once_by_an_administrator_alone(app: Flask, kept: Ledger) -> None:
    boss = sign_in(app, "administrator")
    sent = {"code": "misaki", "kind": "station", "from_on": "令和8年4月1日", "name": "汐見県岬警察署"}
    assert post(boss, "/offices", **{**sent, "code": "岬"}).status_code == 422
    assert post(boss, "/offices", **sent).location == "/offices/misaki"
    assert post(boss, "/offices", **sent).status_code == 422
    assert boss.get("/offices/nowhere").status_code == 404
    assert post(sign_in(app, "supervisor"), "/offices", **{**sent, "code": "x"}).status_code == 403
    assert len(editions_of(kept, "misaki")) == 1
