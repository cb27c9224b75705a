"""Exchange keys while the ledger works: the master key, the data keys, the key of the fingerprints.

- Under a new master key (the last of the ring) the data keys are wrapped anew, a thousand in a transaction; nothing else moves.
- A data key is exchanged by sealing all its rows anew, one key in a transaction; who read the case before is told it has changed.
  What was kept before there was a master key is sealed so for the first time.
- The index key: tokens and fingerprints are made anew under a new one, case by case; meanwhile both are searched.

Killed anywhere, it is run again and goes on. A key that nothing is sealed under any more is destroyed at the end, when nobody who
began before can still write under it.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select, update

from ledger import blind, keys, seal
from ledger.audit.keeping_events import DataKeyRenewed, IndexRenewed, KeysRetired, KeysRewrapped
from ledger.cases import case_of
from ledger.faults import passing
from ledger.parties import make_tokens, parties_of
from ledger.people import renew_logins
from ledger.purge import purge
from ledger.reach import OWNERS, keys_in_use, rows_under
from ledger.resealing import reseal
from ledger.tables import artifact, case_file, content, data_key, paper, party, the_ledger, token
from ledger.types import LedgerError, Miss
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

_CHUNK = 1_000  # keys wrapped anew in a transaction
_PATIENCE = 600  # tenths of a second for writers that began before
_LIVING = (data_key.c.wrapped.is_not(None),)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: keys wrapped anew, keys exchanged, cases indexed anew, keys destroyed."""

    rewrapped: int
    renewed: int
    indexed: int
    retired: int


def rotate(ledger: Ledger, actor: Actor, *, data: bool = False, index: bool = False) -> Rotated:
    """Bring every key under the master key in force; exchange all data keys (`data`), the index key (`index`).

    Raises InputError where there is no master key, WrongKeyError where a key's own master key is no longer in the ring.
    """
    if ledger.master is None:
        raise InputError("鍵が渡されていません。", action="YOSHIKI_MASTER_KEY_FILE に鍵のファイルを指定してください。")
    with ledger.read() as connection:
        in_clear = data_key.c.kek == ""
        old_index = (
            index or connection.scalar(select(data_key.c.id).where(in_clear, data_key.c.purpose == "index")) is not None
        )
        wanted = select(data_key.c.id).where(*_LIVING, data_key.c.purpose == "data", *(() if data else (in_clear,)))
        renewing = connection.scalars(wanted.order_by(data_key.c.id)).all()
    renewed = sum(_renewed(ledger, actor, key_id) for key_id in renewing)
    rewrapped = _rewrap(ledger, actor)
    indexed = _index(ledger, actor) if old_index else 0
    retired = _retire(ledger, actor, renewing) if renewing else 0
    if renewed or retired:
        purge(ledger, actor)
    return Rotated(rewrapped, renewed, indexed, retired)


# ---- the master key -----------------------------------------------------------------------------------------------


def _rewrap(ledger: Ledger, actor: Actor) -> int:
    done = 0
    while count := write(ledger, actor, partial(_rewrap_some, ledger)):
        passing("key.rewrapping")
        done += count
    return done


def _rewrap_some(ledger: Ledger, writing: Writing) -> int:
    """Wrap some keys under the master key in force; none left, the ledger is known by that key."""
    master = ledger.master
    if master is None:
        return 0
    other = (*_LIVING, data_key.c.kek != master.current)
    rows = writing.execute(select(data_key).where(*other).order_by(data_key.c.id).limit(_CHUNK).with_for_update()).all()
    movable = [
        row for row in rows if row.kek or row.purpose == "index"
    ]  # a data key in clear is exchanged, not wrapped
    for row in movable:
        key = keys.unwrap(master, keys.KeyRow(row.id, row.ref, row.kek, row.wrapped))
        kek, wrapped = keys.wrap(master, key.ref, key.secret)
        writing.execute(update(data_key).where(data_key.c.id == row.id).values(kek=kek, wrapped=wrapped))
    if not movable:
        writing.execute(update(the_ledger).values(key_check=master.check(ledger.ref)))
    writing.tell(KeysRewrapped(key=master.current, count=len(movable)))
    return len(movable)


# ---- data keys ----------------------------------------------------------------------------------------------------


def _renewed(ledger: Ledger, actor: Actor, key_id: int) -> bool:
    """Exchange a key; return False where nothing belongs under it any more (an earlier run was cut off before it destroyed it)."""
    try:
        write(ledger, actor, partial(_renew, ledger, key_id))
    except Miss:
        return False
    return True


def _renew(ledger: Ledger, key_id: int, writing: Writing) -> None:
    """Seal all rows of a key under a new one. Raises Miss("key")."""
    connection = writing.connection
    for table in OWNERS:  # whoever changes what it seals holds its owner first
        connection.execute(select(table.c.key_id).where(table.c.key_id == key_id).with_for_update())
    if not any(connection.scalar(select(table.c.key_id).where(table.c.key_id == key_id).limit(1)) for table in OWNERS):
        raise Miss("key")
    old, new = keys.load(connection, ledger, key_id), keys.make(writing, ledger)
    rows = 0
    for row in rows_under(connection, key_id):
        reseal(writing, ledger, row, old, new)
        rows += 1
        passing("key.resealing")
    for table in OWNERS:
        more = {"version": case_file.c.version + 1} if table is case_file else {}
        writing.execute(update(table).where(table.c.key_id == key_id).values(key_id=new.id, **more))
    if connection.scalar(select(the_ledger.c.key_id)) == new.id:
        renew_logins(writing, ledger)
    writing.tell(DataKeyRenewed(before=old.ref, after=new.ref, rows=rows))


def _retire(ledger: Ledger, actor: Actor, before: Sequence[int]) -> int:
    """Destroy the keys that were exchanged, once nobody who began before can write under them; one in use is left."""
    _others_ended(ledger)

    def work(writing: Writing) -> int:
        unused = set(before) - keys_in_use(writing.connection)
        which = and_(data_key.c.id.in_(unused), *_LIVING)
        writing.execute(update(data_key).where(which).values(wrapped=None, shredded_at=writing.now))
        writing.tell(KeysRetired(count=len(unused)))
        return len(unused)

    return write(ledger, actor, work)


def _others_ended(ledger: Ledger) -> None:
    """Wait until every transaction that runs now has ended (SQLite: they stand in line). Raises LedgerError."""
    if ledger.folder is not None:
        return
    with ledger.writing.connect() as connection:
        last = connection.scalar(select(func.pg_snapshot_xmax(func.pg_current_snapshot())))
        connection.rollback()
        for _ in range(_PATIENCE):
            oldest = connection.scalar(select(func.pg_snapshot_xmin(func.pg_current_snapshot())))
            connection.rollback()
            if int(str(oldest)) >= int(str(last)):
                return
            time.sleep(0.1)
    raise LedgerError(
        "長く続いている処理があり、古い鍵をまだ消せません。", action="終わってから、もう一度行ってください。"
    )


# ---- the index key ------------------------------------------------------------------------------------------------


def _index(ledger: Ledger, actor: Actor) -> int:
    """Make tokens and fingerprints anew under a new index key, case by case, then those of papers without one."""

    def begin(writing: Writing) -> str:
        made = keys.make(writing, ledger, "index")
        writing.tell(IndexRenewed(key=made.ref))
        return made.ref

    newest = write(ledger, actor, begin)
    with ledger.read() as connection:
        cases = connection.scalars(select(case_file.c.id).where(case_file.c.state != "destroyed")).all()
        papers = connection.scalars(
            select(paper.c.id).where(paper.c.state != "destroyed", paper.c.issued_at.is_not(None))
        ).all()
    for case_id in cases:
        write(ledger, actor, partial(_index_case, ledger, case_id, newest))
    for paper_id in papers:
        write(ledger, actor, partial(_index_paper, ledger, paper_id, newest))
    return len(cases)


def _index_case(ledger: Ledger, case_id: int, newest: str, writing: Writing) -> None:
    case = case_of(writing.connection, ledger, case_id, lock=True)
    for each in parties_of(writing.connection, case):
        make_tokens(writing, ledger, each.id, each)
    people = select(party.c.id).where(party.c.case_file_id == case_id)
    writing.execute(delete(token).where(token.c.party_id.in_(people), token.c.index_key != newest))
    writing.tell(IndexRenewed(key=newest, case=case.ref))


def _index_paper(ledger: Ledger, paper_id: int, newest: str, writing: Writing) -> None:
    row = writing.execute(select(paper.c.ref, paper.c.key_id).where(paper.c.id == paper_id).with_for_update()).one()
    key, index = keys.load(writing.connection, ledger, row.key_id), blind.index_key(writing, ledger)
    files = select(artifact.c.id, artifact.c.kind, content.c.bytes).join(content).where(artifact.c.paper_id == paper_id)
    for each in writing.execute(files).all():
        plain = seal.open_bytes(key, content.name, f"{row.ref}/{each.kind}", bytes(each.bytes))
        mark = blind.fingerprint(index, hashlib.sha256(plain).digest())
        writing.execute(update(artifact).where(artifact.c.id == each.id).values(fingerprint=mark))
    writing.tell(IndexRenewed(key=newest, paper=row.ref))
