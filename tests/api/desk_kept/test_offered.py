"""Promise: where the procedures list what may be told of an event, its box offers that in Japanese, and what was told is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.desk_kept.acts import CASE, post
from tests.api.signed_in import sign_in
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from flask import Flask

    from validators.histories.vocabulary import Fact

VOCABULARY = OURS.procedures.vocabulary
LISTED = [each for each in (*VOCABULARY.facts.values(), *VOCABULARY.own.values()) if each.listed]


@pytest.mark.parametrize("fact", LISTED, ids=lambda fact: fact.name)
def test_every_listed_value_is_offered_once_in_japanese_and_read_as_itself(fact: Fact) -> None:
    offered = fact.offered()
    assert {*offered} == fact.values()
    assert not [text for text in offered.values() if text.isascii()]
    assert len({*offered.values()}) == len(offered)
    assert [fact.spelt(text) for text in offered.values()] == [*offered]


def test_a_choice_is_offered_another_word_may_be_written_and_a_correction_keeps_both(app: Flask) -> None:
    """申出の別 is open, 申出の方法 is not: the one is a line with a list, the other a choice."""
    clerk = sign_in(app, "clerk")
    at = post(clerk, "/cases", **CASE).location
    page = clerk.get(f"{at}/events/new?event=request_received").text
    assert re.search(r'<input[^>]*name="f-kind"[^>]*list="f-kind-list"', page)
    assert '<option value="警告"></option>' in page
    assert re.search(r'<select id="f-mode".*?<option value="oral">口頭</option>', page)
    told = {"event": "request_received", "on": "令和8年3月30日", "f-kind": "警告", "f-mode": "oral"}
    assert post(clerk, f"{at}/events", **told).status_code == 303
    assert "申出の方法: 口頭" in post(clerk, f"{at}/seen", why="確かめのため").text
    event = re.findall(rf"{at}/events/[a-z0-9]{{26}}", clerk.get(at).text)[0]
    opened = post(clerk, f"{event}/mend", reason="日の誤り").text
    assert re.search(r'name="f-kind"[^>]*value="警告"', opened)
    assert '<option value="oral" selected>' in opened
