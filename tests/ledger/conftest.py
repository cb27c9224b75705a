"""Both databases for the tests of the ledger: SQLite in a folder of the test, PostgreSQL really started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger.postgres import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Start PostgreSQL once a session (once a worker where there are several), on the first test that asks for it."""
    server = Server()
    try:
        yield server.start()
    finally:
        server.discard()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh database without any table, on each of both databases in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.database()
    yield server.url(name)
    server.drop(name)
