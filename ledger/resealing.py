"""Seal a row anew under another key, with the witness of its new blob."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import update

from ledger import keys, seal
from ledger.tables import artifact

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.reach import SealedRow
    from ledger.write import Writing


def reseal(writing: Writing, ledger: Ledger, row: SealedRow, old: DataKey, new: DataKey) -> None:
    """Seal one row under `new`; it is opened by the key its blob names, which is `old` as a rule."""
    under = old if row.key_id == old.id else keys.load(writing.connection, ledger, row.key_id)
    name = row.table.name
    blob = seal.close_bytes(new, name, row.row_ref, seal.open_bytes(under, name, row.row_ref, bytes(row.blob)))
    writing.execute(update(row.table).where(row.which).values({row.column: blob}))
    if row.artifact is not None:
        sha = hashlib.sha256(blob).digest()
        writing.execute(update(artifact).where(artifact.c.id == row.artifact).values(stored_sha=sha))
        writing.witness("artifact", row.row_ref, blob)
    elif name != "request":
        writing.witness(name, row.row_ref, blob)
