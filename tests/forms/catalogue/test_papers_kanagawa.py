"""What is special to the notice, the warning and its request: secrets in any notation, acts and editions by their days."""

from __future__ import annotations

from datetime import date

import pytest

from tests.forms.catalogue.papers import judged, paper
from tests.rulebooks import OURS
from validators.errors import InputError

CATALOGUE = OURS.catalogue


@pytest.mark.parametrize(
    "home",
    [
        "汐見市港町三丁目２番１１号",
        "港町3-2-11",
        "汐見市港町３－２－１１",
        "汐見県汐見市港町３丁目２番地の11",
        "090 0000 0000",
    ],
)
def test_a_warning_that_tells_the_home_in_another_notation_is_refused(home: str) -> None:
    """However the victim's address or telephone is written in the summary, the warning is not issued (要領14(2)ア)."""
    found = judged("good-warning", act_summary=f"令和６年６月１日、{home}において見張りをした。")
    assert found.fate.verdict == "refused"
    assert [f.clauses for f in found.fate.findings] == [("KNG-14(2)ア-b",)]
    assert home not in found.fate.findings[0].message


@pytest.mark.parametrize("reason", [None, "", "　", "なし", "特になし"])
def test_a_notice_without_a_reason_is_refused_at_the_reason(reason: str | None) -> None:
    """Article 4(4): a notice that no warning was given is unlawful without its reason, blanks or a dash for one."""
    found = judged("good-notice", reason=reason)
    assert found.fate.verdict == "refused"
    assert ("reason", True) in {(f.path, "KNG-9(5)イ-c" in f.clauses) for f in found.fate.findings}


def test_acts_bear_the_numbers_of_their_day() -> None:
    """Located acts came in 2021-08-26; number 2 of article 2(3) means fitting a device until 2025-12-29, tags since."""
    label = {
        day: CATALOGUE.get("warning", date.fromisoformat(day)).fields["act_types"].options.get("2_3_2", "")
        for day in ("2021-08-25", "2021-08-26", "2025-12-29", "2025-12-30", "2026-03-10")
    }
    assert label["2021-08-25"] == ""
    assert "取付け" in label["2021-08-26"]
    assert "取付け" in label["2025-12-29"]
    assert "紛失防止タグ" in label["2025-12-30"]
    assert label["2026-03-10"] == label["2025-12-30"]
    numbers = CATALOGUE.get("warning-request", date(2026, 3, 10)).fields["incidents"].fields["act_types"].options
    assert "2_3_3" in numbers


@pytest.mark.parametrize("slug", ["warning", "warning-request", "non-warning-notice"])
def test_the_day_chooses_the_edition(slug: str) -> None:
    """The national forms changed hands on four days; before the first there is none."""
    days = [date(2017, 6, 14), date(2021, 8, 26), date(2025, 12, 30), date(2026, 3, 10)]
    assert [CATALOGUE.get(slug, day).edition for day in days] == [1, 2, 3, 4]
    with pytest.raises(InputError):
        CATALOGUE.get(slug, date(2017, 6, 13))


def test_the_notice_keeps_the_respondents_home_to_itself() -> None:
    """Telling the respondent's address is a separate request for help (規則16条2号): the notice has no such item."""
    assert not [key for key in CATALOGUE.get("non-warning-notice").fields if key.startswith("respondent_add")]


def test_the_issuer_and_the_addressee_come_from_the_office_where_the_record_is_silent() -> None:
    """A clerk who leaves the issuer out gets the office's chief on the paper."""
    assert "警視﨑山健一" in paper("good-warning", issuer_name=None)
    assert "汐見県汐見警察署長殿" in paper("good-request", addressee=None)


def test_an_unknown_respondent_is_described() -> None:
    """A request against an unknown person shows the features instead of a name."""
    drawn = paper("good-request-ghostwritten")
    assert "黒縁の眼鏡" in drawn
    assert "不詳" in drawn
    assert "人相" not in paper("good-request").partition("備考")[0]


def test_a_friend_cannot_apply() -> None:
    """要領7(1): only the victim, a parent with authority or an agent; the finding names the clause and the box."""
    found = judged("good-request", applied_by="close_person")
    assert found.fate.verdict == "refused"
    assert {("applied_by", "KNG-7(1)-a" in f.clauses) for f in found.fate.findings} == {("applied_by", True)}
