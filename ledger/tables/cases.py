"""Cases: their parties in every spelling, their facts, events, deadlines, and who may know of them."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, LargeBinary, Table, UniqueConstraint

from ledger.tables.columns import (
    METADATA,
    acted,
    at,
    blob,
    count,
    day,
    hash_,
    id_,
    moment,
    one_of,
    one_where,
    ref,
    to,
    words,
)

CASE_STATES = ("open", "closed", "destroyed")
FACT_ORIGINS = ("paper", "event", "person")
NAME_KINDS = ("registered", "kana", "alias", "former", "as_written")
PLACE_KINDS = ("address", "refuge", "work", "school", "phone", "car")
PRECISIONS = ("minute", "day", "about", "month")
HANDOVER_KINDS = ("transfer", "referral", "request")
HANDOVER_STATES = ("offered", "accepted", "rejected", "done", "withdrawn")
DEADLINE_STATES = ("open", "kept", "late", "ended", "superseded")

case_file = Table(
    "case_file",
    METADATA,
    id_(),
    ref(),
    to("office"),
    words("number", maybe=True),
    words("number_key", maybe=True),  # one for every spelling of the number (validators.text.case_key)
    words("kind"),
    one_of("state", CASE_STATES),
    count("version"),
    day("opened_on"),
    day("closed_on", maybe=True),
    day("retain_until", maybe=True),
    to("data_key", "key_id"),
    blob(maybe=True),  # title
    CheckConstraint("state <> 'closed' OR closed_on IS NOT NULL", name="closed"),
    CheckConstraint("(sealed IS NULL) = (state = 'destroyed')", name="sealed"),
    UniqueConstraint("number_key", "office_id"),
    Index(None, "office_id", "state", "opened_on"),
    Index(None, "office_id", "id"),
    Index(None, "retain_until"),
)

case_fact = Table(
    "case_fact",
    METADATA,
    id_(),
    ref(),
    to("case_file"),
    words("name"),
    count("rev"),
    one_of("origin", FACT_ORIGINS),
    words("origin_ref", maybe=True),
    at("recorded_at"),
    to("case_fact", "supersedes", maybe=True, unique=True),
    blob(),  # value
    UniqueConstraint("case_file_id", "name", "rev"),
)

party = Table(
    "party",
    METADATA,
    id_(),
    ref(),
    to("case_file"),
    words("role"),
    blob(),  # birth as known, sex, remarks
    Index(None, "case_file_id"),
)

party_name = Table(
    "party_name",
    METADATA,
    id_(),
    ref(),
    to("party"),
    one_of("kind", NAME_KINDS),
    day("from_on", maybe=True),
    day("until_on", maybe=True),
    to("paper", maybe=True),
    blob(),  # text
    Index(None, "party_id"),
)

party_place = Table(
    "party_place",
    METADATA,
    id_(),
    ref(),
    to("party"),
    one_of("kind", PLACE_KINDS),
    day("from_on", maybe=True),
    day("until_on", maybe=True),
    Column("protected", Boolean, nullable=False),
    to("paper", maybe=True),
    blob(),  # text
    Index(None, "party_id"),
)

token = Table(
    "token",
    METADATA,
    words("kind", primary_key=True),
    Column("mac", LargeBinary(8), CheckConstraint("length(mac) = 8", name="mac"), primary_key=True),
    to("party", primary=True),
    words("index_key"),  # which key of the ring made the mac: while one is exchanged, both are searched
    Index(None, "party_id"),
)

case_access = Table(
    "case_access",
    METADATA,
    id_(),
    to("case_file"),
    to("office", maybe=True),
    words("who", maybe=True),  # a person's ref
    words("section"),
    at("from_at"),
    at("until_at", maybe=True),
    words("why"),
    to("handover", maybe=True),
    CheckConstraint("(office_id IS NULL) <> (who IS NULL)", name="one"),
    Index(None, "case_file_id"),
)

holding = Table(
    "holding",
    METADATA,
    id_(),
    to("case_file"),
    to("office"),
    at("since_at"),
    at("until_at", maybe=True),
    Index(None, "case_file_id"),
)

event = Table(
    "event",
    METADATA,
    id_(),
    ref(),
    to("case_file"),
    words("name"),
    moment("at"),
    one_of("precision", PRECISIONS),
    count("ordinal"),
    at("recorded_at"),
    to("paper", maybe=True),
    to("event", "supersedes", maybe=True, unique=True),
    blob(maybe=True),  # facts; gone with a destroyed case
    Index(None, "case_file_id", "at", "ordinal"),
    Index(None, "name", "at"),
)

handover = Table(
    "handover",
    METADATA,
    id_(),
    ref(),
    to("case_file"),
    one_of("kind", HANDOVER_KINDS),
    one_of("state", HANDOVER_STATES),
    to("office", "from_office_id"),
    to("office", "to_office_id", maybe=True),  # blank: a receiver outside, sealed
    words("fields"),  # their names, a JSON list
    words("basis"),  # consent or override
    day("expires_on"),
    at("offered_at"),
    at("ended_at", maybe=True),
    to("data_key", "key_id"),
    blob(maybe=True),  # receiver, reason, copy; when it ended under the case's key, without the copy
    *acted(),
    Index(None, "case_file_id"),
    one_where("state IN ('offered', 'accepted')", "uq_handover_open", "case_file_id", "to_office_id", "kind"),
)

deadline = Table(
    "deadline",
    METADATA,
    id_(),
    to("case_file"),
    words("procedure"),
    to("event", "trigger_id"),
    count("occurrence"),
    to("office"),
    day("due_on"),
    at("last_instant"),
    one_of("state", DEADLINE_STATES),
    to("event", "ended_by", maybe=True),
    count("case_version"),
    hash_("rulebook"),
    one_where("state <> 'superseded'", "uq_deadline_standing", "case_file_id", "procedure", "trigger_id", "occurrence"),
    Index(None, "office_id", "state", "due_on"),
)
