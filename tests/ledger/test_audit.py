"""Promise: a change, a deletion, an exchange, a cut end of the chain are found, and so is a row without a witness."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from app import main
from ledger import keys, seal
from ledger.audit import chain
from ledger.audit.digest import make_digest, read_digest
from ledger.audit.reading import read_audit
from ledger.audit.types import AuditRead, NumberGiven
from ledger.audit.verify import verify_ledger
from ledger.tables import audit, audit_head, digest, number, person, series
from ledger.types import new_ref
from ledger.write import record, write
from tests.ledger.tampering import tamper
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ledger.audit.digest import Digest
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing


@pytest.fixture
def kept(ledger: Ledger, actor: Actor) -> Ledger:
    """Give a ledger of nine entries: its making, a sealed row with its witness, six readings."""

    def work(writing: Writing) -> None:
        key, ref = keys.make(writing, ledger), new_ref()
        sealed = seal.close(key, "person", ref, {"name": "汐見　花子"})
        writing.insert(person, ref=ref, login_mac=b"m", key_id=key.id, argon2="", sealed=sealed)
        writing.tell(AuditRead(seq_from=1, seq_to=1))

    write(ledger, actor, work)
    for seq in range(1, 7):
        record(ledger, actor, AuditRead(seq_from=seq, seq_to=seq))
    return ledger


def first(ledger: Ledger, *outside: Digest) -> tuple[int, str] | None:
    found = verify_ledger(ledger, outside)
    return (found.breaks[0].seq, found.breaks[0].code) if found.breaks else None


def test_what_nobody_touched_is_sound(kept: Ledger, actor: Actor) -> None:
    """Every entry, the sealed row and the digest agree; the head is the last entry's hash."""
    outside = read_digest(make_digest(kept, actor).as_file())
    found = verify_ledger(kept, [outside])
    assert found.sound
    assert (found.entries, found.rows, found.last_good, found.last_good_seq) == (10, 1, "2026-04-01", 9)


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ([update(audit).where(audit.c.seq == 5).values(body=b"{}")], (5, "changed")),
        ([update(audit).where(audit.c.seq == 5).values(at=audit.c.at + 1)], (5, "changed")),
        ([update(audit).where(audit.c.seq == 5).values(actor="{}")], (5, "changed")),
        ([delete(audit).where(audit.c.seq == 5)], (5, "missing")),
        ([delete(audit).where(audit.c.seq == 5), update(audit).where(audit.c.seq == 9).values(seq=5)], (5, "order")),
        ([delete(audit).where(audit.c.seq >= 8)], (8, "head")),
        ([update(audit_head).values(seq=12)], (10, "head")),
        ([update(person).values(sealed=b"\x00" * 9 + b"{}")], (3, "row-changed")),
        ([delete(person)], (3, "row-missing")),
    ],
)
def test_the_first_broken_place_is_named(kept: Ledger, done: list[Any], found: tuple[int, str]) -> None:
    """Changed, taken out, exchanged, cut off; rows changed and taken away."""
    tamper(kept, *done)
    assert first(kept) == found


def test_a_row_put_in_behind_the_back_is_found(kept: Ledger) -> None:
    """No entry tells of it."""
    with kept.read() as connection:
        row = dict(connection.execute(select(person)).mappings().one())
    tamper(kept, person.insert().values(**(row | {"id": 2, "ref": new_ref(), "login_mac": b"other"})))
    assert first(kept) == (0, "row-unknown")


def test_a_cut_end_is_found_by_an_outside_digest(kept: Ledger, actor: Actor) -> None:
    """Cut and mended so that the ledger agrees with itself, the digest kept outside still knows of more."""
    outside = make_digest(kept, actor)
    with kept.read() as connection:
        seventh = connection.scalar(select(audit.c.hash).where(audit.c.seq == 7))
    tamper(kept, delete(audit).where(audit.c.seq > 7), update(audit_head).values(seq=7, head=seventh), delete(digest))
    assert first(kept) is None
    assert first(kept, outside) == (8, "cut")


def test_a_chain_made_anew_is_found_by_an_outside_digest(kept: Ledger, actor: Actor) -> None:
    """Whoever changes an entry and computes every later hash again cannot compute the digest that is out of reach."""
    outside = make_digest(kept, actor)
    with kept.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.seq >= 5).order_by(audit.c.seq)).all()
    done: list[Any] = [delete(digest)]
    prev = rows[0].prev
    for row in rows:
        told = {"at": row.at, "actor": row.actor, "body": b'{"seq_from":9,"seq_to":9}' if row.seq == 5 else row.body}
        made = chain.link(seq=row.seq, kind=row.type, prev=prev, **told)
        done.append(update(audit).where(audit.c.seq == row.seq).values(prev=prev, hash=made, **told))
        prev = made
    tamper(kept, *done, update(audit_head).values(head=prev))
    assert first(kept) is None
    assert first(kept, outside) == (1, "rewritten")


@pytest.mark.parametrize("how", ["day", "signature", "ledger"])
def test_a_forged_digest_is_told(kept: Ledger, actor: Actor, how: str) -> None:
    """A digest whose words or signature were changed, or of another ledger, vouches for nothing."""
    made = make_digest(kept, actor)
    if how == "signature":
        forged = made.body + b"\n" + bytes(64).hex().encode()
    else:
        told = made.told | ({"day": "2026-04-02"} if how == "day" else {"ledger": new_ref()})
        forged = json.dumps(told).encode() + b"\n" + made.signature.hex().encode()
    code = {"day": "signature", "signature": "signature", "ledger": "other-ledger"}[how]
    assert first(kept, read_digest(forged)) == (0, code)


def test_digests_follow_one_another(kept: Ledger, actor: Actor) -> None:
    """A day's digest is made once, the next names it, and both verify; a file that is none is refused in words."""
    assert make_digest(kept, actor) == make_digest(kept, actor)
    with pytest.raises(InputError, match="要約のファイルとして読めません"):
        read_digest(b"%PDF-1.7")


def test_a_number_whose_row_says_otherwise_is_found(ledger: Ledger, actor: Actor) -> None:
    """A number given by an entry stands as it was given, and none stands without one."""
    from tests.ledger.test_write import an_office  # noqa: PLC0415

    def work(writing: Writing) -> None:
        made = {"kind": "paper", "period": "2026", "format": "{n}", "start": 1, "next": 2}
        of, ref = writing.insert(series, office_id=an_office(writing), **made), new_ref()
        given = {"n": 1, "state": "given", "at": writing.now, **writing.actor.columns()}
        writing.insert(number, ref=ref, series_id=of, **given)
        writing.tell(NumberGiven(number=ref, series=of, n=1))

    write(ledger, actor, work)
    assert first(ledger) is None
    tamper(ledger, update(number).values(n=2))
    assert first(ledger) == (3, "row-changed")
    tamper(ledger, delete(number))
    assert first(ledger) == (3, "row-missing")


def test_reading_the_audit_is_an_entry(kept: Ledger, actor: Actor) -> None:
    """The newest first, and the reading is there for the next reader."""
    assert [row.seq for row in read_audit(kept, actor, limit=3)] == [9, 8, 7]
    newest = read_audit(kept, actor, limit=1)[0]
    assert (newest.type, newest.person, newest.fields) == ("audit.read", "汐見　花子", {"seq_from": 7, "seq_to": 9})
    assert [row.seq for row in read_audit(kept, actor, before=3, kind="ledger.")] == [1]


def test_the_command_tells_and_records(place: Path | str, tmp_path: Path) -> None:
    """`audit digest`, `verify`, `show` on the command line: 0 when sound, 1 with the broken number when not."""
    run: Callable[..., Any] = lambda *args: CliRunner().invoke(  # noqa: E731
        main, ["audit", *args, "--ledger", str(place), "--by", "汐見　花子"], catch_exceptions=False
    )
    kept = tmp_path / "digest.txt"
    assert "を作りました" in run("digest", "-o", str(kept)).output
    sound = run("verify", "--digest", str(kept), "--json")
    assert (sound.exit_code, json.loads(sound.output)["sound"]) == (0, True)
    assert "audit.verified" in run("show").output
