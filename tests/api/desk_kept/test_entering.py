"""Promise: what was told wrongly of a case is mended on its page, with a reason, and what was wrong stays to be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.signed_in import sign_in, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HIDDEN = "汐見県架空町九丁目8番7号"


def post(client: FlaskClient, path: str, **sent: str) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client, "/me"), **sent})


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    """Give a clerk's browser."""
    return sign_in(app, "clerk")


@pytest.fixture
def case(clerk: FlaskClient) -> str:
    """Give the address of a case with a woman in a refuge, whose request was received."""
    sent = {"kind": "kanagawa-stalker/warning", "number": "令8-12", "opened_on": "令和8年3月2日"}
    sent |= {"role1": "applicant", "name1": "灯野　まどか", "placekind1": "refuge", "place1": HIDDEN}
    at = post(clerk, "/cases", **sent).location
    post(clerk, f"{at}/events", event="request_received", on="令和8年3月2日", clock="10：30")
    return at


def event_at(client: FlaskClient, case: str) -> str:
    """Return the address of the first event that may be mended."""
    found = re.search(rf"{case}/events/[a-z0-9]{{26}}", client.get(case).text)
    assert found is not None
    return found[0]


def test_an_event_is_corrected_with_a_reason_and_what_was_wrong_stays(clerk: FlaskClient, case: str) -> None:
    at = event_at(clerk, case)
    refused = post(clerk, f"{at}/mend")
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    opened = post(clerk, f"{at}/mend", reason="日を一日まちがえました")
    assert 'value="令和８年３月２日"' in opened.text
    assert 'value="10:30"' in opened.text
    wrong = post(clerk, f"{at}/correct", on="令和9年3月3日", clock="二十五時", reason="日")
    assert wrong.status_code == 422
    assert 'href="#on"' in wrong.text
    assert 'href="#clock"' in wrong.text
    assert 'value="令和9年3月3日"' in wrong.text
    assert post(clerk, f"{at}/correct", on="令和8年3月3日", reason="日を一日まちがえました").status_code == 303
    page = clerk.get(case).text
    assert "令和８年３月３日</time>" in page
    assert "訂正と取消し　1件" in page
    assert "<time>令和８年３月２日　10:30</time> <s>" in page
    assert "日を一日まちがえました" not in page
    assert "日を一日まちがえました" in post(clerk, f"{case}/seen", why="点検のため").text
    assert clerk.get(at).status_code == 404


def test_an_event_that_never_happened_is_taken_back(app: Flask, clerk: FlaskClient, case: str) -> None:
    at = event_at(clerk, case)
    assert post(clerk, f"{at}/retract").status_code == 422
    other = sign_in(app, "other")
    assert other.get(at).status_code == 404
    assert post(other, f"{at}/retract", reason="x").status_code == 404
    assert post(clerk, f"{at}/retract", reason="別の事案の記録でした").status_code == 303
    assert "取消し" in clerk.get(case).text
    assert post(clerk, f"{at}/correct", on="令和8年3月3日", reason="x").status_code == 404
