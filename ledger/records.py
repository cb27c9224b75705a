"""What is kept of a record and of its making: enough to draw the very paper again, and the receipt that says by what it was made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from forms.press import made_with
from validators.model import Confirmation, Finding, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.issue.line import Line
    from forms.issue.sink import Wanted
    from validators.review import Fate


def record_as_data(record: Record, office: Mapping[str, str]) -> dict[str, Any]:
    """Return a record as JSON has it, with the whole profile it was judged and drawn by."""
    return {
        "form": record.form,
        "id": record.id,
        "data": record.data,
        "confirmations": [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in record.confirmations],
        "case": record.case,
        "office": dict(office),
        "source": record.source,
    }


def record_of(kept: Mapping[str, Any], ref: str = "") -> Record:
    """Return the record that was kept; `ref` is its paper's."""
    told = tuple(Confirmation(**each) for each in kept["confirmations"])
    return Record(
        kept["form"],
        kept["id"],
        json.loads(json.dumps(kept["data"])),
        confirmations=told,
        case=kept["case"],
        office=dict(kept["office"]),
        source=kept["source"],
        ref=ref,
    )


def finding_as_data(found: Finding) -> dict[str, Any]:
    """Return a finding as JSON has it: `finding_of` reads it back."""
    return asdict(found)


def finding_of(told: Mapping[str, Any]) -> Finding:
    """Return the finding that was kept."""
    return Finding(**{**told, "clauses": tuple(told["clauses"])})


def digest_of(data: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of plain data in one spelling: sorted, without blanks."""
    said = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).digest()


def receipt_of(line: Line, fate: Fate, kept: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return what a paper was made of and by: digests of record and files, edition, rulebook, engine, fonts, the day it went by."""
    return {
        "record": digest_of(kept).hex(),
        "form": fate.form,
        "edition": fate.edition,
        "rulebook": line.rules.hash,
        "engine": made_with.engine(),
        "fonts": made_with.fonts(),
        "as_of": line.as_of.isoformat(),
        "own_templates": line.templates is not None,
        "formats": list(wanted.formats),
        "copies": wanted.copies,
        "further": list(wanted.further),
        "files": dict(fate.sha256),
    }
