"""Promise: every page can be read and worked by everybody: axe finds nothing serious in either mode, nothing runs over a narrow screen.

And it keeps to itself: nothing foreign is asked for, nothing is stored in the browser, no policy is broken, every page has one heading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.api.desk.pages import begun
from tests.browser.test_by_hand import answers

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")

NARROW, WIDE = 320, 1400


@pytest.fixture(scope="module")
def places(app: Flask) -> list[str]:
    """Return a page of every kind: found, described, empty, filled, wrong, looked at, issued, gone."""
    wrongly = {"document_date": {"era": "令和", "year": "八"}, **answers("wait-notice-not-explained")}
    issued = begun(app, "non-warning-notice", answers("good-notice"))
    new, wrong, filled, done = (
        draft.id
        for draft in (
            begun(app, "warning-request"),
            begun(app, "non-warning-notice", wrongly),
            begun(app, "protection-order-petition", answers("good-family")),
            issued,
        )
    )
    client = app.test_client()
    client.post(f"/drafts/{wrong}/1", data={"shown": ""})
    client.get(f"/drafts/{wrong}/paper")
    client.post(f"/drafts/{done}/issue", data={"rev": str(issued.rev)})
    assert issued.issued
    return [
        "/", "/forms", "/forms?words=警告をしない", "/forms?words=犬の登録", "/forms/protection-order-petition", "/help/parts",
        "/drafts", f"/drafts/{new}/1", f"/drafts/{wrong}/1", f"/drafts/{wrong}/paper", f"/drafts/{filled}/3", f"/drafts/{filled}/4",
        f"/drafts/{filled}/5", f"/drafts/{filled}/6", f"/drafts/{filled}/7", f"/drafts/{filled}/paper", f"/drafts/{done}/issued",
        "/drafts/none", "/nowhere",
    ]  # fmt: skip


# In the dark only colours differ: what a rule says of anything else it has said in the light.
RULES: dict[str, list[str]] = {"light": [], "dark": ["color-contrast", "link-in-text-block"]}


@pytest.mark.parametrize("mode", RULES)
def test_axe_finds_nothing_serious(browser: Browser, address: str, places: list[str], mode: Any) -> None:
    page = browser.new_context(
        locale="ja-JP", color_scheme=mode, bypass_csp=True, viewport={"width": WIDE, "height": 1000}
    ).new_page()
    found = {}
    asked = {"resultTypes": ["violations"], **({"runOnly": RULES[mode]} if RULES[mode] else {})}
    for place in places:
        page.goto(address + place)
        grave = [
            (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
            for each in Axe().run(page, options=asked).response["violations"]
            if each["impact"] in {"serious", "critical"}
        ]
        if grave:
            found[place] = grave
    page.context.close()
    assert found == {}


def test_each_page_has_one_heading_fits_a_narrow_screen_and_keeps_to_itself(
    live: Page, address: str, places: list[str]
) -> None:
    """No foreign address, no broken policy, nothing kept or filled in by the browser; nothing typed stands in a title."""
    asked: list[str] = []
    told: list[str] = []
    live.on("request", lambda request: asked.append(request.url))
    live.on("console", lambda message: told.append(message.text))
    for place in places:
        live.set_viewport_size({"width": WIDE, "height": 1000})
        live.goto(address + place)
        assert live.locator("h1").count() == 1, place
        assert live.title().endswith("｜様式"), place
        assert "架空" not in live.title()
        assert live.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""], place
        boxes = live.locator("main input[type=text], main textarea")
        assert boxes.evaluate_all("nodes => nodes.filter(n => n.autocomplete !== 'off' || n.spellcheck).length") == 0, (
            place
        )
        live.set_viewport_size({"width": NARROW, "height": 800})
        assert live.evaluate("document.documentElement.scrollWidth") <= NARROW, place
    assert [url for url in asked if not url.startswith(address)] == []
    assert [text for text in told if "404" not in text] == []
