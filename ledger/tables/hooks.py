"""Other systems that are told of what happens, and what is to be told them: refs and kinds alone."""

from __future__ import annotations

from sqlalchemy import Index, Table

from ledger.tables.columns import METADATA, at, blob, count, id_, one_of, ref, to, words

OUTGOING_STATES = ("waiting", "sent", "dead")

hook = Table(
    "hook",
    METADATA,
    id_(),
    ref(),
    to("office"),
    words("label"),
    words("kinds"),
    words("made_by"),
    at("made_at"),
    at("ended_at", maybe=True),
    to("data_key", "key_id"),
    blob(),  # address, secret
)

outgoing = Table(
    "outgoing",
    METADATA,
    id_(),
    ref(),
    to("hook"),
    words("kind"),
    words("body"),  # the very bytes that are signed and sent
    one_of("state", OUTGOING_STATES),
    count("tries", server_default="0"),
    at("next_at"),
    at("ended_at", maybe=True),
    words("outcome", server_default=""),
    Index(None, "state", "next_at"),
)
