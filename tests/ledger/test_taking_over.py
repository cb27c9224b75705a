"""Promise: a case taken over with its history is what telling its events one by one would have left, and stands whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app import main
from ledger import events
from ledger.audit.verify import verify_ledger
from ledger.case_check import judge_case
from ledger.cases import CaseTold, open_case
from ledger.engine import open_ledger
from ledger.history import the_case, told_of
from ledger.registers import read_register, registers_of
from ledger.tables import audit, case_file, deadline, event
from ledger.taking_over import take_over
from ledger.types import day_of
from samples.year.loading import CLERK, Clock, taken_over
from tests.ledger.test_the_year import SHORT
from tests.ledger.told import OURS, STATION, date, ledger_at
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger

RECEIVED = {"on": "2026-03-03T10:00", "event": "request_received", "kind": "warning", "mode": "oral"}
TOLD = CaseTold(STATION, "kanagawa-stalker", "2026-03-03", number="令8-9", facts={"applicant_name": "架空　澪"})


def kept(ledger: Ledger, case: str) -> dict[str, Any]:
    """Return all that a case has come to, but for its ids."""
    with ledger.read() as connection:
        found = the_case(connection, case)
        assert found is not None
        told = told_of(connection, ledger, found.id)
        named = {each.id: (each.name, each.at, each.ordinal) for each in told}
        rows = connection.execute(
            select(deadline).where(deadline.c.case_file_id == found.id, deadline.c.state.in_(["open", "kept", "late"]))
        ).all()
        today = date.fromisoformat(day_of(ledger.now()))
        findings = [each.as_json() for each in judge_case(connection, ledger, OURS, case, today).findings]
        bodies = connection.scalars(select(audit.c.body).where(audit.c.type == "event.told").order_by(audit.c.seq))
        entries = [json.loads(body) for body in bodies]
    return {
        "told": [(each.name, each.at, each.precision, each.ordinal, each.facts, each.law) for each in told],
        "deadlines": sorted(
            (row.procedure, named[row.trigger_id], row.occurrence, row.due_on, row.last_instant, row.state, named.get(row.ended_by, ""))
            for row in rows
        ),
        "findings": findings,
        "audit": [(each["kind"], each["at"]) for each in entries if each["case"] == case],
    }  # fmt: skip


def registers(ledger: Ledger) -> list[tuple[str, tuple[str, ...]]]:
    """Return the rows of every register of the offices."""
    return [
        (each.slug, row.cells)
        for office in ("生安", "DV", "人身", "支援")
        for each in registers_of(ledger, OURS, office)
        for row in read_register(ledger, OURS, CLERK, each.slug, office_code=office).rows
    ]


def test_a_case_taken_over_is_what_its_events_told_one_by_one_leave(place: Path | str, tmp_path: Path) -> None:
    """The same history, deadlines, findings and registers; the audit tells each event; the chain and its rows are sound."""
    taken, told = taken_over(place, SHORT, OURS), taken_over(tmp_path / "told", SHORT, OURS, one_by_one=True)
    clock = Clock()
    clock.until(max(case.as_of for case in SHORT).isoformat())
    with open_ledger(place, clock=clock) as one, open_ledger(tmp_path / "told", clock=clock) as other:
        for case in SHORT:
            assert kept(one, taken.cases[case.number]) == kept(other, told.cases[case.number]), case.number
            assert len(kept(one, taken.cases[case.number])["audit"]) == len(case.history)
        assert registers(one) == registers(other) != []
        assert verify_ledger(one).sound


def test_one_wrong_item_and_nothing_stands_and_each_is_told(tmp_path: Path) -> None:
    """Every item that cannot be taken is named with what is wrong; neither case nor event nor number is left."""
    wrong = [
        RECEIVED,
        {"on": "2026-03-04", "event": "no_such_event"},
        {"on": "2999-03-04", "event": "measure_closed"},
        {"on": "2026-03-05", "event": "order_expired"},
    ]
    with ledger_at(tmp_path / "ledger", "2026-04-01T09:00") as (ledger, _):
        with pytest.raises(InputError) as refused:
            take_over(ledger, OURS, CLERK, TOLD, wrong)
        assert all(f"{place}件目" in refused.value.message for place in (2, 3, 4))
        assert "1件目" not in refused.value.message
        with ledger.read() as connection:
            assert connection.scalars(select(case_file.c.id)).all() == []
            assert connection.scalars(select(event.c.id)).all() == []
        taken = take_over(ledger, OURS, CLERK, TOLD, [RECEIVED])
        assert (len(taken.events), taken.case.number) == (1, "令8-9")
        tell = {"on": "2026-03-20", "event": "danger_ended_confirmed"}
        assert events.tell(ledger, OURS, CLERK, taken.case.ref, tell).version == taken.case.version + 2


def test_the_command_takes_what_can_be_taken_and_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file with several cases each stands by itself; exit status 1 where one was refused."""
    monkeypatch.setenv("YOSHIKI_LEDGER", str(tmp_path / "ledger"))
    with ledger_at(tmp_path / "ledger", "2026-04-01T09:00") as (ledger, _):
        open_case(ledger, OURS, CLERK, CaseTold(STATION, "kanagawa-stalker", "2026-03-01", number="令8-1"))
    item = {"on": "2025-03-03T10:00", "event": "request_received", "kind": "warning"}
    cases: list[dict[str, Any]] = [
        {"number": number, "opened_on": "令和7年3月3日", "title": None, "history": history}
        for number, history in (("令7-1", [item]), ("令8-1", [item]), ("令7-2", [{**item, "event": "なし"}]), ("令7-3", {}))
    ]  # fmt: skip
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases), "utf-8")
    call = ["case", "take-over", str(path), "--office", STATION, "--kind", "kanagawa-stalker", "--by", "岸"]
    outcome = CliRunner().invoke(main, [*call, "--json"], catch_exceptions=False)
    assert outcome.exit_code == 1, outcome.output
    answer = json.loads(outcome.stdout)
    assert (answer["taken"], answer["refused"]) == (1, 3)
    assert [each.get("number", "") for each in answer["cases"]] == ["令7-1", "", "", ""]
    said = CliRunner().invoke(main, call, catch_exceptions=False)
    assert "引き継いだ事案 0件、引き継げなかった事案 4件" in said.stdout
    other, broken = tmp_path / "other.json", tmp_path / "broken.yaml"
    other.write_text(json.dumps({**cases[0], "number": "令7-4"}), "utf-8")
    broken.write_bytes("- {title: 相談".encode("cp932"))  # of files one of which cannot be read, nothing is entered
    assert CliRunner().invoke(main, [call[0], call[1], str(other), str(broken), *call[3:]]).exit_code == 2
    assert CliRunner().invoke(main, [call[0], call[1], str(other), *call[3:]]).exit_code == 0
