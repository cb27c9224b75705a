"""The comparison key: many notations of one thing, and near misses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.letters import usual_forms
from validators.text import fold, mentions, same_text

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
    """Each entry is a pair of different characters, and no usual character is itself a variant."""
    pairs = usual_forms()
    assert all(len(variant) == len(usual) == 1 and variant != usual for variant, usual in pairs.items())
    assert not set(pairs) & set(pairs.values())
    assert [pairs.get(c, c) for c in "髙﨑龜渕檜遙蘆鷗齋齊斉邊"] == list("高崎亀淵桧遥芦鴎斎斎斎辺")


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
