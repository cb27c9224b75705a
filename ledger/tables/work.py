"""Work under way and work that answers for itself: batches, requests, registers' own entries, exports, destruction."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from ledger.tables.columns import (
    METADATA,
    acted,
    at,
    blob,
    count,
    day,
    hash_,
    id_,
    month,
    one_of,
    one_where,
    ref,
    to,
    words,
)

BATCH_STATES = ("uploaded", "running", "done", "cancelled", "failed", "expired")
UNIT_STATES = ("open", "done", "cancelled")
ITEM_STATES = ("waiting", "trying", "issued", "refused", "to_confirm", "failed", "cancelled")
REQUEST_STATES = ("working", "answered")

batch = Table(
    "batch",
    METADATA,
    id_(),
    ref(),
    to("office"),
    *acted(),
    one_of("state", BATCH_STATES),
    hash_("rulebook"),
    words("work"),  # what is made: formats, copies; JSON
    at("created_at"),
    at("cancel_at", maybe=True),
    at("expires_at"),
    to("data_key", "key_id"),
    blob(maybe=True),  # upload, its name; gone when expired
    Index(None, "office_id", "created_at"),
)

unit = Table(
    "unit",
    METADATA,
    id_(),
    to("batch"),
    count("ordinal"),
    to("series", maybe=True),
    one_of("state", UNIT_STATES),
    words("owner", maybe=True),
    at("until_at", maybe=True),
    count("fence", server_default="0"),
    count("tries", server_default="0"),
    UniqueConstraint("batch_id", "ordinal"),
    Index(None, "state", "until_at"),
)

item = Table(
    "item",
    METADATA,
    id_(),
    ref(),
    to("batch"),
    count("ordinal"),
    to("unit"),
    words("form", maybe=True),
    one_of("state", ITEM_STATES),
    count("tries", server_default="0"),
    to("data_key", "key_id"),
    blob(maybe=True),  # record, findings; gone when expired
    UniqueConstraint("batch_id", "ordinal"),
    Index(None, "unit_id"),
)

request = Table(
    "request",
    METADATA,
    words("scope"),
    words("key"),
    hash_("digest"),
    one_of("status", REQUEST_STATES),
    to("data_key", "key_id", maybe=True),
    blob(maybe=True),  # answer
    at("until_at"),
    PrimaryKeyConstraint("scope", "key"),
    Index(None, "until_at"),
)

entry = Table(
    "entry",
    METADATA,
    id_(),
    ref(),
    words("register"),
    to("office"),
    to("paper", maybe=True),
    to("event", maybe=True),
    to("number", maybe=True, unique=True),
    to("entry", "corrects", maybe=True, unique=True),
    day("day"),
    at("recorded_at"),
    *acted(),
    to("data_key", "key_id"),
    blob(),  # values, reason
    CheckConstraint("paper_id IS NULL OR event_id IS NULL", name="one"),
    Index(None, "office_id", "register", "day", "id"),
    Index(None, "event_id"),
)

closing = Table(
    "closing",
    METADATA,
    id_(),
    words("register"),
    to("office"),
    month("month"),
    count("rows"),
    hash_("digest"),
    hash_("definition"),  # of the register as it stood: another one shows other cells
    count("event_cut"),  # the last event and the last entry that the closed month knows
    count("entry_cut"),
    *acted(),
    at("at"),
    UniqueConstraint("register", "office_id", "month"),
)

export = Table(
    "export",
    METADATA,
    id_(),
    ref(),
    words("what"),
    *acted(),
    at("at"),
    count("rows"),
    hash_("digest"),
    at("until_at", maybe=True),
    to("data_key", "key_id"),
    blob(),  # receiver, purpose
)

hold = Table(
    "hold",
    METADATA,
    id_(),
    ref(),
    to("case_file", maybe=True),
    to("paper", maybe=True),  # one of no case
    *acted(),
    at("from_at"),
    at("until_at", maybe=True),
    blob(maybe=True),  # reason; gone with the case or the paper
    CheckConstraint("(case_file_id IS NULL) <> (paper_id IS NULL)", name="one"),
    one_where("until_at IS NULL", "uq_hold_standing", "case_file_id"),
    one_where("until_at IS NULL", "uq_hold_paper", "paper_id"),
)

destruction = Table(
    "destruction",
    METADATA,
    id_(),
    ref(),
    to("case_file", maybe=True, unique=True),
    to("paper", maybe=True, unique=True),
    words("certificate"),  # number and what it says, JSON
    *acted(),
    words("second"),
    words("second_ref", server_default=""),
    words("counts"),
    at("at"),
    CheckConstraint("(case_file_id IS NULL) <> (paper_id IS NULL)", name="one"),
)
