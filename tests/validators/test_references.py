"""References to provisions are read in any usual wording; what could not be read is said once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rulebooks import line_on
from validators.model import Record
from validators.references import choose, continued
from validators.values import NotAnOptionError, read_option

ACTS = {
    "a": "法２条１項１号（つきまとい・待ち伏せ等）", "b": "法２条１項５号（無言電話、電子メール等）", "c": "法２条３項１号（位置情報の取得）",
    "d": "法２条３項２号（装置の取付け等）", "e": "法３条１項１号イ（架空の行為）",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("法2条1項1号", "a"), ("第二条第一項第一号", "a"), ("法第２条①一", "a"), ("2-1-5", "b"), ("２－１－５", "b"), ("2_3_1", "c"), ("5号", "b"),
        ("第五号", "b"), ("５号（電子メール等）", "b"), ("3項1号", "c"), ("２条３項２", "d"), ("ストーカー規制法第2条第3項第2号", "d"), ("同法2条1項5号", "b"),
        ("1号（位置情報）", "c"), ("3条1項1号イ", "e"), ("つきまとい等", "a"), ("法２条１項１号", "a"),
    ],
)  # fmt: skip
def test_a_reference_in_any_usual_wording_is_the_option(text: str, key: str) -> None:
    """With or without law, article and paragraph; by kanji, figures, circles; with words in brackets."""
    assert read_option(ACTS, text) == key


@pytest.mark.parametrize("text", ["9号", "2条", "見張り", "2条2項1号", "第", "1号2号"])
def test_what_is_no_reference_to_an_option_is_none(text: str) -> None:
    """Nothing is chosen by likeness."""
    with pytest.raises(NotAnOptionError):
        read_option(ACTS, text)


def test_the_same_paragraph_as_before_is_written_out() -> None:
    """同項 and 同条 in a list mean those of the reference before; without one before, nothing is guessed."""
    told = continued(["法２条１項１号", "同項第５号", "同条３項２号", "見張り", "同項１号"])
    assert [read_option(ACTS, each) for each in (told[0], told[1], told[2], told[4])] == ["a", "b", "d", "c"]
    assert continued(["同項５号", "同号"]) == ["同項５号", "同号"]


def test_a_paragraph_left_out_is_the_lowest_and_not_sure() -> None:
    """People say 1号 of the first paragraph; it is told what was read."""
    acts = {key: label for key, label in ACTS.items() if key != "e"}
    chosen = choose(acts, "1号")
    assert chosen is not None
    assert (chosen.key, chosen.sure) == ("a", False)
    assert choose(acts, "2条1項1号") == ("a", True)


def test_what_hangs_on_an_unreadable_box_waits() -> None:
    """One mistake, one finding: no provision says that the day is missing which stands there unreadable."""
    judge = line_on(date(2026, 11, 30))
    record = Record("non-warning-notice", "1", {"document_date": "令和6年13月1日"})
    told = [f for f in judge.judge(record).fate.findings if f.path == "document_date"]
    assert [f.code for f in told] == ["unreadable-date"]
