"""Promise: keys are exchanged while the ledger works; everything opens afterwards, is found again, and nothing is left in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from ledger import blind, contents, keys
from ledger.audit.digest import make_digest
from ledger.audit.verify import verify_ledger
from ledger.cases import case_named
from ledger.check import check_ledger
from ledger.engine import keyed, open_ledger
from ledger.people import add_person, person_by_login
from ledger.rotation import rotate
from ledger.search import find
from ledger.tables import artifact, data_key, paper
from ledger.types import CannotWriteError
from tests.ledger.conftest import NOW, planned_fault
from tests.ledger.test_retention import bytes_of
from tests.ledger.whole_case import CLERK, NAME, PDF, PLACE, whole_case, with_schedule
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger

FIRST = keys.new_line("first")
SECOND = keys.new_line("second")


@pytest.fixture
def kept(ledger: Ledger) -> Ledger:
    """Give a ledger in clear, with somebody who may sign in and a case that has something in every table."""
    with_schedule(ledger)
    add_person(ledger, CLERK, "kishi", CLERK.name, argon2="x")
    whole_case(ledger)
    return ledger


def holds(ledger: Ledger) -> None:
    """Hold that everything opens, and is found by what it is found by."""
    with ledger.read() as connection:
        case = case_named(connection, ledger, "7-003")
        row = connection.execute(select(paper).where(paper.c.issued_at.is_not(None))).one()
        assert contents.get(connection, keys.load(connection, ledger, row.key_id), row.id, row.ref, "pdf") == PDF
        index = blind.index_keys(connection, ledger)[0]
        assert connection.scalar(select(artifact.c.fingerprint)) == blind.fingerprint(index, _sha(PDF))
    assert [each.case for each in find(ledger, CLERK, NAME)] == [case.ref]
    person = person_by_login(ledger, "kishi")
    assert person is not None
    assert person.name == CLERK.name
    assert verify_ledger(ledger).sound
    assert {each.code for each in check_ledger(ledger)} <= {"F"}


def _sha(content: bytes) -> bytes:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(content).digest()


def test_what_was_in_clear_is_sealed(kept: Ledger) -> None:
    """A master key set later seals what was kept before: nothing of it can be read in the files any more."""
    under = keyed(kept, keys.read_ring(FIRST))
    assert "K1" in {each.code for each in check_ledger(under)}
    done = rotate(under, CLERK)
    assert (done.renewed > 3, done.retired, done.indexed) == (True, done.renewed, 1)
    assert PLACE.encode() not in bytes_of(under)
    holds(under)
    assert rotate(under, CLERK).renewed == 0


def test_every_key_is_exchanged(kept: Ledger, place: Path | str) -> None:
    """A new master key takes over without the rows being touched; the old ring is needed no more."""
    under = keyed(kept, keys.read_ring(FIRST))
    rotate(under, CLERK)
    before = _blobs(under)
    both = keyed(kept, keys.read_ring(f"{FIRST}\n{SECOND}"))
    done = rotate(both, CLERK)
    assert (done.renewed, done.rewrapped > 3) == (0, True)
    assert _blobs(both) == before
    with open_ledger(place, clock=lambda: NOW, master=keys.read_ring(SECOND)) as alone:
        holds(alone)
        made = make_digest(alone, CLERK)
        assert rotate(alone, CLERK, data=True, index=True).renewed > 3
        assert _blobs(alone) != before
        holds(alone)
        assert verify_ledger(alone, [made]).sound
    with pytest.raises(keys.WrongKeyError):
        open_ledger(place, clock=lambda: NOW, master=keys.read_ring(FIRST))


def test_cut_off_it_is_run_again_and_goes_on(kept: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that were exchanged before are destroyed by the next run; nothing is left in clear."""
    under = keyed(kept, keys.read_ring(FIRST))
    with planned_fault(monkeypatch, "key.resealing:9=enospc"), pytest.raises(CannotWriteError):
        rotate(under, CLERK)
    assert rotate(under, CLERK).retired > 3
    assert PLACE.encode() not in bytes_of(under)
    holds(under)


def _blobs(ledger: Ledger) -> list[Any]:
    with ledger.read() as connection:
        return list(connection.scalars(select(paper.c.sealed).order_by(paper.c.id)))


def test_without_a_master_key_there_is_nothing_to_rotate(kept: Ledger) -> None:
    """Said in words."""
    with pytest.raises(InputError, match="鍵が渡されていません"):
        rotate(kept, CLERK)
    with kept.read() as connection:
        assert set(connection.scalars(select(data_key.c.kek))) == {""}
