"""The vocabulary of the expressions: near misses of every function."""

from __future__ import annotations

import re

import pytest

from tests.rulebooks import OURS
from validators.expressions import dates as d
from validators.expressions import functions as f
from validators.expressions import lookups
from validators.expressions.lookups import UnknownAnswerError

pytestmark = pytest.mark.usefixtures("_ours_in_force")


@pytest.mark.parametrize(
    ("value", "expected"), [("a", True), (" 　", False), ("", False), (None, False), ([], False), ({}, False)]
)
def test_filled(value: object, *, expected: bool) -> None:
    assert f.filled(value) is expected


def test_false_and_zero_are_filled_and_lists_of_blanks_are_not() -> None:
    assert f.filled(x=False)
    assert f.filled(0)
    assert not f.filled([None, "", {}])
    assert not f.filled({"name": " "})
    assert f.filled({"name": None, "kana": "ヤマダ"})


def test_days_are_compared_without_their_times() -> None:
    assert d.not_after("2024-05-10T23:59", "2024-05-10")
    assert not d.before("2024-05-10", "2024-05-10T23:59")
    assert d.before("2024-05-09T23:59", "2024-05-10")
    assert not d.before(None, "2024-05-10")
    assert not d.not_after("2024-02-30", "2024-05-10")


def test_order_goes_to_the_minute_only_where_both_have_a_time() -> None:
    assert not d.in_order("2024-05-10T10:01", "2024-05-10T10:00")
    assert d.in_order("2024-05-10T10:01", "2024-05-10")


def test_hours_and_days_have_a_lower_bound() -> None:
    assert d.within_hours("2024-05-10T20:00", "2024-05-11T08:00", 12)
    assert not d.within_hours("2024-05-10T20:00", "2024-05-11T08:01", 12)
    assert not d.within_hours("2024-05-10T20:00", "2024-05-10T19:59", 12)
    assert not d.within_hours("2024-05-10", "2024-05-10T19:59", 12)
    assert d.within_days("2024-05-10", "2024-05-17", 0, 7)
    assert not d.within_days("2024-05-10", "2024-05-18", 0, 7)
    assert not d.within_days("2024-05-10", "2024-05-09", 0, 7)


def test_periods_come_from_the_one_place_that_counts() -> None:
    assert d.last_day("2024-02-29", "1 year", "start_day_counts") == "2025-02-28"
    assert d.last_day("2026-12-01T10:00", "2 weeks", "from_next_day") == "2026-12-15"
    assert d.renewed_last_day("2024-06-01", "1 year", 1) == "2026-05-31"
    assert d.renewed_last_day("2024-06-01", "1 year", None) == "2025-05-31"
    assert d.filing_deadline("2026-12-29") == "2027-01-04"
    assert d.last_day(None, "1 year", "start_day_counts") is None


def test_ages_change_on_the_birthday_and_are_unknown_without_dates() -> None:
    assert d.under_age("2009-05-11", 15, "2024-05-10")
    assert d.reached_age("2009-05-10", 15, "2024-05-10T08:00")
    assert not d.under_age(None, 15, "2024-05-10")
    assert not d.reached_age("2009-05-10", 15, None)
    assert d.minor("2003-04-01", "2022-03-31")
    assert not d.minor("2003-04-01", "2022-04-01")
    assert not d.minor(None, "2024-05-10")
    assert not d.under_age("2030-01-01", 15, "2024-05-10")


def test_words_are_found_folded_and_numbers_whole() -> None:
    assert f.mentions("被害者は　ｼｪﾙﾀｰ　にいる", ["シェルター"])
    assert not f.mentions("架空町11-2-8", "1-2-8")
    assert not f.mentions("文", "")
    assert f.mentions_all("住所と氏名", ["住所", "氏名"])
    assert not f.mentions_all("住所", [])


@pytest.mark.parametrize("name", sorted(OURS.reference.table("patterns")))
def test_each_named_pattern_matches_its_samples_and_leaves_the_others(name: str) -> None:
    pattern = OURS.reference.table("patterns")[name]
    assert [text for text in pattern["matches"] if not f.looks_like(text, name)] == []
    assert [text for text in pattern["leaves"] if f.looks_like(text, name)] == []


def test_legal_bases_are_compared_by_their_numbers() -> None:
    assert f.same_number("法6条", "第六条")
    assert f.same_number("DV防止法第10条の2", "１０条の二")
    assert not f.same_number("法6条", "法第6条第2項")
    assert not f.same_number("法", "法")


def test_lists() -> None:
    assert f.has_any(["a", "b"], ["b", "c"])
    assert not f.has_any([], ["b"])
    assert f.has_all(["a", "b"], ["a"])
    assert not f.has_all(["a"], ["a", "b"])
    assert f.only([], ["a"])
    assert not f.only(["a", "x"], ["a"])
    assert f.count(["a", "", None]) == 1


def test_attachments_and_posts_stand_inside_the_text() -> None:
    assert f.attached(["別記様式2 再被害防止対象者指定上申チェック表"], "再被害防止対象者指定上申チェック表")
    assert f.attached("戸籍謄本 一通", "戸籍謄本")
    assert not f.attached([], "戸籍謄本")
    assert f.is_post("汐見県汐見警察署長", "警察署長")
    assert not f.is_post("汐見県汐見警察署", ["警察署長", "警察本部長"])
    assert not f.is_post("", [""])


def test_district_courts_take_their_prefecture() -> None:
    assert lookups.court_covers("水戸地方裁判所", "茨城県水戸市三の丸一丁目")
    assert lookups.court_covers("水戸地方裁判所　土浦支部", "茨城県つくば市")
    assert not lookups.court_covers("東京地方裁判所", "茨城県水戸市")
    assert lookups.court_covers("函館地方裁判所", "北海道函館市")
    assert not lookups.court_covers("札幌地方裁判所", "北海道亀田郡七飯町")
    assert lookups.court_covers("釧路地方裁判所", "北海道根室市")
    assert lookups.court_covers("旭川地方裁判所", "北海道上川郡美瑛町")
    assert lookups.court_covers("釧路地方裁判所", "北海道上川郡清水町")
    assert lookups.court_covers("釧路地方裁判所", "北海道帯広市東川町１－２")
    assert lookups.court_covers("函館地方裁判所", "北海道北斗市架空町")
    assert lookups.court_covers("札幌地方裁判所", "北海道勇払郡むかわ町")
    assert lookups.court_covers("横浜地方裁判所", "横浜市中区架空町１－２")
    assert lookups.court_covers("札幌地方裁判所", "札幌市中央区")
    assert not lookups.court_covers("東京地方裁判所", "川崎市川崎区")


@pytest.mark.parametrize(
    ("court", "address"),
    [("水戸地方裁判所", "水戸市三の丸"), ("札幌地方裁判所", "北海道どこか"), ("架空地方裁判所", "茨城県水戸市")],
)
def test_a_place_or_court_that_is_not_in_the_table_has_no_answer(court: str, address: str) -> None:
    with pytest.raises(UnknownAnswerError):
        lookups.court_covers(court, address)


def test_every_prefecture_has_its_court() -> None:
    table = OURS.reference.table("courts")
    real = set(table["by_prefecture"]) - {"汐見県"}
    assert len(real | set(table["by_municipality"])) == 47
    assert len({*table["by_prefecture"].values()} - {"汐見"}) + len(table["by_municipality"]["北海道"]) == 50
    assert all(re.fullmatch(r".+[都府県]", name) for name in real)


def test_every_district_court_has_its_high_court() -> None:
    """Act on the areas of lower courts, table 5."""
    table = OURS.reference.table("courts")
    under = [court for courts in table["high_courts"].values() for court in courts]
    assert sorted(under) == sorted({*table["by_prefecture"].values(), *table["by_municipality"]["北海道"]} - {"汐見"})
    assert lookups.high_court_of("水戸地裁土浦支部") == "東京"
    assert lookups.high_court_of("金沢地方裁判所") == "名古屋"
    assert not lookups.high_court_of("架空地方裁判所")


def test_prefectures_and_stations() -> None:
    assert lookups.prefecture_of("京都府京都市") == "京都府"
    assert lookups.prefecture_of("神奈川県横浜市") == "神奈川県"
    assert lookups.prefecture_of(None) is None
    assert lookups.station_of("汐見県汐見市架空町一丁目") == "汐見県汐見警察署"
    with pytest.raises(UnknownAnswerError):
        lookups.station_of("茨城県水戸市")


def test_numbers_are_compared_null_safe() -> None:
    assert f.at_least(3, 3)
    assert f.at_most(2.0, 3)
    assert f.equal(1, 1.0)
    assert not f.at_least(None, 0)
    assert not f.at_most(n=True, m=3)


def test_the_page_for_authors_names_every_function() -> None:
    page = (OURS.places.reference.parents[1] / "docs" / "CLAUSES.md").read_text(encoding="utf-8")
    assert [name for name in f.VOCABULARY if f"{name}(" not in page] == []


def test_a_court_takes_electronic_petitions_from_its_day_and_an_unlisted_one_is_asked() -> None:
    assert lookups.takes_electronic("汐見地方裁判所", "2026-06-24")
    assert not lookups.takes_electronic("汐見地裁", "2026-06-23T23:59")
    assert not lookups.takes_electronic(None, "2026-06-24")
    with pytest.raises(UnknownAnswerError):
        lookups.takes_electronic("水戸地方裁判所", "2026-06-24")


def test_every_prefecture_has_its_district_court() -> None:
    """Act on the areas of lower courts, tables 2 and 5: 50 courts, four of them in Hokkaido; and one of a made-up place."""
    table = OURS.reference.table("courts")
    assert len(table["by_prefecture"]) == 46 + 1
    courts = {*table["by_prefecture"].values(), *table["by_municipality"]["北海道"]}
    assert len(courts) == 50 + 1
    places = [place for listed in table["by_municipality"]["北海道"].values() for place in listed]
    assert len(places) == len(set(places))
