"""Promise: the tests of the ledger run on a real PostgreSQL of their own that never outlives them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg

from tests.ledger.postgres import Server, sweep

_OUTLIVED = """
import sys, tests.ledger.postgres as p
server = p.Server().start()
print(server._process.pid, server.folder, flush=True)
sys.stdin.read()
"""


def test_the_server_is_another_users_and_its_databases_are_separate(postgresql: Server) -> None:
    """Root never runs a database server; what a test wrote no other test sees; a template is copied whole."""
    first = postgresql.database()
    with psycopg.connect(postgresql.url(first)) as connection:
        connection.execute("CREATE TABLE seen (words text)")
        version, sync = connection.info.server_version, connection.execute("SHOW synchronous_commit").fetchone()
    copy, other = postgresql.database(template=first), postgresql.database()
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    counts = []
    for name in (copy, other):
        with closing(psycopg.connect(postgresql.url(name))) as connection:
            counts.append(connection.execute(tables).fetchone())
    assert counts == [(1,), (0,)]
    assert version >= 150000
    assert sync == ("on",)
    assert (postgresql.folder / "data").stat().st_uid != 0
    for name in (first, copy, other):
        postgresql.drop(name)


def test_a_killed_server_starts_again_with_what_was_committed(postgresql: Server) -> None:
    """The death of the server loses nothing committed, and no child of the dead one is in the way."""
    name = postgresql.database()
    with closing(psycopg.connect(postgresql.url(name), autocommit=True)) as connection:
        connection.execute("CREATE TABLE kept (words text)")
        postgresql.kill()
    with closing(psycopg.connect(postgresql.start().url(name))) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    postgresql.drop(name)


def test_no_server_outlives_a_killed_session() -> None:
    """When the session is killed its server ends by itself, and the next one removes the folder it left."""
    with subprocess.Popen([sys.executable, "-c", _OUTLIVED], stdout=subprocess.PIPE, stdin=subprocess.PIPE) as session:
        assert session.stdout is not None
        pid, folder = session.stdout.readline().decode().split()
        os.kill(session.pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()
    sweep()
    assert not Path(folder).exists()
