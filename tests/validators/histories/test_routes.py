"""Who an act should have gone to is said by name; of people nothing is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.histories.judging import judge_history
from validators.histories.reading import read_histories


def told(source: str, procedure: str, as_of: str, *items: dict[str, Any]) -> list[tuple[str, str]]:
    """Return state and message of what one procedure says."""
    (history, *_), _ = read_histories(OURS.procedures.vocabulary, [*items], "h")
    found = judge_history(OURS, history.items, date.fromisoformat(as_of), sources=[source])
    return [(each.state, each.message) for each in found if each.procedure == procedure]


@pytest.mark.parametrize(
    ("source", "procedure", "items", "right"),
    [
        (
            "ibaraki-revictimization",
            "IBR-P-6-2-照会",
            [
                {"on": "2026-02-02", "event": "notification_need_found", "about": "釈放の事実"},
                {"on": "2026-02-04", "paper": "release-inquiry", "to": "沖ノ浜刑務所長", "issuer_title": "生活安全総務課長"},
            ],
            "宛先は「水戸刑務所長」、発信者は「人身安全少年課長」です",
        ),
        (
            "ibaraki-revictimization",
            "IBR-P-6-3(5)イ-照会",
            [
                {"on": "2026-01-13", "event": "designated", "probation_office": "汐見保護観察所"},
                {"on": "2026-02-02", "event": "notification_need_found", "about": "仮釈放の取消し等"},
                {"on": "2026-02-04", "event": "inquiry_sent", "to": "沖ノ浜刑務所長"},
            ],
            "宛先は「汐見保護観察所」です",
        ),
        (
            "osaka-dv",
            "OSK-P-第3-2(1)ウ(エ)-府外",
            [
                {"on": "2026-02-02", "event": "support_found_necessary", "consult_id": "C1", "station": "入江警察署",
                 "victim_base_prefecture": "潮見県"},
                {"on": "2026-02-02", "event": "case_handed_over", "consult_id": "C1", "from_office": "入江警察署",
                 "to": "生活安全課長", "to_prefecture": "青波県", "via": ["生活安全総務課長"]},
            ],
            "先の都道府県は「潮見県」です",
        ),
        (
            "kanagawa-stalker",
            "KNG-P-9(1)-管轄",
            [{"on": "2026-02-02", "event": "warning_decided", "outcome": "execute", "station": "入江警察署", "competent_stations": ["岬警察署", "浜警察署"]}],
            "警察署は「岬警察署」か「浜警察署」",
        ),
    ],
)  # fmt: skip
def test_an_act_gone_astray_hears_where_it_should_have_gone(
    source: str, procedure: str, items: list[dict[str, Any]], right: str
) -> None:
    ((state, message),) = told(source, procedure, "2026-02-10", *items)
    assert state == "misrouted"
    assert right in message


def test_two_courts_that_ask_on_one_day_are_told_apart() -> None:
    asked = [
        {
            "on": "2026-06-10",
            "event": "court_request_received",
            "court_request_kind": "書面提出(14条2項)",
            "court_name": court,
        }
        for court in ("汐見地方裁判所", "青波地方裁判所")
    ]
    messages = [message for _, message in told("osaka-dv", "OSK-P-第4-2(1)", "2026-06-10", *asked)]
    assert [("汐見地方裁判所" in each, "青波地方裁判所" in each) for each in messages] == [(True, False), (False, True)]
    answered = {"on": "2026-06-11", "event": "court_answered", "to": "青波地方裁判所"}
    ((state, message),) = told("ibaraki-revictimization", "IBR-P-6-3(3)-照会対応", "2026-06-12",
        {"on": "2026-06-08", "event": "facility_asked", "kind": "照会", "from": "乙野　次郎"}, answered)  # fmt: skip
    assert state == "due"
    assert "乙野" not in message  # of whoever is no office nothing is said
