"""Promise: a history is read as it was meant, weighed only by what it tells, and judged as of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.errors import InputError
from validators.histories.items import read_item
from validators.histories.judging import judge_history
from validators.histories.reading import parse, read_histories

AKITA = "akita-contact"


def item(on: str, name: str, **facts: Any) -> dict[str, Any]:
    kind = "paper" if OURS.procedures.vocabulary.is_paper(name) else "event"
    return {"on": on, kind: name, **facts}


def judged(
    source: str, as_of: str, *items: dict[str, Any], office: dict[str, str] | None = None
) -> set[tuple[str, str]]:
    read = [read_item(OURS.procedures.vocabulary, each, place) for place, each in enumerate(items)]
    found = judge_history(OURS, read, date.fromisoformat(as_of), sources=[source], office=office)
    return {(each.procedure, each.state) for each in found}


# ---- reading ------------------------------------------------------------------------------------------------------


def test_a_history_reads_the_same_as_yaml_and_as_json_with_a_bare_on() -> None:
    vocabulary = OURS.procedures.vocabulary
    yaml = "- {on: 令和7年6月2日, event: order_delivered, order_id: 甲1, way: 手交}\n"
    json = '[{"on": "2025-06-02", "event": "order_delivered", "order_id": "甲1", "way": "手交"}]'
    (one,), several = read_histories(vocabulary, parse(yaml, "x"), "x")
    (other,), _ = read_histories(vocabulary, parse(json, "x"), "x")
    assert not several
    assert dict(one.items[0].facts) == dict(other.items[0].facts)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {on: 2025-06-02, event: order_deliverd}", "order_delivered"),
        ("- {on: 2025-06-31, event: order_delivered}", "on"),
        ("- {event: order_delivered}", "on"),
        ("- {on: 0025-06-02, event: order_delivered}", "on"),
        ("- {on: 2025-06-02, paper: warning, delivered_on: 9999-12-31}", "delivered_on"),
        ("- {on: 2025-06-02}", "event"),
        ("- {on: 2025-06-02, paper: no-such-paper}", "書面"),
        ("- {on: 2025-06-02, event: [order_delivered]}", "出来事"),
        ("- {on: 2025-06-02, event: order_issued, oral: たぶん}", "oral"),
        ("- {on: 2025-06-02, event: request_received, applicant_birth_date: 昔}", "applicant_birth_date"),
        ("- {on: 2025-06-02, event: order_delivered, way: {a: b}}", "way"),
        ("just a sentence", "履歴"),
        ("- {history: [], id: a}\n- {on: 2025-06-02, event: order_issued}", "event"),
        ("- {id: a, as_of: 2025-13-01, history: []}", "as_of"),
        ("- {id: a, history: 3}", "history"),
        ("- [", "x"),
        ("a: &a [*a]", "x"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, told: str) -> None:
    """An unknown name comes with the nearest known one; nothing is guessed."""
    with pytest.raises(InputError) as caught:
        read_histories(OURS.procedures.vocabulary, parse(text, "x"), "x")
    assert told in str(caught.value)


def test_an_unknown_source_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match=AKITA):
        judge_history(OURS, [], date(2025, 6, 2), sources=["no-such-source"])


# ---- given, blank, not given --------------------------------------------------------------------------------------


def test_a_fact_not_given_breaks_no_rule_and_a_blank_one_is_weighed() -> None:
    """A way, an addressee or a counterpart that nobody wrote down is not held against the act."""
    bare = item("2025-06-27", "contact_made", contact_id="一")
    assert ("AKT-P-5(2)", "misrouted") not in judged(AKITA, "2025-06-28", bare)
    assert ("AKT-P-5(2)", "misrouted") in judged(AKITA, "2025-06-28", bare | {"way": "電子メール"})
    assert ("AKT-P-2", "incomplete") in judged(
        AKITA, "2025-06-28", item("2025-06-27", "contact_excluded", decided_by="")
    )


# ---- time ---------------------------------------------------------------------------------------------------------


def test_on_one_day_without_times_no_order_is_held_against_anybody() -> None:
    """A date beside a moment is compared by day: what cannot be told apart is not out of order."""
    first, then = (
        item("2025-06-27", "contact_instructed", contact_id="一"),
        item("2025-06-27", "contact_made", contact_id="一"),
    )
    for pair in ((first, then), (then, first), (then | {"on": "2025-06-27T09:00"}, first)):
        assert not {
            found for found in judged(AKITA, "2025-06-28", *pair) if found[0] == "AKT-P-4(3)" and found[1] != "due"
        }
    late = first | {"on": "2025-06-27T10:00"}, then | {"on": "2025-06-27T09:00"}
    assert ("AKT-P-4(3)", "out-of-order") in judged(AKITA, "2025-06-28", *late)


def test_what_lies_after_the_day_does_not_exist() -> None:
    told = item("2025-08-08", "contact_ended", decision_ground="ア"), item("2025-08-10", "victim_told_of_ending")
    assert ("AKT-P-6(2)-説明", "due") in judged(AKITA, "2025-08-09", *told)
    assert not {found for found in judged(AKITA, "2025-08-10", *told) if found[0] == "AKT-P-6(2)-説明"}


def test_an_office_may_set_its_own_figure_for_what_the_source_leaves_open() -> None:
    told = item("2025-08-08", "contact_ended", decision_ground="ア")
    assert ("AKT-P-6(2)-説明", "missing") in judged(AKITA, "2025-08-12", told)
    assert ("AKT-P-6(2)-説明", "due") in judged(AKITA, "2025-08-12", told, office={"promptly.document_days": "10"})


def test_slots_run_from_the_delivery_by_the_calendar() -> None:
    """1, 3, 6 and 11 months, the day of delivery counted; a month without that day ends with its last."""
    items = [read_item(OURS.procedures.vocabulary, item("2025-08-31", "order_delivered", way="送達"), 0)]
    found = judge_history(OURS, items, date(2025, 9, 1), sources=[AKITA])
    due = {each.procedure: each.due_on for each in found if each.due_on}
    assert list(due.values()) == ["2025-09-30", "2025-11-30", "2026-02-28", "2026-07-30"]


def test_the_due_day_is_still_in_time_and_the_window_closes_a_week_later() -> None:
    delivered = item("2025-06-02", "order_delivered", way="手交")
    last = date(2025, 7, 1) + timedelta(days=7)
    assert ("AKT-P-5(4)ア", "due") in judged(AKITA, last.isoformat(), delivered)
    assert ("AKT-P-5(4)ア", "missing") in judged(AKITA, (last + timedelta(days=1)).isoformat(), delivered)


# ---- one matter among others --------------------------------------------------------------------------------------


def test_two_orders_in_one_history_do_not_answer_for_each_other() -> None:
    """Items that bear different ids are of different matters."""
    told = (
        item("2025-06-27", "contact_made", order_id="甲1", contact_id="一"),
        item("2025-06-27", "contact_made", order_id="乙1", contact_id="二"),
        item(
            "2025-06-28", "risk_assessed", order_id="甲1", contact_id="一", recidivism_risk="低", retaliation_risk="無"
        ),
    )
    assert ("AKT-P-5(5)-評価", "missing") in judged(AKITA, "2025-07-10", *told)
    both = (
        *told,
        item(
            "2025-06-28", "risk_assessed", order_id="乙1", contact_id="二", recidivism_risk="低", retaliation_risk="無"
        ),
    )
    assert ("AKT-P-5(5)-評価", "missing") not in judged(AKITA, "2025-07-10", *both)


def test_a_corrected_act_heals() -> None:
    made = item("2025-06-27", "contact_made", contact_id="一")
    blank = item("2025-06-27", "contact-log", contact_id="一", content="", outcome="継続")
    whole = item("2025-06-28", "contact-log", contact_id="一", content="近況", outcome="継続")
    assert ("AKT-P-5(6)-記録", "incomplete") in judged(AKITA, "2025-07-10", made, blank)
    assert ("AKT-P-5(6)-記録", "incomplete") not in judged(AKITA, "2025-07-10", made, blank, whole)


def test_a_paper_with_its_delivery_is_the_order_made_and_delivered() -> None:
    """What a paper implies is entered once: the order, its delivery and its life follow from the paper."""
    order = item(
        "2025-06-02", "prohibition-order", delivered_on="2025-06-03", way="direct", item1_text="一", item2_text="二"
    )
    assert ("AKT-P-5(4)ア", "due") in judged(AKITA, "2025-06-10", order)
    after = item("2026-06-03", "contact_made", contact_id="五", slot_label="臨時")
    assert ("AKT-P-5(4)-期間", "forbidden") in judged(AKITA, "2026-06-10", order, after)
    assert ("AKT-P-5(4)-期間", "forbidden") not in judged(AKITA, "2026-06-10", order, after | {"on": "2026-06-02"})
