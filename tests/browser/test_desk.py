"""Promise: in a real browser a clerk drops a file, watches the bar and takes the results; without JavaScript too."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forms.finish.pdf_text import pdf_pages
from tests.records import notice

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("browser")  # one server and one Chromium, whatever the number of workers


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "in.json"
    items = [
        notice("N-1"),
        notice("N-2", reason=""),
    ]
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_clerk_sends_a_file_and_takes_the_results(page: Page, address: str, upload: Path) -> None:
    page.goto(address)
    assert page.title() == "表計算ファイルから文書を作る｜様式"
    page.get_by_label("記入したファイル").set_input_files(upload)
    page.get_by_role("button", name="点検して文書を作る").click()
    page.get_by_role("heading", name="結果", exact=True).wait_for()
    body = page.inner_text("main")
    assert "次にすること" in body
    assert body.index("次にすること") < body.index("一件ずつの結果")
    row = page.get_by_role("row", name="N-2")
    assert "発行しない" in row.inner_text()
    assert "KNG-9(5)イ-c" in row.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="文書・帳簿・点検報告の一式").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"


def test_a_copy_for_the_files_is_made_when_its_box_is_ticked(page: Page, address: str, upload: Path) -> None:
    page.goto(address)
    page.get_by_label("記入したファイル").set_input_files(upload)
    page.get_by_role("checkbox", name="写しも作る").check()
    page.get_by_role("button", name="点検して文書を作る").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="文書・帳簿・点検報告の一式").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = archive.namelist()
        copy = archive.read("documents/N-1-non-warning-notice-写し.pdf")
    assert "documents/N-1-non-warning-notice.pdf" in names
    assert not any("控え" in name or "N-2" in name for name in names)
    assert all("写し" in text for text in pdf_pages(copy))


def test_the_review_opens_in_the_browser(page: Page, address: str, upload: Path) -> None:
    page.goto(address)
    page.get_by_label("記入したファイル").set_input_files(upload)
    page.get_by_role("button", name="点検して文書を作る").click()
    page.get_by_role("link", name="点検報告（画面で見る）").click()
    page.get_by_role("heading", name="点検報告").wait_for()
    assert "条項別の記録の数" in page.inner_text("body")


def test_the_review_is_styled_and_filtered_under_our_own_policy(page: Page, address: str, upload: Path) -> None:
    """No script is needed: the refused come first, a choice hides the rest, a clause leads to its row."""
    page.goto(address)
    page.get_by_label("記入したファイル").set_input_files(upload)
    page.get_by_role("button", name="点検して文書を作る").click()
    page.get_by_role("link", name="点検報告（画面で見る）").click()
    page.get_by_role("heading", name="点検報告").wait_for()
    assert page.locator(".steps").evaluate("node => getComputedStyle(node).borderTopWidth") == "3px"
    rows = page.locator("tr.row")
    assert [row.get_attribute("class") for row in rows.all()] == ["row of-refused", "row of-issued"]
    page.locator("label[for=show-issued]").click()
    assert [row.is_visible() for row in rows.all()] == [False, True]
    page.locator("label[for=show-all]").click()
    assert all(row.is_visible() for row in rows.all())
    page.locator("#fault-1 a[href^='#clause-']").first.click()
    assert page.locator("tr:target").count() == 1
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.locator("html").evaluate("node => node.scrollWidth") <= 320


def test_entry_workbooks_are_made_on_the_page(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("ストーカー行為等の規制等に関する法律に基づく警告等の措置要領").click()
    page.get_by_role("checkbox", name="警告をしなかった旨").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="入力用ファイル").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_form_is_found_by_its_source_on_a_narrow_screen_too(page: Page, address: str) -> None:
    """However many forms there are, the page is short: each law or procedure opens its own, in the order of their numbers."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address)
    assert page.locator("html").evaluate("node => node.scrollWidth") <= 320
    assert page.locator("html").evaluate("node => node.scrollHeight") < 2_400
    summaries = page.locator("details.source > summary")
    assert page.locator("details.source input:visible").count() == 0
    for at in range(summaries.count()):
        summaries.nth(at).press("Enter")
    numbers = page.locator(
        "#source-osaka-dv input[name=form] ~ small, #source-kanagawa-stalker input[name=form] ~ small"
    )
    assert (
        numbers.count()
        == page.locator("#source-osaka-dv input[name=form], #source-kanagawa-stalker input[name=form]").count()
    )
    assert page.locator("html").evaluate("node => node.scrollWidth") <= 320
    page.get_by_role("radio", name="延長処分の事案").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="入力用ファイル").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_what_went_wrong_is_said_and_the_way_back_is_there(page: Page, address: str) -> None:
    answer = page.goto(f"{address}/batches/none")
    assert answer is not None
    assert answer.status == 404
    page.get_by_role("link", name="はじめの画面へ戻る").click()
    page.get_by_role("heading", name="表計算ファイルから文書を作る").wait_for()


def test_the_pages_work_by_keyboard_and_name_their_parts(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "本文へ移る" if page.context.browser else True
    unnamed = page.locator("input:not([type=hidden])").evaluate_all(
        "nodes => nodes.filter(n => !n.labels.length).length"
    )
    assert unnamed == 0
    assert page.locator("html").get_attribute("lang") == "ja"
