"""The steps of 決裁 as they are kept: who checked, approved or returned which revision, bound to its very record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger import keys, seal
from ledger.blind import row_mac
from ledger.papers import contents_of
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
    writing.insert(
        approval,
        ref=ref,
        paper_id=row.id,
        rev=row.rev,
        stage=stage,
        act=act,
        at=writing.now,
        record_mac=_mac(key, ref, kept, rev=row.rev, act=act, **who),
        sealed=seal.close(key, "approval", ref, dict(said)),
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
    return bytes(found.record_mac) == _mac(key, found.ref, kept, rev=found.rev, act=found.act, **who)


def _mac(key: DataKey, ref: str, kept: Mapping[str, Any], **told: str | int) -> bytes:
    return row_mac(key, "approval", ref, {"record": kept, **told})
