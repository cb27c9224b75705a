"""Promise: on the pages of a case nothing hidden shows within a list, and nobody's work is lost by another's or by a second press."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.desk.widgets import control
from ledger.entering import tell_facts
from ledger.offices import editions_of, stand_of
from tests.api.desk_kept.acts import CASE, post
from tests.api.signed_in import ACTOR, sign_in
from tests.rulebooks import OURS
from validators.office import check_profile, load_office

if TYPE_CHECKING:
    from flask import Flask

    from ledger.engine import Ledger

PROFILES = sorted((Path(__file__).parents[3] / "samples" / "profiles").glob("*.yaml"))
REFUGE = "汐見県架空町九丁目8番7号"


def test_a_list_that_holds_what_is_protected_is_hidden_until_asked_why(app: Flask, kept: Ledger) -> None:
    """The school of a child is the way to its mother; so it is on the case, among its facts, and where it is changed."""
    clerk = sign_in(app, "clerk")
    at = post(clerk, "/cases", kind="dv-act", number="令8-1", opened_on="令和8年3月2日").location
    child = {"name": {"name": "灯野　なぎ"}, "school_name": "架空町立しおかぜ小学校", "address": REFUGE}
    tell_facts(kept, OURS, ACTOR, at.rpartition("/")[2], {"children": [child]}, day="2026-03-02")
    for page in (at, f"{at}/facts", f"{at}/facts/one?name=children"):
        told = clerk.get(page).text
        assert "しおかぜ小学校" not in told, page
        assert "九丁目" not in told, page
    assert "しおかぜ小学校" in post(clerk, f"{at}/seen", why="連絡のため").text


def test_two_who_change_a_fact_at_once_lose_nothing(app: Flask, kept: Ledger) -> None:
    """Who comes second is told so, sees what the first wrote, and what they typed themselves still stands."""
    del kept
    first, second = sign_in(app, "clerk"), sign_in(app, "supervisor")
    at = post(first, "/cases", **CASE).location
    page = second.get(f"{at}/facts/one?name=respondent_name").text
    box = re.findall(r'name="(b[0-9a-f]{8}\.name)"', page)[0]
    told = {"name": "respondent_name", "seen": "0", "since": "令和8年4月1日"}
    assert 'name="seen" value="0"' in page
    assert post(first, f"{at}/facts", **told, **{box: "甲野　一"}).status_code == 303
    late = post(second, f"{at}/facts", **told, **{box: "乙野　二"})
    assert (late.status_code, "甲野　一" in late.text, "乙野　二" in late.text) == (409, True, True)
    assert 'name="seen" value="1"' in late.text
    assert post(second, f"{at}/facts", **{**told, "seen": "1"}, **{box: "乙野　二"}).status_code == 303


def test_a_person_sent_twice_is_entered_once_and_a_place_ends_after_it_began(app: Flask, kept: Ledger) -> None:
    del kept
    clerk = sign_in(app, "clerk")
    at = post(clerk, "/cases", **CASE).location
    version = re.findall(r'name="version" value="([0-9]+)"', clerk.get(f"{at}/people/new").text)[0]
    told = {"version": version, "role": "child", "registered": "灯野　なぎ"}
    told |= {"kind1": "school", "place1": "架空町立しおかぜ小学校", "from1": "令和8年4月1日"}
    assert post(clerk, f"{at}/people", **told).status_code == 303
    again = post(clerk, f"{at}/people", **told)
    assert (again.status_code, "もう一度押してください" in again.text) == (409, True)
    refs = re.findall(rf"{at}/people/([a-z0-9]{{26}})", clerk.get(at).text)
    assert len(refs) == 2
    ended = post(clerk, f"{at}/people/{refs[1]}", end0="令和8年3月1日")
    assert (ended.status_code, 'href="#end0"' in ended.text) == (422, True)


@pytest.mark.parametrize(
    "rest",
    [
        "sources: [nowhere]",
        "promptly.nothing: 3",
        "retention: {nowhere: {period: 5 years, from: fiscal}}",
        "retention: {other: {period: 9999 years, from: fiscal}}",
        "retention: {other: {period: 5 years, from: [day]}}",
        "approval: {other: []}",
        "numbers: {paper: {format: '{n}', period: [year]}}",
        "forms: {non-warning-notice: {document_no: '1'}}",
        "forms: {non-warning-notice: {document_date: '2026-04-01'}}",
    ],
)
def test_a_profile_that_nobody_could_follow_is_refused_at_its_box(app: Flask, kept: Ledger, rest: str) -> None:
    boss, sent = sign_in(app, "administrator"), {"from_on": "令和8年4月1日", "name": "汐見県汐見警察署"}
    refused = post(boss, "/offices/shiomi", **sent, rest=rest)
    assert (refused.status_code, 'href="#rest"' in refused.text) == (422, True)
    assert len(editions_of(kept, "shiomi")) == 1


def test_a_name_no_paper_can_carry_is_refused(app: Flask, kept: Ledger) -> None:
    boss = sign_in(app, "administrator")
    for name in ("汐見\x00署", "汐見\u202e署", "汐見\n署", "汐" * 201):
        assert post(boss, "/offices/shiomi", from_on="令和8年4月1日", name=name).status_code == 422
    assert len(editions_of(kept, "shiomi")) == 1


def test_a_profile_begins_from_the_one_in_force_and_two_who_change_it_lose_nothing(app: Flask, kept: Ledger) -> None:
    """A number mended today does not bring next year's address onto today's papers."""
    boss = sign_in(app, "administrator")
    sent = {"name": "汐見県汐見警察署", "stand": stand_of(editions_of(kept, "shiomi"))}
    ahead = {**sent, "from_on": "令和9年4月1日", "name": "汐見県新汐見警察署"}
    assert post(boss, "/offices/shiomi", **ahead).status_code == 303
    page = boss.get("/offices/shiomi").text
    assert 'name="name" type="text" value="汐見県汐見警察署"' in page
    assert "令和９年４月１日からの設定は、このまま残り" in page
    late = post(boss, "/offices/shiomi", **sent, from_on="令和8年4月1日", chief_title="汐見県汐見警察署長")
    assert (late.status_code, 'value="汐見県汐見警察署長"' in late.text) == (409, True)
    assert len(editions_of(kept, "shiomi")) == 2


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_of_the_samples_may_be_kept(path: Path) -> None:
    check_profile(load_office(path, date(2026, 4, 1)), OURS.catalogue)


def test_figures_of_thousands_of_digits_or_rows_without_end_are_no_numbers(app: Flask, kept: Ledger) -> None:
    """What a page never sends neither fails the service nor holds it."""
    del kept
    clerk, huge = sign_in(app, "clerk"), "9" * 5000
    at = post(clerk, "/cases", **CASE).location
    for page, sent in (
        ("people", {"version": huge, "role": "child", "registered": "灯野　なぎ"}),
        ("events", {"version": huge, "event": "request_received", "on": "令和8年3月2日"}),
        ("facts", {"seen": huge, "name": "applicant_name"}),
    ):
        assert post(clerk, f"{at}/{page}", **sent).status_code in {303, 422}, page
    draft = post(clerk, "/drafts", form="warning").location.rpartition("/")[0]
    form = OURS.catalogue.get("warning")
    boxes = [control(name) for name in form.fields]
    counted = {f"{each}.count": "9" * 18 for each in boxes} | {f"{each}.year": huge for each in boxes}
    counted |= {f"{each}.month": "1" for each in boxes} | {f"{each}.day": "1" for each in boxes}
    for act in ("", f"remove:{boxes[0]}.{huge}"):
        answer = post(clerk, f"{draft}/1", **counted, rev=huge, act=act, shown=" ".join(boxes))
        assert answer.status_code in {200, 303, 422}
    assert sign_in(app, "auditor").get(f"/audit?before={huge}").status_code == 200


def test_no_office_that_is_not_there_gets_a_template_or_a_folder(app: Flask, kept: Ledger) -> None:
    boss, there = sign_in(app, "administrator"), kept.folder
    for code in ("nowhere", "%2e%2e"):
        sent = post(boss, f"/offices/{code}/templates/form/back", form="warning", starts="令和8年4月1日")
        assert sent.status_code == 404
    assert there is not None
    assert not [*there.rglob("templates.json")]


def test_the_name_of_a_hook_is_one_short_line(app: Flask, kept: Ledger) -> None:
    del kept
    boss = sign_in(app, "administrator")
    told = {"url": "https://x.example/", "kind": "paper.drafted", "office": "shiomi"}
    for label in ("受" * 101, "受\x00付", "受\n付"):
        assert post(boss, "/hooks", label=label, **told).status_code == 422
