"""Promise: quotation marks round a building's name hide nothing, in what is protected or in what is searched."""

from __future__ import annotations

import pytest

from validators.secrecy import Value, secrets_of


def told(address: str, text: str) -> bool:
    return bool(secrets_of([Value("避難先", "address", address)]).found_in(text))


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("鳥見県磯辺市潮音町2-7-4　コーポ「楓」３０１", "コーポ楓に居る"),
        ("鳥見県磯辺市潮音町2-7-4　コーポ「楓」３０１", "コーポ『楓』の３０１"),
        ("鳥見県磯辺市潮音町2-7-4　ｺｰﾎﾟ｢楓｣", "こーぽ楓に居る"),
        ("鳥見県磯辺市潮音町2-7-4　コーポ楓301", "コーポ「楓」に移った"),
        ("鳥見県磯辺市潮音町2-7-4　「楓」コーポ", "楓コーポに居る"),
        ("「かもめ荘」306", "かもめ荘に居る"),
        ("コーポ「楓」301号室", "コーポ楓に居る"),
        ("ハイツ〈しおかぜ〉2階", "ハイツしおかぜの二階"),
        ("シェルター「しおさいの家」", "しおさいの家に居る"),
        ("鳥見県磯辺市潮音町2-7-4　「かもめ荘」", "潮音町2-7-4"),
    ],
)
def test_a_quoted_name_is_the_name(address: str, text: str) -> None:
    assert told(address, text)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("鳥見県磯辺市潮音町2-7-4　コーポ「楓」", "メゾン「楓」に居る"),
        ("鳥見県磯辺市潮音町2-7-4　コーポ「楓」", "コーポ「楓井」に居る"),
        ("鳥見県磯辺市潮音町2-7-4　コーポ「楓」", "「楓」の木"),
        ("鳥見県磯辺市潮音町2-7-4「母の実家」", "母の実家に居る"),
    ],
)
def test_a_like_name_and_a_remark_are_not(address: str, text: str) -> None:
    assert not told(address, text)


def test_a_shelter_is_told_within_a_text_too() -> None:
    note = Value(
        "連絡の方法", "text", "平日の午前。シェルター「しおさいの家」の事務室。相談はセンター「架空相談所」へ。"
    )
    assert secrets_of([note]).found_in("しおさいの家に居る")
    assert not secrets_of([note]).found_in("架空相談所に相談した")
