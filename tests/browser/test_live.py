"""Promise, with scripts: what is typed is saved, checked and drawn as soon as a box is left, and typing is never disturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.desk.widgets import control
from tests.api.desk.pages import begun
from tests.browser.test_by_hand import answers

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")


def box(name: str, part: str = "") -> str:
    return f'[id="{control(name)}{part}"]'


def test_a_box_that_is_left_is_saved_and_told_about_and_no_other(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    live.goto(f"{address}/drafts/{draft.id}/1")
    first = live.locator("#page-image").get_attribute("src")
    live.locator(box("document_date")).fill("R6.2.30")
    live.keyboard.press("Tab")
    message = live.locator(f'[id="{control("document_date")}-message"]')
    message.get_by_text("止まる").wait_for()
    assert live.locator(".messages .error").count() == 1  # the boxes still to come are not scolded
    assert live.locator(box("document_date")).get_attribute("aria-invalid") == "true"
    assert live.locator("#summary a").count() == 1
    assert live.locator("#page-image").get_attribute("src") != first
    live.locator(box("document_date")).fill("R6.6.20")
    live.keyboard.press("Tab")
    live.get_by_text("令和６年６月20日（木）と読みました").wait_for()
    assert live.locator("#summary a").count() == 0
    assert live.locator(box("document_date")).get_attribute("aria-invalid") is None
    assert draft.answers["document_date"] == {"era": "令和", "year": "6", "month": "6", "day": "20"}
    assert "保存済み" in live.locator("#saved").inner_text()


def test_a_day_is_not_scolded_while_its_boxes_are_being_filled(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    live.goto(f"{address}/drafts/{draft.id}/1")
    for part, text in (("", "8"), (".month", "6"), (".day", "5")):
        assert live.locator(".messages .error").count() == 0
        live.locator(box("document_date", part)).fill(text)
        live.keyboard.press("Tab")
    live.get_by_text("令和８年６月５日（金）と読みました").wait_for()


def test_typing_survives_an_answer_that_comes_meanwhile(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    live.goto(f"{address}/drafts/{draft.id}/1")
    live.locator(box("document_no")).fill("汐見生安第45号")
    live.locator(box("reason")).click()
    live.keyboard.type("所在が", delay=30)
    live.locator("#saved").get_by_text("保存済み").wait_for()
    live.keyboard.type("分からないため。", delay=30)
    assert live.locator(box("reason")).input_value() == "所在が分からないため。"
    assert live.evaluate("document.activeElement.tagName") == "TEXTAREA"
    live.locator(".htmx-request").wait_for(state="detached")
    live.wait_for_timeout(900)
    assert draft.answers["reason"] == "所在が分からないため。"


def test_a_fault_of_ours_leaves_the_page_as_it_is(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice")
    live.goto(f"{address}/drafts/{draft.id}/1")
    with app.app_context():
        app.extensions["drafts"].drop(draft.id)
    live.locator(box("reason")).fill("所在が分からないため。")
    live.keyboard.press("Tab")
    live.locator("#notice .summary").wait_for()
    assert live.locator(box("reason")).input_value() == "所在が分からないため。"


def test_a_paper_that_cannot_be_set_keeps_its_last_picture(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "non-warning-notice", answers("good-notice"))
    live.goto(f"{address}/drafts/{draft.id}/1")
    live.locator(box("fact")).fill("𰻞" * 3)  # no font has the letter
    live.keyboard.press("Tab")
    live.locator("#picture figcaption").get_by_text("の紙面です").wait_for()
    assert live.locator("#page-image").evaluate("image => image.naturalWidth") > 900


def test_enter_saves_and_ctrl_enter_presses_the_main_button(live: Page, address: str, app: Flask) -> None:
    draft = begun(app, "warning-request")
    live.goto(f"{address}/drafts/{draft.id}/1")
    live.locator(box("applicant_phone")).press("Enter")
    live.locator("#summary").get_by_text("直すところが").wait_for()
    assert live.evaluate("document.activeElement.className").startswith("summary")
    live.keyboard.press("Control+Enter")
    live.wait_for_url("**/2")


def test_a_paper_is_written_by_keyboard_alone(live: Page, address: str) -> None:
    """From the search to the issued notice, with Tab, Space, arrows and Enter; focus is always seen."""
    wanted = answers("good-notice")
    live.goto(f"{address}/forms")
    live.get_by_label("言葉・番号・何をするための文書か").focus()
    live.keyboard.type("警告をしない")
    live.keyboard.press("Enter")
    live.wait_for_url("**words=**")
    go_to(live, "書く（通知書（警告をしなかった旨及びその理由））")
    live.keyboard.press("Enter")
    live.wait_for_url("**/drafts/*/1")
    typed = {
        control("document_no"): wanted["document_no"], control("document_date"): "5060620", control("addressee_name"): "髙橋　美咲",
        control("application_received_on"): "5060603", control("fact"): wanted["fact"], control("reason"): wanted["reason"],
        control("legal_basis"): wanted["legal_basis"],
    }  # fmt: skip
    seen: set[str] = set()
    for _ in range(120):
        live.keyboard.press("Tab")
        at = live.evaluate(
            "[document.activeElement.id, document.activeElement.type, document.activeElement.textContent]"
        )
        assert live.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "4px"
        if at[0] in typed and at[0] not in seen:
            seen.add(at[0])
            live.keyboard.type(typed[at[0]])
        elif at[1] == "radio" and at[0] == control("delivery_method"):
            live.keyboard.press("Space")
        elif at[2] == "保存して次へ":
            break
    assert seen == set(typed)
    live.keyboard.press("Enter")
    live.get_by_role("heading", name="紙面の確かめ").wait_for()
    go_to(live, "発行する")
    live.keyboard.press("Enter")
    live.get_by_role("heading", name="発行しました").wait_for()


def go_to(page: Page, name: str) -> None:
    """Move on by Tab until the button of a name has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(name)
