"""A receiver reads the named fields alone, from accepting until it ends; then nobody can read the copy again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from ledger import due
from ledger.access import may_know
from ledger.cases import case_named
from ledger.check import check_ledger
from ledger.handovers import Offer, listed, move, offer, opened
from ledger.keys import ShreddedError, load
from ledger.tables import audit, case_access, data_key, handover
from ledger.tick import tick
from ledger.types import Actor
from tests.ledger.told import CLERK, OTHER, OURS, STATION, ledger_at, new_case, tell
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger
    from tests.ledger.told import SetClock

THERE = Actor("岬　次郎", role="係長")
REFUGE = "灯台市岬町９丁目９番９号"
Kept = tuple["Ledger", "SetClock", str]


@pytest.fixture
def kept(place: Path | str) -> Iterator[Kept]:
    with ledger_at(place, "2026-03-11T09:00") as (ledger, clock):
        facts = {"applicant_name": "架空　乙女", "applicant_residence": REFUGE, "respondent_name": "架空　次郎"}
        case = new_case(ledger, **facts)
        yield ledger, clock, case
        assert check_ledger(ledger) == []


def offered(case: str, **more: Any) -> Offer:
    base = Offer(case, "request", ["respondent_name"], "2026-03-31", to=OTHER, reason="差し迫った危険")
    return replace(base, **more)


def moved(ledger: Ledger, ref: str, state: str, by: str, reason: str = "") -> None:
    move(ledger, OURS, THERE, ref, to_state=state, by_office=by, reason=reason)


def test_the_receiver_reads_the_named_fields_alone_after_accepting_and_each_reading_is_recorded(kept: Kept) -> None:
    ledger, _, case = kept
    ref = offer(ledger, CLERK, offered(case, reason="", consent=("架空　乙女", "2026-03-10")))
    with pytest.raises(InputError, match="申入れ中"):
        opened(ledger, THERE, ref, by_office=OTHER)
    moved(ledger, ref, "accepted", OTHER)
    assert dict(opened(ledger, THERE, ref, by_office=OTHER).copy) == {"respondent_name": "架空　次郎"}
    with pytest.raises(InputError, match="渡された所属だけ"):
        opened(ledger, THERE, ref, by_office="灯台署")
    with ledger.read() as connection:
        assert list(connection.scalars(select(audit.c.type))).count("handover.read") == 1
        found = case_named(connection, ledger, case)
        assert not may_know(connection, found, "people", ledger.now(), office_code=OTHER)  # the copy, nothing else


@pytest.mark.parametrize("end", ["done", "withdrawn", "expired"])
def test_when_it_ends_or_runs_out_the_copy_is_closed_at_once_and_its_key_is_gone(kept: Kept, end: str) -> None:
    ledger, clock, case = kept
    ref = offer(ledger, CLERK, offered(case, fields=["applicant_residence"]))
    with ledger.read() as connection:
        key_id = int(connection.scalar(select(handover.c.key_id)) or 0)
    moved(ledger, ref, "accepted", OTHER)
    if end == "expired":
        clock.set("2026-03-31T23:59")
        assert opened(ledger, THERE, ref, by_office=OTHER).copy
        clock.set("2026-04-01T00:00")  # nobody has done anything
        with pytest.raises(InputError, match="期限が過ぎ"):
            opened(ledger, THERE, ref, by_office=OTHER)
        assert listed(ledger, office_code=OTHER)[0].expired
        assert tick(ledger, OURS).expired == 1
        assert tick(ledger, OURS).expired == 0
    else:
        moved(ledger, ref, end, OTHER if end == "done" else STATION, "用が済んだ")
    with pytest.raises(InputError):
        opened(ledger, THERE, ref, by_office=OTHER)
    with ledger.read() as connection:
        with pytest.raises(ShreddedError):
            load(connection, ledger, key_id)
        assert connection.scalar(select(data_key.c.wrapped).where(data_key.c.id == key_id)) is None
        assert connection.scalar(select(case_access.c.until_at)) is not None
        assert REFUGE.encode() not in (connection.scalar(select(handover.c.sealed)) or b"")
    assert listed(ledger, case=case)[0].words["reason"] == "差し迫った危険"


def test_a_transfer_that_is_done_makes_the_case_and_its_deadlines_the_receivers(kept: Kept) -> None:
    ledger, clock, case = kept
    tell(ledger, case, on="2026-03-10", event="request_received", kind="warning", receiver="沖　一郎")
    before = due.listed(ledger, OURS, office_code=STATION)
    assert before
    ref = offer(ledger, CLERK, offered(case, kind="transfer"))
    clock.set("2026-03-12T09:00")
    moved(ledger, ref, "accepted", OTHER)
    moved(ledger, ref, "done", OTHER)
    assert due.listed(ledger, OURS, office_code=STATION) == []
    assert len(due.listed(ledger, OURS, office_code=OTHER)) == len(before)
    with ledger.read() as connection:
        assert case_named(connection, ledger, case).office == OTHER


def test_a_rejection_says_why_and_each_step_is_its_own_office_s(kept: Kept) -> None:
    ledger, _, case = kept
    ref = offer(ledger, CLERK, offered(case))
    with pytest.raises(InputError, match="まだ終わっていません"):
        offer(ledger, CLERK, offered(case))
    for state, by, told in (("accepted", STATION, OTHER), ("withdrawn", OTHER, STATION), ("done", OTHER, "申入れ中")):
        with pytest.raises(InputError, match=told):
            moved(ledger, ref, state, by, "理由")
    with pytest.raises(InputError, match="理由"):
        moved(ledger, ref, "rejected", OTHER)
    moved(ledger, ref, "rejected", OTHER, "管轄が違う")
    assert listed(ledger, case=case)[0].words["answer"] == "管轄が違う"
    with pytest.raises(InputError, match="拒否"):
        moved(ledger, ref, "accepted", OTHER)
    outside = offer(ledger, CLERK, offered(case, to="", receiver="谷川県警察"))
    moved(ledger, outside, "accepted", STATION)  # told by phone, noted by the office that offered


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fields": []}, "一つずつ"),
        ({"fields": ["respondent_phone"]}, "分かっていません"),
        ({"reason": " "}, "同意"),
        ({"consent": ("架空　乙女", "")}, "いつ同意"),
        ({"receiver": "谷川県警察"}, "どちらか一つ"),
        ({"to": STATION}, "その所属が持って"),
        ({"to": "無い署"}, "台帳にありません"),
        ({"expires_on": "2026-03-10"}, "今日から"),
        ({"expires_on": "2028-03-10"}, "今日から"),
        ({"kind": "gift"}, "引渡しはありません"),
    ],
)
@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_is_missing_is_refused_in_words(kept: Kept, wrong: dict[str, Any], told: str) -> None:
    ledger, _, case = kept
    with pytest.raises(InputError, match=told):
        offer(ledger, CLERK, offered(case, **wrong))
