"""The ledger itself, its offices and people, and the keys their values are sealed with."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, UniqueConstraint

from ledger.tables.columns import METADATA, at, blob, count, day, hash_, id_, one_of, ref, to, words

KEY_PURPOSES = ("data", "index")  # index: of the fingerprints by which is searched (blind.py)

the_ledger = Table(
    "ledger",
    METADATA,
    id_(),
    ref(),
    count("epoch"),
    count("min_code"),
    blob("key_check", maybe=True),  # opens with the right master key alone
    to("data_key", "key_id", maybe=True),
    at("created_at"),
    CheckConstraint("id = 1", name="one"),
)

office = Table(
    "office",
    METADATA,
    id_(),
    ref(),
    words("code", unique=True),
    words("name"),
    words("kind"),
    to("office", "parent_id", maybe=True),
    to("data_key", "key_id"),
)

profile = Table(
    "profile",
    METADATA,
    id_(),
    to("office"),
    day("from_on"),
    words("body"),
    UniqueConstraint("office_id", "from_on"),
)

data_key = Table(
    "data_key",
    METADATA,
    id_(),
    ref(),
    one_of("purpose", KEY_PURPOSES),
    words("kek"),  # which master key wraps it; blank: none
    blob("wrapped", maybe=True),  # nothing: destroyed
    at("made_at"),
    at("shredded_at", maybe=True),
    CheckConstraint("shredded_at IS NULL OR wrapped IS NULL", name="shredded"),
    Index(None, "purpose"),  # the few that index, among one a case and paper
)

person = Table(
    "person",
    METADATA,
    id_(),
    ref(),
    Column("login_mac", LargeBinary, nullable=False, unique=True),
    to("data_key", "key_id"),
    words("argon2"),
    count("failed", server_default="0"),  # sign-ins that failed since the last that did not
    at("locked_until_at", maybe=True),
    blob(),  # login, name, post, the second factor's secret, whether the password is for once
)

role = Table(
    "role",
    METADATA,
    id_(),
    to("person"),
    words("role"),
    to("office"),
    at("from_at"),
    at("until_at", maybe=True),
    Index(None, "person_id"),
)

access_grant = Table(
    "access_grant",
    METADATA,
    id_(),
    to("person"),
    words("resource"),
    words("action"),
    words("scope"),
    words("section"),
    at("until_at", maybe=True),
    words("granted_by"),
    Index(None, "person_id"),
)

api_key = Table(
    "api_key",
    METADATA,
    id_(),
    ref(),
    to("office"),
    words("label"),  # the system that uses it
    hash_("hash"),
    words("scopes"),
    words("made_by"),
    at("made_at"),
    at("until_at"),
    at("revoked_at", maybe=True),
    UniqueConstraint("hash"),
)
