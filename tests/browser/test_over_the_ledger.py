"""Promise: over the ledger the day's work goes by in a real browser, each in their own role; who may not see a paper finds no way to it."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook

from api import create_app
from api.access.rates import Rates
from api.desk.steps import steps_of
from forms.entry import write_records
from forms.finish.pdf_text import pdf_pages
from ledger import people
from ledger.engine import open_ledger
from ledger.offices import save_office
from tests.api.desk_kept.acts import CASE, FORM, answers, issued, sample, sent
from tests.api.signed_in import ACTOR, PASSWORD, Clock, add, sign_in, token
from tests.browser.clerk import Clerk
from tests.browser.pictures import pictured
from tests.ledger.issuing import OFFICE
from tests.rulebooks import OURS
from validators.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from ledger.engine import Ledger

pytestmark = pytest.mark.xdist_group("browser")

CLOCK = Clock()
OTHERS = {"name1": "岬　しおり", "place1": "汐見県架空町三丁目４番５号"}  # than the people of another journey's case
TITLE = "通知書（警告をしなかった旨及びその理由）"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Give a ledger of two stations, of which the first asks approval of its notices; people of every role in it."""
    with open_ledger(tmp_path_factory.mktemp("kept") / "ledger", clock=CLOCK) as opened:
        told = {**OFFICE, "name": "汐見県汐見警察署", "approval.forms": FORM, "approval.other": "1"}
        save_office(opened, ACTOR, "shiomi", told["name"], kind="station", told=told, from_on="2026-04-01")
        other = {"name": "汐見県灯台警察署"}
        save_office(opened, ACTOR, "todai", other["name"], kind="station", told=other, from_on="2026-04-01")
        for role in people.ROLES:
            add(opened, role, "shiomi")
        add(opened, "clerk", "todai", login="other")
        yield opened


@pytest.fixture(scope="module")
def app(kept: Ledger) -> Flask:
    made = create_app(rules=replace(OURS, clock=CLOCK), trust_host=True, ledger=kept)
    made.extensions["sign_in_rates"] = Rates(100, 10)  # all of them come from one place, one after the other
    return made


@pytest.fixture
def come(browser: Browser, address: str) -> Iterator[Any]:
    """Give what opens the desk as somebody: `come("clerk")` is their page, signed in; `script`: whether it runs any."""
    opened = []

    def as_(login: str, *, password: str = PASSWORD, script: bool = True, **more: Any) -> Page:
        context = browser.new_context(java_script_enabled=script, locale="ja-JP", accept_downloads=True, **more)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(12_000)
        page.goto(address)
        page.get_by_label("名前（サインインに使うもの）").fill(login)
        page.get_by_label("パスワード").fill(password)
        page.get_by_role("button", name="サインインする").click()
        page.get_by_role("button", name="サインアウト").wait_for()
        return page

    yield as_
    for context in opened:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).last.click()


def go(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def says(page: Page, text: str) -> bool:
    return text in page.inner_text("main")


@contextmanager
def given(page: Page) -> Iterator[list[bytes]]:
    """Give the bytes of the file that the browser receives meanwhile."""
    got: list[bytes] = []
    with page.expect_download() as download:
        yield got
    got.append(Path(download.value.path()).read_bytes())


def test_a_workbook_with_a_fault_comes_back_marked_and_what_is_mended_is_issued_into_its_case(come: Any) -> None:
    """The paper carries its number, the register has its row, the deadline it answers is gone."""
    clerk = come("clerk")
    clerk.get_by_role("navigation").get_by_role("link", name="事案").click()
    go(clerk, "事案を作る")
    clerk.get_by_label("事案の種類").select_option(label="警告の事案")
    clerk.get_by_label("事案の番号").fill("令8-21")
    clerk.get_by_label("受けた日").fill("令和8年4月1日")
    first = clerk.get_by_role("group", name="1人目の当事者")
    first.get_by_label("立場").select_option(label="申出人・申立人")
    first.get_by_label("氏名").fill("髙橋　美咲")
    press(clerk, "事案を作る")
    case = clerk.url
    go(clerk, "出来事を記録する")
    clerk.get_by_label("何がありましたか").select_option(label="申出を受けた")
    press(clerk, "次へ")
    clerk.get_by_label("いつ").fill("令和8年3月30日")
    clerk.get_by_label("申出の別").fill("警告")
    press(clerk, "記録する")
    assert clerk.get_by_role("region", name=re.compile("期限")).get_by_text("「着手報告書」").count() == 1

    days = {"document_no": None, "document_date": "2026-04-01"}
    wrong = sample("good-commencement", application_received_on="2026-04-05", **days)
    rows = [
        Record("warning", "1", sample("good-warning", warning_date="2026-04-01", **days), case="令8-21"),
        Record("commencement-report", "2", wrong, case="令8-21"),
    ]
    book = io.BytesIO()
    write_records([OURS.catalogue.get(row.form) for row in rows], rows, book, exact=False)
    mended = load_workbook(io.BytesIO(uploaded(clerk, "入力.xlsx", book.getvalue())))
    assert "発行しない" in clerk.get_by_role("row", name="着手報告書").inner_text()
    cells = [cell for sheet in mended for line in sheet.iter_rows() for cell in line]
    (at,) = [cell for cell in cells if cell.comment and "【直してください】" in cell.comment.text]
    at.value = "令和8年3月30日"
    again = io.BytesIO()
    mended.save(again)
    uploaded(clerk, "直した.xlsx", again.getvalue())
    assert "発行済" in clerk.get_by_role("row", name="着手報告書").inner_text()
    assert "に発行済みです" in clerk.get_by_role("row", name="警告書").inner_text()
    clerk.goto(case)
    assert clerk.get_by_role("region", name=re.compile("^文書")).get_by_text("発行済み").count() == 2
    assert clerk.get_by_role("region", name=re.compile("期限")).get_by_text("「着手報告書」").count() == 0
    pictured(clerk, "case")
    go(clerk, "警告書")
    assert re.search("汐見生安第[0-9]+号を発行しました", clerk.inner_text("h1"))
    clerk.get_by_role("navigation").get_by_role("link", name="帳簿").click()
    go(clerk, "事件指揮簿")
    assert "令和８年３月30日" in clerk.get_by_role("row", name=re.compile("令8-21")).inner_text()


def uploaded(clerk: Page, name: str, content: bytes) -> bytes:
    """Return the marked copy of what a clerk sends."""
    clerk.get_by_role("navigation").get_by_role("link", name="ファイル").click()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    clerk.get_by_label("記入したファイル").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    press(clerk, "点検して文書を作る")
    clerk.get_by_role("heading", name="結果", exact=True).wait_for()
    marked = clerk.get_by_role("link", name="指摘を書き込んだ表計算ファイル")
    with given(clerk) as got:
        marked.click()
    return got[0]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_paper_by_hand_is_approved_by_another_issued_and_handed_over(come: Any, script: bool) -> None:  # noqa: FBT001
    clerk, approver = come("clerk", script=script), come("approver", script=script)
    clerk.get_by_label("様式をさがす言葉").fill("警告をしない")
    clerk.get_by_role("search").get_by_role("button", name="さがす").click()
    press(clerk, f"書く（{TITLE}）")
    writing = Clerk(clerk, answers())
    writing.fill_step(steps_of(OURS.catalogue.get(FORM))[0].fields)
    press(clerk, "保存して次へ")
    clerk.get_by_role("heading", name="紙面の確かめ").wait_for()
    if script:
        pictured(clerk, "paper")
    press(clerk, "決裁へ回す")
    clerk.get_by_text("決裁を待っています。").wait_for()
    paper = clerk.url

    approver.reload()
    go(approver, "紙面を見て決裁する")
    approver.wait_for_load_state()
    image = approver.get_by_alt_text("紙面 1／1頁（下書き）")
    assert image.evaluate("image => image.complete && image.naturalWidth") > 900
    press(approver, "差し戻す")
    assert says(approver, "理由")
    approver.get_by_label("差し戻す理由").fill("理由の欄に、調べた経過を書く。")
    press(approver, "差し戻す")
    clerk.goto(paper.partition("/papers")[0])
    assert says(clerk, "差し戻されました")
    go(clerk, "直す")
    press(clerk, "保存して次へ")
    press(clerk, "決裁へ回す")
    clerk.get_by_text("決裁を待っています。").wait_for()
    approver.goto(paper.partition("/papers")[0])
    go(approver, "紙面を見て決裁する")
    assert says(approver, "差し戻した版との違い")
    if script:
        pictured(approver, "approval")
    press(approver, "決裁する")

    clerk.goto(paper)
    press(clerk, "発行する")
    clerk.get_by_role("heading", name=re.compile("^汐見生安第[0-9]+号を発行しました")).wait_for()
    number = clerk.inner_text("h1").removesuffix("を発行しました")
    file = clerk.locator("form").filter(has=clerk.get_by_role("button", name="PDFを受け取る"))
    file.get_by_label("渡す相手").fill("髙橋　美咲")
    file.get_by_label("目的").fill("本人への交付")
    with given(clerk) as got:
        file.get_by_role("button").click()
    assert number in "".join(pdf_pages(got[0])).replace(" ", "")
    clerk.get_by_label("渡した日").fill("令和8年4月1日")
    clerk.get_by_label("渡し方").select_option(label="手渡し")
    press(clerk, "交付を記録する")
    assert says(clerk, "交付済み")


def test_an_auditor_verifies_a_file_and_reads_who_did_what_and_another_office_finds_nothing(
    app: Flask, kept: Ledger, come: Any, address: str
) -> None:
    hand, boss = sign_in(app, "clerk"), sign_in(app, "approver")
    case = hand.post("/cases", data={"csrf_token": token(hand, "/me"), **CASE, "number": "令8-22"}).location
    begun = hand.post(f"{case}/write", data={"csrf_token": token(hand, "/me"), "form": FORM}).location
    key = issued(app, kept, hand, boss, begun)
    told = {"csrf_token": token(hand, "/me"), "receiver": "髙橋　美咲", "purpose": "交付"}
    pdf = hand.post(f"/papers/{key}/files/pdf", data=told).data

    auditor = come("auditor")
    auditor.get_by_role("navigation").get_by_role("link", name="検証").click()
    file = {"name": "x.pdf", "mimeType": "application/pdf", "buffer": pdf}
    auditor.get_by_label("確かめる文書").set_input_files(file)
    press(auditor, "確かめる")
    assert says(auditor, "一字も変わっていません")
    assert says(auditor, "同じファイルになります")
    auditor.get_by_role("navigation").get_by_role("link", name="監査記録").click()
    lines = auditor.get_by_role("row").all_inner_texts()
    assert any("文書を検証した" in line for line in lines)
    assert not re.search("[a-z]{3}", "".join(lines))
    assert auditor.get_by_role("button", name="発行する").count() == 0

    other = come("other")
    for place in (case, f"/papers/{key}", f"/approvals/{key}"):
        answer = other.goto(f"{address}{place}")
        assert answer is not None
        assert answer.status in {403, 404}
        assert not says(other, CASE["name1"])
    for name in ("事案", "期限", "帳簿", "引継ぎ"):
        other.get_by_role("navigation").get_by_role("link", name=name).click()
        assert not says(other, "令8-22")
    other.goto(f"{address}/cases")
    other.get_by_label("氏名・ふりがな").fill(CASE["name1"])
    press(other, "事案をさがす")
    assert not says(other, "令8-22")


def test_an_administrator_adds_a_person_who_comes_in_and_makes_a_key_that_is_revoked(come: Any) -> None:
    admin = come("administrator")
    admin.get_by_role("navigation").get_by_role("link", name="利用者").click()
    adding = admin.locator("form").filter(has=admin.get_by_role("button", name="加える", exact=True)).last
    adding.get_by_label("名前（サインインに使うもの）").fill("misaki")
    adding.get_by_label("氏名").fill("岬　次郎")
    adding.get_by_label("役割").select_option(label="監査者")
    press(admin, "加える")
    once = admin.locator("code").first.inner_text()
    new = come("misaki", password=once)
    new.get_by_label("いまのパスワード").fill(once)
    for box in new.get_by_label("新しいパスワード").all():
        box.fill("しおさい 灯台 あさなぎ")
    press(new, "変える")
    new.get_by_role("navigation").get_by_role("link", name="監査記録").wait_for()
    admin.get_by_role("navigation").get_by_role("link", name="鍵").click()
    admin.get_by_label("使う仕組みの名前").fill("窓口の仕組み")
    admin.get_by_label("様式を読み").check()
    press(admin, "作る")
    assert admin.locator("code").count() == 1
    admin.get_by_role("row", name=re.compile("窓口の仕組み")).get_by_role("button").click()
    assert "使えません" in admin.get_by_role("row", name=re.compile("窓口の仕組み")).inner_text()
    assert admin.locator("code").count() == 0


def test_two_minutes_before_a_session_ends_the_page_tells_it_and_an_act_anywhere_goes_on(
    come: Any, address: str
) -> None:
    """What is typed stays on the page."""
    clerk = come("clerk")
    clerk.clock.install()
    clerk.goto(f"{address}/cases/new")
    clerk.get_by_label("事案の番号").fill("令8-99")
    told = clerk.get_by_role("alert").filter(has_text="あと2分")
    clerk.clock.fast_forward("12:50")
    assert not told.is_visible()
    clerk.clock.fast_forward("00:20")
    assert told.is_visible()
    other = clerk.context.new_page()
    other.goto(f"{address}/cases")
    told.wait_for(state="hidden")
    clerk.clock.fast_forward("13:10")
    press(clerk, "続ける")
    told.wait_for(state="hidden")
    clerk.clock.fast_forward("15:10")
    clerk.get_by_text("時間が過ぎました").wait_for()
    assert clerk.get_by_label("事案の番号").input_value() == "令8-99"


def test_every_page_is_for_everybody_in_light_and_dark_and_fits_a_narrow_screen(
    app: Flask, kept: Ledger, come: Any, address: str
) -> None:
    """Axe finds nothing serious; one heading; nothing runs over 320 pixels."""
    hand = sign_in(app, "clerk")
    case = hand.post("/cases", data={"csrf_token": token(hand, "/me"), **CASE, "number": "令8-23", **OTHERS}).location
    day = {"event": "request_received", "on": "令和8年3月30日"}
    hand.post(f"{case}/events", data={"csrf_token": token(hand, "/me"), **day})
    begun = hand.post(f"{case}/write", data={"csrf_token": token(hand, "/me"), "form": FORM}).location
    key, waits = issued(app, kept, hand, sign_in(app, "approver"), begun), sent(app, hand)
    shown = hand.get(case).text
    event, person = (re.findall(rf"{case}/{each}/[a-z0-9]{{26}}", shown)[0] for each in ("events", "people"))
    about = f"?case={case.rpartition('/')[2]}"
    places = {
        "clerk": [
            *(
                "/",
                "/cases",
                "/cases/new",
                case,
                f"{case}/events/new?event=request_received",
                f"{case}/close",
                "/deadlines",
            ),
            *("/deadlines/month", "/registers/case-command-register", f"/handovers/new{about}", f"/papers/{key}"),
            *("/files", "/me/second-factor"),
            *(event, person, f"{case}/facts", f"{case}/access"),
        ],
        "approver": ["/approvals", f"/approvals/{waits}", f"/approvals/several?paper={waits}"],
        "auditor": ["/audit?whole=yes", "/verify", "/review"],
        "administrator": ["/users", "/keys", "/hooks", "/offices", "/offices/shiomi", "/offices/shiomi/templates"],
    }
    found = {}
    for who, where in places.items():
        page = come(who, bypass_csp=True, viewport={"width": 1280, "height": 900})
        for place in where:
            page.goto(address + place)
            grave = _grave(page, [])
            page.emulate_media(color_scheme="dark")
            if place in {"/", case, "/audit?whole=yes", f"/approvals/{waits}"}:
                grave += _grave(page, ["color-contrast", "link-in-text-block"])
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 320, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth") > 320
            page.set_viewport_size({"width": 1280, "height": 900})
            if grave or wide or page.locator("h1").count() != 1:
                found[who, place] = grave, wide
        page.context.close()
    assert found == {}


def _grave(page: Page, rules: list[str]) -> list[tuple[str, list[str]]]:
    asked = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in Axe().run(page, options=asked).response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
