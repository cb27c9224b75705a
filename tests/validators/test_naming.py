"""Offices, posts, persons, papers and ways of delivery are one whatever their spelling, and never one by likeness alone."""

from __future__ import annotations

from itertools import combinations

import pytest

from validators.expressions import functions as f
from validators.naming import parse, rank_of

pytestmark = pytest.mark.usefixtures("_ours_in_force")

STATION = [
    "汐見署",
    "汐見警察署",
    "汐見県汐見警察署",
    "汐見県警察汐見警察署",
    "汐見県警汐見署",
    "汐見県　汐見警察署",
    "汐見県汐見警察署長",
    "汐見署生活安全課保安係",
    "汐見警察署長　警視　﨑山　健一　殿",
    "汐見",
]


@pytest.mark.parametrize(("a", "b"), list(combinations(STATION, 2)))
def test_one_station_in_every_spelling(a: str, b: str) -> None:
    """Every spelling of a station, of its units and posts, belongs to that station; two bare words are only equal texts."""
    assert f.same_office(a, b)
    assert f.same_office(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("汐見署", "沖ノ浜署"),
        ("汐見県汐見警察署", "灯台県汐見警察署"),
        ("汐見署", "汐見税務署"),
        ("汐見署", "東汐見署"),
        ("汐見署", "汐見県警察本部"),
        ("生活安全課長", "汐見署"),
        ("署長", "汐見署長"),
        ("警察署", "警察署"),
        ("汐見刑務所", "汐見拘置所"),
        ("北海道警察本部", "北海道警察函館方面本部"),
        ("", ""),
        (None, "汐見署"),
    ],
)
def test_another_office_or_none_named_is_not_the_same(a: str | None, b: str) -> None:
    """Likeness of names, a post without office and a blank never make one office."""
    assert not f.same_office(a, b)
    assert not f.same_office(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("県警本部", "汐見県警察本部"),
        ("汐見県警", "汐見県警察本部人身安全対策課"),
        ("警察本部長", "汐見県警察本部長　殿"),
        ("警視庁", "警視総監"),
        ("警視庁渋谷警察署", "渋谷署"),
        ("函館方面本部", "北海道警察函館方面本部長"),
        ("水戸刑務所長", "水戸刑務所"),
        ("水戸地検", "水戸地方検察庁検事正"),
        ("霞ヶ浦署", "霞が浦警察署"),
        ("一ノ瀬警察署", "一の瀬署"),
    ],
)
def test_headquarters_and_other_offices(a: str, b: str) -> None:
    """Headquarters, prisons and prosecutors have short forms too."""
    assert f.same_office(a, b)


@pytest.mark.parametrize(
    ("written", "office", "goes_there"),
    [
        ("水戸刑務所長", "水戸刑務所", True), ("法務省　水戸刑務所　所長　殿", "水戸刑務所", True), ("水戸刑務所御中", "水戸刑務所", True),
        ("水戸刑務所長代理", "水戸刑務所", True), ("水戸刑務所庶務課長", "水戸刑務所", False), ("水戸刑務所土浦拘置支所長", "水戸刑務所", False),
        ("架空保護観察所長岡支部長", "架空保護観察所長岡支部", True), ("架空保護観察所長岡支部長", "架空保護観察所", False),
    ],
)  # fmt: skip
def test_a_paper_goes_to_the_head_of_an_office(written: str, office: str, *, goes_there: bool) -> None:
    """The office or its head, in any spelling; no unit, branch or other post within it."""
    assert f.is_head_of(written, office) is goes_there


def test_the_office_of_a_post() -> None:
    """A post leads to its office; one that names none leads nowhere."""
    assert f.office_of("汐見署生活安全課長") == "汐見警察署"
    assert f.office_of("汐見県警察本部長") == "汐見県警察本部"
    assert f.office_of("水戸刑務所長") == "水戸刑務所"
    assert f.office_of("生活安全課長") is None
    assert f.office_of(None) is None


@pytest.mark.parametrize(
    ("written", "post"),
    [
        ("汐見署長", "警察署長"),
        ("署長", "警察署長"),
        ("汐見県汐見警察署長　警視　﨑山　健一", "警察署長"),
        ("警察署長", "汐見警察署長"),
        ("本部長", "警察本部長"),
        ("県警本部長殿", "警察本部長"),
        ("警視総監", "警察本部長"),
        ("警察本部長（人身安全対策課長経由）", "警察本部長"),
        ("生活安全部人身安全対策課長経由", "人身安全対策課長"),
        ("人身安全対策課長を経由して", "人身安全対策課長"),
        ("汐見署生活安全課長　沖　一郎", "生活安全課長"),
        ("生活安全１課長", "生活安全第一課長"),
        ("生活安全第1課長（写）", "生活安全第一課長"),
        ("当直主任　警部補　沖", "当直主任"),
    ],
)
def test_a_post_with_office_person_or_form_of_address(written: str, post: str) -> None:
    """A post is recognised behind its office, before its holder, with 殿, 経由 and （写）."""
    assert f.is_post(written, post)
    assert f.is_post(written, ["地域課長", post])


@pytest.mark.parametrize(
    ("written", "post"),
    [
        ("汐見警察署", "警察署長"),
        ("汐見署副署長", "警察署長"),
        ("副署長", "警察署長"),
        ("警察署長代理", "警察署長"),
        ("汐見署生活安全課長", "警察署長"),
        ("税務署長", "警察署長"),
        ("生活安全課", "生活安全課長"),
        ("生活安全課　長岡　一郎", "生活安全課長"),
        ("生活安全課長補佐", "生活安全課長"),
        ("生活安全第二課長", "生活安全課長"),
        ("課長", "生活安全課長"),
        ("人身安全対策課", "人身安全対策課長"),
        ("警察署長", "警察本部長"),
        ("巡査部長", "生活安全部長"),
        ("沖ノ浜署長", "汐見警察署長"),
        ("", "警察署長"),
    ],
)
def test_what_only_looks_like_the_post(written: str, post: str) -> None:
    """An office, a deputy, another unit and a person whose name begins with 長 are not the post."""
    assert not f.is_post(written, post)


def test_posts_are_compared_with_each_other() -> None:
    """An outer unit or office that one side leaves out is no difference; an office is no post."""
    assert f.same_post("人身安全対策課長", "汐見県警察本部生活安全部人身安全対策課長殿")
    assert f.same_post("汐見署長", "汐見県汐見警察署長")
    assert not f.same_post("汐見署長", "沖ノ浜署長")
    assert not f.same_post("汐見署", "汐見署長")
    assert not f.same_post("生活安全課長", "汐見署長")
    assert not f.same_post(None, None)


@pytest.mark.parametrize(
    "written",
    [
        "生活安全課",
        "汐見警察署生活安全課",
        "生活安全課保安係",
        "汐見署生活安全課保安係長",
        "生活安全課員",
        "生活安全課 沖一郎",
    ],
)
def test_a_unit_and_what_lies_within_it(written: str) -> None:
    """A section belongs to its division, and so do its people."""
    assert f.is_unit(written, ["生活安全課", "刑事課"])


@pytest.mark.parametrize("written", ["生活安全刑事課", "生活安全第一課", "地域課", "生活安全部", "保安係", "", None])
def test_another_unit(written: str | None) -> None:
    """A numbered or joined division is another one: who means it lists it."""
    assert not f.is_unit(written, "生活安全課")


RANKS = ["巡査", "巡査長", "巡査部長", "警部補", "警部", "警視", "警視正", "警視長", "警視監", "事務吏員"]


@pytest.mark.parametrize("rank", RANKS)
def test_a_rank_before_after_or_without_a_break_is_no_part_of_a_name(rank: str) -> None:
    """Every police rank may stand before or behind a name."""
    for written in (f"{rank}　佐藤　拓", f"{rank}佐藤拓", f"佐藤　拓{rank}", f"生活安全課保安係　{rank}　佐藤　拓"):
        assert f.same_person(written, "佐藤 拓"), written
        assert rank_of(written) == rank
    assert rank_of({"name": "佐藤　拓", "rank": rank}) == rank
    assert rank_of("佐藤　拓") == ""


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("架空　花子 様", "架空花子"),
        ("架空　花子（かくう　はなこ）", "架空 花子"),
        ("﨑山健一", "崎山 健一氏"),
        ({"name": "渡邊　守", "rank": "警部"}, "警部 渡辺守"),
        ("汐見警察署長　警視　髙橋　一", "高橋　一"),
        ("長谷部　健", "巡査部長　長谷部健"),
        ("阿部健", "警部補 阿部 健 殿"),
    ],
)
def test_one_person(a: object, b: object) -> None:
    """Honorifics, readings in brackets and old characters make no second person."""
    assert f.same_person(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("高橋　一", "石高橋　一"), ("佐藤", "佐藤　拓"), ("警部", ""), ("", ""), ("沖　一郎", "沖　一")]
)
def test_a_name_that_only_ends_or_begins_alike_is_another(a: str, b: str) -> None:
    """Likeness is not identity: 石高橋 is not 高橋."""
    assert not f.same_person(a, b)


def test_a_family_name_alone_may_be_the_same_person() -> None:
    """A family name alone is told, so that a person confirms it; two full names never are."""
    assert f.same_family_name("警部　佐藤", "佐藤　拓")
    assert f.same_family_name("佐藤　拓", "生活安全課長　佐藤")
    assert not f.same_family_name("行為者の母", "佐藤　拓")
    assert not f.same_family_name("佐藤　健", "佐藤　拓")
    assert not f.same_family_name("佐藤　拓", "佐藤拓")
    assert not f.same_family_name(None, "佐藤　拓")


@pytest.mark.parametrize(
    "written",
    [
        "受領確認書",
        "受領確認書（第10号様式）",
        "第１０号様式",
        "第十号様式",
        "receipt-acknowledgement",
        "受領確認書の写し",
        "受領確認書　１通",
    ],
)
def test_a_paper_by_title_number_or_slug(written: str) -> None:
    """Whatever a clerk calls the paper, it is found."""
    assert f.same_paper(written, "受領確認書")
    assert f.attached(["警告書", written], "受領確認書")


@pytest.mark.parametrize("written", ["受領証", "第11号様式", "警告申出書（第10号様式）", "", None])
def test_another_paper(written: str | None) -> None:
    """A title outweighs a wrong number; a like word is no title."""
    assert not f.same_paper(written, "受領確認書")
    assert not f.attached([written], "受領確認書")


def test_papers_of_other_sources_and_copies() -> None:
    """Numbers differ by source; a copy is told apart where that matters."""
    assert f.same_paper("別記様式2", "再被害防止対象者指定上申チェック表")
    assert f.same_paper("別記様式第４号", "禁止命令等申出書")
    assert f.same_paper("指定上申チェック表", "designation-checklist")
    assert f.same_paper("prohibition-order-extension", "延長処分書の写し")
    assert not f.same_paper("prohibition-order-extension", "禁止等命令書")
    assert f.same_paper("response-card/別記様式第１号", "対応票")
    assert f.same_paper("response-card/令和６年", "対応票")
    assert not f.same_paper("response-card/別記様式第２号", "対応票")
    assert not f.same_paper("警告書", "警告申出書")
    assert not f.same_paper("援助実施報告書", "実施報告書")
    assert f.is_copy("調査等報告書（写）")
    assert f.is_copy("戸籍謄本")
    assert not f.is_copy("調査等報告書")


@pytest.mark.parametrize(
    "written",
    [
        "書留",
        "簡易書留",
        "一般書留・配達証明",
        "簡易書留（速達）",
        "本人限定受取郵便",
        "ゆうパック",
        "レターパックプラス",
        "レターパック６００",
        "特定信書便",
        "特別送達",
        "ＥＭＳ",
    ],
)
def test_delivery_that_is_recorded(written: str) -> None:
    """The procedures ask for the property, not for a product."""
    assert f.recorded_delivery(written)
    assert not f.unrecorded_delivery(written)


@pytest.mark.parametrize(
    "written", ["普通郵便", "速達（普通郵便）", "電子メール", "郵便受けに投函", "ファックス", "スマートレター"]
)
def test_delivery_that_leaves_no_record(written: str) -> None:
    """What is known to leave no record is refused."""
    assert f.unrecorded_delivery(written)
    assert not f.recorded_delivery(written)


@pytest.mark.parametrize(
    "written", ["特定記録", "レターパックライト", "宅配便", "速達", "書留ではなく普通郵便", "", None]
)
def test_delivery_that_somebody_has_to_confirm(written: str | None) -> None:
    """A way nobody listed, or one that contradicts itself, is neither: a person says."""
    assert not f.recorded_delivery(written)
    assert not f.unrecorded_delivery(written)


@pytest.mark.parametrize(
    "text", ["", "　", "|", "長", "署", "警", "本部", "()（）", "県警", "第", "の", "様", "警部警部"]
)
def test_odd_texts_are_taken_apart_without_a_fault(text: str) -> None:
    """Anything may be typed into a box."""
    assert parse(text) is not None
    assert f.office_of(text) is None or text in {"本部", "県警", "署"}
