"""Numbers: series by office, kind and period; each number once, and none ever gone."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, UniqueConstraint, false

from ledger.tables.columns import METADATA, acted, at, blob, count, day, id_, one_of, ref, to, words

NUMBER_STATES = ("given", "void", "by_hand")

series = Table(
    "series",
    METADATA,
    id_(),
    to("office"),
    words("kind"),  # paper, case, or a register's slug
    words("period"),  # 2026, FY2026, R8
    words("format"),
    count("start"),
    count("next"),
    day("last_day", maybe=True),
    Column("closed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("office_id", "kind", "period"),
    CheckConstraint("start >= 0 AND next >= start", name="next"),
)

number = Table(
    "number",
    METADATA,
    id_(),
    ref(),
    to("series"),
    count("n"),
    one_of("state", NUMBER_STATES),
    words("holder", maybe=True),  # the ref of the paper, case or entry
    *acted(),
    at("at"),
    at("voided_at", maybe=True),
    words("voided_by", maybe=True),
    blob(maybe=True),  # reason, under the office's key: it outlives the case
    UniqueConstraint("series_id", "n"),
    CheckConstraint(
        "(state = 'void') = (voided_at IS NOT NULL) AND (state <> 'void' OR (sealed IS NOT NULL AND voided_by IS NOT NULL))",
        name="void_with_reason",
    ),
    Index(None, "holder"),
)
