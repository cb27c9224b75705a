"""Open a ledger: a folder with a SQLite file, made on first use, or a PostgreSQL database.

What would lose commits is refused at the door, in words: a network file system (SQLite's log needs shared memory), a server that
answers before it has written, a server too old, tables of a later edition than this program can write.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine, event, make_url, select, text
from sqlalchemy.exc import DBAPIError

from ledger import keys, migrate
from ledger.queue import FileQueue, SessionQueue
from ledger.refusals import is_lost
from ledger.tables import series, the_ledger
from ledger.types import Instant, LedgerError, LostLedgerError, instant
from validators.errors import InputError, why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from ledger.keys import Master
    from ledger.queue import Queue

FILE = "ledger.sqlite"
MOUNTS = Path("/proc/self/mounts")
OLDEST_SERVER = 15
_REMOTE = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "fuse",
    "afs",
    "ceph",
    "gluster",
    "lustre",
    "beegfs",
    "gfs",
    "ocfs",
    "vboxsf",
    "virtiofs",
)
_SCHEMES = ("postgresql", "postgres")
# Each of these on every connection: what is committed is on the disk, what is deleted is overwritten, and nobody checkpoints but
# the writer at the front of the line.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "wal_autocheckpoint = 0",
    "busy_timeout = 10000",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
)
_SERVER = (
    "-c idle_in_transaction_session_timeout=60000 -c lock_timeout=10000 -c tcp_keepalives_idle=30"
    " -c log_parameter_max_length=0 -c log_parameter_max_length_on_error=0"
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. It travels neither through a fork nor to another process: each opens its own."""

    ref: str
    place: str  # as it may be shown: a folder, or an address without its password
    folder: Path | None
    clock: Callable[[], datetime]
    queue: Queue
    reading: Engine
    writing: Engine
    master: Master | None = None  # the keys that wrap the data keys; None: what is kept is in clear

    @property
    def dialect(self) -> str:
        """Return the database's name: sqlite or postgresql."""
        return self.writing.dialect.name

    def now(self) -> Instant:
        """Return the moment by the clock that was given at the door."""
        return instant(self.clock())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the ledger and cannot write. Raises LostLedgerError."""
        try:
            with self.reading.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            if not is_lost(error):
                raise
            raise LostLedgerError from None

    def turn(self, series_id: int) -> AbstractContextManager[bool]:
        """Wait for the turn of a series; yields whether it was had (queue.py)."""
        return self.queue.turn(series_id, partial(self._next_of, series_id))

    def _next_of(self, series_id: int) -> int | None:
        with self.read() as connection:
            return connection.scalar(select(series.c.next).where(series.c.id == series_id))

    def close(self) -> None:
        """Close every connection."""
        self.reading.dispose()
        self.writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(
    place: Path | str,
    *,
    clock: Callable[[], datetime],
    create: bool = True,
    master: Master | None = None,
    old: bool = False,
) -> Ledger:
    """Open the ledger in a folder or at a `postgresql://` address; an empty place becomes one, unless `create` is false.

    `old`: also one whose tables are older than this program's, for `upgrade.bring_up` alone.
    With a `master` key, what is written from then on is sealed, and the ledger opens with that key alone. Raises InputError for
    a place that cannot be used, LedgerError for one that would lose what is written or is of another edition, WrongKeyError.
    """
    there = _on_server(str(place), clock) if is_server(place) else _in_folder(Path(place), clock, create=create)
    return keyed(_opened(there, create=create, old=old), master)


def is_server(place: Path | str) -> bool:
    """Return whether a place is the address of a PostgreSQL database."""
    scheme, _, rest = str(place).partition("://")
    return bool(rest) and scheme.partition("+")[0] in _SCHEMES


def _in_folder(folder: Path, clock: Callable[[], datetime], *, create: bool) -> Ledger:
    path = folder / FILE
    if not create and not path.is_file():
        raise InputError(
            f"「{folder}」に台帳がありません。", action="yoshiki ledger init で作るか、場所を確かめてください。"
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"「{folder}」に台帳を置けません（{why(error)}）。") from None
    if (kind := file_system(folder)).startswith(_REMOTE):
        raise LedgerError(
            f"「{folder}」はネットワーク上などの場所（{kind}）です。そこでは書き込んだものが失われることがあります。",
            action="このパソコンの中のフォルダか、PostgreSQL をお使いください。",
        )
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    queue = FileQueue(folder)
    reading, writing = (_sqlite(path, reads=reads) for reads in (True, False))
    return Ledger("", str(folder), folder, clock, queue, reading, writing)


def _sqlite(path: Path, *, reads: bool) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, isolation_level=None)
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"  # a reader that turned writer would be refused at once

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # Python's own BEGIN comes too late
        for pragma in (*_PRAGMAS, f"query_only = {'ON' if reads else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _on_server(address: str, clock: Callable[[], datetime]) -> Ledger:
    engine = server_engine(address)
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Ledger("", _shown(engine), None, clock, SessionQueue(engine), reading, engine)


def server_engine(address: str) -> Engine:
    """Connect to a PostgreSQL database. Raises LedgerError, in words, for one that cannot be reached or would lose commits."""
    engine = create_engine(
        make_url(address).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        connect_args={
            "options": _SERVER,
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "application_name": "yoshiki",
        },
    )
    try:
        _check_server(engine, _shown(engine))
    except DBAPIError as error:
        engine.dispose()
        raise LedgerError(
            f"PostgreSQL（{_shown(engine)}）に接続できません（{type(error.orig).__name__}）。",
            action="サーバが動いているか、住所と利用者の名前を確かめてください。",
        ) from None
    except LedgerError:
        engine.dispose()
        raise
    return engine


def _shown(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql", password=None).render_as_string()


def _check_server(engine: Engine, shown: str) -> None:
    with engine.connect() as connection:
        major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
        if major < OLDEST_SERVER:
            raise LedgerError(f"PostgreSQL {major} は古すぎます。", action=f"{OLDEST_SERVER} 以上をお使いください。")
        answers_early = connection.scalar(text("SHOW synchronous_commit")) == "off"
        encoding = connection.scalar(text("SHOW server_encoding"))
    if answers_early:
        raise LedgerError(
            f"PostgreSQL（{shown}）は、書き終える前に終わったと答える設定（synchronous_commit = off）です。",
            action="サーバの設定を on に直してください。",
        )
    if encoding != "UTF8":
        raise LedgerError(f"PostgreSQL（{shown}）の文字コードが UTF8 ではありません。")


def _opened(ledger: Ledger, *, create: bool, old: bool) -> Ledger:
    try:
        return _known(ledger, create=create, old=old)
    except BaseException:
        ledger.close()
        raise


def _known(ledger: Ledger, *, create: bool, old: bool) -> Ledger:
    """Make the tables where there are none, read who the ledger is, and refuse one of an edition this program cannot keep."""
    if create and not migrate.made(ledger.reading):
        with ledger.queue.writing():
            migrate.create(ledger.writing, ledger.now())
    with ledger.reading.connect() as connection:
        if not migrate.made(ledger.reading):
            raise InputError(
                f"「{ledger.place}」に台帳がありません。",
                action="yoshiki ledger init で作るか、場所を確かめてください。",
            )
        row = connection.execute(select(the_ledger.c.ref, the_ledger.c.min_code)).one()
        migrate.check(connection, row.min_code, old=old)
    return replace(ledger, ref=row.ref)


def keyed(ledger: Ledger, master: Master | None) -> Ledger:
    """Return the ledger with its master key; one that had none is kept under it from now on. Raises WrongKeyError."""
    with ledger.read() as connection:
        kept = connection.scalar(select(the_ledger.c.key_check))
    try:
        keys.require(kept, ledger.ref, master)
    except keys.WrongKeyError:
        ledger.close()
        raise
    if master and not kept:
        with ledger.queue.writing(), ledger.writing.begin() as connection:
            migrate.take_key(connection, ledger.now(), master.check(ledger.ref), master.current)
    return replace(ledger, master=master)


def file_system(folder: Path) -> str:
    """Return the kind of file system a folder lies on, as the kernel names it; blank where it does not say."""
    if not MOUNTS.is_file():
        return ""
    place = folder.resolve()
    found = ""
    deepest = -1
    for line in MOUNTS.read_text("utf-8", "replace").splitlines():
        _, point, kind, *_ = line.split(" ")
        mount = Path(point.encode().decode("unicode_escape"))
        if place.is_relative_to(mount) and len(mount.parts) >= deepest:
            found, deepest = kind, len(mount.parts)
    return found
