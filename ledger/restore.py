"""Make a ledger of a backup and the newest file of its keys, on an empty machine, and say whether it is whole.

A data key that the key file no longer has was destroyed after the copy was taken: it stays destroyed. Checked afterwards: the chain
and the rows against it, every stored byte, the invariants (check.py).
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from ledger.audit.keeping_events import LedgerRestored
from ledger.audit.verify import ChainReport, verify_ledger
from ledger.backup import COPY, FORMAT, KEY_ROWS, KEYS_FORMAT, MANIFEST, Copied
from ledger.check import check_ledger, scrub_ledger
from ledger.engine import FILE, is_server, open_ledger, server_engine
from ledger.migrate import made
from ledger.servers import run_tool
from ledger.tables import data_key, the_ledger
from ledger.types import LedgerError
from ledger.write import write
from validators.errors import InputError, why

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ledger.invariants import Offence
    from ledger.keys import Master
    from ledger.types import Actor
    from ledger.write import Writing


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restoring: the copy's own words, the chain as verified, what check and scrub found, keys destroyed since."""

    copied: Copied
    chain: ChainReport
    offences: tuple[Offence, ...]
    destroyed_since: int

    @property
    def sound(self) -> bool:
        """Return whether the chain is whole and ends where the copy says."""
        return self.chain.sound and (self.chain.entries, self.chain.head) == (self.copied.seq, self.copied.head)


def restore(
    folder: Path,
    key_file: Path,
    place: Path | str,
    actor: Actor,
    *,
    clock: Callable[[], datetime],
    master: Master | None = None,
) -> Restored:
    """Make a ledger at an empty place; the chain then tells that it was restored.

    Raises InputError: a place that is not empty, files that do not belong together, a copy that was changed; LedgerError where
    PostgreSQL's programs failed; WrongKeyError for another master key.
    """
    copied = read_copied(folder)
    keys = _read_keys(key_file, copied)
    if (copied.dialect == "postgresql") != is_server(place):
        raise InputError(f"この控えは {copied.dialect} のものです。", action="同じ種類の置き場所を指定してください。")
    bring = _to_server if is_server(place) else _to_folder
    since = bring(folder, place, keys)
    with open_ledger(place, clock=clock, master=master, create=False) as ledger:
        found = verify_ledger(ledger)
        restored = Restored(copied, found, (*check_ledger(ledger), *scrub_ledger(ledger)), since)
        if restored.sound:
            write(ledger, actor, lambda writing: _tell(writing, copied))
        return restored


def read_copied(folder: Path) -> Copied:
    """Read what a backup says of itself and hold its copy against it. Raises InputError."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        copied = Copied(**{each.name: told[each.name] for each in fields(Copied)})
        with (folder / COPY[copied.dialect]).open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == copied.sha256
    except OSError as error:
        raise InputError(f"控え「{folder}」が読めません（{why(error)}）。") from None
    except (ValueError, KeyError, TypeError):
        told, same = {}, False
    if told.get("format") != FORMAT or not same:
        raise InputError(f"控え「{folder}」は、作られたときのままではありません。", action="別の控えを使ってください。")
    return copied


def _read_keys(path: Path, copied: Copied) -> dict[str, tuple[str, bytes]]:
    """Return the wrapped keys by their row's ref; they must be of this ledger, and not older than the copy."""
    try:
        told = json.loads(path.read_bytes())
        kept = {ref: (each["kek"], base64.b64decode(each["wrapped"])) for ref, each in told["keys"].items()}
        ours = (told["format"], told["ledger"]) == (KEYS_FORMAT, copied.ledger)
        newer = int(told["seq"]) >= copied.seq
    except OSError as error:
        raise InputError(f"鍵のファイル「{path}」が読めません（{why(error)}）。") from None
    except (ValueError, KeyError, TypeError):
        ours = newer = False
    if not ours:
        raise InputError(f"鍵のファイル「{path}」は、この控えの台帳のものではありません。")
    if not newer:
        raise InputError("鍵のファイルが控えより古いものです。", action="いちばん新しい鍵のファイルを使ってください。")
    return kept


def _to_folder(folder: Path, place: Path | str, keys: Mapping[str, tuple[str, bytes]]) -> int:
    target = Path(place)
    if (target / FILE).exists():
        raise InputError(f"「{target}」にはすでに台帳があります。", action="空の場所を指定してください。")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target / f"{FILE}.part"
        shutil.copyfile(folder / COPY["sqlite"], part)
        part.chmod(0o600)
        with closing(sqlite3.connect(part)) as file, file:
            file.executemany(
                "UPDATE data_key SET wrapped = ?, kek = ? WHERE ref = ? AND shredded_at IS NULL",
                [(wrapped, kek, ref) for ref, (kek, wrapped) in keys.items()],
            )
            (since,) = file.execute(
                "SELECT count(*) FROM data_key WHERE wrapped IS NULL AND shredded_at IS NULL"
            ).fetchone()
        part.rename(target / FILE)
    except OSError as error:
        raise LedgerError(
            f"「{target}」に戻せません（{why(error)}）。", action="空き容量を確かめてください。"
        ) from None
    return int(since)


def _to_server(folder: Path, place: Path | str, keys: Mapping[str, tuple[str, bytes]]) -> int:
    engine = server_engine(str(place))
    try:
        if made(engine):
            raise InputError(
                "このデータベースには、すでに台帳があります。", action="空のデータベースを指定してください。"
            )
        arguments = ["--no-owner", "--no-privileges", "--exit-on-error", str(folder / COPY["postgresql"])]
        run_tool("pg_restore", engine.url, ["--section=pre-data", "--section=data", *arguments])
        rows = json.loads((folder / KEY_ROWS).read_bytes())
        for row in rows:
            if row["shredded_at"] is None:
                row["kek"], row["wrapped"] = keys.get(row["ref"], (row["kek"], None))
        with engine.begin() as connection:
            if rows:
                connection.execute(insert(data_key), [row | {"wrapped": row.get("wrapped")} for row in rows])
            highest = select(func.coalesce(func.max(data_key.c.id), 1)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence("data_key", "id"), highest)))
        run_tool("pg_restore", engine.url, ["--section=post-data", *arguments])
        return sum(1 for row in rows if row.get("wrapped") is None and row["shredded_at"] is None)
    finally:
        engine.dispose()


def _tell(writing: Writing, copied: Copied) -> None:
    writing.execute(update(the_ledger).values(epoch=the_ledger.c.epoch + 1))
    epoch = writing.connection.scalar(select(the_ledger.c.epoch))
    writing.tell(LedgerRestored(seq=copied.seq, head=copied.head, epoch=int(epoch or 0)))
