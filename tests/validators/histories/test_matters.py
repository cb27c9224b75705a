"""Promise: whole matters, however oddly they ran, are silent where they were lawful; each unlawful step is found, and found once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.histories.items import read_item
from validators.histories.judging import judge_history

Items = list[dict[str, Any]]
TAUGHT = [
    "evidence_importance",
    "record_keeping",
    "evidence_preservation",
    "evidence_submission",
    "contact_method",
    "relocation_notice",
]
VIA = ["人身安全対策課長"]


def it(on: str, name: str, **facts: Any) -> dict[str, Any]:
    return {"on": on, "paper" if OURS.procedures.vocabulary.is_paper(name) else "event": name, **facts}


def without(items: Items, *names: str) -> Items:
    return [each for each in items if each.get("event", each.get("paper")) not in names]


def changed(items: Items, name: str, **facts: Any) -> Items:
    return [each | facts if each.get("event", each.get("paper")) == name else each for each in items]


def found(source: str, as_of: str, items: Items) -> list[tuple[str, str]]:
    read = [read_item(OURS.procedures.vocabulary, each, place) for place, each in enumerate(items)]
    said = judge_history(OURS, read, date.fromisoformat(as_of), sources=[source] if source else [])
    return sorted((each.procedure, each.state) for each in said if each.state != "due")


# ---- Kanagawa: from the first talk to the order -------------------------------------------------------------------


def intake(day: str = "2024-06-03", kind: str = "warning", **facts: Any) -> Items:
    return [
        it(f"{day}T10:00", "consultation_received", channel="in_person", consultant_type="applicant", request_kind=kind),
        it(f"{day}T10:20", "reported_to_section_chief", to="生活安全課長"),
        it(f"{day}T10:25", "consultation_handed_over", to="岬警察署生活安全課長"),
        it(f"{day}T10:30", "reported_to_chief", about="consultation", to="署長", direction="調べる"),
        it(f"{day}T10:50", "reported_to_headquarters", about="consultation", to="人身安全対策課長"),
        it(day, "consultation-intake"),
        it(day, "consultation-measure-record"),
        it(day, "protection_measure_taken", kind="巡回"),
        it(f"{day}T11:00", "request_received", kind=kind, mode="oral", **({"applied_by": "applicant", "station": "岬警察署"} | facts)),
        it(day, f"{kind}-request", kind=kind),
        it(f"{day}T11:30", "applicant_instructed", items=TAUGHT),
        it(day, "case_registered", kind=kind),
        it(day, "contact_arranged"),
    ]  # fmt: skip


def inquiry(measure: str = "warning") -> Items:
    return [
        it("2024-06-06", "commencement-report", commencement_trigger="application_received", to="警察本部長", via=VIA),
        it("2024-06-06", "statement_taken", role="applicant", channel="in_person"),
        it("2024-06-06", "interview-statement", role="applicant", signature_status="signed_and_sealed"),
        it("2024-06-10", "investigation-report", purpose="investigation"),
        it("2024-06-14", "investigation_concluded", measure=measure, requirements_met=True),
        it("2024-06-14", "investigation-report", purpose="summary_of_results", to="署長", measure=measure),
        it("2024-06-17", "reported_to_headquarters", about="investigation", measure=measure, to="人身安全対策課長",
           **{"with": ["調査等報告書の写し", "書類目録の写し"]}),
    ]  # fmt: skip


def warned(way: str = "direct", **facts: Any) -> Items:
    day = "2024-06-20"
    met = [
        it(day, "receipt-acknowledgement", target_document_kind="warning"),
        it(day, "explained_to_respondent", about="warning", items=["reasons"], heard=True),
    ]
    return [
        it("2024-06-17", "warning-review", to="岬警察署長"),
        it("2024-06-19", "warning_decided", outcome="execute", measure="warning", initiation="application"),
        it(day, "warning", issuer="岬警察署長", delivered_on=day, way=way, to="行為者", **facts),
        *(met if way == "direct" else ()),
        it(day, "investigation-report", purpose="warning_executed", respondent_explanation="聴いた", to="署長"),
        it("2024-06-21", "reported_to_headquarters", about="warning", to="警察本部長", via=VIA, **{"with": ["investigation-report"]}),
        it("2024-06-21", "applicant_notified", about="warning", outcome="executed", to="申出人", content="警告", measure_at=day),
    ]  # fmt: skip


def ordered(measure: str = "prohibition", day: str = "2024-07-10") -> Items:
    urgent = measure == "urgent_prohibition"
    heard = [
        it("2024-06-25", "presider_named", hearing="hearing", measure=measure),
        it("2024-06-25", "hearing-notice", delivered_on="2024-06-26", to="行為者", measure=measure),
        it("2024-07-08", "hearing_held", measure=measure),
        it("2024-07-08", "hearing_record_made", hearing="hearing", measure=measure),
        it("2024-07-09", "hearing_report_submitted", hearing="hearing", measure=measure),
    ]
    heard_after = [
        it(f"{day}T13:00", "reported_to_headquarters", about="urgent_order", to="人身安全対策課長"),
        it(day, "presider_named", hearing="opinion_hearing"),
        it("2024-07-11", "opinion-hearing-notice", delivered_on="2024-07-12", to="行為者"),
        it("2024-07-24", "opinion_hearing_held"),
        it("2024-07-25", "hearing_record_made", hearing="opinion_hearing"),
        it("2024-07-25", "hearing_report_submitted", hearing="opinion_hearing"),
    ]
    told = it(
        day, "execution-order", measure=measure, issuer="生活安全部長", to="岬警察署長", **{"with": ["禁止等命令書"]}
    )
    return [
        it("2024-06-24", "summary-report", measure="prohibition", to="署長"),
        it("2024-06-24", "reported_to_headquarters", about="summary-report", measure="prohibition", to="警察本部長", via=VIA),
        *(heard_after if urgent else heard),
        it(day, "order_decided", measure=measure, outcome="execute", initiation="application", interests=["body"]),
        *([] if urgent else [told]),
        it(f"{day}T15:00", "prohibition-order", measure=measure, order_date=day, delivered_on=f"{day}T18:00", way="direct", to="行為者"),
        it(day, "receipt-acknowledgement", target_document_kind="prohibition-order"),
        it(day, "explained_to_respondent", about="prohibition-order", items=["purpose", "penalties", "review_and_suit"]),
        it("2024-07-11", "execution-report", measure=measure, to="警察本部長", via=VIA, **{"with": ["受領確認書の写し"]}),
        it("2024-07-11", "applicant_notified", about="prohibition-order", outcome="executed", to="申出人", content="命令", measure_at=day),
    ]  # fmt: skip


WARNING = intake() + inquiry() + warned()
ORDER = intake(kind="prohibition") + inquiry("prohibition") + ordered()
URGENT = intake(kind="prohibition") + inquiry("prohibition") + ordered("urgent_prohibition")
POSTED = (
    intake()
    + inquiry()
    + warned("recorded_delivery", impracticable_reason="遠方", return_to="岬警察署", **{"with": ["受領確認書"]})
)
REFUSED = [
    *changed(without(WARNING, "receipt-acknowledgement"), "investigation-report", refusal_circumstances="拒んだ"),
    it("2024-06-20", "delivery_refused", paper="warning", what="receipt"),
]
ORAL = [
    *changed(changed(WARNING, "warning", on="2024-06-21", delivered_on="2024-06-21", warning_date="2024-06-20"), "receipt-acknowledgement", on="2024-06-21"),
    it("2024-06-20T21:00", "measure_given_orally", paper="warning", measure="warning", necessity="目の前で押し掛けた"),
]  # fmt: skip
HANDED_ON = [
    *changed(changed(without(WARNING, "case_registered"), "request_received", station="磯辺警察署", competent_stations=["岬警察署"]), "consultation_handed_over", to="磯辺警察署生活安全課長"),
    it("2024-06-03T11:40", "jurisdiction_explained"),
    it("2024-06-03T11:45", "competent_station_contacted", station="岬警察署", to="生活安全課長", way="in_presence"),
    it("2024-06-04", "case_transferred", kind="warning", to_station="岬警察署", **{"with": ["警告申出書"]}),
    it("2024-06-05", "transfer_received", kind="warning", station="岬警察署"),
    it("2024-06-05", "case_registered", kind="warning"),
]  # fmt: skip
HEADQUARTERS = [
    it("2024-06-03T10:00", "consultation_received", channel="in_person", consultant_type="applicant", place="headquarters"),
    it("2024-06-03", "consultation-intake"),
    it("2024-06-03", "consultation-measure-record"),
    it("2024-06-03T11:00", "request_received", kind="warning", mode="oral", place="headquarters", competent_stations=["岬警察署"]),
    it("2024-06-03", "warning-request"),
    it("2024-06-03T11:50", "contact_method_advised"),
    *HANDED_ON[-5:],
    it("2024-06-05", "contact_arranged"),
    *inquiry(),
    *warned(),
]  # fmt: skip
WITHDRAWN = [*intake(), inquiry()[0], it("2024-06-07", "request_withdrawn", kind="warning")]
DIED = [
    *intake(),
    *inquiry(),
    *warned()[:2],
    it("2024-06-25", "warning_decided", outcome="not_executed", reason="other", initiation="application", measure="warning"),
    it("2024-06-25", "investigation-report", purpose="warning_not_executed", to="署長"),
    it("2024-06-26", "reported_to_headquarters", about="warning_not_executed", to="人身安全対策課長"),
    it("2024-06-26", "non-warning-notice", delivered_on="2024-06-27", way="recorded_delivery", impracticable_reason="遠方", to="申出人"),
    it("2024-06-28", "investigation-report", purpose="non_execution_notified"),
]  # fmt: skip
TWO = [each | {"respondent_id": who} for who in "一二" for each in WARNING]
LAST_DAY = [
    it("2025-07-09", "violation_recognized", item="5(1)1", act_on="2025-07-09"),
    it("2025-07-10", "punishment_will_confirmed", will="no"),
    it("2025-07-10", "investigation_started", offence="命令違反"),
    it("2025-07-11", "commencement-report", commencement_trigger="investigation_started", to="警察本部長", via=VIA),
]  # fmt: skip

# ---- Akita: contacts under an order -------------------------------------------------------------------------------


def order(id_: str = "甲1", day: str = "2025-06-02", way: str = "手交") -> Items:
    return [
        it("2025-05-30", "victim_told_of_contact", order_id=id_),
        it("2025-06-02", "order_issued", order_id=id_, station="岬警察署"),
        it(day, "order_delivered", order_id=id_, way=way),
        it(day, "contact_explained", order_id=id_, way="口頭"),
        it("2025-06-04", "supervisor_appointed", order_id=id_, supervisor_name="浜野司"),
        it("2025-06-05", "contact_officer_appointed", order_id=id_, officer_appointed_by="浜野　司", is_stalker_case_investigator=True),
    ]  # fmt: skip


def contact(day: str, slot: str, id_: str = "甲1", **facts: Any) -> Items:
    ids = {"order_id": id_, "contact_id": f"{id_}{slot}{day}"}
    return [
        it(day, "contact_instructed", **ids),
        it(day, "contact_made", slot_label=slot, way="電話連絡", counterpart_role="加害者本人", **ids, **facts),
        it(day, "risk_assessed", recidivism_risk="低", retaliation_risk="無", **ids),
        it(day, "contact-log", content="近況", outcome="継続", **ids),
        it(day, "reported_to_supervisor", **ids),
    ]


def contacts(id_: str = "甲1", **facts: Any) -> Items:
    days = {"2025-06-27": "1か月", "2025-08-29": "3か月", "2025-11-28": "6か月", "2026-04-28": "11か月"}
    return [each for day, slot in days.items() for each in contact(day, slot, id_, **facts)]


AGREED = it(
    "2025-07-14", "stations_consulted", order_id="甲1", about="不実施・打切り", consultation_parties=["本部対処体制"]
)
BROKEN_OFF = [
    AGREED,
    it("2025-07-14", "contact_ended", order_id="甲1", decision_ground="ア"),
    it("2025-07-15", "victim_told_of_ending", order_id="甲1"),
]
REFUSED_BY_VICTIM = it("2025-07-10", "contact_refused_by_victim", order_id="甲1")
EXTENDED = [
    it("2026-05-20", "order_extended", order_id="甲1"),
    it("2026-05-25", "review_held", order_id="甲1", decision_result="継続", decision_slots=[{"slot_label": "延長後", "slot_due_on": "2026-10-31"}]),
    *contact("2026-10-30", "延長後"),
]  # fmt: skip
K, A = "kanagawa-stalker", "akita-contact"

LAWFUL = {
    "a warning handed over": (K, "2024-09-30", WARNING),
    "a warning posted": (K, "2024-09-30", POSTED),
    "the receipt refused": (K, "2024-09-30", REFUSED),
    "an oral warning, then the paper": (K, "2024-09-30", ORAL),
    "another station hands it on": (K, "2024-09-30", HANDED_ON),
    "headquarters receives": (K, "2024-09-30", HEADQUARTERS),
    "withdrawn": (K, "2024-09-30", WITHDRAWN),
    "the respondent died": (K, "2024-09-30", DIED),
    "two respondents": (K, "2024-09-30", TWO),
    "offices and posts by their full names": (K, "2024-09-30", changed(changed(HANDED_ON, "request_received", station="架空県磯辺警察署", competent_stations=["架空県岬警察署"], receiver="磯辺警察署生活安全第一課員"), "reported_to_chief", to="架空県磯辺警察署長")),
    "days without times": (K, "2024-09-30", [each | {"on": each["on"][:10]} for each in WARNING]),
    "an order after a hearing": (K, "2024-09-30", ORDER),
    "an urgent order, then the hearing": (K, "2024-09-30", URGENT),
    "an order ex officio": (K, "2024-09-30", [it("2024-06-03", "contact_arranged"), *changed(ordered(), "order_decided", initiation="ex_officio")]),
    "a violation on the last day": (K, "2025-09-30", ORDER + LAST_DAY),
    "four contacts": (A, "2026-07-01", order() + contacts()),
    "four contacts, by every source": ("", "2026-07-01", order() + contacts()),
    "two orders side by side": (A, "2026-07-01", order() + contacts() + order("乙1") + contacts("乙1")),
    "no ids": (A, "2026-07-01", [{key: value for key, value in each.items() if key != "order_id"} for each in order() + contacts()]),
    "a posted order, explained by telephone": (A, "2026-07-01", changed(order(way="送達"), "contact_explained", on="2025-06-10") + contacts()),
    "the victim refuses midway": (A, "2026-07-01", order() + contact("2025-06-27", "1か月") + [REFUSED_BY_VICTIM, *BROKEN_OFF]),
    "the order revoked": (A, "2026-07-01", order() + contact("2025-06-27", "1か月") + [it("2025-07-10", "order_revoked", order_id="甲1")]),
    "an extension with its review": (A, "2026-12-30", order() + contacts() + EXTENDED),
    "the days of a matter in any order": (A, "2025-07-10", [*reversed(order()), *reversed(contact("2025-06-27", "1か月"))]),
}  # fmt: skip

UNLAWFUL = {
    "an ordinary letter": (K, "2024-09-30", changed(POSTED, "warning", way="ordinary_mail"), "KNG-P-9(2)ア", "misrouted"),
    "a letter without its reason": (K, "2024-09-30", changed(POSTED, "warning", impracticable_reason=""), "KNG-P-9(2)ア", "incomplete"),
    "the receipt goes to the victim": (K, "2024-09-30", changed(POSTED, "warning", return_to="架空市架空町1-1"), "KNG-P-9(2)ウ-送付", "forbidden"),
    "nobody told the victim": (K, "2024-09-30", without(WARNING, "applicant_notified"), "KNG-P-9(5)ア", "missing"),
    "one of two victims was not told": (K, "2024-09-30", [each for each in TWO if not (each["respondent_id"] == "二" and each.get("event") == "applicant_notified")], "KNG-P-9(5)ア", "missing"),
    "decided without a review": (K, "2024-09-30", without(WARNING, "warning-review"), "KNG-P-9(1)", "missing"),
    "the friend applied": (K, "2024-09-30", changed(WARNING, "request_received", applied_by="close_person"), "KNG-P-7(1)", "forbidden"),
    "closed by a withdrawal": (K, "2024-09-30", [*WITHDRAWN, it("2024-06-10", "measure_closed")], "KNG-P-13", "out-of-order"),
    "no hearing": (K, "2024-09-30", without(ORDER, "hearing_held"), "KNG-P-法5(2)", "missing"),
    "the hearing on the sixteenth day": (K, "2024-09-30", changed(URGENT, "opinion_hearing_held", on="2024-07-25"), "KNG-P-10(3)エ", "late"),
    "a violation after the year": (K, "2025-09-30", ORDER + changed(LAST_DAY, "violation_recognized", act_on="2025-07-10"), "KNG-P-法5(8)", "forbidden"),
    "another station contacts": (A, "2026-07-01", order() + contacts(station="港町警察署"), "AKT-P-3", "forbidden"),
    "decided without consultation": (A, "2026-07-01", order() + contact("2025-06-27", "1か月") + [REFUSED_BY_VICTIM, *BROKEN_OFF[1:]], "AKT-P-6(2)-協議", "missing"),
    "extended a day late": (A, "2026-12-30", order() + contacts() + changed(changed(EXTENDED, "order_extended", on="2026-06-02"), "review_held", on="2026-06-05"), "AKT-P-5(4)-期間", "forbidden"),
    "no review after the extension": (A, "2026-12-30", order() + contacts() + without(EXTENDED, "review_held"), "AKT-P-6(4)", "missing"),
    "the victim told too late": (A, "2026-07-01", changed(order(), "victim_told_of_contact", on="2025-06-05") + contacts(), "AKT-P-6(1)", "out-of-order"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAWFUL)
def test_a_lawful_matter_is_silent(case: str) -> None:
    source, as_of, items = LAWFUL[case]
    assert found(source, as_of, items) == []


@pytest.mark.parametrize("case", UNLAWFUL)
def test_an_unlawful_step_is_found_once(case: str) -> None:
    source, as_of, items, procedure, state = UNLAWFUL[case]
    assert found(source, as_of, items) == [(procedure, state)]
