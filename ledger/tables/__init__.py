"""What is kept: the tables of the ledger, by noun."""

from __future__ import annotations

from ledger.tables.audit import audit, audit_head, digest
from ledger.tables.cases import (
    case_access,
    case_fact,
    case_file,
    deadline,
    event,
    handover,
    holding,
    party,
    party_name,
    party_place,
    token,
)
from ledger.tables.columns import METADATA
from ledger.tables.hooks import hook, outgoing
from ledger.tables.numbers import number, series
from ledger.tables.papers import approval, artifact, confirmation, content, finding, paper, paper_rev
from ledger.tables.people import access_grant, api_key, data_key, office, person, profile, role, the_ledger
from ledger.tables.work import batch, closing, destruction, entry, export, hold, item, request, unit

__all__ = [
    "METADATA",
    "access_grant",
    "api_key",
    "approval",
    "artifact",
    "audit",
    "audit_head",
    "batch",
    "case_access",
    "case_fact",
    "case_file",
    "closing",
    "confirmation",
    "content",
    "data_key",
    "deadline",
    "destruction",
    "digest",
    "entry",
    "event",
    "export",
    "finding",
    "handover",
    "hold",
    "holding",
    "hook",
    "item",
    "number",
    "office",
    "outgoing",
    "paper",
    "paper_rev",
    "party",
    "party_name",
    "party_place",
    "person",
    "profile",
    "request",
    "role",
    "series",
    "the_ledger",
    "token",
    "unit",
]
