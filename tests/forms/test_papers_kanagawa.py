"""The notice, the warning and its request: what is written is printed, what is secret is not, and a bad one says why."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from forms.issue.line import Line
from forms.paper.fill import fill
from validators.definitions.catalogue import load_catalogue
from validators.errors import InputError
from validators.model import Confirmation, Field, Record
from validators.wareki import format_date

if TYPE_CHECKING:
    from validators.judging import Judged

SAMPLES = Path(__file__).parents[2] / "samples" / "kanagawa.json"
RECORDS: dict[str, dict[str, Any]] = {r["record"]: r for r in json.loads(SAMPLES.read_text(encoding="utf-8"))}
GOOD = sorted(name for name in RECORDS if name.startswith("good-"))
WARNINGS = [name for name in GOOD if RECORDS[name]["form"] == "warning"]
CATALOGUE = load_catalogue()
LINE = Line(CATALOGUE, as_of=date(2026, 11, 24))
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Each bad sample, the clause it breaks and the box the clerk is sent to.
BROKEN = {
    "bad-notice-without-reason": ("KNG-9(5)イ-c", "reason"),
    "bad-notice-formula-only": ("KNG-法4(4)-a", "reason"),
    "bad-notice-before-request": ("KNG-法4(4)-b", "document_date"),
    "bad-notice-ordinary-mail": ("KNG-9(5)イ-e", "postal_service"),
    "bad-warning-home-in-summary": ("KNG-14(2)ア-b", "act_summary"),
    "bad-warning-text": ("KNG-法4(1)", "warning_text"),
    "bad-warning-oral-before-approval": ("KNG-9(2)イ-a", "approved_at"),
    "bad-warning-oral-date": ("KNG-9(2)イ-c", "warning_date"),
    "bad-warning-ex-officio-too-early": ("KNG-法（令和7年改正）-a", "warning_date"),
    "bad-warning-tag-too-early": ("KNG-法2(3)", "occurred_on"),
    "bad-warning-issuer": ("KNG-9(2)ア-a", "issuer_title"),
    "bad-warning-handed-to-mother": ("KNG-9(2)ア-b", "delivered_to"),
    "bad-request-adult-by-parent": ("KNG-7(1)-b", "applicant_birth_date"),
    "bad-request-ghostwriter-without-rank": ("KNG-7(3)ア-f", "ghostwriter_rank"),
    "bad-request-receiver": ("KNG-7(2)-a", "receiver_section"),
    "bad-request-without-incidents": ("KNG-7(3)ア-e", "incidents"),
    "bad-request-without-act-number": ("KNG-法2(1)", "incidents[0].act_types"),
}


def judged(name: str, **changes: Any) -> Judged:
    """Return a sample's verdict; a change to None leaves the item out."""
    sample = copy.deepcopy(RECORDS[name])
    data = {key: value for key, value in {**sample["data"], **changes}.items() if value is not None}
    confirmations = tuple(Confirmation(**each) for each in sample.get("confirmations", ()))
    return LINE.judge(
        Record(form=sample["form"], id=name, data=data, confirmations=confirmations, office=sample["office"])
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def package(name: str, **changes: Any) -> dict[str, bytes]:
    """Return every part of the drawn DOCX."""
    found = judged(name, **changes)
    assert found.form is not None
    with zipfile.ZipFile(io.BytesIO(fill(found.form, found.record, found.record.office).docx())) as docx:
        return {part: docx.read(part) for part in docx.namelist()}


def paper(name: str, **changes: Any) -> str:
    """Return the drawn text, blanks taken out."""
    body = etree.fromstring(package(name, **changes)["word/document.xml"])
    return squeezed("".join(node.text or "" for node in body.iter(f"{WORD}t")))


def texts(field: Field, value: Any) -> list[str]:
    """Return what a printed value must leave on the paper."""
    if not field.printed or value in (None, "", []) or field.type == "boolean":
        return []
    if field.fields:
        return [text for item in value for key, inner in field.fields.items() for text in texts(inner, item.get(key))]
    if field.options:
        return [field.options[one] for one in (value if isinstance(value, list) else [value])]
    if field.type in {"date", "datetime"}:
        return [format_date(date.fromisoformat(value[:10]))]
    return [value["name"] if isinstance(value, dict) else value]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_sample_is_issued_and_says_everything_written(name: str) -> None:
    """Nothing stops a lawful paper, and whatever a clerk wrote in a printed item can be read on it."""
    found = judged(name)
    assert found.form is not None
    assert found.fate.verdict not in {"refused", "waiting"}
    drawn = paper(name)
    expected = [text for key, field in found.form.fields.items() for text in texts(field, found.record.data.get(key))]
    assert len(expected) > 5
    assert [text for text in expected if squeezed(text) not in drawn] == []


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_tells_the_respondent_nothing_of_the_victim(name: str) -> None:
    """Name, home, refuge, telephone and workplace stand in no part of the file, properties included."""
    record = judged(name).record
    content = squeezed("".join(part.decode("utf-8", "replace") for part in package(name).values()))
    fields = CATALOGUE.get("warning").fields
    secrets = [record.data[key] for key, field in fields.items() if field.sensitivity == "protected"]
    assert len(secrets) == 5
    assert [key for key in secrets if squeezed(key) in content] == []


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


@pytest.mark.parametrize(("name", "clause", "path"), [(name, *broken) for name, broken in BROKEN.items()])
def test_a_bad_sample_is_refused_for_its_reason_alone(name: str, clause: str, path: str) -> None:
    """The clerk is told the clause that is broken and the box to mend, and nothing beside it."""
    found = judged(name)
    assert found.fate.verdict == "refused"
    assert [f.path for f in found.fate.findings] == [path]
    assert clause in found.fate.findings[0].clauses


def test_every_bad_sample_has_its_reason() -> None:
    """No sample is called bad without a clause to show for it."""
    assert set(BROKEN) == {name for name in RECORDS if name.startswith("bad-")}


@pytest.mark.parametrize("reason", [None, "", "　", "なし", "特になし"])
def test_a_notice_without_a_reason_is_refused_at_the_reason(reason: str | None) -> None:
    """Article 4(4): a notice that no warning was given is unlawful without its reason, blanks or a dash for one."""
    found = judged("good-notice", reason=reason)
    assert found.fate.verdict == "refused"
    assert ("reason", True) in {(f.path, "KNG-9(5)イ-c" in f.clauses) for f in found.fate.findings}


def test_a_notice_not_explained_by_word_waits_for_a_confirmation() -> None:
    """要領9(5)イ: an oral explanation is due on delivery; a named person may answer for its absence."""
    assert judged("wait-notice-not-explained").fate.verdict == "waiting"
    assert [f.confirmed_by for f in judged("good-notice-confirmed").fate.findings] == ["警部　入江　守"]


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
