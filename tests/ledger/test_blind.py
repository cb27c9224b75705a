"""Promise: one person, number or house has one token in every notation, two have none in common, and none tells its value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.blind import KINDS, TokenKind, fingerprint, folded_forms, row_mac, tokens
from ledger.keys import DataKey
from ledger.types import new_ref

INDEX = DataKey(1, new_ref(), bytes(range(32)), sealing=True)
OTHER = DataKey(2, new_ref(), bytes(32), sealing=True)

SAME: dict[TokenKind, list[tuple[str, ...]]] = {
    "name": [
        ("高崎　澪", "髙﨑澪", "高﨑 澪", "髙崎\u3000澪\ufe00", "高崎澪（旧姓　潮田）"),
        ("渡邉 齋", "渡辺斎", "渡邊　齊"),
        ("神谷 文", "神谷　文", "神谷文"),
        ("Maria Silva", "SILVA, Maria", "ｓｉｌｖａ ｍａｒｉａ"),
    ],
    "kana": [("シオミ　ハナコ", "しおみ はなこ", "ｼｵﾐ ﾊﾅｺ", "しおみはなこ"), ("ガク", "ｶﾞｸ", "か\u3099く")],
    "birth": [("1990-04-01", "平成2年4月1日", "H2.4.1", "4020401", "平成二年四月一日", "１９９０／４／１")],
    "phone": [
        ("090-0000-0001", "０９０（００００）０００１", "09000000001", "+81 90 0000 0001", "〇九〇－〇〇〇〇－〇〇〇一")
    ],
    "place": [
        (
            "汐見県海辺市架空町1丁目2番3号",
            "架空町一丁目二番地の三",
            "海辺市架空町１－２－３ みさき荘205号",
            "架空町1の2の3",
        ),
        ("汐見県海辺市砂浜12番地 みさき荘", "みさき荘"),
        ("汐見300あ12-34", "300 あ 12-34", "あ１２３４"),
    ],
    "number": [("Ｃ－７７", "c-77", "C77"), ("令和8年第12号", "令和８年 第１２号")],
}
APART: dict[TokenKind, list[tuple[str, str]]] = {
    "name": [("高崎 澪", "高崎 零"), ("山田 太郎", "山田 太")],
    "kana": [("しおみ", "しおの")],
    "birth": [("1990-04-01", "1990-01-04"), ("1990-04-01", "平成3年4月1日")],
    "phone": [("090-0000-0001", "090-0000-0010")],
    "place": [("架空町1-2-3", "架空町11-2-3"), ("架空町1-2-3", "砂浜1-2-3"), ("みさき荘", "みさき荘園")],
    "number": [("1-12", "11-2"), ("C-77", "C-78")],
}


@pytest.mark.parametrize(("kind", "spellings"), [(kind, each) for kind in KINDS for each in SAME[kind]])
def test_every_notation_is_found_by_every_other(kind: TokenKind, spellings: tuple[str, ...]) -> None:
    """Each spelling of a value shares a token with the first."""
    for spelling in spellings[1:]:
        assert tokens(INDEX, kind, spellings[0]) & tokens(INDEX, kind, spelling), spelling


@pytest.mark.parametrize(("kind", "pair"), [(kind, each) for kind in KINDS for each in APART[kind]])
def test_nearly_the_same_is_not_the_same(kind: TokenKind, pair: tuple[str, str]) -> None:
    """Two values that only look alike share no token."""
    one, two = (tokens(INDEX, kind, each) for each in pair)
    assert one
    assert two
    assert not one & two


@pytest.mark.parametrize(
    ("kind", "value"),
    [("birth", "不明"), ("birth", "1990年ころ"), ("place", "無職"), ("place", "自宅"), ("name", "　")],
)
def test_what_tells_of_nobody_has_no_token(kind: TokenKind, value: str) -> None:
    """A blank or an unreadable value is not what two people have in common."""
    assert tokens(INDEX, kind, value) == frozenset()


@settings(max_examples=40)
@given(value=st.text(max_size=60), kind=st.sampled_from(KINDS))
def test_any_text_has_tokens_of_eight_bytes_that_another_key_does_not_make(value: str, kind: TokenKind) -> None:
    """Nothing typed into a box is too strange; tokens depend on the key and on the kind, and are not the value."""
    made = tokens(INDEX, kind, value)
    assert all(len(token) == 8 for token in made)
    assert not made & tokens(OTHER, kind, value)
    assert len(made) == len(folded_forms(kind, value))
    assert not any(made & tokens(INDEX, other, value) for other in KINDS if other != kind)


@settings(max_examples=40)
@given(sha=st.binary(min_size=32, max_size=32))
def test_a_fingerprint_needs_the_key(sha: bytes) -> None:
    """The same paper has the same fingerprint, which nobody without the key can compute."""
    assert fingerprint(INDEX, sha) == fingerprint(INDEX, sha)
    assert fingerprint(INDEX, sha) not in {sha, fingerprint(OTHER, sha)}


def test_a_rows_code_knows_the_row_again() -> None:
    """Any other value, row or table has another code; the order of the values does not matter."""
    code = row_mac(INDEX, "event", "a", {"by": "署長", "on": "2026-04-01"})
    assert code == row_mac(INDEX, "event", "a", {"on": "2026-04-01", "by": "署長"})
    others = [("event", "b"), ("fact", "a")]
    assert all(row_mac(INDEX, *other, {"by": "署長", "on": "2026-04-01"}) != code for other in others)
    assert row_mac(INDEX, "event", "a", {"by": "署長"}) != code
