"""Make a ledger of a backup and the newest file of its keys, on an empty machine, and say whether it is whole.

A data key that the key file no longer has was destroyed after the copy was taken: it stays destroyed. Checked afterwards: the chain
and the rows against it, every stored byte, the invariants (check.py).

The ledger is there whole or not at all, as another epoch than its chain tells; last the chain is told. Where a run was cut off
between the two, the next one of the same copy checks and tells.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import func, select

from ledger.audit import chain
from ledger.audit.keeping_events import LedgerRestored
from ledger.audit.verify import ChainReport, verify_ledger
from ledger.backup import BESIDE, COPY, FORMAT, KEY_ROWS, KEYS_FORMAT, MANIFEST, Copied, digests
from ledger.check import check_ledger, scrub_ledger
from ledger.engine import FILE, is_server, open_ledger, server_engine
from ledger.faults import passing
from ledger.migrate import made
from ledger.servers import restore_dump
from ledger.tables import audit, data_key, the_ledger
from ledger.types import LedgerError
from ledger.write import write
from validators.errors import InputError, why

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from ledger.engine import Ledger
    from ledger.invariants import Offence
    from ledger.keys import Master
    from ledger.types import Actor
    from ledger.write import Writing


_NEXT_EPOCH = "UPDATE ledger SET epoch = epoch + 1"


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
    if not _is_untold(place, copied, clock=clock, master=master):
        (_to_server if is_server(place) else _to_folder)(folder, place, keys)
        passing("restore.brought")
    with open_ledger(place, clock=clock, master=master, create=False) as ledger:
        since = _destroyed_since(ledger)
        found = verify_ledger(ledger)
        restored = Restored(copied, found, (*check_ledger(ledger), *scrub_ledger(ledger)), since)
        if restored.sound:
            write(ledger, actor, lambda writing: _tell(writing, copied))
        return restored


def _is_untold(place: Path | str, copied: Copied, *, clock: Callable[[], datetime], master: Master | None) -> bool:
    """Tell whether the place holds this copy, brought there by a restoring that was cut off before it told the chain."""
    if not _is_there(place):
        return False
    with open_ledger(place, clock=clock, master=master, create=False) as ledger, ledger.read() as connection:
        mark, epoch = chain.head(connection), connection.scalar(select(the_ledger.c.epoch))
        ours = (ledger.ref, mark.seq, mark.hash.hex()) == (copied.ledger, copied.seq, copied.head)
        told = connection.scalar(select(func.count()).where(audit.c.type == LedgerRestored.name))
    if ours and epoch == (told or 0) + 2:
        return True
    raise InputError("その場所にはすでに台帳があります。", action="空の場所を指定してください。")


def _is_there(place: Path | str) -> bool:
    if not is_server(place):
        file = Path(place) / FILE
        return file.exists() and file.stat().st_size > 0
    engine = server_engine(str(place))
    try:
        return made(engine)
    finally:
        engine.dispose()


def _destroyed_since(ledger: Ledger) -> int:
    """Return how many data keys the key file no longer had."""
    lost = select(func.count()).where(data_key.c.wrapped.is_(None), data_key.c.shredded_at.is_(None))
    with ledger.read() as connection:
        return connection.scalar(lost) or 0


def read_copied(folder: Path) -> Copied:
    """Read what a backup says of itself and hold its copy against it. Raises InputError."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        copied = Copied(**{each.name: told[each.name] for each in fields(Copied)})
        with (folder / COPY[copied.dialect]).open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == copied.sha256
        same = same and digests(folder / BESIDE) == copied.beside
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


def _to_folder(folder: Path, place: Path | str, keys: Mapping[str, tuple[str, bytes]]) -> None:
    target = Path(place)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in target.glob(f"{FILE}.part*"):  # of one that was killed, its journal too
            left.unlink()
        part = target / f"{FILE}.part"
        shutil.copyfile(folder / COPY["sqlite"], part)
        part.chmod(0o600)
        with closing(sqlite3.connect(part)) as file, file:
            file.executemany(
                "UPDATE data_key SET wrapped = ?, kek = ? WHERE ref = ? AND shredded_at IS NULL",
                [(wrapped, kek, ref) for ref, (kek, wrapped) in keys.items()],
            )
            file.execute(_NEXT_EPOCH)
        if (folder / BESIDE).is_dir():
            shutil.copytree(folder / BESIDE, target / BESIDE, dirs_exist_ok=True)
        part.rename(target / FILE)
    except OSError as error:
        raise LedgerError(
            f"「{target}」に戻せません（{why(error)}）。", action="空き容量を確かめてください。"
        ) from None


def _to_server(folder: Path, place: Path | str, keys: Mapping[str, tuple[str, bytes]]) -> None:
    engine = server_engine(str(place))
    url = engine.url
    engine.dispose()
    restore_dump(
        url,
        folder / COPY["postgresql"],
        partial(_key_rows, folder / KEY_ROWS, keys),
        last=lambda: ["SET LOCAL search_path TO public", _NEXT_EPOCH],
    )


def _key_rows(path: Path, keys: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """Yield what inserts the rows of data_key, each with its wrapped key where the key file has it."""
    for row in json.loads(path.read_bytes()):
        if row["shredded_at"] is None:
            row["kek"], row["wrapped"] = keys.get(row["ref"], (row["kek"], None))
        names, values = (SQL(", ").join(each) for each in (map(Identifier, row), map(Literal, row.values())))
        yield SQL("INSERT INTO public.data_key ({}) VALUES ({})").format(names, values).as_string(None)
    yield (
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('public.data_key', 'id'),"
        " coalesce((SELECT max(id) FROM public.data_key), 1))"
    )


def _tell(writing: Writing, copied: Copied) -> None:
    epoch = writing.connection.scalar(select(the_ledger.c.epoch))
    writing.tell(LedgerRestored(seq=copied.seq, head=copied.head, epoch=int(epoch or 0)))
