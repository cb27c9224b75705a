"""Destroy, exchange keys, restore, move to the next edition: each killed on its way and then done again, as a person would."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from ledger import keys, migrate, seal
from ledger.audit.keeping_events import FilesPurged
from ledger.backup import back_up
from ledger.destroy import run_plan
from ledger.engine import keyed, open_ledger
from ledger.people import add_person
from ledger.reach import rows_under
from ledger.restore import restore
from ledger.retention import plan
from ledger.rotation import rotate
from ledger.search import find
from ledger.tables import METADATA, audit, data_key, destruction, the_ledger
from ledger.upgrade import bring_up
from ledger.write import write
from tests.faults.forks import done, killed_at, killed_at_point
from tests.ledger.conftest import NOW
from tests.ledger.test_certainty import a_key
from tests.ledger.whole_case import CLERK, NAME, SECOND, close, whole_case, with_schedule
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.engine import Ledger
    from ledger.keys import Master

POINTS = {
    "destroy": [
        ("destroy.bytes-gone", 1),
        ("destroy.key-gone", 2),
        ("destroy.certified", 1),
        ("destroy.certified", 3),
        ("destroy.purging", 1),
    ],
    "seal": [("key.resealing", 1), ("key.resealing", 9), ("key.rewrapping", 1), ("destroy.purging", 1)],
    "exchange": [("key.resealing", 1), ("key.resealing", 9), ("key.rewrapping", 1), ("destroy.purging", 1)],
    "restore": [("restore.brought", 1)],
    "migrate": [("migrate.expanded", 1), ("migrate.filling", 1), ("migrate.filling", 2)],
}
_NUMBERS = ("7-003", "7-004", "7-005")
_EDITIONS = Path(__file__).parents[1] / "ledger" / "editions"


def prepare(kind: str, place: Path | str, scratch: Path) -> None:
    """Make what the work is done on; `scratch` keeps the master keys and the backup."""
    lines = [keys.new_line(name) for name in ("first", "second")]
    (scratch / "rings.json").write_text(json.dumps(lines), "utf-8")
    with open_ledger(place, clock=lambda: NOW) as ledger:
        with_schedule(ledger)
        add_person(ledger, CLERK, "kishi", CLERK.name, argon2="x")
        for n, number in enumerate(_NUMBERS):
            case = whole_case(ledger, number, name=NAME if n == 0 else f"島津　理{'一二三'[n]}")
            if kind == "destroy":
                close(ledger, case)
        if kind == "migrate":
            for _ in range(3):
                write(ledger, CLERK, a_key)
        if kind == "exchange":
            rotate(keyed(ledger, _ring(scratch, 1)), CLERK)
        if kind == "restore":
            back_up(ledger, CLERK, scratch / "copy", scratch / "keys.json")


def _ring(scratch: Path, most: int) -> Master:
    return keys.read_ring("\n".join(json.loads((scratch / "rings.json").read_text("utf-8"))[:most]))


def opened(kind: str, place: Path | str, scratch: Path) -> Ledger:
    """Open the ledger as it is after the work."""
    most = {"seal": 1, "exchange": 2}.get(kind)
    return open_ledger(place, clock=lambda: NOW, master=_ring(scratch, most) if most else None, create=False)


# ---- the works ----------------------------------------------------------------------------------------------------


def _destroy(place: str, scratch: Path) -> None:
    with opened("destroy", place, scratch) as ledger:
        digest = plan(ledger, OURS).digest
        run_plan(ledger, OURS, CLERK, SECOND, digest=digest, copies_until=date(2026, 12, 31))


def _seal(place: str, scratch: Path) -> None:
    with opened("seal", place, scratch) as ledger:
        rotate(ledger, CLERK)


def _exchange(place: str, scratch: Path) -> None:
    with opened("exchange", place, scratch) as ledger:
        rotate(ledger, CLERK, data=True, index=True)


def _restore(place: str, scratch: Path) -> None:
    try:
        restore(scratch / "copy", scratch / "keys.json", place, CLERK, clock=lambda: NOW)
    except InputError:  # it was restored already: whoever is told so looks
        with opened("restore", place, scratch) as ledger, ledger.read() as connection:
            if connection.scalar(select(func.count()).where(audit.c.type == "ledger.restored")) != 1:
                raise


def be_the_next_release() -> None:
    """Be the release that brings edition 0002, in this process."""
    migrate.HEAD = "0002"
    migrate.VERSIONS = [*migrate.VERSIONS[:1], _EDITIONS]


def _migrate(place: str, scratch: Path) -> None:  # noqa: ARG001 - the same for all works
    be_the_next_release()
    with open_ledger(place, clock=lambda: NOW, old=True) as ledger:
        bring_up(ledger, CLERK)


_WORKS: dict[str, Callable[[str, Path], None]] = {
    "destroy": _destroy,
    "seal": _seal,
    "exchange": _exchange,
    "restore": _restore,
    "migrate": _migrate,
}


def undisturbed(kind: str, place: str, scratch: str) -> dict[str, Any]:
    """Do a work; return how many seconds it took."""
    return {"seconds": done(partial(_WORKS[kind], place, Path(scratch)))}


def at_point(kind: str, place: str, scratch: str, point: str, passing: int) -> dict[str, Any]:
    """Kill a work as it passes a point, then do it again."""
    work = partial(_WORKS[kind], place, Path(scratch))
    killed = killed_at_point(work, point, passing)
    done(work)
    return {"killed": killed}


def at_random(kind: str, place: str, scratch: str, seed: int, longest: int) -> dict[str, Any]:
    """Kill a work at a moment of its first so many milliseconds, then do it again."""
    work = partial(_WORKS[kind], place, Path(scratch))
    killed = killed_at(work, random.Random(seed).uniform(0, longest / 1000))  # noqa: S311 - to be had again
    done(work)
    return {"killed": killed}


# ---- what it came to ----------------------------------------------------------------------------------------------


def outcome(kind: str, ledger: Ledger) -> dict[str, Any]:
    """Return what a work came to, without what differs from run to run."""
    with ledger.read() as connection:
        tables = [table for table in METADATA.sorted_tables if table not in {audit, data_key}]
        found: dict[str, Any] = {
            table.name: connection.scalar(select(func.count()).select_from(table)) for table in tables
        }
        living = select(data_key.c.id, data_key.c.kek).where(data_key.c.wrapped.is_not(None))
        used = connection.execute(living.where(data_key.c.purpose == "data")).all()
        found |= {"keys": len(used), "masters": sorted({row.kek for row in used}), "opened": 0}
        for row in used:
            key = keys.load(connection, ledger, row.id)
            for each in rows_under(connection, row.id):
                seal.open_bytes(key, each.table.name, each.row_ref, bytes(each.blob))
                found["opened"] += 1
        found["certificates"] = sorted(connection.scalars(select(destruction.c.certificate)))
        found["epoch"] = connection.scalar(select(the_ledger.c.epoch))
        found["guards"] = sorted(connection.scalars(text(_GUARDS[ledger.dialect])))
        if kind in {"destroy", "restore", "migrate"}:  # keys may be exchanged twice
            types = Counter(connection.scalars(select(audit.c.type)))
            types.pop(FilesPurged.name, None)
            found["types"] = sorted(types.items())
        if kind == "migrate":
            found["edition"] = migrate.edition(connection)
            found["filled"] = list(connection.scalars(text("SELECT remark FROM data_key ORDER BY id")))
    if kind != "destroy":
        found["found"] = len(find(ledger, CLERK, NAME))
    return found


_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
