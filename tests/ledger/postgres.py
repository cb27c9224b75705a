"""Start a real PostgreSQL for the tests: own port, own data folder, another user than root, gone with the session."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

_DEBIANS = "/usr/lib/postgresql"  # one folder a version
_OTHERS = (Path("/usr/local/bin"), Path("/usr/local/pgsql/bin"), Path("/usr/bin"))
_OWNER = "yoshiki"
_MARK = "yoshiki-pg"
_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's own folder in memory
_ROOM = 1 << 30  # bytes: a server and the databases of its tests
_PATIENCE = 60.0  # seconds for a start, a stop or the end of a killed server's children on a busy machine
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=120", "shared_buffers=32MB")


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs (Debian keeps them off the path).

    Raises:
        LookupError: when there is none; `.ci/setup test` installs it.

    """
    for place in (*sorted(Path(_DEBIANS).glob("*/bin"), reverse=True), *_OTHERS):
        if (place / "postgres").exists() and (place / "initdb").exists():
            return place
    raise LookupError("PostgreSQL is not installed: run .ci/setup test, or apt-get install postgresql")


class Server:
    """A PostgreSQL of our own, told to stop by the kernel should the process that started it die.

    The server refuses to run as root, so root starts it as `postgres`, or as `nobody` where there is none. Text sorts by a
    Japanese locale, not by code point: a column that forgot its collation is found out. `kill` ends the postmaster as a
    power cut would, `start` takes the same data folder up again.
    """

    def __init__(self) -> None:
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_MARK}-{os.getpid()}-", dir=_quick_place()))
        self.port = 0
        self._bin = binaries()
        self._as = _another_user(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        make = [
            str(self._bin / "initdb"),
            "-D",
            str(self._data),
            "--no-sync",
            "-A",
            "trust",
            "-U",
            _OWNER,
            "-E",
            "UTF8",
        ]
        locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=ja"]
        subprocess.run([*self._as, *make, *locale], check=True, capture_output=True, cwd=self.folder)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> Self:
        """Start the server on its port, at first a free one, and return when it answers; a port taken meanwhile is exchanged."""
        until = time.monotonic() + _PATIENCE
        port = self.port
        while True:
            self.port, port = port or _free_port(), 0
            settings = (*_SETTINGS, f"port={self.port}")
            command = [
                *self._as,
                str(self._bin / "postgres"),
                "-D",
                str(self._data),
                *(f"--{setting}" for setting in settings),
            ]
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
            while self._process.poll() is None:
                try:
                    self._admin().close()
                except psycopg.OperationalError:
                    time.sleep(0.02)
                else:
                    return self
                if time.monotonic() > until:
                    self.stop()
                    raise TimeoutError((self.folder / "log").read_text("utf-8"))
            if time.monotonic() > until or "in use" not in (self.folder / "log").read_text("utf-8"):
                raise RuntimeError((self.folder / "log").read_text("utf-8"))

    def stop(self) -> None:
        """Stop the server, connections or not, and wait for its end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE)
            self._process = None

    def quit(self) -> None:
        """Stop the server as `pg_ctl stop -m immediate` does: at once, every session cut off, to be recovered at the next start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_PATIENCE)
            self._process = None

    def kill(self) -> None:
        """Kill the postmaster as a power cut would, and wait until none of its children lives either."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        self._process.kill()
        self._process.wait(_PATIENCE)
        until = time.monotonic() + _PATIENCE
        while any(Path(f"/proc/{child}").exists() for child in children):
            if time.monotonic() > until:
                raise TimeoutError("the children of a killed PostgreSQL do not end")
            time.sleep(0.02)
        self._process = None

    def discard(self) -> None:
        """Stop the server and remove its folder."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, template: str | None = None) -> str:
        """Create a database, empty or a copy of `template` (a name, nobody connected), and return its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        with closing(self._admin()) as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, ending the connections it has."""
        with closing(self._admin()) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def shut(self, name: str, *, shut: bool = True) -> None:
        """End every session of a database and let nobody in, as where its server is gone; or let everybody in again."""
        let = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), sql.Literal(not shut))
        with closing(self._admin()) as connection:
            connection.execute(let)
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    def url(self, name: str) -> str:
        """Return the address of a database as `DATABASE_URL` gives it."""
        return f"postgresql://{_OWNER}@127.0.0.1:{self.port}/{name}"

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5)


def _another_user(folder: Path) -> list[str]:
    """Return what stands before a command of the server: another user if we are root, and the end with its parent."""
    wrapped = ["setpriv", "--pdeathsig", "INT"]  # SIGINT is PostgreSQL's fast shutdown
    if os.geteuid() != 0:
        return wrapped
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*wrapped, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _quick_place() -> Path | None:
    """Return a folder in memory where there is room in one: a database a test costs little there."""
    if not _MEMORY.is_dir() or not os.access(_MEMORY, os.W_OK):
        return None
    room = os.statvfs(_MEMORY)
    return _MEMORY if room.f_bavail * room.f_frsize > _ROOM else None


def sweep() -> None:
    """Remove the folders of sessions that were killed: their process lives no more, nor does their server."""
    places = {Path(tempfile.gettempdir()), _MEMORY}
    for folder in (folder for place in places for folder in place.glob(f"{_MARK}-*-*")):
        if not Path(f"/proc/{folder.name.split('-')[2]}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
