"""Promise: a matter before the court is silent from the first talk to the order that follows the last, and each wrong step is told once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.histories.items import read_item
from validators.histories.judging import judge_history

Items = list[dict[str, Any]]
COURT, CENTRE, POLICE = "汐見地方裁判所", "岬市女性相談センター", "汐見県警察本部長"
CONSULTED = {
    "agency_name": CENTRE,
    "agency_type": "dv_centre",
    "consulted_at": "2025-04-07T10:00",
    "consulted_place": "相談室",
    "content": "けがと子の送り迎え",
    "measures": "申立ての助言",
    "covered_items": ["violence", "risk", "child_necessity"],
}
SWORN = ["violence", "risk", "child_necessity", "relative_necessity", "repeat_necessity"]


def it(on: str, name: str, **facts: Any) -> dict[str, Any]:
    return {"on": on, "paper" if OURS.procedures.vocabulary.is_paper(name) else "event": name, **facts}


def notices(on: str, order: str, kind: str, *, centre: bool = True) -> Items:
    told = [it(on, "order_notified", order_id=order, notified_to="police", recipient=POLICE, event_kind=kind)]
    more = [it(on, "order_notified", order_id=order, notified_to="centre", recipient=CENTRE, event_kind=kind)]
    return told + (more if centre else [])


def petition(on: str, petition_id: str, *orders: str, name: str = "petition_filed", **facts: Any) -> dict[str, Any]:
    said = {
        "filed_by": "victim",
        "court_name": COURT,
        "filing_basis": "respondent_domicile",
        "respondent_district_court": COURT,
        "relationship_type": "spouse_legal",
        "incidents": [{"incident_type": "physical_violence", "occurred_at": "2025-04-05", "district_court": COURT}],
        "police_hq_name": POLICE,
        "filing_method": "paper",
        "fee_stamp_yen": 1000,
    }
    return it(on, name, petition_id=petition_id, requested_orders=list(orders), **(said | facts))


MATTER: Items = [
    it("2025-04-07T10:00", "consultation_received", agency_name=CENTRE, agency_type="dv_centre", explained=True),
    it("2025-04-09", "sworn_statement_made", affiant_is_applicant=True, certification_type="oath_certification",
       certification_medium="paper", certification_article="58条ノ2第1項", covered_items=SWORN),
    it("2025-04-10", "relative-consent", relative_name="浜　こう", consent_giver_kind="self", consent_date="2025-04-10"),
    petition("2025-04-14", "申1", "noncontact_victim", "child_order", "relative_noncontact", "eviction",
             consultation_exists=True, consultations=[CONSULTED], shared_base_at_filing=True,
             children=[{"name": "帆立　みお", "dob": "2014-02-02", "lives_with_applicant": True}],
             relatives=[{"name": "浜 こう", "dob": "1958-01-01", "lives_with_respondent": False}]),
    it("2025-04-15", "court_request_received", kind="written_statement", court_name=COURT, case_number="令和7年(配チ)第5号",
       petition_id="申1", agency_name=CENTRE, consulted_dates=["2025-04-07"]),
    it("2025-04-16", "hearing_designated", petition_id="申1", hearing_at="2025-04-23T10:00", respondent_summoned=True),
    it("2025-04-18", "centre-written-statement", to=COURT, case_number="令和7年(配チ)第5号", issuer_agency_name=CENTRE,
       issuer_head_title_name="所長　入江　すず", consulted_dates=["2025-04-07"], circumstances="来所して話した",
       measures_taken="申立ての仕方を説明した"),
    it("2025-04-21", "record_inspected", petition_id="申1", requester_role="respondent"),
    it("2025-04-23T10:00", "hearing_held", petition_id="申1", respondent_summoned=True, respondent_present=False),
    it("2025-04-25", "order_issued", order_id="命1", petition_id="申1", court_name=COURT, term="2_months",
       order_types=["noncontact_victim", "child_order", "relative_noncontact", "eviction"]),
    *notices("2025-04-28", "命1", "issued"),
    it("2025-04-30", "order_effective", order_id="命1", effect_mode="service_of_decision"),
    it("2025-04-30", "decision_notified", order_id="命1", court_name=COURT, notified_to="respondent", what="order"),
    it("2025-05-07", "appeal_filed", order_id="命1", appellant_role="order_recipient", target_decision="order_granted",
       filed_with=COURT, fee_stamp_yen=1500),
    it("2025-05-12", "address_changed", who="applicant", reason="evacuation", police_hq_name=POLICE,
       protected_values=["青波県千鳥市みなと3丁目5番"]),
    petition("2025-06-16", "申2", "eviction", name="renewed_petition_filed", prior_order_id="命1", same_facts_as_prior=True,
             consultation_exists=False, shared_base_at_filing=True, relocation_failure_reason="illness_or_injury",
             relocation_evidence=["入院の予定表"], repeat_necessity_statement="手術の日が延び、六月中に越せない"),
    it("2025-06-24", "hearing_held", petition_id="申2", respondent_summoned=True, respondent_present=True),
    it("2025-06-24", "order_issued", order_id="命2", petition_id="申2", court_name=COURT, order_types=["eviction"], term="2_months"),
    it("2025-06-24", "order_effective", order_id="命2", effect_mode="pronouncement_with_respondent_present"),
    *notices("2025-06-26", "命2", "issued", centre=False),
    it("2025-07-04T22:00", "order_violated", order_id="命1", order_type="noncontact_victim", violation_act="approach"),
    petition("2025-07-14", "申3", "phone_ban_victim", name="additional_petition_filed", parent_order_id="命1",
             consultation_exists=False),
    it("2025-07-23", "order_issued", order_id="命3", petition_id="申3", parent_order_id="命1", court_name=COURT,
       order_types=["phone_ban_victim"], no_hearing_issued=True),
    it("2025-07-28", "order_effective", order_id="命3", effect_mode="service_of_decision"),
    *notices("2025-07-25", "命3", "issued", centre=False),
    it("2025-08-18", "revocation_filed", order_id="命1", order_types=["noncontact_victim"], petitioner_role="order_recipient",
       basis="17(1)", court_name=COURT, fee_stamp_yen=500),
    it("2025-11-04", "revocation_filed", order_id="命1", order_types=["child_order"], petitioner_role="order_recipient",
       basis="17(3)", court_name=COURT, fee_stamp_yen=500),
    it("2025-11-17", "opinion_heard", order_id="命1"),
    it("2025-11-20", "revocation_decided", order_id="命1", order_types=["child_order"], basis="17(3)", outcome="dismissed"),
    it("2026-04-29T08:00", "order_violated", order_id="命3", order_type="phone_ban_victim", violation_act="night_contact"),
]  # fmt: skip


def found(items: Items, as_of: str = "2026-06-01", source: str = "dv-act") -> list[str]:
    read = [read_item(OURS.procedures.vocabulary, each, place) for place, each in enumerate(items)]
    said = judge_history(OURS, read, date.fromisoformat(as_of), sources=[source] if source else [])
    return sorted({f"{each.procedure} {each.state}" for each in said if each.state != "due"})


def changed(name: str, nth: int = 0, **facts: Any) -> Items:
    """Return the matter with facts of the n-th item of a name changed; None leaves one out."""
    at = [n for n, each in enumerate(MATTER) if each.get("event", each.get("paper")) == name][nth]
    kept = {key: value for key, value in (MATTER[at] | facts).items() if value is not None}
    return [*MATTER[:at], kept, *MATTER[at + 1 :]]


def without(name: str, nth: int = 0) -> Items:
    at = [n for n, each in enumerate(MATTER) if each.get("event", each.get("paper")) == name][nth]
    return [*MATTER[:at], *MATTER[at + 1 :]]


def test_the_lawful_matter_is_silent() -> None:
    assert found(MATTER) == []


@pytest.mark.parametrize("source", ["akita-contact", "kanagawa-stalker", "ibaraki-revictimization"])
def test_other_sources_take_none_of_it_for_theirs(source: str) -> None:
    """Orders, hearings, revocations and addresses bear one name for all: a protection order is no order of the Stalker Act."""
    assert found(MATTER, source=source) == []


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (without("centre-written-statement"), ["DVA-P-14(2) missing"]),
        (changed("centre-written-statement", consulted_dates=["2025-04-06"]), ["DVA-P-14(2) incomplete"]),
        (changed("centre-written-statement", measures_taken="みなと三丁目五番へ移した"), []),
        (without("hearing_held"), ["DVA-P-14(1) out-of-order"]),
        (without("relative-consent"), ["DVA-P-10(5) incomplete"]),
        (changed("sworn_statement_made", on="2025-10-06"), ["DVA-P-12(3) incomplete", "DVA-P-12(3)-認証 incomplete"]),
        (changed("order_effective", on="2025-04-24"), ["DVA-P-15(2) out-of-order", "DVA-P-29 out-of-order"]),
        (changed("order_notified", recipient="青波県警察本部長"), ["DVA-P-15(3) misrouted"]),
        (changed("order_notified", 1, recipient="別の市のセンター"), ["DVA-P-15(4) misrouted"]),
        (changed("appeal_filed", on="2025-05-08"), ["DVA-P-16(1) late"]),
        (changed("renewed_petition_filed", relocation_evidence=None), ["DVA-P-18 incomplete"]),
        (changed("additional_petition_filed", court_name="青波地方裁判所"), ["DVA-P-10(2)-追加 misrouted"]),
        (changed("additional_petition_filed", on="2026-05-07"), ["DVA-P-10(2)-追加 forbidden", "DVA-P-10-順序 out-of-order"]),
        (changed("revocation_filed", on="2025-07-29"), ["DVA-P-17(1)-10条 out-of-order"]),
        (changed("revocation_filed", 1, on="2025-10-29"), ["DVA-P-17(3) out-of-order"]),
        (changed("order_violated", 1, on="2026-04-30T08:00"), ["DVA-P-29 out-of-order"]),
        (changed("order_violated", device_kind="tag"), ["DVA-P-29-装置 forbidden"]),
        (changed("record_inspected", on="2025-04-15"), ["DVA-P-19 forbidden"]),
        (
            [*MATTER, it("2025-09-01", "stay_granted", order_id="命1", order_types=["noncontact_victim"])],
            ["DVA-P-16(3) out-of-order", "DVA-P-16(4) incomplete", "DVA-P-16(7)(8) missing"],
        ),
        (
            [
                *MATTER,
                it("2025-12-01", "order_revoked", order_id="命1", basis="17(1)", petitioner_role="order_applicant",
                   order_types=["noncontact_victim", "child_order", "relative_noncontact"]),
                *notices("2025-12-02", "命1", "revoked"),
            ],
            ["DVA-P-17(2) incomplete"],
        ),
        (
            [*MATTER, it("2025-06-02", "sworn-statement", statement="今は千鳥市みなと三丁目５番にいる")],
            ["DVA-P-23 forbidden"],
        ),
    ],
)  # fmt: skip
def test_each_wrong_step_is_told(items: Items, told: list[str]) -> None:
    assert found(items) == told
