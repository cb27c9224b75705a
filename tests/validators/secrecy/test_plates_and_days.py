"""Promise: of what is written down as protected, a car is found by its number, and a dated matter by its day."""

from __future__ import annotations

import pytest

from validators.secrecy import Secrets, Value, secrets_of

CAR = "汐見 300 あ 12-34"


def kept(*values: str) -> Secrets:
    return secrets_of(Value("秘匿する事項", "address", value) for value in values)


@pytest.mark.parametrize(
    "car", [CAR, "汐見300あ1234", "白の軽自動車（汐見３００あ１２－３４）", "車の番号　汐見 300 あ 12-34"]
)
@pytest.mark.parametrize(
    "text",
    [
        "汐見300あ1234に乗る",
        "汐見 ３００ あ １２－３４",
        "ナンバーは300あ12-34である",
        "車（あ12-34）を見られた",
        "あ１２３４の車",
    ],
)
def test_a_car_is_found_by_its_number(car: str, text: str) -> None:
    assert kept(car).found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "汐見300い12-34",
        "汐見300あ56-78",
        "あ12-345",
        "300番12-34",
        "汐見地方裁判所",
        "汐見300条",
        "翌日あ、12時34分に",
        "令和８年（配チ）第１号",
    ],
)
def test_another_number_or_place_is_not_the_car(text: str) -> None:
    assert not kept(CAR).found_in(text)
    assert not kept(CAR).hinted_in(text)


def test_a_short_number_needs_its_class() -> None:
    short = kept("汐見 500 さ ・1-23")
    assert short.found_in("汐見500さ1-23")
    assert short.found_in("500さ・１－２３")
    assert not short.found_in("高さ123センチ")


def test_a_house_number_is_no_plate() -> None:
    assert kept("鳥見県磯辺市潮音町123の12").found_in("潮音町123-12に居る")
    assert kept("鳥見県磯辺市潮音町12の34-56").found_in("潮音町12-34-56に居る")


@pytest.mark.parametrize("written", ["令和8年7月9日に転校する", "令和八年七月九日", "2026/7/9", "2026-07-09　退院"])
def test_a_dated_matter_is_found_by_its_day(written: str) -> None:
    secrets = kept(written)
    assert secrets.found_in("令和８年７月９日には居ない")
    assert secrets.found_in("2026.7.9に移る")
    for other in ("令和８年（配チ）第１号", "令和8年8月9日", "7月9日", "令和9年7月9日"):
        assert not secrets.found_in(other)
        assert not secrets.hinted_in(other)
