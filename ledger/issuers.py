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

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

NAMELESS = "所属未設定"


def own_office(ledger: Ledger, actor: Actor, name: str) -> int:
    """Return the row of the office that goes by a code, else by a name, kept when it is first met."""
    called = name or NAMELESS
    named = (
        select(office.c.id)
        .where((office.c.name == called) | (office.c.code == called))
        .order_by(office.c.code != called, office.c.id)
    )
    with ledger.read() as connection:
        found = connection.scalar(named)
    if found is not None:
        return int(found)

    def work(writing: Writing) -> int:
        index_key(writing, ledger)
        key = keys.make(writing, ledger)
        if not writing.insert_once(office, ref=new_ref(), code=called, name=called, kind="office", key_id=key.id):
            raise Miss("office")
        writing.tell(OfficeMet(office=called))
        return int(writing.connection.scalar(named) or 0)

    try:
        return write(ledger, actor, work)
    except Miss:  # kept by another meanwhile
        with ledger.read() as connection:
            return int(connection.scalar(named) or 0)
