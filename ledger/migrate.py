"""How the tables come to be, and move from edition to edition: expand, fill, contract, over two releases (docs/LEDGER.md).

A migration that only adds leaves `min_code` alone, and the release before runs on; one that takes away raises it, and older
programs refuse the ledger in words. Migrations know nothing of this package: what they did yesterday they do in ten years.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, inspect, select, text, update

from ledger.audit import chain
from ledger.audit.types import KeyTaken, LedgerCreated
from ledger.tables import the_ledger
from ledger.types import Actor, Instant, LedgerError, new_ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HEAD = "0001"  # the newest edition this program brings with it
CODE = 1  # what this program is, held against a ledger's `min_code`
_FOLDER = Path(__file__).parent / "migrations"
VERSIONS = [_FOLDER / "versions"]
_LOCK = 0x59  # PostgreSQL: one process at a time makes the tables
_MAKER = Actor("様式", role="プログラム")


class OtherEditionError(LedgerError):
    """The tables are of an edition that this program cannot keep, or that must be brought up first."""

    code = "ledger-edition"


def made(engine: Engine) -> bool:
    """Return whether there are tables of ours."""
    with engine.connect() as connection:
        return inspect(connection).has_table(the_ledger.name)


def create(engine: Engine, now: Instant) -> None:
    """Make the tables, the ledger's own row and the beginning of the chain, all or nothing; nothing where they stand."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if inspect(connection).has_table(the_ledger.name):
            return
        upgrade(connection)
        ref = new_ref()
        connection.execute(insert(the_ledger).values(id=1, ref=ref, epoch=1, min_code=CODE, created_at=now))
        chain.begin(connection)
        chain.append(connection, _MAKER, now, [LedgerCreated(ledger=ref)])


def take_key(connection: Connection, now: Instant, check: bytes, name: str) -> None:
    """Keep the ledger under a master key from now on; nothing where another process was first."""
    free = update(the_ledger).where(the_ledger.c.key_check.is_(None)).values(key_check=check)
    if connection.execute(free).rowcount:
        chain.append(connection, _MAKER, now, [KeyTaken(key=name)])


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run what is missing, in the transaction of the connection."""
    from alembic import command  # noqa: PLC0415 - needed once in a ledger's life, and slow to load

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def fillings() -> list[Callable[[Connection], int]]:
    """Return what the migrations fill, oldest first: each fills some rows in a transaction and says how many, 0 at the end."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = list(ScriptDirectory.from_config(_config()).walk_revisions())
    return [script.module.fill for script in reversed(scripts) if hasattr(script.module, "fill")]


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, VERSIONS)))
    return config


def edition(connection: Connection) -> str:
    """Return the edition of the tables."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def check(connection: Connection, min_code: int, *, old: bool = False) -> None:
    """Refuse tables this program cannot keep, or, unless they may be `old`, must bring up first: raises OtherEditionError."""
    if min_code > CODE:
        raise OtherEditionError(
            f"この台帳は、新しい版の様式（{min_code} 以上）でないと扱えません。このプログラムは {CODE} です。",
            action="様式を新しい版に替えてください。",
        )
    if (now := edition(connection)) < HEAD and not old:
        raise OtherEditionError(
            f"この台帳の表は古い版（{now}）です。",
            action="yoshiki ledger init で、今の版（" + HEAD + "）に上げてください。",
        )
