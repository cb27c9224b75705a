"""Promise: a ledger is made on first use, once, and a place that would lose what is written is refused in words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from ledger import engine
from ledger.engine import file_system, open_ledger
from ledger.migrate import CODE, OtherEditionError
from ledger.tables import audit, the_ledger
from ledger.types import LedgerError
from tests.ledger.conftest import NOW
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from tests.ledger.postgres import Server


def opened(place: Path | str, *, create: bool = True) -> Ledger:
    return open_ledger(place, clock=lambda: NOW, create=create)


def test_many_who_open_an_empty_folder_make_one_ledger(tmp_path: Path) -> None:
    """Whoever comes first makes it; all see the same, and its making is told once."""
    refs: list[str] = []

    def make() -> None:
        with opened(tmp_path / "new") as ledger:
            refs.append(ledger.ref)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert (len(refs), len(set(refs))) == (4, 1)
    with opened(tmp_path / "new") as ledger, ledger.read() as connection:
        assert connection.scalars(select(audit.c.type)).all() == ["ledger.created"]
    assert (tmp_path / "new" / "ledger.sqlite").stat().st_mode & 0o077 == 0


def test_nothing_is_made_where_a_ledger_is_wanted(tmp_path: Path, postgresql: Server) -> None:
    """A mistyped place is told, not filled."""
    with pytest.raises(InputError, match="台帳がありません"):
        opened(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()
    name = postgresql.database()
    with pytest.raises(InputError, match="台帳がありません"):
        opened(postgresql.url(name), create=False)
    postgresql.drop(name)


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel names it; what cannot be told is not refused."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/vda / ext4 rw 0 0\nhost:/share {tmp_path}/net nfs4 rw 0 0\ntmpfs {tmp_path}/net/mem tmpfs rw 0 0\n"
    )
    monkeypatch.setattr(engine, "MOUNTS", mounts)
    assert [file_system(tmp_path / at) for at in ("", "net", "net/a/b", "net/mem/a")] == [
        "ext4",
        "nfs4",
        "nfs4",
        "tmpfs",
    ]
    with pytest.raises(LedgerError, match="nfs4"):
        opened(tmp_path / "net")
    monkeypatch.setattr(engine, "MOUNTS", tmp_path / "none")
    assert file_system(tmp_path) == ""


def test_a_server_that_answers_too_early_is_refused(place: Path | str) -> None:
    """A database whose commits are answered before they are written would lose them."""
    if not isinstance(place, str):
        return
    with opened(place) as ledger, ledger.writing.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
        connection.commit()
    with pytest.raises(LedgerError, match="synchronous_commit"):
        opened(place)


def test_a_server_that_is_not_there_is_told(postgresql: Server) -> None:
    """Without the password, and in words."""
    with pytest.raises(LedgerError, match="接続できません") as caught:
        opened(postgresql.url("nowhere").replace("yoshiki@", "yoshiki:geheim@"))
    assert "geheim" not in str(caught.value)


def test_a_ledger_of_a_newer_program_is_refused(ledger: Ledger, place: Path | str) -> None:
    """What this program cannot keep it does not touch."""
    with ledger.writing.begin() as connection:
        connection.execute(update(the_ledger).values(min_code=CODE + 1))
    with pytest.raises(OtherEditionError, match="新しい版"):
        opened(place)


def test_a_reader_cannot_write(ledger: Ledger) -> None:
    """What is opened for reading sees one state and changes nothing."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    with ledger.read() as connection, pytest.raises(DBAPIError):
        connection.execute(update(the_ledger).values(epoch=9))
