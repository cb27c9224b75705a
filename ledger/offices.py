"""Offices and their profiles as they stood on a day: names of posts, figures, whose procedures they go by."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger import keys
from ledger.audit.office_events import OfficeSaved
from ledger.tables import office, profile
from ledger.types import Miss, new_ref
from ledger.write import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing


def office_id(connection: Connection, code: str) -> int | None:
    """Return the row of an office by its code, None where it is not kept."""
    return connection.scalar(select(office.c.id).where(office.c.code == code))


def profile_of(connection: Connection, of: int, day: str) -> dict[str, str]:
    """Return the profile of an office as it stands on a day (`validators.office`); its name alone where none was saved."""
    newest = select(profile.c.body).where(profile.c.office_id == of, profile.c.from_on <= day)
    body = connection.scalar(newest.order_by(profile.c.from_on.desc()).limit(1))
    if body is not None:
        return {str(key): str(value) for key, value in json.loads(body).items()}
    name = connection.scalar(select(office.c.name).where(office.c.id == of))
    return {"name": name} if name else {}


def editions_of(ledger: Ledger, code: str) -> list[tuple[str, dict[str, str]]]:
    """Return the profiles that an office has and had, each with the day it holds from, the newest first."""
    with ledger.read() as connection:
        return _editions(connection, code)


def _editions(connection: Connection, code: str) -> list[tuple[str, dict[str, str]]]:
    of = select(profile.c.from_on, profile.c.body).join(office, office.c.id == profile.c.office_id)
    rows = connection.execute(of.where(office.c.code == code).order_by(profile.c.from_on.desc()))
    return [(row.from_on, {str(key): str(value) for key, value in json.loads(row.body).items()}) for row in rows]


def stand_of(editions: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    """Return a mark of the editions of an office as somebody saw them; it is another when any of them is."""
    told = [(from_on, sorted(each.items())) for from_on, each in editions]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def offices(ledger: Ledger) -> list[tuple[str, str, str]]:
    """Return code, name and kind of every office, by code."""
    with ledger.read() as connection:
        rows = connection.execute(select(office.c.code, office.c.name, office.c.kind).order_by(office.c.code))
        return [(row.code, row.name, row.kind) for row in rows]


def save_office(
    ledger: Ledger,
    actor: Actor,
    code: str,
    name: str,
    *,
    kind: str,
    told: Mapping[str, str],
    from_on: str,
    stand: str = "",
) -> int:
    """Keep an office, new or known, with its profile from a day on; return its row.

    `stand`: the editions as the writer saw them (`stand_of`); raises Miss("profile") where they are others by now.
    """

    def work(writing: Writing) -> int:
        if stand and stand != stand_of(_editions(writing.connection, code)):
            raise Miss("profile")
        row = office_id(writing.connection, code)
        if row is None:
            key = keys.make(writing, ledger)
            row = writing.insert(office, ref=new_ref(), code=code, name=name, kind=kind, key_id=key.id)
        body = json.dumps(dict(told), ensure_ascii=False, sort_keys=True)
        written = writing.insert_once(profile, office_id=row, from_on=from_on, body=body)
        if not written:
            same_day = (profile.c.office_id == row) & (profile.c.from_on == from_on)
            writing.execute(profile.update().where(same_day).values(body=body))
        writing.tell(OfficeSaved(office=code, from_on=from_on))
        return row

    return write(ledger, actor, work)
