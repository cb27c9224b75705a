"""Promise: a supervisor goes from a figure to its papers and from a paper to its box, of the own office alone; whose move it is stands beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.api.signed_in import sign_in, token

if TYPE_CHECKING:
    from flask import Flask

FORM = "non-warning-notice"


def test_from_a_provision_to_its_papers_and_their_boxes(app: Flask) -> None:
    boss = sign_in(app, "supervisor")
    held = {"csrf_token": token(boss, "/me")}
    assert "指摘のある文書はありません" in boss.get("/review").text
    key = boss.post("/drafts", data={**held, "form": FORM}).location.split("/")[2]
    page = boss.get("/review").text
    assert "直すところがある" in page
    assert "<rect" in page
    chart = re.findall(r'href="(/review/rows\?clause=[^"]*)"', page)
    rows = boss.get(chart[0].replace("&amp;", "&")).text
    box = re.search(rf'href="(/drafts/{key}/\d+)#(b[0-9a-f]{{8}})"', rows)
    assert box is not None
    assert f'id="{box[2]}"' in boss.get(box[1]).text
    assert boss.get(f"/review/rows?form={FORM}&standing=refused").text.count(f"/drafts/{key}") >= 1
    for path in ("/review/rows?standing=issued", "/review/rows?standing=checked&form=x", "/review?days=365"):
        assert boss.get(path).status_code == 200
    auditor = sign_in(app, "auditor").get("/review/rows").text
    assert f"/papers/{key}" in auditor
    assert f"/drafts/{key}" not in auditor


def test_another_office_has_its_own_figures(app: Flask) -> None:
    clerk = sign_in(app, "clerk")
    clerk.post("/drafts", data={"csrf_token": token(clerk, "/me"), "form": FORM})
    assert clerk.get("/review").status_code == 403
    assert sign_in(app, "supervisor").get("/review/rows").text.count("<tr>") == 2
