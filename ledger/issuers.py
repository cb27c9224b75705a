"""Know the office that issues by the name its profile gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger import keys
from ledger.audit.number_events import OfficeMet
from ledger.blind import index_key
from ledger.tables import office
from ledger.types import Miss, new_ref
from ledger.write import write
from validators.text import same_text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

NAMELESS = "所属未設定"


def own_office(ledger: Ledger, actor: Actor, name: str) -> int:
    """Return the row of the office that goes by a name or a code in any spelling, kept when it is first met."""
    called = name.strip() or NAMELESS
    with ledger.read() as connection:
        found = known_office(connection, called)
    if found is not None:
        return found

    def work(writing: Writing) -> int:
        if known_office(writing.connection, called) is not None:
            raise Miss("office")
        index_key(writing, ledger)
        key = keys.make(writing, ledger)
        if not writing.insert_once(office, ref=new_ref(), code=called, name=called, kind="office", key_id=key.id):
            raise Miss("office")
        writing.tell(OfficeMet(office=called))
        return known_office(writing.connection, called) or 0

    try:
        return write(ledger, actor, work)
    except Miss:  # kept by another meanwhile
        with ledger.read() as connection:
            return known_office(connection, called) or 0


def known_office(connection: Connection, name: str) -> int | None:
    """Return the office that a name means in any spelling: a second row would number its papers from 1 again."""
    called = name.strip() or NAMELESS
    rows = connection.execute(select(office.c.id, office.c.name, office.c.code).order_by(office.c.id)).all()
    ways = (
        lambda row: row.code == called,
        lambda row: row.name == called,
        lambda row: same_text(called, row.name) or same_text(called, row.code),
    )
    return next((int(row.id) for way in ways for row in rows if way(row)), None)
