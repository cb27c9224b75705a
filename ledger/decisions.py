"""The steps of 決裁 as they are kept: who checked, approved or returned which revision, bound to its very record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger import keys, seal
from ledger.papers import contents_of
from ledger.records import digest_of
from ledger.tables import approval
from ledger.types import new_ref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.papers import PaperRow
    from ledger.write import Writing

APPROVED = ("approved", "oral")
DECISION = "決裁"
_OF = "of"  # in the seal: the digest of record, revision, act and person


def keep_step(  # noqa: PLR0917 - what a step is of, and what it is
    writing: Writing,
    key: DataKey,
    row: PaperRow,
    kept: Mapping[str, Any],
    act: str,
    said: Mapping[str, str],
    stage: str,
) -> None:
    """Keep one step with a revision; always sealed, so that the chain has a witness of every step."""
    ref, who = new_ref(), writing.actor.columns()
    sealed = {**said, _OF: _digest(kept, rev=row.rev, act=act, **who)}
    writing.insert(
        approval,
        ref=ref,
        paper_id=row.id,
        rev=row.rev,
        stage=stage,
        act=act,
        at=writing.now,
        sealed=seal.close(key, "approval", ref, sealed),
        **who,
    )


def is_approved(connection: Connection, ledger: Ledger, row: PaperRow) -> bool:
    """Tell whether a paper's last step approved the very record that stands, by who and how its code says."""
    if row.state != "approved":
        return False
    newest = select(approval).where(approval.c.paper_id == row.id).order_by(approval.c.id.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None or found.act not in APPROVED or found.rev != row.rev:
        return False
    key, kept = keys.load(connection, ledger, row.key_id), contents_of(connection, ledger, row)["record"]
    who = {"person": found.person, "person_ref": found.person_ref}
    said = seal.open_(key, "approval", found.ref, bytes(found.sealed))
    return bool(said[_OF] == _digest(kept, rev=found.rev, act=found.act, **who))


def said_with(key: DataKey, ref: str, sealed: bytes) -> dict[str, str]:
    """Return what somebody said with a step: `reason`, `oral_on`."""
    return {name: str(text) for name, text in seal.open_(key, "approval", ref, sealed).items() if name != _OF}


def _digest(kept: Mapping[str, Any], **told: str | int) -> str:
    """Return what a step was of and by whom; it is sealed with the step, so another key (a rotation) changes nothing."""
    return digest_of({"record": kept, **told}).hex()
