"""Promise: an address of any shape is cut into all that alone identifies: 大字 without its 字, a building of one letter, a host."""

from __future__ import annotations

import pytest

from validators.secrecy import Value, secrets_of


def told(address: str, text: str) -> bool:
    return bool(secrets_of([Value("避難先", "address", address)]).found_in(text))


LOT = "鳥見県磯辺郡葦原町大字龍崎字渕ノ上１２番地の３　コーポ桜２０３号室"


@pytest.mark.parametrize(
    "text",
    ["龍崎12番地の3", "竜崎十二ノ三に居る", "大字竜崎12-3", "龍崎字淵之上１２－３", "渕の上12番3", "竜崎拾弐番地ノ参", "龍崎12-3-203", "コーポ桜にいる", "ｺｰﾎﾟ桜203", "コーポ櫻"],
)  # fmt: skip
def test_a_lot_is_told_without_its_smaller_name_and_a_building_by_one_letter(text: str) -> None:
    assert told(LOT, text)


@pytest.mark.parametrize(
    "text",
    ["龍崎112-3", "龍崎12-30", "新龍崎12-3", "長崎12番地の3", "コーポ桜井", "コーポ桜ヶ丘203", "メゾン桜", "桜の木", "12番地の3"],
)  # fmt: skip
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert not told(LOT, text)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("鳥見県磯辺市潮音町2-7-4 Maison Kamome 2F", "Maison Kamomeに居る"),
        ("鳥見県磯辺市潮音町2-7-4　社会福祉法人かもめ会しおかぜ寮", "しおかぜ寮に居る"),
        ("鳥見県磯辺市潮音町2-7-4　仮名千波様方", "仮名千波の家に居る"),
        ("鳥見県磯辺市潮音町2-7-4　かもめ荘306　仮名様方", "かもめ荘に居る"),
        ("鳥見県磯辺市十文字町1-2", "十文字町1-2"),
        ("岩手県磯辺市潮音第3地割12番地4", "潮音3地割12-4"),
    ],
)
def test_what_stands_beside_the_number_is_cut_out_of_it(address: str, text: str) -> None:
    assert told(address, text)


@pytest.mark.parametrize("text", ["隣の町1-2", "ダウンタウン5-12", "東寮の件"])
def test_no_piece_of_a_name_is_taken_for_a_place(text: str) -> None:
    """A long vowel is no dash, 文字 no 字, and a letter that only says which building names none."""
    for address in ("鳥見県磯辺市十文字町1-2", "鳥見県磯辺市潮音ニュータウン5-12", "鳥見県磯辺市潮音町2-7-4　東寮"):
        assert not told(address, text)


def test_the_same_number_of_another_lot_frees_nothing() -> None:
    """龍崎字浜 12-3 is another house than 龍崎字渕ノ上 12-3, though both are called 龍崎 12-3."""
    known = [Value("住所", "address", "鳥見県磯辺郡葦原町大字龍崎字浜12番地の3")]
    assert secrets_of([Value("避難先", "address", LOT)], known).found_in("龍崎字渕ノ上12番地の3")


@pytest.mark.parametrize("text", ["昭６２・１１・３生", "昭62.11.3", "㍼62年11月3日", "昭和六二年一一月三日"])
def test_a_day_is_found_by_the_first_letter_of_its_era(text: str) -> None:
    assert secrets_of([Value("生年月日", "date", "1987-11-03")]).found_in(text)


@pytest.mark.parametrize(
    ("name", "text"), [("葵荘", "あおい荘102"), ("寿荘", "ことぶき荘に居る"), ("昴荘", "スバル荘203")]
)
def test_a_kanji_that_is_a_noun_by_itself_is_read_whole(name: str, text: str) -> None:
    assert told(f"鳥見県磯辺市潮音町2-7-4　{name}102", text)
