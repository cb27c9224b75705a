"""Promise: only what may go goes, in front of two people; then nothing of it is left in any file but its numbers and the proof."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from app import main
from ledger import keys
from ledger.approvals import draft
from ledger.audit.keeping_events import FilesPurged
from ledger.audit.verify import verify_ledger
from ledger.cases import case_named
from ledger.check import check_ledger
from ledger.destroy import CannotDestroyError, run_plan
from ledger.engine import open_ledger
from ledger.papers import newest
from ledger.retention import HeldError, plan, release_hold, set_hold, settle
from ledger.tables import METADATA, audit, case_file, data_key, deadline, destruction, event, number, paper
from ledger.tick import tick
from ledger.types import Actor
from tests.ledger.conftest import planned_fault
from tests.ledger.issuing import FORM, fill, line, record
from tests.ledger.tampering import tamper
from tests.ledger.whole_case import CLERK, NAME, PLACE, SECOND, close, whole_case, with_schedule
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from ledger.cases import CaseFile
    from ledger.destroy import Certificate
    from ledger.engine import Ledger

LATER = datetime(2028, 4, 1, 9, 0)  # noqa: DTZ001 - Japanese time, as the doors give it
UNTIL = date(2026, 12, 31)
LEFT = {
    "case_file",
    "paper",
    "series",
    "number",
    "destruction",
    "handover",
    "entry",
    "hold",
}  # rows, without their values


@pytest.fixture
def closed(ledger: Ledger) -> CaseFile:
    """Give a case closed two years ago, of an office that keeps its cases for one."""
    with_schedule(ledger)
    case = whole_case(ledger)
    close(ledger, case)
    return case


def destroyed(ledger: Ledger) -> list[Certificate]:
    return run_plan(ledger, OURS, CLERK, SECOND, digest=plan(ledger, OURS).digest, copies_until=UNTIL)


def bytes_of(ledger: Ledger) -> bytes:
    """Return all that the database keeps: SQLite's files, PostgreSQL's tables."""
    if ledger.folder is not None:
        return b"".join(path.read_bytes() for path in ledger.folder.glob("ledger.sqlite*"))
    kept = []
    with ledger.read() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                kept += [each if isinstance(each, bytes) else str(each).encode() for each in row]
    return b"\n".join(kept)


def test_a_case_goes_with_its_keys(ledger: Ledger, closed: CaseFile) -> None:
    """People, facts, events, bytes, fingerprints and keys are gone from rows and files; number, day, form, certificate stay."""
    assert PLACE.encode() in bytes_of(ledger)  # kept in clear: what no key protects must be gone itself
    (certificate,) = destroyed(ledger)
    assert (certificate.case, certificate.number) == (closed.ref, "廃第1号")
    assert certificate.told["papers"] == [{"form": "non-warning-notice", "day": "2024-03-03", "number": "第1号"}]
    assert (certificate.told["copies_until"], certificate.told["retain_until"]) == ("2026-12-31", "2025-03-31")
    left = bytes_of(ledger)
    for told in (PLACE, NAME, PLACE[:6]):
        assert told.encode() not in left
    with ledger.read() as connection:
        assert connection.execute(select(case_file.c.state, case_file.c.sealed)).one() == ("destroyed", None)
        assert set(connection.scalars(select(paper.c.state))) == {"destroyed"}
        assert connection.scalars(select(number.c.n)).all() == [1, 1]  # the paper's, the certificate's
        assert connection.scalar(select(destruction.c.second)) == SECOND.name
        shredded = connection.execute(select(data_key).where(data_key.c.id == closed.key.id)).one()
        assert (shredded.wrapped, shredded.shredded_at is not None) == (None, True)
        with pytest.raises(keys.ShreddedError):
            case_named(connection, ledger, closed.ref)
    assert verify_ledger(ledger).sound
    assert {each.code for each in check_ledger(ledger)} <= {"F"}


def test_what_a_run_that_was_cut_off_left_in_the_files_goes_with_the_next_tick(
    ledger: Ledger, closed: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Destroyed and committed, but cut off before the database's own files were purged."""
    with planned_fault(monkeypatch, "destroy.purging:1=eio"), pytest.raises(OSError, match="error"):
        destroyed(ledger)
    for _ in range(2):
        tick(ledger, OURS)
        assert PLACE.encode() not in bytes_of(ledger)
    with ledger.read() as connection:
        assert connection.scalar(select(case_file.c.state).where(case_file.c.id == closed.id)) == "destroyed"
        assert connection.scalar(select(func.count()).where(audit.c.type == FilesPurged.name)) == 1


def test_only_what_was_read_is_destroyed(ledger: Ledger, closed: CaseFile) -> None:
    """Another plan than the one read, or the same person twice, destroys nothing."""
    digest = plan(ledger, OURS).digest
    with pytest.raises(CannotDestroyError, match="立会い"):
        run_plan(ledger, OURS, CLERK, Actor(CLERK.name), digest=digest, copies_until=UNTIL)
    other = whole_case(ledger, "7-004", name="浜野　澄", place="架空町砂浜２番地")
    close(ledger, other)
    with pytest.raises(CannotDestroyError, match="変わって"):
        run_plan(ledger, OURS, CLERK, SECOND, digest=digest, copies_until=UNTIL)
    assert [each.case for each in destroyed(ledger)] == [closed.ref, other.ref]


def test_what_is_open_held_or_unset_stays(ledger: Ledger, closed: CaseFile) -> None:
    """An open case, a held one and one whose time nobody has said are not proposed."""
    whole_case(ledger, "7-004", name="浜野　澄", place="架空町砂浜２番地")  # open
    young = whole_case(ledger, "7-005", name="磯部　海斗", place="架空町砂浜３番地")
    close(ledger, young, "2026-03-31")
    set_hold(ledger, CLERK, closed.ref, "訴訟のため")
    found = plan(ledger, OURS)
    assert (found.cases, found.held, found.unset) == ((), (closed.ref,), ())
    with pytest.raises(HeldError):
        set_hold(ledger, CLERK, closed.ref, "訴訟のため")
    release_hold(ledger, CLERK, closed.ref)
    assert [each.ref for each in plan(ledger, OURS).cases] == [closed.ref]
    with pytest.raises(HeldError):
        release_hold(ledger, CLERK, closed.ref)
    with pytest.raises(InputError):
        set_hold(ledger, CLERK, closed.ref, " ")


def test_a_schedule_that_changes_is_settled_before_a_plan(closed: CaseFile, ledger: Ledger) -> None:
    """Until when a case is kept follows the office's schedule as it stands."""
    from ledger.offices import save_office  # noqa: PLC0415

    longer = {"name": "汐見県汐見警察署", "retention.other": "5 years\nfiscal"}
    save_office(ledger, CLERK, "shiomi", "汐見県汐見警察署", kind="station", told=longer, from_on="2026-01-01")
    assert destroyed(ledger) == []  # asked again in the case's own transaction
    assert settle(ledger, CLERK, OURS) == 1
    assert settle(ledger, CLERK, OURS) == 0
    assert plan(ledger, OURS).cases == ()
    with ledger.read() as connection:
        kept = select(case_file.c.retain_until).where(case_file.c.ref == closed.ref)
        assert connection.scalar(kept) == "2029-03-31"


def test_a_paper_of_no_case_goes_by_its_own_day(ledger: Ledger) -> None:
    """By its office's schedule, held papers and drafts left; bytes, record, approvals, answers and key gone, number and proof stay."""
    with_schedule(ledger)
    issue = partial(fill, ledger, CLERK, by=line())
    issue(record(1, addressee_name=NAME))
    issue(record(2))
    draft(ledger, line(), CLERK, record(3))
    assert plan(ledger, OURS).papers.over == ()
    with open_ledger(ledger.place, clock=lambda: LATER) as later:
        kept = plan(later, OURS).papers
        assert [(each.number, each.retain_until) for each in kept.over] == [
            ("汐見生安第1号", "2027-04-01"),
            ("汐見生安第2号", "2027-04-01"),
        ]
        held = kept.over[1].ref
        set_hold(later, CLERK, held, "訴訟のため")
        (certificate,) = destroyed(later)
        assert certificate.paper == kept.over[0].ref
        assert certificate.told["papers"] == [{"form": FORM, "day": "2026-04-01", "number": "汐見生安第1号"}]
        assert NAME.encode() not in bytes_of(later)
        assert [(row.number, row.state) for row in newest(later)] == [
            ("", "draft"),
            ("汐見生安第2号", "issued"),
            ("汐見生安第1号", "destroyed"),
        ]
        assert {each.code for each in check_ledger(later)} <= {"F"}
        assert plan(later, OURS).papers.held == (held,)
        release_hold(later, CLERK, held)
        assert [each.paper for each in destroyed(later)] == [held]


def test_a_case_whose_deadline_is_to_come_stays(ledger: Ledger, closed: CaseFile) -> None:
    """However long its time is over, also where the deadline was entered after the plan was read."""
    assert [each.ref for each in plan(ledger, OURS).cases] == [closed.ref]
    with ledger.read() as connection:
        trigger = connection.scalar(select(event.c.id).limit(1))
    row = {"case_file_id": closed.id, "procedure": "later", "trigger_id": trigger, "occurrence": 0}
    row |= {"office_id": closed.office_id, "due_on": "2026-04-01", "last_instant": 0, "state": "open"}
    tamper(ledger, insert(deadline).values(**row, case_version=1, rulebook=bytes(32)))
    found = plan(ledger, OURS)
    assert (found.cases, found.due) == ((), (closed.ref,))


def test_the_certificate_is_kept(ledger: Ledger, closed: CaseFile) -> None:
    """It tells what went, by what right, and when the last copy elsewhere ends; the chain names both people."""
    (certificate,) = destroyed(ledger)
    with ledger.read() as connection:
        kept = connection.execute(select(destruction)).one()
    told = json.loads(kept.certificate)
    assert (told["case"], told["reasons"]) == (closed.ref, [["", "所属の定め"]])
    assert json.loads(kept.counts)["artifact"] == 1
    assert certificate.ref == kept.ref


def test_the_commands_hold_release_plan_and_run(closed: CaseFile, place: Path | str) -> None:
    """What the plan ends with is what the run wants; a held case is not in it."""

    def said(*told: str) -> Result:
        command = ["retention", *told, "--ledger", str(place), "--by", CLERK.name]
        return CliRunner().invoke(main, command, catch_exceptions=False)

    assert said("hold", "7-003", "--reason", "訴訟のため").exit_code == 0
    assert json.loads(said("plan", "--json").output)["held"] == [closed.ref]
    assert said("release", "７－００３").exit_code == 0
    told = json.loads(said("plan", "--json").output)
    assert [each["case"] for each in told["cases"]] == [closed.ref]
    run = ("run", "--plan", told["plan"], "--second", SECOND.name, "--copies-until", "R9.3.31")
    assert "廃第1号" in said(*run).output
    assert said(*run).exit_code == 2  # the plan has changed: nothing is left of it
