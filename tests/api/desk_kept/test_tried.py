"""Promise: on the pages of a case nothing hidden shows within a list, and nobody's work is lost by another's or by a second press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.entering import tell_facts
from tests.api.desk_kept.acts import post
from tests.api.signed_in import ACTOR, sign_in
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask

    from ledger.engine import Ledger

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
