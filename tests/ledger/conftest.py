"""Both databases for the tests of the ledger: SQLite in a folder of the test, PostgreSQL really started.

A ledger is made once for each database and copied for each test.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ledger import faults
from ledger.audit.verify import verify_ledger
from ledger.engine import open_ledger
from ledger.types import Actor
from tests.ledger.postgres import Server
from tests.ledger.tampering import TAMPERED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger

NOW = datetime(2026, 4, 1, 9, 0)  # noqa: DTZ001 - Japanese time, as the doors give it


@contextmanager
def planned_fault(monkeypatch: pytest.MonkeyPatch, setting: str) -> Iterator[None]:
    """Plan a fault (ledger/faults.py) for what is done within."""
    with monkeypatch.context() as within:
        within.setenv("YOSHIKI_FAULT", setting)
        faults._planned.cache_clear()
        yield
    faults._planned.cache_clear()


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


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the ledger that tests on SQLite copy."""
    folder = tmp_path_factory.mktemp("made") / "ledger"
    open_ledger(folder, clock=lambda: NOW).close()
    return folder


@pytest.fixture(scope="session")
def made_database(postgresql: Server) -> str:
    """Make the ledger that tests on PostgreSQL copy; return its database's name."""
    name = postgresql.database()
    open_ledger(postgresql.url(name), clock=lambda: NOW).close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Give the place of an empty ledger, a folder and an address in turn."""
    if request.param == "sqlite":
        yield shutil.copytree(request.getfixturevalue("made_folder"), tmp_path / "ledger")
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.database(request.getfixturevalue("made_database"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def ledger(place: Path | str) -> Iterator[Ledger]:
    """Give an empty ledger whose clock stands, on each of both databases in turn; afterwards its chain and rows must be sound."""
    with open_ledger(place, clock=lambda: NOW) as opened:
        yield opened
        found = verify_ledger(opened)
        assert found.sound or opened.ref in TAMPERED, found.breaks


@pytest.fixture
def actor() -> Actor:
    """Give somebody who acts."""
    return Actor("汐見　花子", role="係員")
