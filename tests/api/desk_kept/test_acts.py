"""Promise: an act of the pages is done once, says what became of it, keeps what was typed, and what it does is open to whom the page shows it."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import re
import time
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

import ledger.audit
from ledger import people
from ledger.audit.types import Audited
from ledger.audit.words import FIELDS, GROUPS, TYPES
from ledger.papers import newest
from tests.api.desk_kept.acts import CASE, FORM, asking_approval, issued, post, rev, sample, sent
from tests.api.signed_in import sign_in, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger


@pytest.fixture
def clerk(app: Flask, kept: Ledger) -> FlaskClient:
    """Give a clerk's browser, in an office that asks approval."""
    asking_approval(kept)
    return sign_in(app, "clerk")


def test_a_draft_is_thrown_away_and_stays_readable(app: Flask, clerk: FlaskClient) -> None:
    key = post(clerk, "/drafts", form="non-warning-notice").location.split("/")[2]
    assert post(clerk, f"/drafts/{key}/delete").status_code == 303
    assert clerk.get(f"/drafts/{key}/1").status_code == 404
    assert "取下げ" in clerk.get(f"/papers/{key}").text
    assert "書きかけ" not in clerk.get("/").text.partition("<main")[2]
    assert app.extensions["drafts"].held(key) is None


def test_several_are_approved_once_and_what_waits_no_more_is_told(app: Flask, kept: Ledger, clerk: FlaskClient) -> None:
    """Pressed twice it is done already; where another was faster, or one fails midway, the rest stays to be looked at."""
    boss = sign_in(app, "approver")
    first, second, third = (sent(app, clerk) for _ in range(3))
    wanted = [f"{key}@{rev(kept, key)}" for key in (first, second)]
    whole = boss.get(f"/approvals/several?paper={first}&paper={second}&paper={third}").text
    assert "3件を決裁する" in whole
    post(boss, f"/approvals/{first}/return", reason="所在の根拠を書く。")
    late = post(boss, "/approvals/several", paper=wanted)
    assert (late.status_code, "1件を決裁する" in late.text, "ほかの1件" in late.text) == (409, True, True)
    assert boss.get(f"/approvals/several?paper={first}").status_code == 200
    wanted = [f"{key}@{rev(kept, key)}" for key in (second, third)]
    for _ in range(2):
        assert post(boss, "/approvals/several", paper=wanted).location == "/approvals"
    assert {row.ref for row in newest(kept, state="approved")} == {second, third}


def test_what_waits_for_its_approval_alone_is_told_so_and_not_to_be_confirmed(clerk: FlaskClient) -> None:
    record = {"form": FORM, "record": "1", "data": sample("good-notice", document_no=None)}
    file = (io.BytesIO(json.dumps([record]).encode()), "x.json")
    at = post(clerk, "/batches", file=file).location
    while "処理しています" in (page := clerk.get(at).text):
        time.sleep(0.05)
    assert ("要決裁" in page, "決裁を受けてから発行する記録が1件" in page, "確認待ち" in page) == (True, True, False)


def test_a_paper_is_delivered_or_not_and_made_void_with_words_that_stay(
    app: Flask, kept: Ledger, clerk: FlaskClient
) -> None:
    """Days are told as people write them, what was typed stays, and whoever reads the page learns who made it void and why."""
    boss = sign_in(app, "approver")
    key = sent(app, clerk)
    oral = {"rev": rev(kept, key), "oral_on": "令和8年3月31日"}
    assert post(boss, f"/approvals/{key}/approve", **oral).status_code == 303
    assert post(clerk, f"/papers/{key}/issue").status_code == 303
    page = clerk.get(f"/papers/{key}").text
    assert "令和８年３月31日に口頭で" in page
    assert page.count(" 書いた　") == 1
    early = post(clerk, f"/papers/{key}/deliver", on="令和8年3月1日", to="受取　太郎")
    assert ("受取　太郎" in early.text, re.findall(r"20[0-9]{2}-", early.text)) == (True, [])
    assert post(clerk, f"/papers/{key}/deliver", on="令和8年4月1日", failed="不在").status_code == 303
    assert post(clerk, f"/papers/{key}/deliver", on="令和8年4月1日", way="direct").status_code == 303
    assert post(clerk, f"/papers/{key}/deliver", on="令和8年4月1日", way="direct").status_code == 409
    short = post(clerk, f"/papers/{key}/files/pdf", receiver="岬　太郎")
    assert (short.status_code, "岬　太郎" in short.text) == (422, True)
    assert post(clerk, f"/papers/{key}/void", reason="宛名の誤り").status_code == 303
    assert post(clerk, f"/papers/{key}/void", reason="宛名の誤り").status_code == 409
    page = clerk.get(f"/papers/{key}").text
    assert "宛名の誤り" in page
    assert "有効な文書として渡さないでください" in page


def test_whoever_may_open_the_page_of_verification_may_send_a_file(
    app: Flask, kept: Ledger, clerk: FlaskClient
) -> None:
    boss = sign_in(app, "approver")
    key = issued(app, kept, clerk, boss)
    pdf = post(clerk, f"/papers/{key}/files/pdf", receiver="岬　太郎", purpose="交付のため").data
    other = sign_in(app, "other")
    said = {
        who: post(browser, "/verify", file=(io.BytesIO(pdf), "x.pdf")).text
        for who, browser in (("clerk", clerk), ("approver", boss), ("other", other))
    }
    assert all("一字も変わっていません" in text for text in said.values())
    assert "汐見生安第1号" in said["clerk"]
    assert "汐見生安第1号" not in said["other"]
    assert post(clerk, "/verify", file=(io.BytesIO(pdf + b"x"), "x.pdf")).status_code == 200
    large = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token(clerk, "/me")}\r\n--x\r\n'
    large += f'Content-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n{"x" * (9 << 20)}\r\n--x--\r\n'
    told = clerk.post("/verify", data=large.encode(), content_type="multipart/form-data; boundary=x")
    assert (told.status_code, "8MBまで" in told.text) == (413, True)


def test_a_handover_is_answered_by_whose_act_it_is_and_its_copy_is_in_words(
    app: Flask, kept: Ledger, clerk: FlaskClient
) -> None:
    boss, other = sign_in(app, "approver"), sign_in(app, "other")
    at = post(clerk, "/cases", **CASE).location
    case = at.split("/")[-1]
    issued(app, kept, clerk, boss, post(clerk, f"{at}/write", form="non-warning-notice").location)
    told = {"case": case, "kind": "transfer", "to": "todai", "expires_on": "令和8年6月30日", "reason": "転居のため"}
    named = re.findall(r'name="field" value="([^"]+)"', clerk.get(f"/handovers/new?case={case}").text)
    assert "warning_decision" in named
    assert "transfer" not in post(clerk, "/handovers", **{**told, "kind": ""}).text.partition('role="alert"')[2][:200]
    offer = post(clerk, "/handovers", **told, field=named).location
    assert post(other, f"{offer}/copy").status_code == 409
    assert "todai" not in post(clerk, f"{offer}/accept").text.partition("<main")[2]
    assert post(other, f"{offer}/accept").status_code == 303
    copy = post(other, f"{offer}/copy").text
    assert "not_executed" not in copy
    assert "令和８年３月16日" in copy
    assert other.get(at).status_code == 404
    assert post(other, f"{offer}/done").status_code == 303
    assert (clerk.get(at).status_code, other.get(at).status_code) == (404, 200)
    assert at not in clerk.get(offer).text
    assert at in other.get(offer).text
    outside = {**told, "to": "", "receiver": "汐見県の相談の窓口", "kind": "referral"}
    offer = post(other, "/handovers", **outside, field=named[:1]).location
    assert post(other, f"{offer}/accept").status_code == 303
    assert "終わった" in other.get(offer).text


def test_a_reason_that_tells_a_name_shows_nothing_and_what_was_opened_closes_itself(clerk: FlaskClient) -> None:
    at = post(clerk, "/cases", **CASE).location
    told = post(clerk, f"{at}/seen", why=f"{CASE['name1']}さんのため")
    assert (told.status_code, CASE["place1"] in told.text, "伏せている値を見る" in told.text) == (422, False, True)
    shown = post(clerk, f"{at}/seen", why="保護先との連絡のため")
    assert CASE["place1"] in shown.text
    assert shown.headers["Refresh"] == f"60; url={at}"
    *_, before = shown.text.partition('class="opened"')[0].rpartition("<section")
    assert 'id="people"' not in before


def test_what_is_not_there_is_said_in_a_person_s_words(clerk: FlaskClient) -> None:
    told = clerk.get("/papers/none")
    assert (told.status_code, "openapi" in told.text, "もう無いか" in told.text) == (404, False, True)
    assert "できませんでした" in post(clerk, "/drafts", form="none").text


@pytest.mark.parametrize("path", ["/deadlines/month?month=0001-01", "/deadlines/month?month=9999-12"])
def test_a_month_that_nobody_counts_is_refused_in_words(clerk: FlaskClient, path: str) -> None:
    told = clerk.get(path)
    assert (told.status_code, "月を、" in told.text) == (400, True)


def test_the_audit_speaks_in_words_and_every_type_and_field_has_one(app: Flask, clerk: FlaskClient) -> None:
    """Each type stands in one group; the groups show what is told and nothing else."""
    for module in pkgutil.iter_modules(ledger.audit.__path__):
        importlib.import_module(f"ledger.audit.{module.name}")
    known = {each.name: each for each in Audited.__subclasses__()}
    assert set(TYPES) == set(known)
    assert sum(len(types) for _, types in GROUPS.values()) == len(TYPES)
    assert {field.name for each in known.values() for field in fields(each)} == set(FIELDS)
    at = post(clerk, "/cases", **CASE).location
    post(clerk, f"{at}/events", event="request_received", on="令和8年4月1日")
    sent(app, clerk)
    auditor = sign_in(app, "auditor")
    assert "/audit?kind=seen" in auditor.get("/").text
    for key, (_, types) in GROUPS.items():
        page = auditor.get(f"/audit?kind={key}").text
        told = set(re.findall(r'data-label="したこと">([^<]+)<', page))
        assert told <= set(types.values()), key
    assert "サインインした" in auditor.get("/audit?kind=people").text
    cells = "".join(re.findall(r"<td[^>]*>([^<]+)", auditor.get("/audit").text))
    assert ("事案 令8-12" in cells, re.findall("[a-z]{3}.*|20[0-9]{2}-", cells)) == (True, [])
    assert auditor.get("/audit?before=99999999999999999999999").status_code == 200


def test_a_person_is_added_whole_or_not_and_what_was_typed_stays(app: Flask, kept: Ledger) -> None:
    admin = sign_in(app, "administrator")
    told = {"login": "misaki", "name": "岬　太郎", "role": "auditor", "office": "todai"}
    for until in ("いつか", "令和8年3月31日", "9999年12月31日"):
        wrong = post(admin, "/users", **told, until=until)
        assert (wrong.status_code, 'value="岬　太郎"' in wrong.text) == (422, True)
    assert people.person_by_login(kept, "misaki") is None
    assert "令和９年３月31日まで" in post(admin, "/users", **told, until="令和9年3月31日").text
    wrong = post(admin, "/keys", label="窓口の仕組み", office="todai")
    assert (wrong.status_code, 'value="窓口の仕組み"' in wrong.text) == (422, True)
    made = post(admin, "/keys", label="窓口の仕組み", office="todai", scope="forms", until="令和8年9月30日").text
    assert "令和８年９月30日まで" in made


def test_an_export_that_lacks_its_purpose_keeps_its_receiver(app: Flask, clerk: FlaskClient) -> None:
    register = re.findall(r'href="(/registers/[^"]+)"', clerk.get("/registers").text)[0]
    wrong = post(clerk, f"{register}/export", receiver="岬　太郎", kind="csv")
    assert (wrong.status_code, "岬　太郎" in wrong.text) == (422, True)
    assert re.search(r'value="csv" selected', wrong.text)
    assert post(clerk, f"{register}/close", month="2026-04").status_code == 422
    assert post(clerk, f"{register}/close", month="2026-03").status_code == 303
    assert post(clerk, f"{register}/close", month="2026-03").status_code == 422
    auditor = sign_in(app, "auditor")
    given = auditor.post(
        f"{register}/export",
        data={"csrf_token": token(auditor, "/me"), "receiver": "岬", "purpose": "報告", "month": "2026-03"},
    )
    assert given.status_code == 200
