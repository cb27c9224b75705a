"""Promise: what was told wrongly of a case is mended on its page, with a reason, and what was wrong stays to be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.desk.widgets import control
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


def test_a_person_is_entered_with_spellings_and_places_and_more_of_them_later(clerk: FlaskClient, case: str) -> None:
    """A refuge is covered on every page, and a place that ended keeps its days."""
    refused = post(clerk, f"{case}/people", place1="03-0000-0000", from1="いつか")
    assert refused.status_code == 422
    for box in ("role", "kind1", "from1"):
        assert f'href="#{box}"' in refused.text
    sent = {"role": "child", "registered": "灯野　しずく", "kana": "とうの　しずく", "alias": "しーちゃん"}
    sent |= {"birth": "平成30年5月5日", "kind1": "school", "place1": "架空小学校", "from1": "令和7年4月1日"}
    sent |= {"kind2": "refuge", "place2": "汐見県架空町五丁目6番"}
    assert post(clerk, f"{case}/people", **sent, remarks="迎えは母だけ").status_code == 303
    page = clerk.get(case).text
    assert "しーちゃん" in page
    assert "平成30年５月５日" in page
    assert "架空小学校" not in page  # a child's school is covered unless somebody says otherwise
    assert "汐見県架空町五丁目" not in page
    (party,) = re.findall(rf"{case}/people/([a-z0-9]{{26}})", page.partition("灯野　しずく")[2])[:1]
    assert "汐見県架空町五丁目" not in clerk.get(f"{case}/people/{party}").text
    assert post(clerk, f"{case}/people/{party}").status_code == 422
    more = {"former": "岬　しずく", "end0": "令和8年3月31日"}
    assert post(clerk, f"{case}/people/{party}", **more).status_code == 303
    assert "岬　しずく" in clerk.get(case).text
    assert "架空小学校" in post(clerk, f"{case}/seen", why="学校との連絡のため").text
    assert "end0" not in clerk.get(f"{case}/people/{party}").text


def test_a_fact_is_entered_changed_and_withdrawn_and_what_held_before_stays(clerk: FlaskClient, case: str) -> None:
    assert "申出人連絡先" in clerk.get(f"{case}/facts").text
    at = f"{case}/facts/one?name=applicant_phone"
    box = re.search(r'name="(b[0-9a-f]{8})"', clerk.get(at).text)
    assert box is not None
    sent = {"name": "applicant_phone", "since": "令和8年3月2日"}
    blank = post(clerk, f"{case}/facts", **sent)
    assert (blank.status_code, f'href="#{box[1]}"' in blank.text) == (422, True)
    born = {"name": "applicant_birth_date", "since": "令和8年3月2日"}
    day = control(born["name"])
    no_day = {f"{day}.era": "平成", f"{day}.year": "5", f"{day}.month": "2", f"{day}.day": "30"}
    unread = post(clerk, f"{case}/facts", **born, **no_day)
    assert (unread.status_code, f'href="#{day}"' in unread.text, 'value="30"' in unread.text) == (422, True, True)
    for told in ("03-0000-0001", "03-0000-0002"):
        assert post(clerk, f"{case}/facts", **sent, **{box[1]: told}).status_code == 303
    page = clerk.get(at).text
    assert "03-0000-000" not in page  # how somebody is reached is covered
    assert page.count("■■■■") == 2
    assert post(clerk, f"{case}/facts", **sent, withdraw="yes").status_code == 303
    assert "（取り下げました）" in clerk.get(at).text
    assert clerk.get(f"{case}/facts/one?name=document_date").status_code == 404


def test_a_list_among_the_facts_is_lengthened_without_scripts(clerk: FlaskClient, case: str) -> None:
    page = clerk.get(f"{case}/facts/one?name=incidents").text
    add = re.search(r'value="(add:b[0-9a-f]{8})"', page)
    assert add is not None
    name = add[1].removeprefix("add:")
    longer = post(clerk, f"{case}/facts", name="incidents", act=add[1], **{f"{name}.count": "1"})
    assert (longer.status_code, "2件目" in longer.text) == (200, True)


def test_who_may_know_is_given_with_a_reason_and_ended(app: Flask, clerk: FlaskClient, case: str) -> None:
    """Another office sees the case from then on, its people only where that was given, and may change nothing."""
    other = sign_in(app, "other")
    assert post(clerk, f"{case}/access", to="office:todai", section="papers").status_code == 422
    told = post(clerk, f"{case}/access", to="office:todai", section="papers", why="灯野　まどか の見守り")
    assert (told.status_code, 'href="#why"' in told.text) == (422, True)
    assert post(clerk, f"{case}/access", to="office:todai", section="papers", why="見守りのため").status_code == 303
    assert "灯野" not in other.get(case).text
    assert post(clerk, f"{case}/access", to="office:todai", section="people", why="見守りのため").status_code == 303
    assert "灯野" in other.get(case).text
    for path in ("people/new", "facts", "access"):
        assert other.get(f"{case}/{path}").status_code == 404
    assert post(other, f"{case}/people", role="child", registered="x").status_code == 404
    assert post(clerk, f"{case}/access/end", to="office:todai").status_code == 303
    assert other.get(case).status_code == 404
