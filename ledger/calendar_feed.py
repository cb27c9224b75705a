"""Deadlines as a calendar (RFC 5545): a whole day each, the clause as its source, nothing that tells of a person."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from ledger.due import basis_of
from ledger.types import moment_of
from validators.rulebook import JAPAN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.due import Deadline
    from ledger.types import Instant

_MAKER = "-//Yoshiki//deadlines//JA"


def as_calendar(deadlines: Iterable[Deadline], *, ledger_ref: str, title: str, now: Instant) -> bytes:
    """Return the feed; the same deadline keeps its UID, so that a calendar moves it instead of showing it twice."""
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for each in deadlines:
        calendar.add_component(_event(each, ledger_ref, now))
    return bytes(calendar.to_ical())


def _event(each: Deadline, ledger_ref: str, now: Instant) -> Event:
    event, day = Event(), date.fromisoformat(each.last_on)
    name = "\n".join((ledger_ref, each.case, each.procedure, each.trigger, str(each.occurrence)))
    event.add("uid", f"{sha256(name.encode()).hexdigest()[:32]}@{ledger_ref}")
    event.add("dtstamp", moment_of(now).replace(tzinfo=JAPAN))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add(
        "summary", f"{'法定の終期' if each.by_law else '期限'}　{each.wanted}（{each.called}）［{each.citation}］"
    )
    event.add("description", "\n".join(basis_of(each)))
    event.add("categories", [each.citation])
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    return event
