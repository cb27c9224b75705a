"""Promise: a form is found by what people say of it; where nothing fits, three are shown that come nearest."""

from __future__ import annotations

import pytest

from api.desk.finding import NEAREST, search
from tests.rulebooks import OURS

SAID = {
    "警告をしない": "non-warning-notice",
    "警告をしなかった旨": "non-warning-notice",
    "警告しない　通知": "non-warning-notice",
    "別記様式第３号": "non-warning-notice",
    "接近禁止 申立書": "protection-order-petition",
    "加害者　連絡　予定": "contact-schedule",
    "連絡経過票": "contact-log",
}


@pytest.mark.parametrize("said", SAID)
def test_a_form_is_found_by_word_number_and_purpose(said: str) -> None:
    found, fits = search(OURS, said)
    assert fits
    assert found[0].heading.slug == SAID[said]


@pytest.mark.parametrize("said", ["保護命令の申立て", "保護命令 申し立て", "保護命令　申立"])
def test_one_word_in_any_spelling_finds_the_same(said: str) -> None:
    assert {"protection-order-petition", "eviction-order-petition"} <= {
        each.heading.slug for each in search(OURS, said)[0]
    }


def test_an_authority_is_a_word_and_a_choice() -> None:
    by_word, fits = search(OURS, "神奈川")
    assert fits
    assert {each.heading.authority for each in by_word} == {"kanagawa-stalker"}
    assert {each.heading.authority for each in search(OURS, "", authority="osaka-dv")[0]} == {"osaka-dv"}


def test_nothing_asked_is_everything_and_nothing_like_it_the_nearest() -> None:
    assert len(search(OURS, "　")[0]) == len(OURS.catalogue.slugs())
    found, fits = search(OURS, "犬の登録")
    assert (len(found), fits) == (NEAREST, False)
