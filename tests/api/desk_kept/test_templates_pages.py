"""Promise: an office's own paper is told of at its places, seen beside the built-in one, used from its day on, and no longer; of that office alone."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from api.kept.reach import templates_of
from forms.issue.line import Line
from forms.paper.layout import build_docx
from tests.api.signed_in import sign_in, token
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SLUG = "response-card"
AT = "/offices/shiomi/templates"


def post(client: FlaskClient, path: str, **sent: Any) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data={"csrf_token": token(client, "/me"), **sent})


def sent(client: FlaskClient, content: bytes) -> str:
    """Upload a file and return where it leads."""
    return post(client, f"{AT}/form", form=SLUG, file=(io.BytesIO(content), "own.docx")).location


def test_a_template_is_told_of_seen_used_and_left_again(app: Flask) -> None:
    boss = sign_in(app, "administrator")
    assert post(boss, f"{AT}/form", form=SLUG).status_code == 422
    broken = post(boss, f"{AT}/form", form=SLUG, file=(io.BytesIO(b"PK no document"), "own.docx"))
    assert (broken.status_code, 'href="#file"' in broken.text) == (422, True), broken.text[-900:]
    wrong = sent(boss, build_docx(OURS.catalogue.get("warning"), by_text=False))
    assert "直すところが" in boss.get(wrong).text
    assert boss.get(f"{wrong}/beside").status_code == 404
    assert post(boss, f"{wrong}/use", starts="令和8年4月1日").status_code == 422
    start = boss.get(f"{AT}/form/built-in?form={SLUG}").data
    assert start == build_docx(OURS.catalogue.get(SLUG), by_text=False)
    good = sent(boss, start)
    assert "取り入れられます" in boss.get(good).text
    assert sign_in(app, "clerk").get(good).status_code == 403
    assert boss.get(good.replace("shiomi", "todai")).status_code == 404
    assert boss.get(f"{good}/beside").data.startswith(b"%PDF")
    refused = post(boss, f"{good}/use", starts="令和8年3月31日")
    assert (refused.status_code, 'href="#starts"' in refused.text) == (422, True)
    assert own(app) is None
    assert post(boss, f"{good}/use", starts="令和8年4月1日").status_code == 303
    assert "いま使っています" in boss.get(f"{AT}/form?form={SLUG}").text
    assert own(app) is not None
    assert post(boss, f"{AT}/form/back", form=SLUG, starts="令和8年4月1日").status_code == 303
    assert own(app) is None


def own(app: Flask) -> object:
    """Return the paper of the station's own that its papers are drawn by today; None for the built-in one."""
    with app.app_context():
        line = Line(OURS, as_of=date(2026, 4, 1), templates=templates_of("shiomi"))
    return line.own_template(OURS.catalogue.get(SLUG))[0]
