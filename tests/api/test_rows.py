"""Promise: a row that was refused is mended on the page with its values and findings, several files go at once, a check issues nothing."""

from __future__ import annotations

import io
import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from api.desk.drafts import MemoryDrafts
from api.desk.judged import weigh
from api.desk.taken_over import begin
from ledger.offices import save_office
from ledger.papers import newest
from tests.api.signed_in import ACTOR, sign_in, token
from tests.forms.catalogue.papers import PAPERS, line_of
from tests.ledger.issuing import OFFICE
from tests.records import notice

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger


def sent(client: FlaskClient, *files: list[dict[str, Any]], **more: str) -> str:
    """Upload files of records on the page and return where it leads, when all have ended."""
    parts = [(io.BytesIO(json.dumps(each, ensure_ascii=False).encode()), f"{at}.json") for at, each in enumerate(files)]
    answer = client.post("/batches", data={"csrf_token": token(client, "/me"), "file": parts, **more})
    assert answer.status_code == 303, answer.text
    for _ in range(2_400):
        jobs = (client.get("/api/v1/batches").json or {})["batches"]
        if all(job["state"] == "done" for job in jobs):
            return answer.location
        time.sleep(0.05)
    raise AssertionError("the batch did not end")


@pytest.fixture
def clerk(app: Flask, kept: Ledger) -> FlaskClient:
    """Give a clerk's browser, of a station that issues without another's approval."""
    told = {**OFFICE, "name": "汐見県汐見警察署"}
    save_office(kept, ACTOR, "shiomi", told["name"], kind="station", told=told, from_on="2026-04-01")
    return sign_in(app, "clerk")


def test_a_refused_row_opens_with_its_values_at_its_fault_and_is_issued_from_there(
    app: Flask, kept: Ledger, clerk: FlaskClient
) -> None:
    row = notice("N-1", reason="")
    at = sent(clerk, [row])
    assert "画面で直す" in clerk.get(at).text
    held = {"csrf_token": token(clerk, "/me")}
    assert sign_in(app, "other").post(f"{at}/rows/1/mend", data=held).status_code in {400, 404}
    assert clerk.post(f"{at}/rows/2/mend", data=held).status_code == 404
    opened = clerk.post(f"{at}/rows/1/mend", data=held).location
    page = clerk.get(opened).text
    assert "直すところが1つあります" in page
    key = opened.split("/")[2]
    assert clerk.post(f"{at}/rows/1/mend", data=held).location == f"/drafts/{key}"
    draft = app.extensions["drafts"].held(key)
    assert {name for name, value in row["data"].items() if value} <= {*draft.answers}
    draft.answers["reason"], draft.rev = "行為者の所在が判明しなかったため。", draft.rev + 1
    clerk.post(f"/drafts/{key}/1", data={**held, "shown": ""})
    rev = str(app.extensions["drafts"].held(key).rev)
    assert clerk.post(f"/drafts/{key}/issue", data={**held, "rev": rev}).location == f"/papers/{key}"
    assert newest(kept, state="issued")[0].ref == key
    assert clerk.post(f"{at}/rows/1/mend", data=held).location == f"/papers/{key}"
    again = sent(clerk, [notice("N-1", reason="行為者の所在が判明しなかったため。")])  # mended in the file too
    assert "二重には発行しません" in clerk.get(again).text
    assert [row.ref for row in newest(kept, state="issued")] == [key]


def test_a_check_issues_nothing_until_it_is_meant(kept: Ledger, clerk: FlaskClient) -> None:
    at = sent(clerk, [notice("N-2")], do="check")
    page = clerk.get(at).text
    assert "何も発行していません" in page
    assert newest(kept, state="issued") == []
    issued = clerk.post(f"{at}/issue", data={"csrf_token": token(clerk, "/me")})
    assert issued.location != at
    for _ in range(2_400):
        if newest(kept, state="issued"):
            break
        time.sleep(0.05)
    assert len(newest(kept, state="issued")) == 1


def test_several_files_are_each_a_batch_of_their_own(clerk: FlaskClient) -> None:
    assert sent(clerk, [notice("N-3", reason="")], [notice("N-4", reason="")], do="check") == "/files#jobs"
    assert len(re.findall(r'href="/batches/[^"]+"', clerk.get("/files").text)) == 2


def test_a_row_says_in_the_boxes_what_it_said_in_the_file() -> None:
    """A sample that is refused is refused for the same when it is opened by hand, whatever could not be read."""
    for paper in [each for each in PAPERS.values() if each.expect == "refused"][::25]:
        line = line_of(paper.as_of)
        record = paper.record()
        wanted = {
            (f.code, f.path, f.clauses) for f in line.judge(paper.record()).fate.findings if f.severity == "error"
        }
        draft = begin(line, MemoryDrafts(), record)
        told = {(f.code, f.path, f.clauses) for f in weigh(line, draft).judged.fate.findings if f.severity == "error"}
        assert told == wanted, paper.name
