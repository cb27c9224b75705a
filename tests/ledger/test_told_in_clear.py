"""Promise: what stands in clear (numbers of cases, reasons, what leaves) tells of nobody, and no reason is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ledger import events, seal
from ledger.case_check import close_case, reopen_case
from ledger.cases import case_named
from ledger.due import listed
from ledger.entering import tell_facts
from ledger.handovers import Offer, offer
from ledger.tables import case_file
from ledger.types import Instant
from tests.ledger.told import CLERK, OTHER, OURS, ledger_at, new_case, tell
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

APPLICANT = {
    "applicant_name": "髙﨑　澪",
    "applicant_phone": "090-0000-0001",
    "applicant_residence": "汐見県汐見市港町8-1",
}
ENDED = {"on": "2026-04-01", "event": "danger_ended_confirmed", "reason": "転居して接触がない"}
CLOSED = {"on": "2026-04-01", "event": "measure_closed", "reason": "おそれがない"}


def test_a_cases_number_tells_nobody(place: Path | str) -> None:
    """The number stands in clear, in calendars and mails: a name, its parts, a telephone in it are refused, however written."""
    with ledger_at(place, "2026-04-01T09:00") as (ledger, _):
        for number in ("高崎澪-1", "髙﨑-1", "０９００００００００１", "港町8-1の件", "令8-澪高崎"):
            with pytest.raises(InputError, match="事案番号に"):
                new_case(ledger, number, **APPLICANT)
        with pytest.raises(InputError, match="事案番号に"):
            new_case(ledger, "KOWALSKA-3", applicant_name="Anna Kowalska")
        new_case(ledger, "令8-1", **APPLICANT)
        new_case(ledger, "汐見-7", applicant_name="汐見　一")  # the office's own word, whoever bears it


def test_outside_a_number_that_could_be_a_name_is_told_by_the_ref(place: Path | str) -> None:
    with ledger_at(place, "2026-04-01T09:00") as (ledger, _):
        case = new_case(ledger, "令8-1")
        tell(ledger, case, on="2026-03-09", event="request_received", kind="prohibition", mode="oral")
        (first, *_) = listed(ledger, OURS, case=case)
        shown = [replace(first, number=number).called for number in ("令8-1", "C-77", "ＳＴ－3", "相談第12号")]
        assert shown == ["令8-1", "C-77", "ＳＴ－3", "相談第12号"]
        for telling in (
            "Kowalska-1",
            "MIO-1",
            "ＭＩＯ",
            "mio",
            "090-0000-0001",
            "汐見-7",
            "令8-1\r\nBcc: x@example.invalid",
        ):
            assert replace(first, number=telling).called == case


def test_a_closed_case_is_told_nothing_and_keeps_every_reason(place: Path | str) -> None:
    """Until it is opened again nothing is told, corrected or taken back; why it was opened, closed and reopened stays."""
    with ledger_at(place, "2026-04-01T09:00") as (ledger, clock):
        case = new_case(ledger, "令8-1", **APPLICANT)
        ended = tell(ledger, case, **ENDED)
        close_case(ledger, OURS, CLERK, case, "転居", item=CLOSED, although="書面は綴りにある")
        for refused in (
            lambda: tell(ledger, case, **ENDED),
            lambda: events.correct(ledger, OURS, CLERK, ended, ENDED, reason="誤記"),
            lambda: events.retract(ledger, OURS, CLERK, ended, "誤記"),
        ):
            with pytest.raises(InputError, match="終結しています") as told:
                refused()
            assert "case reopen" in told.value.action
        clock.set("2026-04-02T09:00")
        reopen_case(ledger, CLERK, case, "再び接触")
        events.retract(ledger, OURS, CLERK, ended, "確かめていなかった")
        with ledger.read() as connection:
            found = case_named(connection, ledger, case)
            kept = connection.scalar(select(case_file.c.sealed).where(case_file.c.ref == case)) or b""
        said = seal.open_(found.key, "case_file", case, kept)
        day = timedelta(days=1) // timedelta(microseconds=1)
        assert [{key: value for key, value in each.items() if key != "at"} for each in said["reasons"]] == [
            {"closed": "転居", "although": "書面は綴りにある"},
            {"reopened": "再び接触"},
        ]
        assert said["title"] == "架空町の事案"
        assert said["reasons"][1]["at"] - said["reasons"][0]["at"] == Instant(day)


def test_nothing_has_happened_that_is_still_to_come(place: Path | str) -> None:
    """An event later today, a fact, a case, a consent of tomorrow are refused: a wrong year would outlast every later fact."""
    with ledger_at(place, "2026-04-01T09:00") as (ledger, _):
        case = new_case(ledger, "令8-1", **APPLICANT)
        tell(ledger, case, on="2026-04-01T09:00", event="request_received")
        with pytest.raises(InputError, match="まだ来ていない"):
            tell(ledger, case, on="2026-04-01T09:01", event="request_received")
        with pytest.raises(InputError, match="まだ来ていない"):
            tell_facts(ledger, OURS, CLERK, case, {"applicant_phone": "090-0000-0002"}, day="2062-04-01")
        told = Offer(case, "request", ["applicant_phone"], "2026-04-10", to=OTHER, consent=("本人", "2026-04-02"))
        with pytest.raises(InputError, match="まだ来ていない"):
            offer(ledger, CLERK, told)
