"""What a person is told of a release or a place is read from the words, whatever box says how fine it is (茨城 再被害防止要綱 第7)."""

from __future__ import annotations

import pytest

from validators.fineness import told_place, told_release, told_wrong_day

pytestmark = pytest.mark.usefixtures("_ours_in_force")
HOME = "汐見県岬市浜通り二丁目３番４号"


@pytest.mark.parametrize(
    ("words", "fine"),
    [
        ("十一月中に出所の見込みです。次は10月3日に電話します。", ""),
        ("11月に釈放の予定で、10月3日に改めて御連絡します。", ""),
        ("11月に釈放される予定です。担当は月曜日から金曜日まで電話に出られます。", ""),
        ("予定より早く釈放されることがあります。", ""),
        ("11月初旬に刑期を終えます。", "旬"),
        ("１１月の半ばに戻ってくる見込みです。", "旬"),
        ("11月25日の予定です。", "日"),
        ("11/25ごろ出てきます。", "日"),
        ("十一月二十五日、釈放されます。", "日"),
        ("来週、刑の執行が終わります。", "日"),
    ],
)
def test_a_day_counts_where_the_sentence_is_about_the_release_and_not_about_us(words: str, fine: str) -> None:
    assert told_release(words) == fine


@pytest.mark.parametrize(
    ("address", "words", "fine"),
    [
        ("汐見県", "県内です。", "都道府県"),
        ("岬市", "岬市内です。", "市町村"),
        ("岬市", "岬市の浜通りのあたりです。", "町字"),
        ("岬市浜通り", "", "町字"),
        ("岬市浜通り２ー３", "", "番地"),
        ("岬市", "岬市の十二番地の三です。", "番地"),
        ("岬市", "浜通りの百二十三です。", "番地"),
        ("岬市浜通り", "岬市浜通り二の三の四です。", "番地"),
        ("岬市浜通り", "岬市浜通り二丁目三です。", "番地"),
        ("岬市浜通り", "浜通り２３４のあたりです。", "番地"),
        ("岬市浜通り", "岬市浜通り二丁目です。10月3日に連絡します。", "町字"),
    ],
)
def test_a_place_is_as_fine_as_the_finest_of_the_address_and_the_words(address: str, words: str, fine: str) -> None:
    assert told_place(address, words, HOME) == fine


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("11月に釈放される予定です。", False),
        ("令和七年十一月二十五日、釈放されます。10月３日に電話します。", False),
        ("来月の釈放の予定です。", False),
        ("近く釈放される見込みです。", False),
        ("令和６年に有罪となりました。11月下旬に出所の予定です。", False),
        ("12月に釈放される予定です。", True),
        ("令和８年11月に釈放される予定です。", True),
        ("再来月に出所する見込みです。", True),
        ("釈放は11/26の予定です。", True),
    ],
)
def test_a_month_or_day_of_release_that_is_not_the_one_known_is_wrong(words: str, *, wrong: bool) -> None:
    """Told on 2 October of a release on 25 November: later than the truth, and nobody is on guard."""
    assert told_wrong_day(words, "2025-11-25", "2025-10-02") is wrong
    assert not told_wrong_day(words, None, "2025-10-02")


@pytest.mark.parametrize(
    ("known", "words", "fine"),
    [
        ("汐見県架空郡小浜町大字西浜123番地", "小浜町、西浜の辺りです。", "町字"),
        ("汐見県架空郡小浜町大字西浜123番地", "小浜町です。", "市町村"),
        ("汐見県汐見市桜ケ丘3番", "汐見市の桜が丘です。", "町字"),
        ("汐見県汐見市中央区本町二丁目3番", "汐見市の本町です。", "町字"),
        ("汐見県汐見市中央区本町二丁目3番", "汐見市中央区です。", "町字"),
        ("汐見県西浜市西浜3番", "西浜市に帰る予定です。", "市町村"),
        ("汐見県灯台市字西原45番地", "西原の四十五番地です。", "番地"),
        ("汐見県西浜市西浜3番", "西浜市西浜に帰る予定です。", "町字"),
    ],
)
def test_a_town_is_told_by_its_name_without_what_is_written_before_it(known: str, words: str, fine: str) -> None:
    """大字, county and ward aside, in any spelling of the name; a municipality that holds the town's name tells no town."""
    assert told_place("", words, known) == fine
