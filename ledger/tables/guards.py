"""What the database itself refuses: to overwrite what is superseded, to lose a number, to change what was issued.

Each guard is a condition on OLD and NEW that both databases read alike; its name is what `BrokenRuleError.rule` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_ALWAYS = "1 = 1"
# A sealed blob begins with its version and the number of its key (9 bytes): it may be sealed anew under another, not rewritten.
_REWRITTEN = (
    "(NEW.sealed IS DISTINCT FROM OLD.sealed"
    " AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9)))"
)
_CASE_STANDS = "NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = OLD.case_file_id AND c.state = 'destroyed')"
_PAPER_STANDS = "NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed')"
_CONTENT_STANDS = (
    "NOT EXISTS (SELECT 1 FROM artifact a JOIN paper p ON p.id = a.paper_id"
    " WHERE a.id = OLD.artifact_id AND p.state = 'destroyed')"
)


_OF_DESTROYED = (
    "SELECT 1 FROM case_file c WHERE c.state = 'destroyed' AND ("
    "c.id IN (SELECT p.case_file_id FROM paper p WHERE p.id = OLD.paper_id)"
    " OR c.id IN (SELECT e.case_file_id FROM event e WHERE e.id = OLD.event_id))"
)
_ENTRY_STANDS = f"{_PAPER_STANDS} AND NOT EXISTS ({_OF_DESTROYED})"


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns) + ")"


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing a table refuses: an update or a delete of a row for which the condition holds."""

    name: str
    table: str
    act: Literal["UPDATE", "DELETE"]
    when: str

    def sqlite(self) -> list[str]:
        """Return the statements that set it up on SQLite."""
        body = f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
        return [f"CREATE TRIGGER {self.name} BEFORE {self.act} ON {self.table}\nWHEN {self.when}\n{body}"]

    def postgresql(self) -> list[str]:
        """Return the statements that set it up on PostgreSQL."""
        row = "NEW" if self.act == "UPDATE" else "OLD"
        told = f"RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}'"
        body = f"BEGIN\n  IF {self.when} THEN\n    {told};\n  END IF;\n  RETURN {row};\nEND"
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body} $$",
            f"CREATE TRIGGER {self.name} BEFORE {self.act} ON {self.table} FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]


def _stays(name: str, table: str, when: str = _ALWAYS) -> Guard:
    return Guard(f"{name}_stays", table, "DELETE", when)


def _fixed(name: str, table: str, when: str = _ALWAYS) -> Guard:
    return Guard(f"{name}_fixed", table, "UPDATE", when)


GUARDS = (
    # A number never vanishes; a void one stays void, with its reason.
    _stays("number", "number"),
    _fixed(
        "number",
        "number",
        f"{_changed('ref', 'series_id', 'n', 'person', 'person_ref', 'at')}"
        " OR (OLD.holder IS NOT NULL AND NEW.holder IS DISTINCT FROM OLD.holder)"
        " OR (NEW.state <> OLD.state AND NEW.state <> 'void')"
        f" OR (OLD.state = 'void' AND {_changed('state', 'voided_at', 'voided_by')})"
        f" OR (OLD.sealed IS NOT NULL AND {_REWRITTEN})",
    ),
    _stays("series", "series"),
    _fixed("series", "series", f"{_changed('office_id', 'kind', 'period', 'start')} OR NEW.next < OLD.next"),
    # Facts, events, entries are superseded, not overwritten; they go with a destroyed case alone.
    _stays("fact", "case_fact", _CASE_STANDS),
    _fixed(
        "fact",
        "case_fact",
        f"{_changed('ref', 'case_file_id', 'name', 'rev', 'origin', 'origin_ref', 'recorded_at', 'supersedes')}"
        f" OR {_REWRITTEN}",
    ),
    _stays("event", "event", _CASE_STANDS),
    _fixed(
        "event",
        "event",
        f"{_changed('ref', 'case_file_id', 'name', 'at', 'precision', 'ordinal', 'recorded_at', 'paper_id', 'supersedes')}"
        f" OR ({_REWRITTEN} AND {_CASE_STANDS})",
    ),
    _stays("entry", "entry"),
    _fixed(
        "entry",
        "entry",
        f"{_changed('ref', 'register', 'office_id', 'paper_id', 'number_id', 'corrects', 'day', 'recorded_at', 'person')}"
        " OR (NEW.event_id IS NOT NULL AND NEW.event_id IS DISTINCT FROM OLD.event_id)"
        f" OR ({_REWRITTEN} AND {_ENTRY_STANDS})",
    ),
    _stays("closing", "closing"),
    _fixed("closing", "closing"),
    _stays("deadline", "deadline", _CASE_STANDS),
    # A paper that was issued does not change; its bytes go with it alone.
    _stays("paper", "paper", "OLD.issued_at IS NOT NULL"),
    _fixed(
        "paper",
        "paper",
        "(OLD.issued_at IS NOT NULL AND ("
        + _changed(
            "ref",
            "case_file_id",
            "office_id",
            "form",
            "edition",
            "rulebook",
            "rev",
            "day",
            "number_id",
            "corrects",
            "issued_at",
            "issued_by",
            "batch_item_id",
        )
        + f" OR (NEW.state <> 'destroyed' AND {_REWRITTEN})))"
        " OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')",
    ),
    _stays("paper_rev", "paper_rev", _PAPER_STANDS),
    _fixed("paper_rev", "paper_rev", f"{_changed('paper_id', 'rev', 'person', 'person_ref', 'at')} OR {_REWRITTEN}"),
    _stays("artifact", "artifact", _PAPER_STANDS),
    _fixed("artifact", "artifact", _changed("paper_id", "kind", "size")),
    _stays("content", "content", _CONTENT_STANDS),
    _fixed(
        "content",
        "content",
        f"{_changed('artifact_id')} OR substr(NEW.bytes, 1, 9) = substr(OLD.bytes, 1, 9)",
    ),
    _stays("approval", "approval", _PAPER_STANDS),
    _fixed("approval", "approval", _changed("paper_id", "rev", "stage", "act", "person", "person_ref", "at")),
    _stays("confirmation", "confirmation", _PAPER_STANDS),
    _fixed("confirmation", "confirmation", _changed("paper_id", "rev", "clause", "person", "person_ref", "at")),
    # Destroyed is destroyed.
    _fixed("case_file", "case_file", f"{_changed('ref')} OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')"),
    _stays("case_file", "case_file"),
    _stays("data_key", "data_key"),
    _fixed("data_key", "data_key", "OLD.shredded_at IS NOT NULL"),
    _stays("destruction", "destruction"),
    _fixed("destruction", "destruction"),
    # The chain grows, and nothing else.
    _stays("audit", "audit"),
    _fixed("audit", "audit"),
    _stays("audit_head", "audit_head"),
    _fixed("audit_head", "audit_head", "NEW.seq <= OLD.seq"),
    _stays("digest", "digest"),
    _fixed("digest", "digest", _changed("day", "seq_to", "head", "body", "signature", "made_at")),
)
