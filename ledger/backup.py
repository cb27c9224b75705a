"""Copy the ledger away while it works, in two parts that belong in two places.

The copy is a folder: the database (SQLite: the file, PostgreSQL: a dump), what it is of, and no data key. The keys, still wrapped
by the master key, go to a small file of which only the newest is kept, elsewhere: so a copy of last year cannot bring back a case
that was destroyed since. `restore.py` makes a ledger of both.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from forms.issue.files import write_whole
from ledger.audit import chain
from ledger.audit.keeping_events import BackupMade
from ledger.faults import passing
from ledger.migrate import edition
from ledger.servers import run_tool
from ledger.tables import data_key
from ledger.types import LedgerError
from ledger.write import record
from validators.errors import InputError, why

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.types import Actor

FORMAT = "yoshiki-backup/1"
KEYS_FORMAT = "yoshiki-keys/1"
MANIFEST = "backup.json"
COPY = {"sqlite": "ledger.sqlite", "postgresql": "ledger.dump"}
BESIDE = "templates"  # in the ledger's folder beside the database: the offices' own papers
KEY_ROWS = "data_key.json"  # PostgreSQL: the dump has no rows of data_key, these have no keys


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup says of itself: whose it is, and the last entry of its chain."""

    ledger: str
    dialect: str
    edition: str
    seq: int
    head: str
    at: int
    sha256: str  # of the database's copy
    beside: dict[str, str] = field(default_factory=dict)  # the files of BESIDE → SHA-256


def back_up(ledger: Ledger, actor: Actor, folder: Path, key_file: Path) -> Copied:
    """Copy the ledger into a new folder and its keys into a file; writers go on, and nothing is there before it is whole.

    Raises InputError for a folder that is there already or would hold the keys too, LedgerError where copying failed.
    """
    if folder.exists():
        raise InputError(f"「{folder}」はすでにあります。", action="新しい名前にしてください。")
    if key_file.resolve().is_relative_to(folder.resolve()):
        raise InputError("鍵のファイルは、控えとは別の場所に置いてください。")
    record(ledger, actor, BackupMade(ledger=ledger.ref))
    part = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of one that was killed
        part.mkdir(mode=0o700, parents=True)
        taken = _copy_file(ledger, part) if ledger.folder else _copy_server(ledger, part)
        copied = _described(ledger, part, taken)
        write_whole(part / MANIFEST, _as_json({"format": FORMAT} | asdict(copied)))
        told = {"format": KEYS_FORMAT, "ledger": ledger.ref, "seq": copied.seq, "keys": taken.keys}
        write_whole(key_file, _as_json(told))
        key_file.chmod(0o600)
        part.rename(folder)
    except OSError as error:
        raise LedgerError(
            f"控えを書けませんでした（{why(error)}）。", action="場所と空き容量を確かめてください。"
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return copied


@dataclass(frozen=True, slots=True)
class _CopyTaken:
    """What was taken at one moment: the chain's end, the tables' edition, the keys as they are wrapped."""

    mark: chain.Mark
    edition: str
    keys: dict[str, dict[str, str]]  # ref → kek, wrapped


def _described(ledger: Ledger, part: Path, taken: _CopyTaken) -> Copied:
    with (part / COPY[ledger.dialect]).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if ledger.folder and (ledger.folder / BESIDE).is_dir():
        shutil.copytree(ledger.folder / BESIDE, part / BESIDE)
    mark, beside = taken.mark, digests(part / BESIDE)
    return Copied(ledger.ref, ledger.dialect, taken.edition, mark.seq, mark.hash.hex(), ledger.now(), sha256, beside)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder by its path in it; of a folder that is not there, none."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _copy_file(ledger: Ledger, part: Path) -> _CopyTaken:
    """Copy SQLite's file as it is at one moment, in one step (in many, a writer would begin it anew each time); blank its keys."""
    target = part / COPY["sqlite"]
    with closing(ledger.writing.raw_connection()) as source:
        source.cursor().execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    passing("backup.copied")
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        for setting in ("journal_mode = MEMORY", "secure_delete = ON"):  # what is blanked is left in no file
            copy.execute(f"PRAGMA {setting}")
        rows = copy.execute("SELECT ref, kek, wrapped FROM data_key WHERE wrapped IS NOT NULL").fetchall()
        copy.execute("UPDATE data_key SET wrapped = NULL WHERE wrapped IS NOT NULL")
        seq, head = copy.execute("SELECT seq, head FROM audit_head").fetchone()
        (number,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return _CopyTaken(chain.Mark(seq, head), number, _keys(rows))


def _copy_server(ledger: Ledger, part: Path) -> _CopyTaken:
    """Dump a PostgreSQL database at one moment, all but the rows of data_key, and list those without their keys."""
    with ledger.read() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # it waits for pg_dump
        snapshot = connection.scalar(select(func.pg_export_snapshot()))
        url = connection.engine.url
        arguments = ["--format=custom", f"--snapshot={snapshot}", "--exclude-table-data=data_key", "--no-owner"]
        run_tool("pg_dump", url, [*arguments, "--no-privileges", f"--file={part / COPY['postgresql']}"])
        passing("backup.copied")
        columns = [column for column in data_key.c if column.name != "wrapped"]
        listed = [dict(row) for row in connection.execute(select(*columns)).mappings()]
        write_whole(part / KEY_ROWS, _as_json(listed))
        kept = select(data_key.c.ref, data_key.c.kek, data_key.c.wrapped).where(data_key.c.wrapped.is_not(None))
        rows = [(row.ref, row.kek, row.wrapped) for row in connection.execute(kept)]
        return _CopyTaken(chain.head(connection), edition(connection), _keys(rows))


def _keys(rows: Iterable[tuple[str, str, bytes]]) -> dict[str, dict[str, str]]:
    return {ref: {"kek": kek, "wrapped": base64.b64encode(wrapped).decode()} for ref, kek, wrapped in rows}


def _as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
