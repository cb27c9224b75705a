"""The chain: what was done, in order, each entry holding the hash of the one before."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, Table

from ledger.tables.columns import METADATA, at, blob, count, day, hash_, words

audit = Table(
    "audit",
    METADATA,
    count("seq", primary_key=True, autoincrement=False),  # ours: a sequence leaves gaps
    at("at"),
    words("type"),
    words("actor"),
    blob("body"),  # the very bytes that were hashed: a canonical form made later could never be changed again
    hash_("prev"),
    hash_("hash"),
    CheckConstraint("seq >= 1", name="seq"),
)

audit_head = Table(
    "audit_head",
    METADATA,
    count("one", primary_key=True, autoincrement=False),
    count("seq"),
    hash_("head"),
    CheckConstraint("one = 1", name="one"),
)

digest = Table(
    "digest",
    METADATA,
    day("day"),
    count("seq_to"),
    hash_("head"),
    blob("body"),  # the bytes that were signed
    blob("signature"),
    at("made_at"),
    at("delivered_at", maybe=True),
    PrimaryKeyConstraint("day"),
)
