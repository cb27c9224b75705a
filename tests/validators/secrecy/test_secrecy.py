"""Promise: a value is cut into what alone identifies; each part is found in every notation, and nothing else is."""

from __future__ import annotations

import time

import pytest

from validators.secrecy import Secrets, Value, cut, secrets_of

REFUGE = "鳥見県磯辺市潮音町二丁目７番４号　かもめ荘３０６"
PHONE, SCHOOL, BORN = "090-0123-0456", "磯辺市立はまかぜ小学校", "1987-04-09"


def hidden(*values: tuple[str, str], known: tuple[tuple[str, str], ...] = ()) -> Secrets:
    return secrets_of(
        (Value(kind, kind, text) for kind, text in values), (Value(kind, kind, text) for kind, text in known)
    )


ALL = hidden(
    ("address", REFUGE),
    ("phone", PHONE),
    ("string", SCHOOL),
    ("date", BORN),
    ("string", "架空海運株式会社"),
    ("string", "umi.kaze@example.jp"),
    ("person", "仮名　千波"),
    ("person", "かめい　ちなみ"),
)
AROUND = ["申出者は、{}に居る。", "{}", "現在{}の近く", "（{}）", "その後{}へ", "母と{}で", "連絡先：{}。"]


@pytest.mark.parametrize(
    "written",
    [
        "潮音町2-7-4",
        "潮音町２－７－４",
        "潮音町二丁目七番四号",
        "潮音町弐丁目漆番肆号",
        "潮音町Ⅱ-Ⅶ-Ⅳ",
        "潮音町②－⑦－④",
        "潮音町2、7、4",
        "潮音町2：7：4",
        "潮音町2→7→4",
        "潮音町「2-7-4」",
        "潮音町【2丁目】7番4号",
        "潮音町2丁目(7番4号)",
        "潮音町第2-7-4",
        "潮音町2の7の4",
        "潮音町2と7と4",
        "潮・音・町2-7-4",
        "潮\u200b音町2-7-4",
        "潮音町2丁目\r\n7番\r\n4号",
        "磯辺市潮音町2-7-4-306",
        "潮音町大字2-7-4",
        "潮音町No.2-7-4",
        "しおねちょう2-7-4",
        "ｼｵﾈﾁｮｳ2-7-4",
        "シオネ町2-7-4",
        "潮音まち2-7-4",
        "同町二丁目７番４号",
        "二丁目7番4号",
        "2-7-4-306",
        "かもめ荘",
        "かもめ莊",
        "カモメソウ306",
        "かもめ荘の三〇六号室",
        "かもめ 荘",
        "ｶﾓﾒ荘",
        "旧かもめ荘",
        "かもめ荘内",
        "09001230456",
        "〇九〇の〇一二三の〇四五六",
        "○九○－○一二三－○四五六",
        "+81-90-0123-0456",
        "090一0123一0456",
        "0900-123-0456",
        "(090)0123 0456",
        "090、0123、0456",
        "はまかぜ小学校",
        "磯辺市はまかぜ小学校",
        "磯辺はまかぜ小学校",
        "ハマカゼ小学校の２年生",
        "昭和62年4月9日",
        "昭和六十二年四月九日",
        "S62.4.9",
        "1987/4/9",
        "１９８７年４月９日生まれ",
        "19870409",
        "3620409",
        "62.4.9生",
        "架空海運",
        "架空海運㈱",
        "（株）架空海運の同僚",
        "UMI.KAZE@EXAMPLE.JP",
        "umi.kaze＠example.jp",
        "umi.kaze (at) example (dot) jp",
        "仮名千波",
        "仮名 千波さん",
        "カメイチナミ",
    ],
)
def test_every_notation_is_found(written: str) -> None:
    assert [around for around in AROUND if not ALL.found_in(around.format(written))] == []


@pytest.mark.parametrize(
    "written",
    [
        "東潮音町2-7-4",
        "新潮音町2-7-4",
        "潮音町12-7-4",
        "潮音町2-7-40",
        "潮音町2-77-4",
        "潮音町274",
        "山手町二丁目7番4号",
        "遠海市潮音町2-7-4",
        "3-2-7-4",
        "第2-7-4号",
        "2-7-4",
        "令和2年7月4日",
        "かもめ荘園",
        "かもめ荘苑",
        "第二かもめ荘",
        "東かもめ荘",
        "かもめさん",
        "鴨目荘",
        "190-0123-0456",
        "090-0123-04567",
        "090-0123-0457",
        "C-0900123045678",
        "0900-0123-0456",
        "東はまかぜ小学校",
        "第二はまかぜ小学校",
        "はまかぜ公園",
        "はまかぜ中学校",
        "昭和62年4月10日",
        "昭和26年4月9日",
        "1987年4月19日",
        "4月9日",
        "新架空海運",
        "架空海運高校",
        "aumi.kaze@example.jp",
        "umi.kaze@example.jp.net",
        "仮名千波美術館",
        "仮名千波子",
    ],
)
def test_what_only_looks_like_it_is_not(written: str) -> None:
    assert [around for around in AROUND if ALL.found_in(around.format(written))] == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("潮音町に移った。", True),
        ("潮音町二丁目の辺り", True),
        ("潮音町2丁目7番まで", True),
        ("磯辺市内にいる。", False),  # a city, for the papers that ask for it
        ("娘ははまかぜ小に通う。", True),
        ("潮音町9-1の店", False),  # another house
        ("東潮音町で", False),
        ("遠海市潮音町で", False),
        ("磯の辺り", False),
        ("はまかぜ小町", False),
    ],
)
def test_a_town_alone_is_a_hint(written: str, told: bool) -> None:  # noqa: FBT001
    assert bool(ALL.hinted_in(written)) is told
    assert bool(ALL.hinted_in(written, cities=True)) is (told or "磯辺市" in written)
    assert not ALL.found_in(written)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("〒999-0123　鳥見県磯辺市潮音町2-7-4（母方、電話03-0000-0123）", ["潮音町2-7-4", "999-0123", "03(0000)0123"]),
        ("かもめ荘306　鳥見県磯辺市潮音町2-7-4", ["潮音町二丁目7番4号", "かもめ荘"]),
        ("鳥見県磯辺市潮音町（2-7-4）（かもめ荘306）", ["潮音町2-7-4", "かもめ荘"]),
        ("鳥見県磯辺郡沖野町大字架空字波戸12番地の3", ["字波戸12-3", "架空波戸12番地3", "大字架空字波戸１２の３"]),
        ("京都府京都市架空区波戸通架空上る汐見町488番地", ["汐見町488", "波戸通架空上る汐見町488番地", "汐見町四八八"]),
        ("磯辺市潮音町1-2-3-405", ["潮音町1-2-3", "潮音町1丁目2番3号405号室"]),
        ("浜１番地", ["浜1番地", "浜一番地", "磯辺市浜1"]),
        ("かもめ荘", ["かもめ荘にいる"]),
    ],
)
def test_an_address_is_cut_into_what_identifies(value: str, found: list[str]) -> None:
    secrets = hidden(("address", value))
    assert [text for text in found if not secrets.found_in(f"今は{text}にいる。")] == []


@pytest.mark.parametrize("text", ["砂浜１番地", "浜１番地の２", "浜12番地"])
def test_a_lot_is_not_its_branch(text: str) -> None:
    assert not hidden(("address", "浜１番地")).found_in(f"今は{text}にいる。")


@pytest.mark.parametrize(
    "box",
    [
        "090-0123-0456、03-0000-0123",
        "090-0123-0456（自宅 03-0000-0123）",
        "090-0123-0456\n０３（００００）０１２３",
        "携帯０９００１２３０４５６・固定03-0000-0123",
    ],
)
def test_a_telephone_box_may_hold_several_numbers(box: str) -> None:
    secrets = hidden(("phone", box))
    assert secrets.found_in("電話は09001230456")
    assert secrets.found_in("電話は03-0000-0123")


@pytest.mark.parametrize("number", ["+1 202 555 0123", "0456-789"])
def test_a_number_that_is_none_of_japan_is_searched_as_it_stands(number: str) -> None:
    assert hidden(("phone", number + "0")).found_in(f"電話は{number}0である。")


@pytest.mark.parametrize("word", ["無職", "不明", "会社", "自宅", "学校", "なし", "同上", "　", "—", "林", "1"])
@pytest.mark.parametrize("kind", ["address", "string", "person", "text", "phone"])
def test_words_that_are_no_secret_protect_nothing(word: str, kind: str) -> None:
    assert cut(word, kind) == ()


@pytest.mark.parametrize(
    "known",
    [
        ("address", "潮音町"),
        ("address", "かもめ荘306"),
        ("address", "鳥見県磯辺市潮音町1-1-1"),
        ("address", "鳥見県遠海市潮音町2-7-4"),
        ("person", "かもめ荘"),
    ],
)
def test_a_known_box_frees_no_part_of_a_secret(known: tuple[str, str]) -> None:
    """Known to the respondent is said of a place, not of whatever was typed there."""
    secrets = hidden(("address", REFUGE), known=(known,))
    assert secrets.found_in("潮音町2-7-4")
    assert secrets.found_in("かもめ荘")


def test_the_same_whole_place_is_known_whatever_its_notation() -> None:
    secrets = hidden(("address", REFUGE), ("phone", PHONE), known=(("address", "磯辺市潮音町2-7-4 かもめ荘"),))
    assert not secrets.found_in(f"{REFUGE}で")
    assert not secrets.hinted_in("潮音町で")
    assert secrets.found_in(PHONE)


def test_the_house_may_be_known_and_the_building_not() -> None:
    secrets = hidden(("address", REFUGE), known=(("address", "磯辺市潮音町2-7-4"),))
    assert not secrets.found_in("潮音町2-7-4で")
    assert secrets.found_in("かもめ荘で")


def test_a_firm_both_know_is_known_with_any_kind() -> None:
    assert not hidden(("string", "架空海運株式会社"), known=(("string", "㈱架空海運"),)).found_in("架空海運で")


def test_a_text_is_searched_in_a_moment() -> None:
    """1 ms for a record's texts, a bound generous for a busy machine; no text and no value takes the machine away."""
    sentence = "令和６年５月10日午後２時30分ころ、汐見市中央区架空通３丁目４番５号の路上において、相手方は申立人に対し大声を上げた。"
    papers = [f"{n}{sentence * 20}"[:1000] for n in range(20)]
    assert min(_seconds(ALL, paper) for paper in papers) < 0.01
    for hostile in (
        "潮音町" * 6_000,
        "0" * 20_000,
        "9-" * 10_000,
        "090-" * 5_000,
        "（" * 20_000,
        "かもめ荘園" * 4_000,
        sentence * 300,
    ):
        assert _seconds(ALL, hostile) < 5
        assert _seconds(hidden(("address", hostile[:5_000]), ("string", hostile[:5_000])), sentence) < 5


def _seconds(secrets: Secrets, text: str) -> float:
    start = time.process_time()
    secrets.found_in(text)
    secrets.hinted_in(text)
    return time.process_time() - start
