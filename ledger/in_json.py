"""What the ledger keeps as JSON has it, the same at the command and over HTTP; and a person as JSON tells of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.persons import PartyTold, PlaceKept, Spelling
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.case_view import CaseView
    from ledger.handovers import Handover
    from ledger.papers import PaperRow
    from ledger.persons import PartyKept
    from ledger.registers import RegisterView
    from ledger.types import Instant
    from ledger.verify import Verified
    from validators.rulebook import Rulebook

_OF_PARTY = ("names", "places")


def case_as_json(seen: CaseView, rules: Rulebook, now: Instant) -> dict[str, Any]:
    """Return a case as it was looked at; protected values are in it only where they were revealed."""
    head = seen.case
    return {
        "case": head.ref,
        "number": head.number,
        "kind": head.kind,
        "office": head.office,
        "state": head.state,
        "title": head.title,
        "opened_on": head.opened_on,
        "closed_on": head.closed_on or None,
        "version": head.version,
        "revealed": seen.revealed,
        "parties": [_person(each) for each in seen.people],
        "facts": {name: {"value": f.value, "since": f.since, "origin": f.origin} for name, f in seen.facts.items()},
        "events": [{"ref": each.ref, **each.item(rules)} for each in seen.events],
        "papers": [{"ref": p.ref, "form": p.form, "state": p.state, "day": p.day, "n": p.n} for p in seen.papers],
        "deadlines": [each.as_json(now) for each in seen.deadlines],
    }


def handover_as_json(each: Handover) -> dict[str, Any]:
    """Return a handover without its copy."""
    return {
        "ref": each.ref,
        "case": each.case,
        "kind": each.kind,
        "state": each.state,
        "from": each.from_office,
        "to": each.to,
        "fields": list(each.fields),
        "basis": each.basis,
        "expires_on": each.expires_on,
        "expired": each.expired,
    }


def paper_as_json(row: PaperRow) -> dict[str, Any]:
    """Return what stands in clear of a paper."""
    shown = ("ref", "office", "form", "edition", "state", "rev", "day", "number", "issued_by")
    return {name: getattr(row, name) for name in shown}


def verified_as_json(found: Verified) -> dict[str, Any]:
    """Return what is known of a file."""
    row = found.paper
    return {
        "known": row is not None,
        "paper": row.ref if row else None,
        "number": row.number if row else None,
        "form": row.form if row else None,
        "day": row.day if row else None,
        "state": row.state if row else None,
        "kind": found.kind or None,
        "unchanged": found.unchanged,
        "stands": found.stands,
        "same_again": found.again,
        "differs": list(found.differs),
    }


def register_as_json(seen: RegisterView) -> dict[str, Any]:
    """Return a register as it is read, in its official columns."""
    names = [column.name for column in seen.register.columns]
    return {
        "register": seen.register.slug,
        "title": seen.register.title,
        "office": seen.office,
        "month": seen.month,
        "as_of": seen.as_of,
        "closed_on": seen.closed_on,
        "columns": [{"name": each.name, "label": each.label} for each in seen.register.columns],
        "rows": [
            {
                "ref": row.ref,
                "day": row.day,
                "case": row.case,
                "mark": row.mark,
                "values": dict(zip(names, row.cells, strict=True)),
            }
            for row in seen.rows
        ],
    }


def party_from(told: Any) -> PartyTold:
    """Return a person as JSON tells of one: role, names, places, birth, sex, remarks, numbers. Raises InputError."""
    try:
        rest = {key: value for key, value in told.items() if key not in _OF_PARTY}
        return PartyTold(
            names=[Spelling(**each) for each in told.get("names", [])],
            places=[PlaceKept(**each) for each in told.get("places", [])],
            **rest,
        )
    except (TypeError, AttributeError):
        raise InputError(
            "当事者として読めません。",
            action="{role, names: [{kind, text, since, until}], places: [{kind, text, protected}], birth, sex, remarks}",
        ) from None


def _person(person: PartyKept) -> dict[str, Any]:
    return {
        "ref": person.ref,
        "role": person.role,
        "names": [{"kind": n.kind, "text": n.text, "since": n.since, "until": n.until} for n in person.names],
        "places": [
            {"kind": p.kind, "text": p.text, "since": p.since, "until": p.until, "protected": p.protected}
            for p in person.places
        ],
        "birth": person.birth,
        "sex": person.sex,
        "remarks": person.remarks,
    }
