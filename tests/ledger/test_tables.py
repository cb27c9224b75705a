"""Promise: the first migration makes exactly the tables of `ledger.tables`, and refs, instants and days mean one thing."""

from __future__ import annotations

from datetime import datetime

import pytest

from ledger import migrate
from ledger.tables.ddl import DIALECTS, FIRST, script
from ledger.types import day_of, instant, moment_of, new_ref
from validators.rulebook import JAPAN


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_first_migration_is_the_tables(dialect: str) -> None:
    """Whoever changes a table runs `python -m ledger.tables.ddl`; no migration imports the tables."""
    assert FIRST.with_suffix(f".{dialect}.sql").read_text("utf-8") == script(dialect)


def test_the_newest_edition_is_the_one_the_program_names() -> None:
    """`migrate.HEAD` is said without loading Alembic; the folder of migrations says the same."""
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FIRST.parent.parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


def test_an_instant_is_the_same_moment_in_any_zone() -> None:
    """A moment without a zone is Japanese time; the day turns at Japan's midnight."""
    local = datetime(2026, 4, 1, 0, 0)  # noqa: DTZ001
    assert instant(local) == instant(local.replace(tzinfo=JAPAN))
    assert moment_of(instant(local)) == local
    assert day_of(instant(local)) == "2026-04-01"
    assert day_of(instant(datetime.fromisoformat("2026-03-31T15:00:00+00:00"))) == "2026-04-01"


def test_refs_are_long_and_readable() -> None:
    """26 letters without look-alikes, never twice."""
    refs = {new_ref() for _ in range(1000)}
    assert len(refs) == 1000
    assert not set("".join(refs)) & set("ilou")
    assert {len(ref) for ref in refs} == {26}
