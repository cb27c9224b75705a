"""The comparison key, and protected values found in a paper: many notations, and near misses."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validators import text as module
from validators.text import address_parts, find_spans, fold, mentions, same_text, watchlist

ADDRESS = "汐見県汐見市架空町一丁目2番3号　汐見ハイツ203号室"

SAME = [
    ("架空町十二番地の三", "架空町１２－３"),
    ("架空町12番地3", "架空町12の3"),
    ("架空町一二番地の三", "架空町12番3号"),
    ("架空町一丁目二番三号", "架空町1-2-3"),
    ("架空町三ー二ー一", "架空町３−２‐１"),
    ("架空町1丁目2番地の3", "架空町 1 ― 2 ― 3"),
    ("架空町1-2-3 405号室", "架空町一丁目二番三号四〇五号室"),
    ("架空町百二十番地", "架空町120番地"),
    ("汐見市大字架空字浜3番地", "汐見市架空浜3番地"),
    ("汐見市字浜3番地", "汐見市浜3番地"),
    ("霞ヶ丘町", "霞が丘町"),
    ("霞ケ丘町", "霞ヶ丘町"),
    ("一ノ瀬", "一の瀬"),
    ("四ツ谷", "四ッ谷"),
    ("コーポ汐見", "コ－ポ汐見"),
    ("ｺｰﾎﾟ汐見", "コーポ汐見"),
    ("がっこう", "か\u3099っこう"),
    ("渡邊　髙史", "渡辺高史"),
    ("渡邉", "渡辺"),
    ("﨑山 健一", "崎山健一"),
    ("澤田", "沢田"),
    ("齋藤", "斎藤"),
    ("齊藤", "斉藤"),
    ("神崎", "神\u5d0e"),
    ("\ufa19田", "神田"),
    ("葛\U000e0100城", "葛城"),
    ("辻\U000e0101", "辻"),
    ("汐見縣汐見區", "汐見県汐見区"),
    ("Maison Ｓｈｉｏｍｉ", "maison shiomi"),
    ("０３（００００）００００", "03(0000)0000"),
]

DIFFERENT = [
    ("11-2-8", "1-12-8"),
    ("1-2-3", "12-3"),
    ("1-2-3", "1-23"),
    ("架空町12", "架空町1-2"),
    ("1 2", "12"),
    ("三丁目", "三号"),
    ("佐藤健一", "佐藤健二"),
    ("佐藤一", "佐藤1"),
    ("千葉", "1000葉"),
    ("2号棟", "2号"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_notations_of_one_thing_share_a_key(one: Any, other: Any) -> None:
    assert fold(one) == fold(other)
    assert same_text(one, other)
    assert fold(fold(one)) == fold(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_near_misses_stay_apart(one: Any, other: Any) -> None:
    assert fold(one) != fold(other)
    assert not same_text(one, other)


def test_every_variant_leads_to_one_usual_character() -> None:
    """Each entry is a pair of different characters, listed once, and no usual character is itself a variant."""
    pairs = module._VARIANTS.split()
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    variants = [pair[0] for pair in pairs]
    assert len(set(variants)) == len(variants)
    assert not set(variants) & {pair[1] for pair in pairs}


def test_persons_are_compared_as_text_or_mapping() -> None:
    assert same_text({"name": "山田　太郎", "kana": "ヤマダ タロウ"}, "山田太郎")
    assert not same_text({"name": "山田太郎"}, {"name": "山田次郎"})


@pytest.mark.parametrize("blank", ["", "　", None, {}, {"name": ""}, 3])
def test_blanks_equal_nothing_not_even_each_other(blank: Any) -> None:
    assert not same_text(blank, blank)
    assert not same_text(blank, "山田")


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("相手方は　架空町１丁目２番３号に住む", "架空町1-2-3", True),
        ("架空町1-2-3-405に転居", "架空町1-2-3", True),
        ("11-2-3", "1-2-3", False),
        ("1-2-34", "1-2-3", False),
        ("5-1-2-3", "1-2-3", False),
        ("1-2-3", "1-2-3", True),
        ("11-2-8", "1-12-8", False),
        ("第12条の規定", "第2条", False),
        ("第二条の規定", "第2条", True),
        ("被害者健一一人で帰宅", "健一", True),
        ("佐藤　健一 30歳", "佐藤健一", True),
        ("佐藤健一の二男", "健一", True),
        ("1100円を払う", "110", False),
        ("避難先の説明", "避難先", True),
        ("避難先の説明", "", False),
        ("", "避難先", False),
    ],
)
def test_a_word_is_found_folded_and_numbers_only_whole(text: Any, word: Any, found: Any) -> None:
    assert mentions(text, word) is found


def test_an_address_is_protected_in_its_telling_parts() -> None:
    parts = address_parts(ADDRESS)
    for part in (ADDRESS, "汐見市架空町1-2-3", "架空町1-2-3", "架空町1-2-3汐見ハイツ203", "汐見ハイツ"):
        assert fold(part) in parts
    assert not {fold("汐見県"), fold("汐見市"), fold("架空町"), "1-2-3"} & set(parts)


@pytest.mark.parametrize(
    "alone", ["汐見県", "汐見市", "汐見県汐見市", "汐見県汐見郡架空町", "汐見県汐見市中央区", "汐見県十日町市", ""]
)
def test_a_whole_municipality_alone_is_no_protected_value(alone: Any) -> None:
    assert address_parts(alone) == ()


def test_a_town_without_number_is_protected_with_its_municipality_only() -> None:
    assert address_parts("汐見県汐見市架空町") == ("汐見県汐見市架空町", "汐見市架空町")


def test_a_room_number_behind_the_house_number_is_left_off_too() -> None:
    assert "架空町1-2-3" in address_parts("汐見県汐見市架空町1-2-3-405")


def test_a_branch_of_a_lot_is_no_building() -> None:
    parts = address_parts("汐見県汐見市架空町3番地イの5")
    assert "架空町3イの5" in parts
    assert all(part.find("町3") > 0 for part in parts)


@pytest.mark.parametrize("building", ["アパート", "第二マンション", "2号棟", "県営住宅", "203号室"])
def test_a_building_without_a_name_of_its_own_is_not_searched_alone(building: Any) -> None:
    parts = address_parts(f"汐見県汐見市架空町1-2-3 {building}")
    assert all("架空町" in part for part in parts)


@pytest.mark.parametrize(
    "written",
    [
        "架空町１－２－３",
        "架空町一丁目二番三号",
        "架空町1丁目2番地の3",
        "架空町一ー二ー三",
        "架空\n町1-2-\n3",
        "汐見市架空町1の2の3",
        "架空町1-2-3-203",
        "架空町１～２～３",
        "架空町1・2・3",
        "架空町1/2/3",
        "架空町1丁目の2の3",
        "架空町壱丁目弐番参号",
        "汐見ハイツ",
        "汐見ﾊｲﾂ２０３",
        "汐見県汐見市架空町１丁目２番３号　汐見ハイツ２０３号室",
    ],
)
def test_an_address_is_found_however_it_is_written(written: Any) -> None:
    paper = f"申立人は現在、{written}に居住し、相手方は 11-2-3 に居住する。"
    assert [paper[start:end] for start, end in find_spans(paper, address_parts(ADDRESS))] == [written]


@pytest.mark.parametrize(
    "written",
    [
        "汐見県汐見市",
        "架空町",
        "架空町11-2-3",
        "架空町1-2-34",
        "架空町1-23",
        "架空町1丁目22番3号",
        "1-2-3",
        "ハイツ203",
        "汐見港",
    ],
)
def test_a_near_miss_of_an_address_is_no_hit(written: Any) -> None:
    assert find_spans(f"相手方は{written}に居住する。", address_parts(ADDRESS)) == []


@pytest.mark.parametrize(
    "written",
    [
        "090-0000-1234",
        "０９０－００００－１２３４",
        "09000001234",
        "090 0000 1234",
        "(090)0000-1234",
        "090(0000)1234",
        "+81-90-0000-1234",
        "090－0000－\n1234",
        "０９０・００００・１２３４",
    ],
)
def test_a_telephone_number_is_found_with_any_marks(written: Any) -> None:
    paper = f"電話　{written}（携帯）"
    assert [paper[start:end].strip() for start, end in find_spans(paper, ["090-0000-1234"])] == [written]


def test_another_telephone_number_is_no_hit() -> None:
    assert find_spans("電話 090-0000-1235、090-0001-1234", ["090-0000-1234"]) == []


def test_a_name_is_found_with_its_place_in_the_original_text() -> None:
    paper = "一　渡\U000e0100邊　健一の二男は、葛\U000e0100城に住む。"
    hits = watchlist(["渡辺健一", "葛城"]).search(paper)
    assert [paper[hit.start : hit.end] for hit in hits] == ["渡\U000e0100邊　健一", "葛\U000e0100城"]
    assert [hit.index for hit in hits] == [0, 1]


def test_a_value_of_one_character_or_none_is_not_searched() -> None:
    assert find_spans("林の中の林さん", ["林", "", "　"]) == []


def test_overlapping_places_are_joined() -> None:
    paper = "汐見市架空町1-2-3"
    assert find_spans(paper, ["汐見市架空町", "架空町1-2-3"]) == [(0, len(paper))]


def _kanji(number: Any) -> Any:
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return ("" if not tens else ("" if tens == 1 else digits[tens]) + "十") + (digits[ones] if ones else "")


_PART = st.integers(min_value=1, max_value=99)


@given(_PART, _PART, _PART)
def test_every_notation_of_a_house_number_has_the_same_key(a: Any, b: Any, c: Any) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    keys = {
        fold(f"架空町{written}")
        for written in (
            f"{a}-{b}-{c}",
            f"{a}丁目{b}番{c}号",
            f"{_kanji(a)}丁目{_kanji(b)}番地の{_kanji(c)}",
            f"{a}－{b}ー{c}".translate(wide),
            f"{_kanji(a)}の{_kanji(b)}の{_kanji(c)}",
        )
    }
    assert keys == {f"架空町{a}-{b}-{c}"}


@given(st.tuples(_PART, _PART, _PART), st.tuples(_PART, _PART, _PART))
def test_two_house_numbers_match_only_when_equal(one: Any, other: Any) -> None:
    first, second = ("-".join(map(str, numbers)) for numbers in (one, other))
    assert mentions(f"相手方は{first}に住む", second) is (one == other)


@given(st.text(max_size=80), st.text(min_size=1, max_size=20))
@settings(max_examples=200)
def test_spans_lie_inside_the_text_and_hold_the_value(text: Any, value: Any) -> None:
    for start, end in find_spans(text, [value]):
        assert 0 <= start < end <= len(text)
        assert fold(text[start:end])


def test_a_paper_is_searched_in_about_a_millisecond() -> None:
    """The final read runs on every paper: 5,000 characters against ten values (bound generous for a busy machine)."""
    values = [*address_parts(ADDRESS), "090-0000-1234", "佐藤花子"]
    sentence = "令和６年５月10日午後２時30分ころ、汐見市中央区架空通３丁目４番５号の路上において、相手方は申立人に対し大声を上げた。"
    papers = [f"{number}{sentence * 90}"[:5000] for number in range(20)]
    ready = watchlist(values)
    assert len(values) >= 10
    best = min(_seconds(ready, paper) for paper in papers)
    assert best < 0.005


def _seconds(ready: Any, paper: Any) -> Any:
    start = time.perf_counter()
    assert ready.search(paper) == []
    return time.perf_counter() - start
