"""Keys for other systems: made once and shown once, kept as a digest, of an office, for some scopes, with an end; revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from ledger.audit.people_events import ApiKeyMade, ApiKeyRevoked
from ledger.cases import office_named
from ledger.tables import api_key, office
from ledger.types import Instant, new_ref
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

SCOPES: Final[dict[str, str]] = {
    "forms": "様式を読み、記載データを点検する",
    "papers": "文書を作り、読む",
    "cases": "事案、出来事、期限、引継ぎを読み、書く",
    "approval": "文書を決裁し、差し戻す",
    "registers": "帳簿を読み、書き出す",
    "audit": "監査記録を読む",
    "metrics": "動作の状況を読む",
}
_PREFIX = "ysk_"
_BYTES = 32  # random: a plain digest of it cannot be guessed


@dataclass(frozen=True, slots=True)
class ApiKeyKept:
    """A key as kept; never the key itself."""

    ref: str
    label: str
    office: str
    scopes: frozenset[str]
    made_at: Instant
    until: Instant
    revoked_at: Instant | None

    def living(self, now: Instant) -> bool:
        """Return whether the key opens anything at a moment."""
        return self.revoked_at is None and now < self.until


def make_api_key(
    ledger: Ledger, actor: Actor, label: str, office_code: str, scopes: Sequence[str], *, until: Instant
) -> tuple[str, str]:
    """Make a key; return its ref and the key, which is shown now and never again. Raises InputError."""
    if not scopes:
        raise InputError("「できること」を一つ以上選んでください。")
    if any(each not in SCOPES for each in scopes):
        raise InputError("鍵でできることを選んでください。", action=f"使えるもの: {'、'.join(SCOPES)}")
    if not label.strip():
        raise InputError("鍵を使う仕組みの名前を書いてください。")
    secret = _PREFIX + secrets.token_urlsafe(_BYTES)

    def work(writing: Writing) -> str:
        if until <= writing.now:
            raise InputError("鍵の終わりの日は、きょうより後にしてください。")
        ref, told = new_ref(), " ".join(sorted(set(scopes)))
        place = office_named(writing.connection, office_code)
        values = {
            "label": label.strip(),
            "scopes": told,
            "made_by": actor.name,
            "made_at": writing.now,
            "until_at": until,
        }
        writing.insert(api_key, ref=ref, office_id=place, hash=_digest(secret), **values)
        writing.tell(ApiKeyMade(key=ref, office=office_code, scopes=told))
        return ref

    return write(ledger, actor, work), secret


def key_of(ledger: Ledger, secret: str) -> ApiKeyKept | None:
    """Return the living key of a secret; None where there is none."""
    found = _keys(ledger, _digest(secret))
    return found[0] if found and found[0].living(ledger.now()) else None


def all_api_keys(ledger: Ledger) -> list[ApiKeyKept]:
    """Return every key that was made, the newest first."""
    return _keys(ledger, None)


def revoke_api_key(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Revoke a key; from now on it opens nothing. Raises InputError where it is revoked or unknown."""

    def work(writing: Writing) -> None:
        living = (api_key.c.ref == ref) & api_key.c.revoked_at.is_(None)
        if writing.execute(update(api_key).where(living).values(revoked_at=writing.now)).rowcount != 1:
            raise InputError("その鍵は無いか、もう取り消されています。")
        writing.tell(ApiKeyRevoked(key=ref))

    write(ledger, actor, work)


def _keys(ledger: Ledger, digest: bytes | None) -> list[ApiKeyKept]:
    columns = (api_key.c.ref, api_key.c.label, office.c.code, api_key.c.scopes, api_key.c.made_at, api_key.c.until_at)
    wanted = select(*columns, api_key.c.revoked_at).join(office).order_by(api_key.c.id.desc())
    with ledger.read() as connection:
        rows = connection.execute(wanted if digest is None else wanted.where(api_key.c.hash == digest)).all()
    return [ApiKeyKept(ref, label, code, frozenset(scopes.split()), *rest) for ref, label, code, scopes, *rest in rows]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
