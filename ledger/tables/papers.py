"""Papers: their states, revisions, bytes, findings, confirmations and approvals."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from ledger.tables.columns import METADATA, acted, at, blob, count, day, hash_, id_, one_of, ref, to, words

DRAFT_STATES = ("draft", "checked", "approved")
ISSUED_STATES = ("issued", "delivered", "undeliverable", "void")
PAPER_STATES = (*DRAFT_STATES, *ISSUED_STATES, "withdrawn", "destroyed")
SEVERITIES = ("error", "warning", "info")
FINDING_STATES = ("failed", "undetermined", "broken")
APPROVAL_ACTS = ("asked", "approved", "returned", "oral")

_DRAFT = ", ".join(f"'{state}'" for state in DRAFT_STATES)

paper = Table(
    "paper",
    METADATA,
    id_(),
    ref(),
    to("case_file", maybe=True),
    to("office"),
    words("form"),
    count("edition"),
    hash_("rulebook"),
    one_of("state", PAPER_STATES),
    count("rev"),
    day("day", maybe=True),
    to("number", maybe=True, unique=True),
    to("paper", "corrects", maybe=True, unique=True),
    to("data_key", "key_id"),
    at("created_at"),
    at("issued_at", maybe=True),
    words("issued_by", maybe=True),
    to("item", "batch_item_id", maybe=True, unique=True),
    blob(maybe=True),  # record, receipt; gone with a destroyed paper
    CheckConstraint(
        f"(issued_at IS NULL) = (state IN ({_DRAFT}, 'withdrawn')) OR state = 'destroyed'",
        name="issued",
    ),
    CheckConstraint(
        "issued_at IS NULL OR (issued_by IS NOT NULL AND day IS NOT NULL)",
        name="issued_whole",
    ),
    CheckConstraint("number_id IS NULL OR issued_at IS NOT NULL", name="numbered"),
    CheckConstraint("(sealed IS NULL) = (state = 'destroyed')", name="sealed"),
    Index(None, "case_file_id"),
    Index(None, "office_id", "form", "day", "id"),
    Index(None, "office_id", "issued_at", "id"),
    Index(None, "office_id", "id"),
    Index(None, "office_id", "state", "id"),
)

paper_rev = Table(
    "paper_rev",
    METADATA,
    to("paper"),
    count("rev"),
    *acted(),
    at("at"),
    blob(),  # record
    PrimaryKeyConstraint("paper_id", "rev"),
)

artifact = Table(
    "artifact",
    METADATA,
    id_(),
    to("paper"),
    words("kind"),
    count("size"),
    hash_("stored_sha"),  # of the bytes as they are stored: scrub needs no key
    hash_("fingerprint"),  # keyed, of the paper's own bytes: a plain digest would let a thief guess what stands on it
    UniqueConstraint("paper_id", "kind"),
    Index(None, "fingerprint"),
)

content = Table(
    "content",
    METADATA,
    to("artifact", primary=True),
    Column("bytes", LargeBinary, nullable=False),
)

finding = Table(
    "finding",
    METADATA,
    id_(),
    ref(),
    to("paper"),
    count("rev"),
    words("clause"),
    one_of("severity", SEVERITIES),
    words("path", maybe=True),
    one_of("status", FINDING_STATES),
    blob(),  # words
    Index(None, "paper_id", "rev"),
)

confirmation = Table(
    "confirmation",
    METADATA,
    id_(),
    ref(),
    to("paper"),
    count("rev"),
    words("clause"),
    *acted(),
    at("at"),
    at("lapsed_at", maybe=True),
    blob(),  # reason
    Index(None, "paper_id"),
)

approval = Table(
    "approval",
    METADATA,
    id_(),
    ref(),
    to("paper"),
    count("rev"),
    words("stage"),
    one_of("act", APPROVAL_ACTS),
    *acted(),
    at("at"),
    blob(maybe=True),  # reason
    Index(None, "paper_id"),
)
