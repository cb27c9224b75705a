"""Promise: what a draft's pages answer, whatever is sent: issued once, never lost, never an error of ours, kept from strangers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import api
from api import create_app
from api.desk.widgets import answers_of, control
from tests.api.desk.pages import begun
from tests.api.desk.test_round_trip import FIRST, kept
from tests.office import OFFICE
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from api.desk.drafts import Draft


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(rules=OURS, office=OFFICE)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def notice(app: Flask) -> Draft:
    form, values = kept(FIRST["non-warning-notice"])
    return begun(app, form.slug, answers_of(form.fields, values))


def test_a_paper_is_issued_once_however_often_it_is_asked_for(client: FlaskClient, notice: Draft) -> None:
    for _ in range(2):
        assert client.post(f"/drafts/{notice.id}/issue", data={"rev": "0"}).status_code == 303
    assert notice.issued
    first = notice.issued.files["pdf"]
    fetched = client.get(f"/drafts/{notice.id}/files/pdf")
    assert fetched.data == first
    assert "乙野" not in str(fetched.headers)
    assert client.post(f"/drafts/{notice.id}/1", data={}).headers["Location"].endswith("/issued")
    assert client.post(f"/drafts/{notice.id}/1/changed", data={}).headers["HX-Redirect"].endswith("/issued")
    assert client.get(f"/drafts/{notice.id}/files/nothing").status_code == 404


def test_a_paper_that_was_changed_elsewhere_is_looked_at_again_before_it_is_issued(
    client: FlaskClient, notice: Draft
) -> None:
    notice.put({"reason": "別の理由です。"}, OURS.now())
    assert client.post(f"/drafts/{notice.id}/issue", data={"rev": "0"}).status_code == 409
    assert notice.issued is None


def test_a_refused_paper_says_what_to_do_and_where(client: FlaskClient, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    answer = client.post(f"/drafts/{draft.id}/issue", data={"rev": "0"})
    assert answer.status_code == 422
    assert f"/drafts/{draft.id}/1#{control('reason')}" in answer.text
    assert draft.issued is None


def test_a_page_comes_whole_or_in_part(client: FlaskClient, notice: Draft) -> None:
    sent = {
        "shown": control("reason"),
        control("reason"): "調べても所在が分からなかったため。",
        "left": control("reason"),
    }
    part = client.post(f"/drafts/{notice.id}/1/changed", data=sent, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'hx-target="#picture"' in part.text
    assert notice.answers["reason"] == sent[control("reason")]
    assert notice.answers["fact"]  # what the page did not show stays


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"shown": "b" * 5_000, "rev": "x", "act": "add:none"},
        {"shown": control("document_date"), f"{control('document_date')}.year": "９" * 500, "act": "next"},
        {"shown": control("reason"), control("reason"): "\x00\ud7ff" + "あ" * 30_000},
        {"act": "remove:b00.999999999999999999999", "left": "...", "page": "-1"},
    ],
)  # fmt: skip
def test_nothing_sent_is_an_error_of_ours(client: FlaskClient, notice: Draft, sent: dict[str, str]) -> None:
    for path in ("1", "1/changed", "99"):
        assert client.post(f"/drafts/{notice.id}/{path}", data=sent).status_code in {200, 303, 422}
    assert client.get(f"/drafts/{notice.id}/paper").status_code == 200


def test_a_draft_that_is_gone_is_said_to_be(client: FlaskClient, notice: Draft) -> None:
    assert client.post(f"/drafts/{notice.id}/delete").status_code == 303
    for path in ("", "/1", "/paper", "/pages/1", "/issued", "/files/pdf"):
        answer = client.get(f"/drafts/{notice.id}{path}")
        assert answer.status_code == 404
        assert "この下書きはありません" in answer.text
    assert client.get("/forms/none").status_code == 404
    assert client.post("/drafts", data={"form": "none"}).status_code == 400


def test_the_fetched_library_is_the_one_that_is_written_down() -> None:
    static = Path(api.__file__).parent / "static"
    digest = hashlib.sha256((static / "htmx.min.js").read_bytes()).hexdigest()
    assert digest in (Path(api.__file__).parents[1] / "docs" / "DEPENDENCIES.md").read_text("utf-8")
    assert (static / "htmx.LICENSE.txt").read_text("utf-8").startswith("Zero-Clause BSD")
    own = (static / "desk.js").read_text("utf-8").splitlines()
    assert len(own) <= 150


def test_no_page_holds_a_script_or_a_style_of_its_own(client: FlaskClient, notice: Draft) -> None:
    for path in ("/", "/forms", "/help/parts", f"/drafts/{notice.id}/1", f"/drafts/{notice.id}/paper"):
        answer = client.get(path)
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert "<script>" not in answer.text
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
