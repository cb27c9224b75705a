"""What is special to Akita's log and schedule: no secret in any notation, due days reckoned, the case's papers held together."""

from __future__ import annotations

from typing import Any

import pytest

from forms.issue.line import Line
from tests.forms.catalogue.papers import PAPERS, changed, drawn, judged, squeezed, stands_in, told
from tests.rulebooks import OURS
from validators.kinds import KINDS
from validators.rules.akita_contact import PRINTED

LINE = Line(OURS)
LOGS = [paper.name for paper in PAPERS.values() if paper.form == "contact-log" and paper.expect == "checked"]


@pytest.mark.parametrize("name", LOGS)
def test_the_log_says_nothing_that_the_perpetrator_must_not_learn(name: str) -> None:
    """Neither the refuge and the new number nor the measures and whom they are for stand in any part of the files."""
    found = judged(name)
    data = found.record.data
    secrets = data["protected_values"]
    written = [data["call_script"], *data.get("victim_safety_targets", ()), data.get("victim_protection_measures", "")]
    for paper in drawn(found):
        assert not stands_in(paper, secrets)
        assert [text for text in written if text and text != "被害者" and squeezed(text) in paper] == []


@pytest.mark.parametrize("item", PRINTED)
@pytest.mark.parametrize("secret", ["海辺市避難町9-8-7", "避難町九丁目八番七号", "０９０（００００）０００１"])
def test_a_secret_in_any_printed_text_is_refused_in_any_notation(item: str, secret: str) -> None:
    """要領6(6): however it is written and wherever it would be printed, the log is not issued and the message is silent."""
    changes: dict[str, Any] = {item: f"{secret}のこと"}
    found = judged("AKT-005", **changes)
    assert found.fate.verdict == "refused"
    assert "AKT-6(6)-b" in told(found)
    assert all(secret not in finding.message + finding.supervisor for finding in found.fate.findings)


def test_every_text_that_the_log_prints_is_searched() -> None:
    """A text item added to the log must be searched for secrets, or be of the officer or a name."""
    names = {"contacting_officer", "contacting_officer_unit", "contacting_officer_rank"}
    names |= {"counterpart_name", "counterpart_relationship"}
    fields = LINE.catalogue.get("contact-log").fields
    printed = {key for key, field in fields.items() if field.printed and KINDS[field.of or field.type].wordy}
    assert printed - names == set(PRINTED)


def test_the_boxes_stand_in_the_order_of_the_form_and_no_other_does() -> None:
    """The labels come as on 別記様式, and nothing kept beside the form (number, approval, slot) has a box."""
    labels = [
        "連絡経過票",
        "連絡実施者",
        "氏名",
        "続柄",
        "生年月日",
        "所在地",
        "連絡先",
        "実施方法",
        "連絡日時",
        "内容",
    ]
    notes = ["注１）本様式は、加害者連絡に係る経過を記録する場合に用いること。"]
    notes += ["注２）加害者連絡を継続又は終了した場合は、その措置結果を記録しておくこと。"]
    for paper in drawn(judged("AKT-001")):
        at = 0
        for label in [*labels, *notes]:
            at = paper.index(squeezed(label), at) + 1
        for other in ("連経6-12", "岬直人", "決裁", "１か月", "1か月", "汐見公委"):
            assert other not in paper


def test_both_ways_of_contact_are_printed_and_one_is_marked() -> None:
    """The two boxes stand on every log; a telephone call marks the first, an interview the second."""
    assert all("☑電話連絡" in paper and "□面談" in paper for paper in drawn(judged("AKT-001")))
    assert all("□電話連絡" in paper and "☑面談" in paper for paper in drawn(judged("AKT-002")))


def test_a_mail_is_no_contact() -> None:
    """要領5(2): by telephone or face to face; another means is refused and the two are named."""
    found = judged("AKT-001", rest=[], method="電子メール")
    assert found.fate.verdict == "refused"
    assert [f.path for f in found.fate.findings] == ["method"]
    assert "AKT-5(2)-a" in told(found)
    assert "電話連絡、面談" in found.fate.findings[0].message


def test_a_contact_over_noon_says_afternoon_at_its_end() -> None:
    """The form has 午前・午後 once: over noon both times bear their own half of the day."""
    assert all("午前11時50分～午後０時10分" in paper for paper in drawn(judged("AKT-005")))
    assert all("１時５分～１時20分" in paper for paper in drawn(judged("AKT-001")))


def test_a_contact_over_midnight_takes_two_papers() -> None:
    """Times that run backwards are refused, at the times."""
    found = judged("AKT-001", rest=[], contact_start_time="23:50", contact_end_time="00:10")
    assert [(f.path, f.clauses) for f in found.fate.findings] == [("contact_end_time", ("AKT-様式-i",))]


def test_what_does_not_fit_the_box_goes_on_a_sheet_of_its_own() -> None:
    """A long course is not cut: the box says 別紙のとおり, the sheet has the whole text and the result."""
    found = judged("AKT-007")
    assert LINE.draw(found).pages == 2
    for paper in drawn(found):
        assert "別紙のとおり" in paper
        assert squeezed(found.record.data["content"]) in paper


def test_nothing_unsaid_is_called_a_result() -> None:
    """A perpetrator who was not reached has no assessment: the paper shows a dash, not a level."""
    for paper in drawn(judged("AKT-006")):
        assert "再犯性―報復のおそれ―" in paper
        assert "母に架電し、在宅を確認した" in paper


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"contact_date": "2024-05-11", "risk_assessed_on": "2024-08-07"}, "AKT-5(4)-h-順"),
        ({"contact_log_id": "連経6-99"}, "AKT-5(4)-g-対応"),
        ({"slot_label": "1か月", "slot_due_on": "2024-06-09"}, "AKT-5(4)-g-対応"),
    ],
)
def test_the_papers_of_a_case_are_held_against_each_other(changes: dict[str, Any], clause: str) -> None:
    """The second contact follows the first, and the schedule's slot names its log."""
    assert clause not in told(judged("AKT-002"))
    assert clause in told(judged("AKT-002", **changes))


def test_the_assessment_of_an_earlier_contact_does_not_serve_again() -> None:
    """要領5(5) その都度: one day of assessment for two contacts is asked about."""
    earlier = changed(PAPERS["AKT-001"], risk_assessed_on="2024-08-09")
    assert "AKT-5(5)-e" in told(judged("AKT-002", rest=[earlier], risk_assessed_on="2024-08-09"))
    assert "AKT-5(5)-e" not in told(judged("AKT-002", rest=[earlier]))


def test_after_an_oral_order_a_contact_before_delivery_is_asked_about_not_refused() -> None:
    """The order holds from the day it was made; delivery is only where the months begin."""
    found = judged("AKT-001", rest=[], slot_label="臨時", slot_due_on=None, order_delivered_on=None)
    assert found.fate.verdict == "waiting"
    assert told(found) == {"AKT-5(4)-h-交付"}


def test_a_late_contact_is_still_recorded() -> None:
    """A contact after the order's last day is a fact: its record waits for an answer and is not refused."""
    late = {"contact_date": "2025-05-12", "risk_assessed_on": "2025-05-12", "victim_informed_on": "2025-05-12"}
    late |= {"reported_to_supervisor_at": "2025-05-12T16:00", "slot_label": "臨時"}
    found = judged("AKT-001", rest=[], **late)
    assert found.fate.verdict == "waiting"
    assert told(found) == {"AKT-5(4)-a"}


@pytest.mark.parametrize("slot", ["1か月", "3か月", "6か月", "11か月"])
def test_a_due_day_one_off_is_refused_in_every_slot(slot: str) -> None:
    """A due day is reckoned, not felt: the day before and the day after are wrong (要領5(4)ア～ウ)."""
    due = {"1か月": "2024-06-09", "3か月": "2024-08-09", "6か月": "2024-11-09", "11か月": "2025-04-09"}[slot]
    keep: dict[str, Any] = {"slot_label": slot, "contact_date": None, "slot_status": "中止", "contact_log_id": None}
    keep |= {
        "decision_type": "打切り",
        "decision_held_on": "2024-05-20",
        "decision_parties": ["本部対処体制", "汐見署"],
        "slot_window_start": f"{due[:-2]}01",
        "slot_window_end": f"{due[:-2]}20" if slot != "11か月" else "2025-05-01",
    }
    assert judged("AKT-003", rest=[], **keep, slot_due_on=due).fate.verdict == "checked"
    for wrong in (due[:-1] + "8", due[:-2] + "10"):
        found = judged("AKT-003", rest=[], **keep, slot_due_on=wrong)
        assert [f.path for f in found.fate.findings] == ["slot_due_on"]
        assert all(clause.endswith("-満了日") for clause in told(found))


@pytest.mark.parametrize(
    ("name", "dropped"),
    [
        *(("AKT-001", item) for item in ("contacting_officer", "counterpart_name", "content", "method", "outcome")),
        *(
            ("AKT-003", item)
            for item in ("order_id", "base_date", "slot_label", "contact_log_id", "victim_explained_on")
        ),
    ],
)
def test_a_missing_item_names_its_provision(name: str, dropped: str) -> None:
    """A blank that the procedure asks for is refused at its box, with the provision behind it."""
    found = judged(name, rest=[], **{dropped: None})
    assert found.fate.verdict == "refused"
    findings = [finding for finding in found.fate.findings if finding.severity == "error"]
    assert {finding.path for finding in findings} == {dropped}
    assert all(clause in OURS.clauses.entries for clause in told(found))
    assert all(finding.clauses for finding in findings)


def test_both_papers_stay_with_the_police() -> None:
    """Neither paper is for the perpetrator or the victim."""
    assert all(
        LINE.catalogue.get(slug).audience == frozenset({"police"}) for slug in ("contact-log", "contact-schedule")
    )
