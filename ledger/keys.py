"""Keep the keys: a master key from outside wraps a data key for each case, lone paper, batch and handover.

The master keys are a ring of lines `name:base64 of 32 random bytes`; the last line is the one in force, those above it are
kept until everything under them is wrapped anew (rotation.py). They come from a file or from the environment, never from the
ledger. Without a master key the ledger is kept in clear, by the same code: data keys then stand unwrapped.
Destroying the wrapped key of a case destroys what is sealed under it, in every copy of the ledger that is kept without it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from ledger.tables import data_key
from ledger.types import LedgerError, new_ref
from validators.errors import why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection

    from ledger.engine import Ledger
    from ledger.write import Writing

FILE_SETTING: Final = "YOSHIKI_MASTER_KEY_FILE"
RING_SETTING: Final = "YOSHIKI_MASTER_KEY"

_SECRET = 32  # bytes: AES-256
_NONCE = 12
_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


class KeyRingError(LedgerError):
    """The master keys cannot be read; the text never repeats one."""

    code = "key-ring"


class WrongKeyError(LedgerError):
    """The master keys given are not those this ledger is kept under."""

    code = "wrong-key"


class ShreddedError(LedgerError):
    """The data key was destroyed, and with it what it sealed."""

    code = "destroyed"
    http_status = 410


@dataclass(frozen=True, slots=True)
class Master:
    """The ring of master keys by name, and the name of the one in force."""

    ring: Mapping[str, bytes] = field(repr=False)
    current: str

    def check(self, ledger_ref: str) -> bytes:
        """Return what the ledger keeps to know the master key in force again: its name and a code only it can make."""
        return f"{self.current}:{_code(self.ring[self.current], ledger_ref)}".encode()


def read_ring(text: str) -> Master:
    """Read a ring, one `name:base64` a line (or parted by blanks); `#` begins a remark. Raises KeyRingError."""
    ring: dict[str, bytes] = {}
    for word in (word for line in text.splitlines() for word in line.partition("#")[0].split()):
        name, colon, written = word.partition(":")
        try:
            secret = base64.b64decode(written, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if not colon or not _NAME.fullmatch(name) or len(secret) != _SECRET:
            raise KeyRingError(
                f"鍵の束の{len(ring) + 1}番目が「名前:鍵」の形ではありません（鍵は32バイトを base64 で書いた44文字）。",
                action="鍵は yoshiki ledger key で作れます。",
            )
        if name in ring:
            raise KeyRingError(f"鍵の束に「{name}」が二つあります。", action="鍵ごとに違う名前を付けてください。")
        ring[name] = secret
    if not ring:
        raise KeyRingError("鍵の束に鍵がありません。", action="鍵は yoshiki ledger key で作れます。")
    return Master(ring, next(reversed(ring)))


def ring_from(environment: Mapping[str, str]) -> Master | None:
    """Return the master keys the environment names, a file or the ring itself; None where it names none.

    Raises KeyRingError: both are named, or the file cannot be read.
    """
    file, ring = environment.get(FILE_SETTING, ""), environment.get(RING_SETTING, "")
    if file and ring:
        raise KeyRingError(
            f"{FILE_SETTING} と {RING_SETTING} の両方があります。", action="どちらか一方にしてください。"
        )
    if not file:
        return read_ring(ring) if ring.strip() else None
    try:
        return read_ring(Path(file).read_text("utf-8"))
    except UnicodeDecodeError:
        raise KeyRingError(
            "鍵のファイルが文字として読めません。", action=f"{FILE_SETTING} を確かめてください。"
        ) from None
    except OSError as error:
        raise KeyRingError(
            f"鍵のファイルが読めません（{why(error)}）。", action=f"{FILE_SETTING} を確かめてください。"
        ) from None


def new_line(name: str) -> str:
    """Make a master key and return its line of the ring. Raises KeyRingError for a name that is none."""
    if not _NAME.fullmatch(name):
        raise KeyRingError("鍵の名前は、英数字と . _ - の40字までで付けてください（例　2026-04）。")
    return f"{name}:{base64.b64encode(secrets.token_bytes(_SECRET)).decode()}"


def require(kept: bytes | None, ledger_ref: str, master: Master | None) -> None:
    """Hold the ring against what the ledger keeps of its master key (`Master.check`). Raises WrongKeyError, in words."""
    if not kept:
        return
    name, _, code = kept.decode("ascii", "replace").partition(":")
    if master is None:
        raise WrongKeyError(
            f"この台帳は鍵「{name}」で守られていますが、鍵が渡されていません。",
            action=f"{FILE_SETTING} に鍵のファイルを指定してください。",
        )
    if name not in master.ring:
        raise WrongKeyError(
            f"この台帳は鍵「{name}」で守られていますが、渡された鍵の束にその鍵がありません。",
            action="鍵を替えるときは、前の鍵の行を残し、新しい鍵の行を後に足してください。",
        )
    if not hmac.compare_digest(code, _code(master.ring[name], ledger_ref)):
        raise WrongKeyError(
            f"鍵「{name}」は、この台帳を守っている鍵と違います。何も開かず、何も書いていません。",
            action="この台帳の鍵のファイルを指定しているか、確かめてください。",
        )


class KeyRow(NamedTuple):
    """What is kept of a data key: `kek` names the master key that wraps it ("": none), `wrapped` is None once destroyed."""

    id: int
    ref: str
    kek: str
    wrapped: bytes | None


@dataclass(frozen=True)
class DataKey:
    """The key of one case, lone paper, batch, item, handover or office. `sealing` is False where the ledger is in clear."""

    id: int
    ref: str
    secret: bytes = field(repr=False)
    sealing: bool

    @cached_property
    def cipher(self) -> AESGCM:
        """Return the cipher that seals rows."""
        return AESGCM(self.derived(b"yoshiki-seal/1"))

    def derived(self, purpose: bytes) -> bytes:
        """Return 32 bytes for one purpose alone (HKDF-Expand of RFC 5869, one block)."""
        return hmac.digest(self.secret, purpose + b"\x01", "sha256")


def make(writing: Writing, ledger: Ledger, purpose: str = "data") -> DataKey:
    """Make a data key and keep it wrapped by the master key in force. `purpose`: data, or index (blind.py)."""
    ref, secret = new_ref(), secrets.token_bytes(_SECRET)
    kek, wrapped = wrap(ledger.master, ref, secret)
    row = writing.insert(data_key, ref=ref, purpose=purpose, kek=kek, wrapped=wrapped, made_at=writing.now)
    return DataKey(row, ref, secret, sealing=bool(kek))


def load(connection: Connection, ledger: Ledger, key_id: int) -> DataKey:
    """Return a data key. Raises ShreddedError where it was destroyed, WrongKeyError where no master key opens it."""
    return load_all(connection, ledger, [key_id])[key_id]


def load_all(connection: Connection, ledger: Ledger, key_ids: Iterable[int]) -> dict[int, DataKey]:
    """Return data keys by id, in one query; raises as `load` does."""
    wanted = sorted(set(key_ids))
    found = {key.id: key for key in opened(connection, ledger, data_key.c.id.in_(wanted))} if wanted else {}
    if len(found) < len(wanted):
        raise ShreddedError("この記録の鍵がありません。")
    return found


def opened(connection: Connection, ledger: Ledger, which: ColumnElement[bool]) -> list[DataKey]:
    """Return the data keys of a condition on their rows, the newest first; raises as `load` does."""
    columns = (data_key.c.id, data_key.c.ref, data_key.c.kek, data_key.c.wrapped)
    rows = connection.execute(select(*columns).where(which).order_by(data_key.c.id.desc()))
    return [unwrap(ledger.master, KeyRow(*row)) for row in rows]


def wrap(master: Master | None, ref: str, secret: bytes) -> tuple[str, bytes]:
    """Return the name of the master key in force ("" for none) and the secret under it."""
    if master is None:
        return "", secret
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(master.ring[master.current]).encrypt(nonce, secret, _bound(ref, master.current))
    return master.current, nonce + sealed


def unwrap(master: Master | None, row: KeyRow) -> DataKey:
    """Return the data key of a row of data_key; raises ShreddedError, WrongKeyError."""
    if row.wrapped is None:
        raise ShreddedError("この記録は廃棄されています。内容を読むことはできません。")
    if not row.kek:
        return DataKey(row.id, row.ref, row.wrapped, sealing=False)
    secret = (master.ring if master else {}).get(row.kek)
    if secret is None:
        raise WrongKeyError(
            f"鍵「{row.kek}」で守られた記録がありますが、その鍵が渡されていません。",
            action="前の鍵の行を、鍵の束に戻してください。",
        )
    try:
        plain = AESGCM(secret).decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], _bound(row.ref, row.kek))
    except (InvalidTag, ValueError):
        raise WrongKeyError(
            f"鍵「{row.kek}」では開けない記録があります。鍵が違うか、記録が書き換えられています。",
            action="yoshiki ledger check で確かめてください。",
        ) from None
    return DataKey(row.id, row.ref, plain, sealing=True)


def _bound(ref: str, kek: str) -> bytes:
    """Return what a wrapped key is bound to: its own row, and the master key's name."""
    return f"data_key\n{ref}\n{kek}".encode()


def _code(secret: bytes, ledger_ref: str) -> str:
    return hmac.digest(secret, f"yoshiki-key-check/1\n{ledger_ref}".encode(), "sha256")[:16].hex()
