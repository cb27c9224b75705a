"""Promise: whatever breaks an invariant is found by its code, and by nothing else's, on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, update

from app import main
from ledger.check import asked, scrub_ledger
from ledger.deadlines_stand import deadlines_stand
from ledger.standing import numbers_printed
from ledger.tables import (
    approval,
    artifact,
    batch,
    case_fact,
    case_file,
    content,
    data_key,
    deadline,
    entry,
    event,
    handover,
    item,
    number,
    paper,
    request,
    series,
    the_ledger,
    unit,
)
from ledger.types import new_ref
from tests.ledger.issuing import fill, record
from tests.ledger.tampering import tamper
from tests.ledger.told import OURS, ledger_at, new_case, tell
from tests.ledger.whole_case import whole_case, with_schedule

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Executable

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.types import Actor

BLOB = b"\x00" * 9 + b"{}"


@pytest.fixture
def cases(ledger: Ledger) -> tuple[CaseFile, CaseFile]:
    """Give two cases that have something in every table, their papers numbered 1 and 2."""
    with_schedule(ledger)
    return whole_case(ledger), whole_case(ledger, "7-004", name="浜野　澄", place="架空町砂浜２番地")


def plants(one: CaseFile, two: CaseFile) -> dict[str, list[Executable]]:
    """Return what breaks each invariant: `code what` → statements."""
    issued = select(paper.c.id).where(paper.c.case_file_id == two.id, paper.c.issued_at.is_not(None)).scalar_subquery()
    draft = select(paper.c.id).where(paper.c.case_file_id == two.id, paper.c.state == "draft").scalar_subquery()
    theirs = select(event.c.id).where(event.c.case_file_id == one.id).order_by(event.c.id).limit(1).scalar_subquery()
    mine = select(event.c.id).where(event.c.case_file_id == two.id, event.c.paper_id.is_(None)).scalar_subquery()
    the_entry = select(entry.c.id).where(entry.c.event_id == mine).scalar_subquery()
    acted = {"person": "汐見　花子"}
    fact = {"ref": new_ref(), "case_file_id": one.id, "name": "receipt_kind", "origin": "person", "recorded_at": 1}
    a_batch = {"id": 99, "ref": new_ref(), "office_id": one.office_id, "rulebook": bytes(32), "work": "{}", **acted}
    a_batch |= {"created_at": 1, "expires_at": 2, "key_id": one.key.id}
    a_unit = {"id": 99, "batch_id": 99, "ordinal": 1}
    an_item = {"ref": new_ref(), "batch_id": 99, "ordinal": 1, "unit_id": 99, "key_id": one.key.id}
    an_entry = {"ref": new_ref(), "office_id": one.office_id, "day": "2026-04-01", "recorded_at": 1, **acted}
    return {
        "P1 no file": [
            delete(content).where(
                content.c.artifact_id.in_(select(artifact.c.id).where(artifact.c.paper_id == issued))
            ),
            delete(artifact).where(artifact.c.paper_id == issued),
        ],
        "P1 no bytes": [delete(content)],
        "P1 a draft's file": [
            insert(artifact).values(paper_id=draft, kind="pdf", size=1, stored_sha=bytes(32), fingerprint=bytes(32)),
            insert(content).from_select(
                ["artifact_id", "bytes"],
                select(artifact.c.id, artifact.c.stored_sha).where(artifact.c.paper_id == draft),
            ),
        ],
        "P1 no event": [delete(event).where(event.c.paper_id == issued)],
        "N1 a gap": [update(series).where(series.c.kind == "paper").values(next=series.c.next + 1)],
        "N1 beyond": [update(number).where(number.c.n == 2).values(n=9)],
        "N3 back": [update(paper).where(paper.c.id == issued).values(day="2024-03-02")],
        "N4 another's": [update(number).where(number.c.n == 2).values(holder=new_ref())],
        "P2 asked only": [update(approval).where(approval.c.paper_id == issued).values(act="asked")],
        "E1 nothing before": [insert(case_fact).values(**fact, rev=2, sealed=BLOB)],
        "E1 another case's": [update(event).where(event.c.id == mine).values(supersedes=theirs)],
        "B1 no paper": [
            insert(batch).values(**a_batch, state="running"),
            insert(unit).values(**a_unit, state="open"),
            insert(item).values(**an_item, state="issued"),
        ],
        "B1 not ended": [insert(batch).values(**a_batch, state="done"), insert(unit).values(**a_unit, state="open")],
        "B2 no answer": [insert(request).values(scope="s", key="k", digest=bytes(32), status="answered", until_at=1)],
        "H1 copy left": [update(handover).where(handover.c.case_file_id == two.id).values(state="done")],
        "R1 another register": [
            insert(entry).values(**an_entry, register="other", corrects=the_entry, key_id=one.key.id, sealed=BLOB)
        ],
        "K1 in clear": [update(the_ledger).values(key_check=b"first:0")],
        "K2 left": [update(case_file).where(case_file.c.id == two.id).values(state="destroyed", sealed=None)],
        "K2 no key": [update(data_key).where(data_key.c.id == two.key.id).values(wrapped=None)],
    }


def found(connection: Connection) -> set[str]:
    return {each.code for each in asked(connection)}


def test_each_offence_is_found_by_its_code(ledger: Ledger, cases: tuple[CaseFile, CaseFile]) -> None:
    """Planted one by one, each taken back before the next."""
    tamper(ledger)  # without the guards, which refuse all of it
    with ledger.writing.connect() as connection, connection.begin() as whole:
        assert found(connection) == set()
        for name, statements in plants(*cases).items():
            planted = connection.begin_nested()
            for statement in statements:
                connection.execute(statement)
            assert found(connection) == {name.partition(" ")[0]}, name
            planted.rollback()
        whole.rollback()


def test_a_byte_that_changed_on_the_disk_is_found(ledger: Ledger, cases: tuple[CaseFile, CaseFile]) -> None:
    """Scrub names the paper and the file, and needs no key."""
    assert scrub_ledger(ledger) == []
    with ledger.read() as connection:
        ref = connection.scalar(
            select(paper.c.ref).where(paper.c.case_file_id == cases[1].id, paper.c.state == "issued")
        )
        row = connection.execute(select(content).order_by(content.c.artifact_id.desc())).first()
        assert row is not None
    flipped = bytes(row.bytes[:-1]) + bytes([row.bytes[-1] ^ 1])
    tamper(ledger, update(content).where(content.c.artifact_id == row.artifact_id).values(bytes=flipped))
    assert [each.where for each in scrub_ledger(ledger)] == [f"{ref}/pdf"]


def test_the_command_ends_with_1_when_something_is_wrong(
    ledger: Ledger, cases: tuple[CaseFile, CaseFile], place: Path | str
) -> None:
    """`ledger check --json` tells codes, words and rows."""
    tamper(ledger, update(handover).values(state="done"))
    done: Any = CliRunner().invoke(main, ["ledger", "check", "--json", "--ledger", str(place)], catch_exceptions=False)
    told = json.loads(done.output)
    assert (done.exit_code, told["sound"]) == (1, False)
    assert {each["code"] for each in told["offences"]} - {"F"} == {"H1"}
    assert len(cases) == 2


def test_a_deadline_that_was_changed_by_hand_is_found(place: Path | str) -> None:
    """Moved, closed, hidden, taken out: it is not as the history has it; what is as computed is no offence."""
    with ledger_at(place, "2026-03-11T09:00") as (ledger, clock):
        case = new_case(ledger)
        tell(ledger, case, on="2026-03-10", event="order_issued", order_id="一号")
        assert list(deadlines_stand(ledger, OURS)) == []
        clock.set("2026-03-20T09:00")
        assert list(deadlines_stand(ledger, OURS)) == []  # what time alone has changed is the tick's to write
        tamper(ledger)
        for told in (
            update(deadline).values(due_on="2026-12-24"),
            update(deadline).values(last_instant=deadline.c.last_instant + 1),
            update(deadline).values(state="late"),
            update(deadline).values(state="superseded"),
            delete(deadline),
        ):
            rows = _rows(ledger)
            _by_hand(ledger, told)
            assert [(each.code, each.where) for each in deadlines_stand(ledger, OURS)] == [("D1", case)]
            _by_hand(ledger, delete(deadline), insert(deadline).values(rows))
            assert list(deadlines_stand(ledger, OURS)) == []


def _rows(ledger: Ledger) -> list[dict[str, Any]]:
    with ledger.read() as connection:
        return [dict(row) for row in connection.execute(select(deadline)).mappings()]


def _by_hand(ledger: Ledger, *statements: Executable) -> None:
    with ledger.writing.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_number_that_is_not_the_printed_one_is_found(ledger: Ledger, actor: Actor) -> None:
    """The PDF is read: what stands on it is what the ledger holds."""
    fates, _ = fill(ledger, actor, record(1))
    assert [fate.verdict for fate in fates] == ["issued"]
    assert list(numbers_printed(ledger)) == []
    tamper(ledger, update(number).values(n=88))
    assert [each.code for each in numbers_printed(ledger)] == ["N2"]
