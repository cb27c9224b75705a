"""Promise: no protected value passes into a paper the respondent may read, in whatever notation; messages never repeat it."""

from __future__ import annotations

import pytest

from validators.disclosure import check_disclosure, collect, exposed, for_paper, tells
from validators.model import Field, Form, Options, Record

REFUGE = "汐見県汐見市架空町三丁目12番地の5　あおば荘201号"
PHONE = "090-0000-1234"


def _form(*audience: str) -> Form:
    fields = {
        "refuge": Field("refuge", "避難先", "address", sensitivity="protected", printed=False),
        "phone": Field("phone", "連絡先", "phone", sensitivity="protected", printed=False),
        "shared_home": Field("shared_home", "同居していた住所", "address", known=True),
        "facts": Field("facts", "状況", "text"),
        "notes": Field("notes", "内部の記録", "text", printed=False),
        "visits": Field(
            "visits",
            "相談",
            "list",
            fields={"measures": Field("measures", "執った措置の内容", "text", sensitivity="personal")},
        ),
    }
    return Form("card", "対応票", "", 1, "test", (), frozenset(audience), fields, (), {}, secrecy=("T-1",))


def _leaks(form: Form, **data: object) -> list[str]:
    record = Record("card", "1", {"refuge": REFUGE, "phone": PHONE, **data}, cells={"facts": "対応票!C5"})
    secrets = collect([(form, record)]) if exposed(form, record) else collect(())
    findings = check_disclosure(form, record, secrets)
    for finding in findings:
        assert finding.clauses == ("T-1",)
        assert not any(value in finding.message + finding.supervisor for value in (REFUGE, PHONE, "あおば荘", "12番地"))
    return [finding.path for finding in findings if finding.severity == "error"]


@pytest.mark.parametrize(
    "text",
    [
        "現在は汐見県汐見市架空町三丁目12番地の5に避難している。",
        "汐見市架空町３－１２－５のあおば荘に移った。",
        "架空町3丁目12番5",
        "架空町三ー十二ー五へ転居",
        "架空町 三丁目 十二番地の五",
        "友人宅の あおば荘201 にいる。",
        "電話は０９０（００００）１２３４まで。",
        "09000001234",
    ],
)
def test_the_refuge_is_found_in_other_notations(text: str) -> None:
    assert _leaks(_form("respondent"), facts=text) == ["facts"]


@pytest.mark.parametrize(
    "text",
    [
        "汐見市内に避難した。",
        "架空町1-2-35の店で",
        "架空町13-12-5付近",
        "電話は090-0001-1234である。",
        "避難先は記載しない。",
    ],
)
def test_near_misses_are_no_leak(text: str) -> None:
    assert _leaks(_form("respondent"), facts=text) == []


def test_items_of_lists_are_read_too() -> None:
    assert _leaks(
        _form("court", "respondent"), visits=[{"measures": "話を聞いた"}, {"measures": f"{REFUGE}へ送った"}]
    ) == ["visits[1].measures"]


def test_what_is_never_printed_is_no_leak() -> None:
    assert _leaks(_form("respondent"), notes=REFUGE) == []


def test_papers_the_respondent_never_reads_may_hold_it() -> None:
    assert _leaks(_form("police"), facts=REFUGE) == []


def test_what_the_respondent_knows_already_is_no_secret() -> None:
    """The applicant still lives in the shared home: that address may stand in the paper."""
    assert _leaks(_form("respondent"), shared_home=REFUGE, facts=f"{REFUGE}で殴られた。") == []


def test_the_finding_names_box_and_cell() -> None:
    form = _form("respondent")
    record = Record("card", "1", {"refuge": REFUGE, "facts": REFUGE}, cells={"facts": "対応票!C5"})
    (finding,) = check_disclosure(form, record, collect([(form, record)]))
    assert (finding.label, finding.cell) == ("状況", "対応票!C5")
    assert "「状況」" in finding.message
    assert "「避難先」" in finding.message


def _card(**data: object) -> tuple[Form, Record]:
    return _form("respondent"), Record("card", "1", {"refuge": REFUGE, "phone": PHONE, **data})


def test_the_town_alone_is_asked_about_once() -> None:
    """A warning of the form's own provision, so that a person confirms it; none where another finding stops at the box."""
    form, record = _card(facts="架空町の友人宅に移った。", notes="架空町")
    secrets = collect([(form, record)])
    (hint,) = check_disclosure(form, record, secrets)
    assert (hint.severity, hint.code, hint.path, hint.clauses) == ("warning", "protected-hint", "facts", ("T-1",))
    assert "架空町" not in hint.message + hint.supervisor
    assert check_disclosure(form, record, secrets, [hint]) == []


def test_values_of_the_other_papers_of_the_case_count() -> None:
    form, record = _card()
    other = Record("card", "2", {"facts": "連絡は０９０００００１２３４へ。"})
    assert [found.path for found in check_disclosure(form, other, collect([(form, other), (form, record)]))] == [
        "facts"
    ]


def test_a_day_that_the_form_prints_itself_is_free_on_that_paper() -> None:
    """The date of birth another paper keeps secret may stand where this form has a box for it, and only there."""
    born = Field("born", "生年月日", "date", sensitivity="protected", printed=False)
    inside = Form("inside", "上申書", "", 1, "test", (), frozenset({"police"}), {"born": born}, (), {})
    box = Field("victim_born", "被害者の生年月日", "date", sensitivity="personal")
    outside = _form("respondent")
    outside.fields["victim_born"] = box
    secret = (inside, Record("inside", "1", {"born": "1987-04-09"}))
    without = Record("card", "2", {"facts": "昭和62年4月9日生まれ"})
    within = Record("card", "3", {"facts": "昭和62年4月9日生まれ", "victim_born": "1987-04-09"})
    found = [
        check_disclosure(outside, record, for_paper(outside, record, collect([(outside, record), secret])))
        for record in (without, within)
    ]
    assert [len(each) for each in found] == [1, 0]


@pytest.mark.parametrize(
    "name", ["あおば荘201", "アオバ荘", "架空町3-12-5", "令6-09000001234", "架空町の件", "同居宅-汐見二丁目8番"]
)
def test_a_name_that_tells_is_told(name: str) -> None:
    """Of a record, a case, a file: what is protected or a person's own, in any notation, and hints."""
    form, record = _card(shared_home="汐見市汐見二丁目8番")
    form.fields["shared_home"] = Field("shared_home", "同居していた住所", "address", known=True, sensitivity="personal")
    assert tells(name, [(form, record)])


@pytest.mark.parametrize("name", ["OSK-001", "令6/12", "C-0007", "1", "青葉", "3-12-5"])
def test_a_number_tells_nothing(name: str) -> None:
    assert not tells(name, [_card()])


@pytest.mark.parametrize(
    ("writer", "leaks"), [("respondent", ["things"]), ("", ["things"]), ("applicant", []), ("third_party", [])]
)
def test_a_paper_of_its_writer_is_searched_only_when_he_reads_it(writer: str, leaks: list[str]) -> None:
    """What the respondent hands in he reads, and so whatever does not say who hands it in; what she hands in he does not."""
    data = {"side": writer, "refuge": REFUGE, "things": "架空町３－１２－５の鍵"}
    record = Record("handed", "1", {name: value for name, value in data.items() if value})
    secrets = collect([(_HANDED, record)]) if exposed(_HANDED, record) else collect(())
    assert [finding.path for finding in check_disclosure(_HANDED, record, secrets)] == leaks


def test_where_somebody_lives_is_a_secret_of_the_case_unless_it_is_the_respondents_own() -> None:
    """Her address is kept out of his papers; one that he wrote of himself is free, confirmed if she is known to live nowhere else."""
    hers = Record("handed", "1", {"side": "applicant", "home": REFUGE})
    his = Record("handed", "2", {"side": "respondent", "home": REFUGE, "things": "架空町３－１２－５の鍵"})
    told = Record("handed", "3", {"side": "respondent", "things": "架空町３－１２－５の鍵"})
    assert [f.path for f in check_disclosure(_HANDED, told, collect([(_HANDED, told), (_HANDED, hers)]))] == ["things"]
    found = check_disclosure(_HANDED, his, collect([(_HANDED, his), (_HANDED, hers)]))
    assert [(f.path, f.severity) for f in found] == [("home", "warning")]
    left = Record("handed", "4", {"side": "applicant", "home": REFUGE, "hidden": "汐見県砂浜市浜町四丁目８番"})
    assert not check_disclosure(_HANDED, his, collect([(_HANDED, his), (_HANDED, left)]))
    assert not collect([(_HANDED, his)])


def test_a_refuge_is_free_in_no_box_of_the_respondents() -> None:
    """Where she hides stands in his box by mistake alone: it is told there, and it frees nothing of what he reads beside it."""
    his = {"side": "respondent", "home": REFUGE, "hidden": REFUGE, "things": "架空町３－１２－５の鍵"}
    record = Record("handed", "1", his)
    found = check_disclosure(_HANDED, record, collect([(_HANDED, record)]))
    assert [finding.path for finding in found] == ["home", "things"]
    hers = Record("handed", "2", {"side": "applicant", "hidden": REFUGE})
    own = Record("handed", "3", {"side": "respondent", "home": REFUGE})
    assert [f.path for f in check_disclosure(_HANDED, own, collect([(_HANDED, own), (_HANDED, hers)]))] == ["home"]


_HANDED = Form(
    "handed",
    "物件提出書",
    "",
    1,
    "test",
    (),
    frozenset({"police", "respondent"}),
    {
        "side": Field("side", "提出者の区分", "enum", options=Options({"applicant": "申出人", "respondent": "行為者"})),
        "refuge": Field("refuge", "避難先", "address", sensitivity="protected", printed=False),
        "hidden": Field("hidden", "居所", "address", sensitivity="protected", printed=False, known="never"),
        "home": Field("home", "提出者住所", "address", sensitivity="protected", known={"side": ("respondent",)}),
        "things": Field("things", "品名", "text"),
    },
    (),
    {},
    secrecy=("T-1",),
    read_unless={"side": ("applicant", "third_party")},
)
