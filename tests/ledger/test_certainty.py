"""Promise: a write stands once or not at all, whatever the database, the disk or the network does meanwhile; nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text, update

from ledger import engine, faults, queue
from ledger import write as writes
from ledger.audit.types import AuditRead
from ledger.engine import open_ledger
from ledger.numbers import give
from ledger.tables import audit, data_key
from ledger.types import BusyLedgerError, CannotWriteError, LedgerError, new_ref
from ledger.write import record, write
from tests.ledger.conftest import NOW
from tests.ledger.issuing import paper_series
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

READ = AuditRead(seq_from=1, seq_to=1)
HOLD = "import fcntl,sys,time;f=open(sys.argv[1],'w');fcntl.flock(f,fcntl.LOCK_EX);print('held',flush=True);time.sleep(600)"


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give what plans a fault, and forget it afterwards."""

    def plan(setting: str) -> None:
        monkeypatch.setenv("YOSHIKI_FAULT", setting)
        faults._planned.cache_clear()

    yield plan
    monkeypatch.undo()
    faults._planned.cache_clear()


def a_key(writing: Writing) -> int:
    writing.tell(READ)
    return writing.insert(data_key, ref=new_ref(), purpose="data", kek="", wrapped=b"k", made_at=writing.now)


def kept(ledger: Ledger) -> tuple[int, int]:
    """Return how many rows and entries there are, the ledger's making left aside."""
    with ledger.read() as connection:
        rows = connection.scalar(select(func.count()).select_from(data_key))
        return int(rows or 0), int(connection.scalar(select(func.count()).select_from(audit)) or 0) - 1


@pytest.mark.parametrize("point", ["chained", "committing", "committed"])
def test_a_lost_connection_does_a_write_once(
    ledger: Ledger, actor: Actor, planned: Callable[[str], None], point: str
) -> None:
    """Before the commit it is done again; after it, the chain says that it stands."""
    planned(f"issue.{point}:1=drop-connection")
    write(ledger, actor, a_key, point="issue")
    assert kept(ledger) == (1, 1)


def test_a_server_that_ends_the_session_does_a_write_once(ledger: Ledger, actor: Actor) -> None:
    """As when PostgreSQL is started again in the middle of it."""
    if ledger.dialect != "postgresql":
        return
    tried: list[int] = []

    def work(writing: Writing) -> int:
        row = a_key(writing)
        tried.append(row)
        if len(tried) == 1:
            writing.execute(select(func.pg_terminate_backend(func.pg_backend_pid())))
        return row

    write(ledger, actor, work)
    assert (len(tried), kept(ledger)) == (2, (1, 1))


def test_a_reading_that_loses_its_server_says_so(ledger: Ledger) -> None:
    """In words, and the next reading goes on."""
    if ledger.dialect != "postgresql":
        return

    def lose() -> None:
        with ledger.read() as connection:
            connection.execute(select(func.pg_terminate_backend(func.pg_backend_pid())))

    with pytest.raises(LedgerError, match="接続が切れました"):
        lose()
    assert kept(ledger) == (0, 0)


def test_two_who_lock_crosswise_both_come_through(ledger: Ledger, actor: Actor) -> None:
    """What the database ends as a deadlock is done again, unseen."""
    first, second = (write(ledger, actor, a_key) for _ in range(2))
    meet = threading.Barrier(2)
    told: list[Any] = []

    def cross(*ids: int) -> None:
        tries: list[int] = []

        def work(writing: Writing) -> None:
            tries.append(1)
            for place, row in enumerate(ids):
                writing.execute(update(data_key).where(data_key.c.id == row).values(made_at=data_key.c.made_at + 1))
                if place == 0 and len(tries) == 1 and ledger.dialect == "postgresql":
                    meet.wait(20)
            writing.tell(READ)

        told.append(write(ledger, actor, work))

    threads = [threading.Thread(target=cross, args=ids) for ids in ((first, second), (second, first))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert (told, kept(ledger)) == ([None, None], (2, 4))


@pytest.mark.parametrize("what", ["enospc", "eio"])
def test_a_full_disk_is_said_and_leaves_nothing(
    ledger: Ledger, actor: Actor, planned: Callable[[str], None], what: str
) -> None:
    """Nothing of the write stands, and it is not tried again."""
    planned(f"issue.committing:1={what}")
    with pytest.raises(CannotWriteError, match="何も書き込んでいません"):
        write(ledger, actor, a_key, point="issue")
    assert kept(ledger) == (0, 0)


def test_sqlites_own_word_for_full_is_understood(ledger: Ledger, actor: Actor) -> None:
    """A file that may not grow: the database's refusal, not ours."""
    if ledger.dialect != "sqlite":
        return

    def work(writing: Writing) -> None:
        pages = writing.connection.scalar(text("PRAGMA page_count"))
        writing.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        writing.insert(data_key, ref=new_ref(), purpose="data", kek="", wrapped=bytes(1 << 20), made_at=1)

    with pytest.raises(CannotWriteError):
        write(ledger, actor, work)
    ledger.writing.dispose()  # the limit was the connection's own
    write(ledger, actor, a_key)
    assert kept(ledger) == (1, 1)


def test_writers_stand_in_one_line(ledger: Ledger, actor: Actor) -> None:
    """None is refused, none is lost, and the chain has no gap."""

    def eight() -> None:
        for _ in range(8):
            record(ledger, actor, READ)

    threads = [threading.Thread(target=eight) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert kept(ledger) == (0, 32)


def test_a_turn_is_waited_for_and_then_passed_over(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hangs with it is passed over; given back, it is had again; each series has its own."""
    monkeypatch.setattr(queue, "TURN_SECONDS", 0.3)
    monkeypatch.setattr(engine, "_SERVER", engine._SERVER.replace("lock_timeout=10000", "lock_timeout=300"))
    with open_ledger(place, clock=lambda: NOW) as ledger, open_ledger(place, clock=lambda: NOW) as other:
        with ledger.turn(1) as mine, other.turn(1) as theirs, other.turn(2) as elsewhere:
            assert (mine, theirs, elsewhere) == (True, False, True)
        with other.turn(1) as theirs:
            assert theirs


def test_a_long_line_that_moves_is_waited_in(
    ledger: Ledger, place: Path | str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a holder that hangs is passed over: where many wait on a slow machine, nobody leaves the line."""
    monkeypatch.setattr(queue, "TURN_SECONDS", 0.3)
    monkeypatch.setattr(engine, "_SERVER", engine._SERVER.replace("lock_timeout=10000", "lock_timeout=300"))
    series_id = paper_series(ledger, actor)
    holding, had = threading.Event(), []

    def wait() -> None:
        holding.wait(20)
        with open_ledger(place, clock=lambda: NOW) as other, other.turn(series_id) as mine:
            had.append(mine)

    waiting = threading.Thread(target=wait)
    waiting.start()
    with ledger.turn(series_id):
        holding.set()
        for n in range(1, 16):
            write(ledger, actor, partial(give, series_id=series_id, n=n, day="2026-04-01", holder=new_ref()))
            waiting.join(0.08)
        assert had == []
    waiting.join(20)
    assert had == [True]


def test_a_row_that_another_holds_for_long_is_said(
    place: Path | str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried again, and then in words: never the database's own, which names tables."""
    if not isinstance(place, str):
        return
    monkeypatch.setattr(engine, "_SERVER", engine._SERVER.replace("lock_timeout=10000", "lock_timeout=50"))
    monkeypatch.setattr(writes, "_PAUSE", 0.001)
    with open_ledger(place, clock=lambda: NOW) as ledger:
        row = write(ledger, actor, a_key)
        with ledger.writing.connect() as holder, holder.begin():
            holder.execute(select(data_key).where(data_key.c.id == row).with_for_update())
            with pytest.raises(BusyLedgerError, match="混み合って"):
                write(ledger, actor, lambda writing: writing.execute(update(data_key).values(made_at=1)))


def test_a_killed_holder_loses_its_turn(ledger: Ledger) -> None:
    """The kernel frees it, nobody has to clean up."""
    if ledger.folder is None:
        return
    with ledger.turn(7):
        pass
    command = [sys.executable, "-S", "-c", HOLD, str(ledger.folder / "turns" / "7.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    with ledger.turn(7) as had:
        assert had


def test_a_fault_nobody_knows_is_refused(planned: Callable[[str], None]) -> None:
    """A test that never acts would prove nothing."""
    planned("issue.drawnn=kill")
    with pytest.raises(InputError):
        faults.passing("issue.drawn")
    with pytest.raises(KeyError):
        faults.passing("issue.drawnn")
