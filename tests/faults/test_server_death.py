"""Promise: PostgreSQL may die in the middle of a batch: what stands stands once, the batch goes on when it is back, the rest is said in words.

`make faults`. The batch is run by the command, as an office runs it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from ledger.engine import open_ledger
from ledger.tables import paper
from tests.faults.test_ledger_faults import expected, outcome, sound, upload
from tests.ledger.conftest import NOW
from tests.ledger.postgres import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.faults

YOSHIKI = Path(sys.executable).with_name("yoshiki")
COUNT = 90
PATIENCE = 240  # seconds


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server that nobody else needs."""
    server = Server()
    try:
        yield server.start()
    finally:
        server.discard()


def begun(place: str, ref: str) -> subprocess.Popen[str]:
    """Begin to run a batch."""
    command = [str(YOSHIKI), "batch", "run", ref, "--jobs", "1", "--ledger", place, "--by", "汐見　花子"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(place: str, process: subprocess.Popen[str], papers: int) -> None:
    """Wait until so many papers stand, while the run goes on."""
    until = time.monotonic() + PATIENCE
    with open_ledger(place, clock=lambda: NOW) as ledger:
        while True:
            with ledger.read() as connection:
                if (connection.scalar(select(func.count()).select_from(paper)) or 0) >= papers:
                    return
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.mark.parametrize("how", ["quit", "kill"])
def test_a_server_that_dies_and_comes_back(server: Server, tmp_path: Path, how: str) -> None:
    """Back within the minute, the run waits for it; gone for longer, it ends in words, and the next run goes on."""
    die = server.quit if how == "quit" else server.kill
    place = server.url(server.database())
    ref = upload(place, tmp_path, COUNT)
    process = begun(place, ref)
    wait_for(place, process, 1)
    die()
    server.start()
    wait_for(place, process, 33)
    die()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2, said
    assert "接続が切れ" in said
    assert "Traceback" not in said
    assert "psycopg" not in said
    server.start()
    again = begun(place, ref)
    _, said = again.communicate(timeout=PATIENCE)
    assert again.returncode == 1, said  # some are refused
    with open_ledger(place, clock=lambda: NOW) as ledger:
        assert outcome(ledger, ref) == expected(COUNT)
        sound(ledger, sum(verdict == "issued" for verdict, _ in expected(COUNT)))
