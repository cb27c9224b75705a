"""Promise: the register of protection orders counts every day as the Act does, and tells each kind of an order by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators import periods
from validators.histories.items import read_item
from validators.histories.registers import rows_of

Items = list[dict[str, Any]]


def rows(as_of: str, items: Items, slug: str = "order-register") -> list[dict[str, Any]]:
    read = [read_item(OURS.procedures.vocabulary, each, place) for place, each in enumerate(items)]
    return rows_of(OURS, OURS.procedures.register(slug), read, date.fromisoformat(as_of))


def order(effective: str, *kinds: str, petition: str = "2025-01-06", **facts: Any) -> Items:
    return [
        {"on": petition, "event": "petition_filed", "petition_id": "申1", "requested_orders": list(kinds)},
        {"on": facts.pop("made", effective), "event": "order_issued", "order_id": "命1", "petition_id": "申1",
         "order_types": list(kinds), "court_name": "汐見地方裁判所", **facts},
        {"on": effective, "event": "order_effective", "order_id": "命1", "effect_mode": "service_of_decision"},
    ]  # fmt: skip


def added(effective: str, kind: str) -> Items:
    return [
        {"on": effective, "event": "order_issued", "order_id": "命2", "petition_id": "申2", "parent_order_id": "命1",
         "order_types": [kind]},
        {"on": effective, "event": "order_effective", "order_id": "命2", "effect_mode": "service_of_decision"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("effective", "kind", "more", "last", "revocable"),
    [
        ("2025-07-15", "noncontact_victim", {}, "2026-07-14", "2025-10-15"),
        ("2028-02-29", "noncontact_victim", {}, "2029-02-28", "2028-05-29"),
        ("2025-11-30", "noncontact_victim", {}, "2026-11-29", "2026-03-01"),
        ("2024-05-01", "noncontact_victim", {"petition": "2024-03-31"}, "2024-10-31", "2024-08-01"),
        ("2024-08-31", "noncontact_victim", {"petition": "2024-03-20"}, "2025-02-28", "2024-12-01"),
        ("2025-12-31", "eviction", {"term": "2_months"}, "2026-02-28", "2026-01-14"),
        ("2025-08-30", "eviction", {"term": "6_months"}, "2026-02-28", "2025-09-13"),
    ],
)
def test_the_last_day_and_the_first_day_of_a_revocation(
    effective: str, kind: str, more: dict[str, Any], last: str, revocable: str
) -> None:
    """10(1), 10-2, 17(1); of a petition before 2024-04-01 six months."""
    (row,) = rows(effective, order(effective, kind, **more))
    assert (row["expiry_date"], row["respondent_revocation_from"], row["status"]) == (last, revocable, "effective")


@pytest.mark.parametrize(
    ("top", "own", "first"),
    [
        ("2025-02-10", "2025-02-10", "2025-08-10"),
        ("2025-02-10", "2025-07-31", "2025-10-31"),
        ("2025-02-10", "2025-12-01", "満了まで到来しない"),
    ],
)
def test_the_order_for_children_ends_with_the_other_and_has_a_first_day_of_its_own(
    top: str, own: str, first: str
) -> None:
    """10(3), 17(3): six months of the order for no contact and three of its own, the later."""
    *_, child = rows(own, order(top, "noncontact_victim") + added(own, "child_order"))
    assert (child["expiry_date"], child["three_para_revocation_from"]) == ("2026-02-09", first)
    assert (child["parent_order_id"], child["parent_effective_date"]) == ("命1", top)


def test_an_order_of_three_kinds_is_three_rows_each_with_its_own_end() -> None:
    history = order("2025-07-15", "noncontact_victim", "phone_ban_victim", "eviction", term="2_months")
    history += [
        {"on": "2025-08-01", "event": "stay_granted", "order_id": "命1", "order_types": ["phone_ban_victim"]},
        {"on": "2025-09-20", "event": "order_revoked", "order_id": "命1", "order_types": ["noncontact_victim"],
         "basis": "17(1)"},
    ]  # fmt: skip
    states = [each["status"] for each in rows("2025-08-10", history)]
    assert states == ["effective", "stayed", "effective"]
    assert [each["status"] for each in rows("2025-09-20", history)] == ["revoked", "stayed", "expired"]
    assert [each["expiry_date"] for each in rows("2025-09-20", history)] == ["2026-07-14", "2026-07-14", "2025-09-14"]


def test_appeals_and_notices_of_the_order_alone() -> None:
    """CCP 332, 95(3): the week ends on no day of rest; other orders' notices are not this one's."""
    history = [
        *order("2025-12-24", "noncontact_victim", petition="2025-12-01", case_number="令和7年(配チ)第9号"),
        {
            "on": "2025-12-25",
            "event": "order_notified",
            "order_id": "命1",
            "notified_to": "police",
            "event_kind": "issued",
        },
        {
            "on": "2025-12-26",
            "event": "order_notified",
            "order_id": "命7",
            "notified_to": "police",
            "event_kind": "issued",
        },
    ]
    (row,) = rows("2026-01-10", history)
    assert (row["appeal_deadline_respondent"], row["police_notified_at"]) == ("2026-01-05", ["2025-12-25"])
    assert (row["law_regime"], row["term"], row["change_notices"]) == ("act30", "一年", [])


def test_six_months_asked_for_and_no_term_told_is_no_guess() -> None:
    history = order("2025-07-15", "eviction")
    history[0]["request_six_months"] = True
    (row,) = rows("2025-08-01", history)
    assert (row["expiry_date"], row["term"]) == (None, None)


def test_the_register_of_complaints_holds_each_with_its_result() -> None:
    history = [
        {"on": "2025-01-20T11:00", "event": "complaint_received", "complaint_id": "苦1", "subject": "電話での応対"},
        {"on": "2025-01-27", "event": "complaint_received", "complaint_id": "苦2", "subject": "待ち時間"},
        {"on": "2025-02-03", "event": "complaint_settled", "complaint_id": "苦1", "result": "応対を改めた"},
    ]
    told = rows("2025-02-10", history, "complaint-record")
    assert [(each["received_at"], each["handled_at"], each["result"]) for each in told] == [
        ("2025-01-20T11:00", "2025-02-03", "応対を改めた"),
        ("2025-01-27", None, None),
    ]


def test_the_penalty_is_that_of_the_day_of_the_act() -> None:
    """29, Act 30/2023 (2024-04-01), Act 68/2022 (2025-06-01): the act's day, not the order's or the judgment's."""
    history = order("2024-03-20", "noncontact_victim", petition="2024-03-01")
    history += order("2024-09-02", "noncontact_victim", petition="2024-08-26")[1:]
    told = [
        {"on": day, "event": "order_violated", "order_id": "命1", "order_type": "noncontact_victim"}
        for day in ("2024-03-31", "2024-04-01", "2025-05-31", "2025-06-01")
    ]
    row = rows("2025-06-02", history + told)[-1]
    assert row["penalties"] == [
        "一年以下の懲役又は百万円以下の罰金",
        "二年以下の懲役又は二百万円以下の罰金",
        "二年以下の懲役又は二百万円以下の罰金",
        "二年以下の拘禁刑又は二百万円以下の罰金",
    ]


def test_the_wide_and_the_narrow_violence_are_never_one_set() -> None:
    """1(1) takes harmful words and deeds in and no threats; 10(1) threats and no mere words; 10-2 the narrowest."""
    constants = OURS.reference.constants()
    wide = {"physical_violence", "other_harmful_conduct"}
    petition, eviction = set(constants["ACTS_ART10"]), set(constants["ACTS_ART10_2"])
    assert eviction < petition
    assert wide & petition == {"physical_violence"}
    assert set(OURS.procedures.vocabulary.facts["violence"].options) == wide | petition


def test_the_act_came_into_force_on_the_day_after_its_six_months() -> None:
    assert periods.day_elapsed(date(2001, 4, 13), "6 months", "start_day_counts") == date(2001, 10, 13)


def test_an_order_named_in_japanese_is_the_same_order() -> None:
    """What is told by its Japanese name counts as the value the vocabulary lists."""
    named = order("2025-07-15", "接近禁止命令", "三項命令")
    assert rows("2025-08-01", named) == rows("2025-08-01", order("2025-07-15", "noncontact_victim", "child_order"))


def test_the_number_of_an_order_is_one_in_every_width() -> None:
    history = order("2025-02-10", "noncontact_victim") + added("2025-03-10", "child_order")
    wide = [each | {"parent_order_id": "命１"} if "parent_order_id" in each else each for each in history]
    assert [each["expiry_date"] for each in rows("2025-04-01", wide)] == ["2026-02-09", "2026-02-09"]


def test_a_lone_matter_needs_no_numbers() -> None:
    history = order("2024-05-01", "noncontact_victim", petition="2024-03-31")
    bare = [{key: value for key, value in each.items() if not key.endswith("_id")} for each in history]
    (row,) = rows("2024-06-01", bare)
    assert (row["expiry_date"], row["law_regime"]) == ("2024-10-31", "old")
