"""Promise: where an empty box leaves open whether a paper answers a duty, the box is named; silence alone breaks no duty."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.rulebooks import OURS
from validators.histories.judging import judge_history
from validators.histories.reading import read_histories

ASKED = {"on": "2026-05-11T09:00", "event": "request_received", "applied_by": "本人", "station": "岬署"}
BEGUN = {"on": "2026-05-12", "paper": "commencement-report", "to": "警察本部長", "via": ["人身安全対策課長"]}
LOOKED = {"on": "2026-05-13", "paper": "investigation-report"}


def _said(procedure: str, *told: dict[str, Any]) -> list[tuple[str, str, str]]:
    (history,), _ = read_histories(OURS.procedures.vocabulary, list(told), "一")
    found = judge_history(OURS, history.items, date(2026, 6, 30), sources=["kanagawa-stalker"])
    return [(each.state, each.severity, each.message) for each in found if each.procedure == procedure]


def test_an_empty_box_of_the_event_is_named() -> None:
    """A report for warnings may be the one of a request whose kind nobody wrote down."""
    ((state, severity, message),) = _said("KNG-P-7(6)", ASKED, {**BEGUN, "application_kinds": ["警告"]})
    assert (state, severity) == ("incomplete", "warning")
    assert "「申出を受けた」（令和８年５月11日）の「申出の別」が空いているので" in message
    assert "「着手の別」" not in message  # it says nothing else: that it is blank decides nothing


def test_an_empty_box_of_the_paper_is_named() -> None:
    """A report that does not say what it reports may be the one on the investigation."""
    ((state, severity, message),) = _said("KNG-P-8(1)", {**ASKED, "kind": "警告"}, LOOKED)
    assert (state, severity) == ("incomplete", "warning")
    assert "「調査等報告書」（令和８年５月13日）の「報告の別」が空いているので" in message


def test_a_duty_that_the_paper_cannot_answer_is_missing() -> None:
    """Another kind, another report, one that came too late, none at all: there is nothing to fill in."""
    asked = {**ASKED, "kind": "警告"}
    for told in (
        [asked],
        [asked, {**BEGUN, "application_kinds": ["援助"]}],
        [asked, {**BEGUN, "application_kind": "援助"}],
        [ASKED, {**BEGUN, "on": "2026-06-29", "application_kinds": ["警告"]}],
        [ASKED, {**BEGUN, "commencement_trigger": "捜査の着手", "application_kinds": ["警告"]}],
    ):
        assert [state for state, _, _ in _said("KNG-P-7(6)", *told)] == ["missing"]


def test_a_box_that_is_filled_in_answers_it() -> None:
    """What was asked for is written down: the duty is kept."""
    assert _said("KNG-P-7(6)", {**ASKED, "kind": "警告"}, {**BEGUN, "application_kinds": ["警告"]}) == []
    kinds = {"application_kind": "警告", "application_kinds": ["警告", "援助の申出"]}
    assert _said("KNG-P-7(6)", {**ASKED, "kind": "援助"}, {**BEGUN, **kinds}) == []
    assert _said("KNG-P-8(1)", {**ASKED, "kind": "援助"}, {**LOOKED, "purpose": "調査", **kinds}) == []
    (other,) = _said("KNG-P-8(1)", {**ASKED, "kind": "禁止命令等"}, {**LOOKED, "purpose": "調査", **kinds})
    assert other[0] == "missing"
