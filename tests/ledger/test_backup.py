"""Promise: a backup and its keys make the same ledger on an empty machine; without the keys, or with older ones, none."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from ledger import keys, seal
from ledger.audit.types import AuditRead
from ledger.audit.verify import verify_ledger
from ledger.backup import back_up
from ledger.engine import keyed, open_ledger
from ledger.restore import restore
from ledger.tables import data_key, person, the_ledger
from ledger.types import new_ref
from ledger.write import write
from tests.ledger.conftest import NOW, planned_fault
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.engine import Ledger
    from ledger.keys import Master
    from ledger.restore import Restored
    from ledger.types import Actor
    from ledger.write import Writing
    from tests.ledger.postgres import Server

PLACE = "架空町砂浜１番地　みさき荘"


@pytest.fixture
def master() -> Master:
    """Give a ring of one master key."""
    return keys.read_ring(keys.new_line("2026-04"))


@pytest.fixture
def kept(ledger: Ledger, actor: Actor, master: Master) -> Ledger:
    """Give a ledger kept under a master key, with two people's sealed rows."""
    under = keyed(ledger, master)

    def work(writing: Writing) -> None:
        for _ in range(2):
            key, ref = keys.make(writing, under), new_ref()
            sealed = seal.close(key, "person", ref, {"place": PLACE})
            writing.insert(person, ref=ref, login_mac=secrets.token_bytes(8), key_id=key.id, argon2="", sealed=sealed)
        writing.tell(AuditRead(seq_from=1, seq_to=1))

    write(under, actor, work)
    return under


@dataclass(frozen=True)
class Again:
    """Where a backup goes, and the empty place it is restored to."""

    copy: Path
    keys: Path
    place: Path | str
    actor: Actor
    master: Master

    def restore(self, place: Path | str | None = None) -> Restored:
        """Restore at the empty place, or another."""
        return restore(self.copy, self.keys, place or self.place, self.actor, clock=lambda: NOW, master=self.master)

    def open(self) -> Ledger:
        """Open what was restored."""
        return open_ledger(self.place, clock=lambda: NOW, master=self.master, create=False)


@pytest.fixture
def again(
    place: Path | str, tmp_path: Path, actor: Actor, master: Master, request: pytest.FixtureRequest
) -> Iterator[Again]:
    """Give where a backup goes, and an empty place of the same kind as the ledger's."""
    files = tmp_path / "copy", tmp_path / "keys.json"
    if isinstance(place, Path):
        yield Again(*files, tmp_path / "new" / "ledger", actor, master)
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.database()
    yield Again(*files, server.url(name), actor, master)
    server.drop(name)


def people(ledger: Ledger) -> list[str]:
    with ledger.read() as connection:
        rows = connection.execute(select(person).order_by(person.c.id)).all()
        return [
            seal.open_(keys.load(connection, ledger, row.key_id), "person", row.ref, row.sealed)["place"]
            for row in rows
        ]


def test_restored_it_is_the_same(kept: Ledger, actor: Actor, again: Again) -> None:
    """The chain verifies as before and ends where it ended; what was sealed opens; it goes on from there, as another epoch."""
    before = back_up(kept, actor, again.copy, again.keys)
    found = verify_ledger(kept)
    done = again.restore()
    assert done.sound
    assert {each.code for each in done.offences} <= {"F"}  # the tests' PostgreSQL is quick, and told so
    assert (done.chain.head, done.chain.entries, done.destroyed_since) == (found.head, before.seq, 0)
    with again.open() as restored:
        assert restored.ref == kept.ref
        assert people(restored) == [PLACE, PLACE]
        assert verify_ledger(restored).sound
        with restored.read() as connection:
            assert connection.scalar(select(the_ledger.c.epoch)) == 2


def test_cut_off_before_its_end_it_is_done_again(
    kept: Ledger, actor: Actor, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is there, its chain not yet told: the next run checks and tells; a third is refused, for it is done."""
    back_up(kept, actor, again.copy, again.keys)
    with planned_fault(monkeypatch, "restore.brought:1=eio"), pytest.raises(OSError, match="error"):
        again.restore()
    assert again.restore().sound
    with pytest.raises(InputError, match="すでに"):
        again.restore()
    with again.open() as restored, restored.read() as connection:
        assert people(restored) == [PLACE, PLACE]
        assert connection.scalar(select(the_ledger.c.epoch)) == 2


def test_a_copy_has_no_keys(kept: Ledger, actor: Actor, tmp_path: Path) -> None:
    """Neither the keys nor what they seal can be read from the copy; the key file has the keys, wrapped."""
    with kept.read() as connection:
        wrapped = connection.execute(select(data_key.c.wrapped)).scalars().all()
    back_up(kept, actor, tmp_path / "copy", tmp_path / "keys.json")
    copied = b"".join(path.read_bytes() for path in (tmp_path / "copy").iterdir())
    assert not [key for key in wrapped if key in copied or key.hex().encode() in copied]
    assert PLACE.encode() not in copied
    assert len(json.loads((tmp_path / "keys.json").read_bytes())["keys"]) == len(wrapped)
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_what_was_destroyed_since_stays_destroyed(kept: Ledger, actor: Actor, again: Again, tmp_path: Path) -> None:
    """An old copy with the newest keys does not bring back what was destroyed between the two."""
    back_up(kept, actor, again.copy, again.keys)

    def shred(writing: Writing) -> None:
        first = select(person.c.key_id).order_by(person.c.id).limit(1).scalar_subquery()
        writing.execute(update(data_key).where(data_key.c.id == first).values(wrapped=None, shredded_at=writing.now))
        writing.tell(AuditRead(seq_from=1, seq_to=1))

    write(kept, actor, shred)
    back_up(kept, actor, tmp_path / "newer", again.keys)
    done = again.restore()
    assert (done.sound, done.destroyed_since) == (True, 1)
    with again.open() as restored, pytest.raises(keys.ShreddedError):
        people(restored)


@pytest.mark.parametrize(
    ("how", "told"),
    [("seq", "古い"), ("ledger", "この控えの台帳のものではありません"), ("copy", "ままではありません")],
)
def test_what_does_not_belong_together_is_refused(
    kept: Ledger, actor: Actor, again: Again, how: str, told: str
) -> None:
    """Older keys, another ledger's keys, a copy with one bit changed: said in words, and nothing is made."""
    back_up(kept, actor, again.copy, again.keys)
    if how == "copy":
        (database,) = (path for path in again.copy.iterdir() if path.suffix in {".sqlite", ".dump"})
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
    else:
        wrong = {"seq": 1, "ledger": new_ref()}[how]
        again.keys.write_text(json.dumps(json.loads(again.keys.read_bytes()) | {how: wrong}), "utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        again.restore()
    assert not (isinstance(again.place, Path) and (again.place / "ledger.sqlite").exists())


def test_nothing_is_written_over(kept: Ledger, actor: Actor, again: Again, tmp_path: Path) -> None:
    """Neither an older copy, nor a ledger that is there; nor do keys lie with the copy."""
    back_up(kept, actor, again.copy, again.keys)
    with pytest.raises(InputError, match="すでにあります"):
        back_up(kept, actor, again.copy, again.keys)
    with pytest.raises(InputError, match="別の場所"):
        back_up(kept, actor, tmp_path / "other", tmp_path / "other" / "keys.json")
    with pytest.raises(InputError, match="すでに"):
        again.restore(kept.folder or kept.writing.url.render_as_string(hide_password=False).replace("+psycopg", ""))


def test_the_offices_own_papers_go_along(kept: Ledger, actor: Actor, again: Again) -> None:
    """A paper of an office's own template comes out of a restored ledger as it was; a template changed in the copy is told."""
    if kept.folder is None:
        return  # a server's ledger has no folder, and takes no own papers
    own = Path("templates") / "shiomi" / "warning.docx"
    (kept.folder / own).parent.mkdir(parents=True)
    (kept.folder / own).write_bytes(b"ours")
    back_up(kept, actor, again.copy, again.keys)
    (again.copy / own).write_bytes(b"theirs")
    with pytest.raises(InputError, match="ままではありません"):
        again.restore()
    (again.copy / own).write_bytes(b"ours")
    assert again.restore().sound
    assert (Path(again.place) / own).read_bytes() == b"ours"
