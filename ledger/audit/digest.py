"""The daily digest: what the chain was at the end of a day, signed, to be kept where the operator of the ledger cannot write.

A digest is one line of JSON (the bytes that are signed) and one line with the signature. It holds the ledger's ref, the day, the
last entry's number and hash, how many entries of each type came since the digest before, the SHA-256 of that one, and the key to
verify the signature with (Ed25519). It tells of nobody and may be mailed, filed or printed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select, update

from ledger import keys
from ledger.audit import chain
from ledger.audit.types import DigestMade
from ledger.tables import audit, digest, the_ledger
from ledger.types import day_of
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

FORMAT = "yoshiki-digest/1"
_PURPOSE = b"yoshiki-digest/1"
_NEEDED = ("ledger", "day", "seq_to", "head", "previous", "public_key")


@dataclass(frozen=True, slots=True)
class Digest:
    """A signed digest, as the bytes that were signed."""

    body: bytes
    signature: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Return what it says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def day(self) -> str:
        """Return its day."""
        return str(self.told["day"])

    @property
    def mark(self) -> chain.Mark:
        """Return the place in the chain it vouches for."""
        told = self.told
        return chain.Mark(told["seq_to"], bytes.fromhex(told["head"]))

    @property
    def sha256(self) -> str:
        """Return what the next digest knows it by."""
        return hashlib.sha256(self.body).hexdigest()

    def is_signed(self) -> bool:
        """Return whether the signature is that of the key it names, over all of it."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.told["public_key"])).verify(self.signature, self.body)
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_file(self) -> bytes:
        """Return it as it is filed or mailed."""
        return self.body + b"\n" + self.signature.hex().encode() + b"\n"

    def as_line(self) -> str:
        """Return it short enough to be written by hand: day, number of the last entry, the beginning of its hash in fours."""
        mark = self.mark
        head = mark.hash.hex()[:24]
        return f"{self.day}　第{mark.seq}号　{'-'.join(head[at : at + 4] for at in range(0, len(head), 4))}"


def read_digest(content: bytes) -> Digest:
    """Read a digest's file; raises InputError for what is none."""
    body, _, rest = content.strip().replace(b"\r\n", b"\n").partition(b"\n")
    try:
        found = Digest(body, bytes.fromhex(rest.decode("ascii").strip()))
        told = found.told
        sound = told.get("format") == FORMAT and all(name in told for name in _NEEDED) and found.mark.seq > 0
    except (ValueError, AttributeError, TypeError, KeyError):
        sound = False
    if not sound:
        raise InputError(
            "監査の要約のファイルとして読めません。", action="yoshiki audit digest が作ったファイルを渡してください。"
        )
    return found


def make_digest(ledger: Ledger, actor: Actor) -> Digest:
    """Return today's digest: made and signed when it is first asked for, the same again afterwards."""

    def work(writing: Writing) -> Digest:
        mark = chain.head(writing.connection, lock=True)
        day = day_of(writing.now)
        if (standing := stored(writing.connection, day)) is not None:
            writing.tell(DigestMade(day=day, seq_to=standing.mark.seq, again=True))
            return standing
        made = _signed(writing, ledger, day, mark)
        row = {"day": day, "seq_to": mark.seq, "head": mark.hash, "made_at": writing.now}
        writing.insert(digest, body=made.body, signature=made.signature, **row)
        writing.tell(DigestMade(day=day, seq_to=mark.seq))
        return made

    return write(ledger, actor, work)


def stored(connection: Connection, day: str) -> Digest | None:
    """Return the digest of a day, or None."""
    row = connection.execute(select(digest.c.body, digest.c.signature).where(digest.c.day == day)).one_or_none()
    return Digest(row.body, row.signature) if row else None


def all_stored(connection: Connection) -> list[Digest]:
    """Return every digest the ledger keeps, oldest first."""
    rows = connection.execute(select(digest.c.body, digest.c.signature).order_by(digest.c.seq_to))
    return [Digest(row.body, row.signature) for row in rows]


def _signed(writing: Writing, ledger: Ledger, day: str, mark: chain.Mark) -> Digest:
    before = all_stored(writing.connection)[-1:]
    since = before[0].mark.seq if before else 0
    counted = (
        select(audit.c.type, func.count().label("count"))
        .where(audit.c.seq > since, audit.c.seq <= mark.seq)
        .group_by(audit.c.type)
    )
    signer = _signer(writing, ledger)
    told = {
        "format": FORMAT,
        "ledger": ledger.ref,
        "day": day,
        "seq_to": mark.seq,
        "head": mark.hash.hex(),
        "counts": {row.type: row.count for row in writing.execute(counted)},
        "previous": before[0].sha256 if before else "",
        "public_key": signer.public_key().public_bytes_raw().hex(),
    }
    body = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Digest(body, signer.sign(body))


def _signer(writing: Writing, ledger: Ledger) -> Ed25519PrivateKey:
    """Return the ledger's key to sign with: drawn from its own data key, so that it is kept, wrapped and exchanged like that."""
    key_id = writing.connection.scalar(select(the_ledger.c.key_id))
    if key_id is None:
        key = keys.make(writing, ledger)
        writing.execute(update(the_ledger).values(key_id=key.id))
    else:
        key = keys.load(writing.connection, ledger, key_id)
    return Ed25519PrivateKey.from_private_bytes(key.derived(_PURPOSE))
