"""Promise: a write stands whole with its entries in the chain, or not at all; what breaks a rule is refused by the rule's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, select, update

from ledger.audit import chain
from ledger.audit.types import AuditRead
from ledger.tables import audit, data_key, number, office, request, series
from ledger.types import BrokenRuleError, NothingToldError, new_ref
from ledger.write import record, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

READ = AuditRead(seq_from=1, seq_to=1)


def an_office(writing: Writing, code: str = "shiomi") -> int:
    key = writing.insert(data_key, ref=new_ref(), purpose="data", kek="", wrapped=b"k", made_at=writing.now)
    writing.tell(READ)
    return writing.insert(office, ref=new_ref(), code=code, name="汐見県汐見警察署", kind="station", key_id=key)


def a_number(writing: Writing, **more: Any) -> int:
    given = {"ref": new_ref(), "n": 1, "state": "given", "at": writing.now, **writing.actor.columns()}
    made = {"kind": "paper", "period": "2026", "format": "{n}", "start": 1, "next": 2}
    of = writing.insert(series, office_id=an_office(writing), **made)
    return writing.insert(number, series_id=of, **given, **more)


def refused(ledger: Ledger, actor: Actor, work: Callable[[Writing], object]) -> str:
    with pytest.raises(BrokenRuleError) as caught:
        write(ledger, actor, work)
    return caught.value.rule


def test_nothing_is_kept_that_tells_the_audit_nothing(ledger: Ledger, actor: Actor) -> None:
    """A write without an entry is a defect of ours and leaves nothing."""

    def silent(writing: Writing) -> None:
        an_office(writing)
        writing.told.clear()

    with pytest.raises(NothingToldError):
        write(ledger, actor, silent)
    with ledger.read() as connection:
        assert connection.scalar(select(func.count()).select_from(office)) == 0


def test_entries_follow_one_another(ledger: Ledger, actor: Actor) -> None:
    """Each entry holds the hash of the one before, and the head is the last."""
    record(ledger, actor, READ, READ)
    with ledger.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).all()
        assert chain.head(connection) == chain.Mark(3, rows[-1].hash)
    assert [row.prev for row in rows] == [chain.BEGINNING, *(row.hash for row in rows[:-1])]
    for row in rows:
        parts = {"seq": row.seq, "at": row.at, "kind": row.type, "actor": row.actor, "prev": row.prev, "body": row.body}
        assert chain.link(**parts) == row.hash


def test_a_rule_is_told_by_its_name(ledger: Ledger, actor: Actor) -> None:
    """Keys, checks, references and guards are named alike on both databases, and no value is repeated."""
    write(ledger, actor, an_office)
    assert refused(ledger, actor, an_office) == "uq_office_code"
    assert refused(ledger, actor, lambda writing: a_number(writing, voided_at=1)) == "uq_office_code"

    def second(writing: Writing) -> None:
        writing.execute(update(office).values(code="other"))
        a_number(writing, voided_at=1)

    assert refused(ledger, actor, second) == "ck_number_void_with_reason"


def test_a_row_is_inserted_once(ledger: Ledger, actor: Actor) -> None:
    """The second of the same key is told from the first, and changes nothing."""

    def work(writing: Writing) -> list[bool]:
        row = {"scope": "record", "key": "k", "digest": bytes(32), "status": "working", "until_at": 1}
        writing.tell(READ)
        return [writing.insert_once(request, **row), writing.insert_once(request, **row)]

    assert write(ledger, actor, work) == [True, False]
    assert write(ledger, actor, work) == [False, False]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (delete(number), "number_stays"),
        (update(number).values(n=7), "number_fixed"),
        (update(series).values(next=1), "series_fixed"),
        (delete(audit), "audit_stays"),
        (update(audit).values(type="other"), "audit_fixed"),
    ],
)
def test_guards_refuse_what_would_lose_something(ledger: Ledger, actor: Actor, statement: Any, rule: str) -> None:
    """A number never vanishes, a series never goes back, the chain only grows."""

    def work(writing: Writing) -> None:
        a_number(writing)
        writing.execute(statement)

    assert refused(ledger, actor, work) == rule
