"""Promise: a clerk writes a paper in the browser, sees it, confirms, issues it; with scripts and without, by keyboard, on a narrow screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.desk.steps import steps_of
from api.desk.widgets import answers_of, control
from forms.finish.pdf_text import pdf_pages
from tests.api.desk.pages import begun
from tests.browser.clerk import Clerk
from tests.forms.catalogue.papers import PAPERS, changed, line_of
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from typing import Any

    from flask import Flask
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")


def answers(name: str, **changes: Any) -> dict[str, Any]:
    """Return the answers that make a sample's record."""
    paper = changed(PAPERS[name], **changes)
    prepared = line_of(paper.as_of).prepare(paper.record())
    assert prepared.form is not None
    return answers_of(prepared.form.fields, prepared.record.data)


def found_and_begun(page: Page, address: str, words: str, title: str) -> None:
    page.goto(f"{address}/forms")
    page.get_by_label("言葉・番号・何をするための文書か").fill(words)
    page.get_by_role("main").get_by_role("button", name="さがす", exact=True).click()
    page.get_by_role("button", name=f"書く（{title}）").click()
    page.get_by_role("button", name="保存して次へ").last.wait_for()


def test_the_notice_is_found_by_its_purpose_written_seen_and_issued(page: Page, address: str) -> None:
    found_and_begun(page, address, "警告をしない", "通知書（警告をしなかった旨及びその理由）")
    clerk = Clerk(page, answers("good-notice"))
    form = OURS.catalogue.get("non-warning-notice")
    clerk.fill_step(steps_of(form)[0].fields)
    clerk.press("保存して次へ")
    page.get_by_role("heading", name="紙面の確かめ").wait_for()
    assert page.get_by_alt_text("紙面 1／1頁（下書き）").evaluate("image => image.complete && image.naturalWidth") > 900
    clerk.press("発行する")
    page.get_by_role("heading", name="発行しました").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    text = "".join(pdf_pages(Path(download.value.path()).read_bytes()))
    assert "令和６年６月20日" in text.replace(" ", "")
    assert "下書き" not in text
    page.go_back()
    page.go_back()
    page.get_by_role("heading", name="発行しました").wait_for()


def test_a_petition_with_a_child_and_a_relative_takes_under_ninety_actions(page: Page, address: str) -> None:
    """From the search to the paper that may be issued (issue 14, DESK §7)."""
    title = "配偶者暴力等に関する保護命令申立書（接近禁止命令等）"
    child = [each for each in PAPERS["good-family"].data["children"] if each["name"] != "架空　一葉"]
    wanted = answers("good-family", children=child, child_consents=None)
    page.goto(address)
    clerk = Clerk(page, wanted)
    page.get_by_label("様式をさがす言葉").fill("接近禁止 申立書")
    page.get_by_role("search").get_by_role("button", name="さがす").click()
    page.get_by_role("button", name=f"書く（{title}）").click()
    clerk.did += 3
    form = OURS.catalogue.get("protection-order-petition")
    for step in [step for step in steps_of(form) if step.part == 0]:
        page.get_by_role("heading", level=1, name=step.title).wait_for()
        heading = page.get_by_role("heading", level=1)
        for _ in range(4):  # boxes that an answer brings stand on the page when it comes again
            clerk.fill_step(step.fields)
            clerk.press("保存して次へ")
            if heading.inner_text() != step.title:
                break
    page.get_by_role("heading", name="紙面の確かめ").wait_for()
    assert re.search("止まる0 ", page.locator(".verdict-line").inner_text().replace("　", " "))
    clerk.press("発行する")
    page.get_by_role("heading", name="発行しました").wait_for()
    assert clerk.did < (90 if clerk.live else 96)  # without scripts, boxes that an answer brings cost a press


def test_a_fault_is_told_beside_its_box_and_above_and_what_was_typed_stays(page: Page, address: str) -> None:
    found_and_begun(page, address, "警告をしない", "通知書（警告をしなかった旨及びその理由）")
    day, received = control("document_date"), control("application_received_on")
    page.locator(f'[id="{day}"]').fill("8")
    page.locator(f'[id="{received}"]').fill("八・六")
    page.locator(f'[id="{control("reason")}"]').fill("所在が分からないため。")
    page.get_by_role("button", name="保存して次へ").last.click()
    summary = page.locator("#summary")
    summary.get_by_text("直すところが").wait_for()
    assert page.title().startswith("直す：")
    told = "「年月日」の月と日を書いてください。"
    assert told in page.locator(f'[id="{day}-message"]').inner_text()
    summary.get_by_role("link", name=told).click()
    assert page.url.endswith(f"#{day}")
    assert page.locator(f'[id="{received}"]').input_value() == "八・六"
    assert page.locator(f'[id="{control("reason")}"]').input_value() == "所在が分からないため。"
    page.locator(f'[id="{day}"]').fill("5060620")
    page.get_by_role("button", name="保存して次へ").last.click()
    page.get_by_text("令和６年６月20日（木）と読みました").wait_for()
    assert [page.locator(f'[id="{day}{part}"]').input_value() for part in ("", ".month", ".day")] == ["6", "6", "20"]


def test_a_list_grows_moves_and_gives_back_what_was_taken_out(page: Page, address: str, app: Flask) -> None:
    draft = begun(app, "protection-order-petition", answers("good-first"))
    form = OURS.catalogue.get("protection-order-petition")
    step = next(step for step in steps_of(form) if any(each.name == "incidents" for each in step.fields))
    page.goto(f"{address}/drafts/{draft.id}/{step.number}")
    places = page.locator(f'[id^="{control("incidents")}."][id$=".{control("place")}"]')
    first, second = (places.nth(i).input_value() for i in range(2))
    page.get_by_role("button", name="1件目を下へ").click()
    assert [places.nth(i).input_value() for i in range(2)] == [second, first]
    page.get_by_role("button", name="1件目を消す").click()
    assert places.count() == 1
    page.get_by_role("button", name="元に戻す").click()
    assert [places.nth(i).input_value() for i in range(2)] == [second, first]
    page.get_by_role("button", name=re.compile("身体に対する暴力等.*を加える")).click()
    assert places.count() == 3


def test_boxes_that_follow_an_answer_come_with_it_and_stay_while_they_hold_something(page: Page, address: str) -> None:
    found_and_begun(page, address, "接近禁止 申立書", "配偶者暴力等に関する保護命令申立書（接近禁止命令等）")
    number = page.locator(f'[id="{control("parent_order_case_number")}"]')
    assert number.count() == 0
    assert "次のときに書く欄" in page.inner_text("main")
    kind = control("petition_kind")
    page.locator(f'input[name="{kind}"][value="additional"]').check()
    if not number.is_visible():
        page.get_by_role("button", name="保存して次へ").last.click()
    number.wait_for()
    number.fill("令和6年（配チ）第1号")
    page.locator(f'input[name="{kind}"][value="first"]').check()
    page.get_by_role("button", name="紙面を確かめる").click()
    page.get_by_role("heading", name="紙面の確かめ").wait_for()
    page.get_by_role("link", name="申立て").first.click()
    assert number.input_value() == "令和6年（配チ）第1号"


def test_a_warning_is_confirmed_with_name_and_reason_and_lapses_when_its_matter_changes(
    page: Page, address: str, app: Flask
) -> None:
    draft = begun(app, "non-warning-notice", answers("wait-notice-not-explained"))
    look = f"{address}/drafts/{draft.id}/paper"
    page.goto(look)
    page.get_by_role("button", name="発行する").click()
    page.get_by_text("確かめることが1つあります").wait_for()
    page.get_by_role("button", name="確認した").click()
    page.get_by_text("まだ確かめ済みになっていません").wait_for()
    page.get_by_label("確かめた理由").fill("電話で説明し、記録は別にある。")
    page.get_by_label("確かめた人の氏名").fill("架空　次郎")
    page.get_by_role("button", name="確認した").click()
    page.get_by_text("確かめ済み1").wait_for()
    draft.put({"delivery_method": "recorded_delivery"}, OURS.now())
    page.goto(look)
    assert "確かめ済み1" not in page.inner_text("main")


def test_two_pages_lose_nothing_of_each_other(page: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    reason, fact = (page.locator(f'[id="{control(name)}"]') for name in ("reason", "fact"))
    page.goto(f"{address}/drafts/{draft.id}/1")
    draft.put({"reason": "別の画面の理由", "document_no": "汐見生安第45号"}, OURS.now(), "other")
    reason.fill("この画面の理由")
    fact.fill("この画面の旨")
    page.get_by_role("button", name="保存して次へ").last.click()
    page.get_by_text("別の画面でも直されています").wait_for()
    assert (reason.input_value(), fact.input_value()) == ("別の画面の理由", "この画面の旨")
    assert "この画面の理由" in page.inner_text("main")
    assert draft.answers["document_no"] == "汐見生安第45号"
