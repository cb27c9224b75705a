"""期限: what falls due by urgency with its source and its counting, a month as a table, and a feed for calendars."""

from __future__ import annotations

import hmac
from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, of_person
from api.desk_kept.saying import day_said, events_of, papers_of, wanted_names
from api.kept.reach import rules, speaker, today
from ledger.blind import fingerprint, index_keys
from ledger.calendar_feed import as_calendar
from ledger.due import basis_of, in_words, listed
from ledger.people import person_by_ref
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.due import Deadline

blueprint = Blueprint("deadlines_pages", __name__)

_WEEK: Final = 7
_FIRST_YEAR, _LAST_YEAR = 1948, 2200  # of deadlines that anybody counts
_BLOCKS: Final = (("over", "過ぎた"), ("today", "きょう"), ("week", "7日以内"), ("later", "その先"))


@dataclass(frozen=True, slots=True)
class DeadlineSaid:
    """A deadline in words, with what would end it."""

    deadline: Deadline
    when: str
    basis: tuple[str, ...]
    papers: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]


def rows_said(rows: Iterable[Deadline]) -> list[DeadlineSaid]:
    """Return deadlines in words."""
    now = ledger().now()
    return [_said(each, in_words(each, now)) for each in rows]


def _said(each: Deadline, when: str) -> DeadlineSaid:
    names = wanted_names(each)
    return DeadlineSaid(each, when, tuple(basis_of(each)), tuple(papers_of(names)), tuple(events_of(names)))


@blueprint.get("/deadlines")
def index() -> str:
    """Show what falls due in the office by urgency."""
    now, found = ledger().now(), listed(ledger(), rules(), office_code=speaker().office)
    blocks: dict[str, list[Deadline]] = {name: [] for name, _ in _BLOCKS}
    for each in found:
        left = each.days_left(now)
        blocks["over" if left < 0 else "today" if left == 0 else "week" if left <= _WEEK else "later"].append(each)
    said = [(name, title, rows_said(blocks[name])) for name, title in _BLOCKS]
    return render_template("kept/deadlines.html", blocks=said, total=len(found), feed=_token())


@blueprint.get("/deadlines/month")
def month() -> str:
    """Show a month of deadlines (`month`: 2026-04) as a table of its weeks."""
    year, at = _month(request.args.get("month", "")) or (today().year, today().month)
    found = listed(ledger(), rules(), office_code=speaker().office)
    on: dict[int, list[DeadlineSaid]] = {}
    for each in rows_said(found):
        last = date.fromisoformat(each.deadline.last_on)
        if (last.year, last.month) == (year, at):
            on.setdefault(last.day, []).append(each)
    before, after = (year - (at == 1), at - 1 or 12), (year + (at == 12), at % 12 + 1)  # noqa: PLR2004 - December
    return render_template(
        "kept/month.html",
        title=day_said(f"{year}-{at:02d}-01").removesuffix("１日"),
        weeks=monthcalendar(year, at),
        on=on,
        before="{}-{:02d}".format(*before),
        after="{}-{:02d}".format(*after),
    )


def _month(written: str) -> tuple[int, int] | None:
    """Return year and month of 2026-04; None for a blank. Raises InputError."""
    if not written:
        return None
    try:
        day = date.fromisoformat(f"{written}-01")
    except ValueError:
        raise InputError("月を、2026-04 のように指定してください。") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InputError(f"月を、{_FIRST_YEAR}-01 から{_LAST_YEAR}-12 までのうちで指定してください。")
    return day.year, day.month


# ---- the feed -----------------------------------------------------------------------------------------------------
# Its address holds no session: whoever has it reads days, case numbers and clauses of one office for as long as the
# person it was given to may read them. It is derived, not stored: exchanging the index key ends every address.


def _token() -> str:
    """Return the address of the feed of whoever speaks."""
    speaks = speaker()
    marks = _marks(speaks.ref, speaks.office)
    return f"{speaks.ref}-{speaks.office}-{marks[0]}" if marks else ""


def _marks(ref: str, office: str) -> list[str]:
    said = sha256(f"feed/{ref}/{office}".encode()).digest()
    with ledger().read() as connection:
        return [fingerprint(index, said).hex() for index in index_keys(connection, ledger())]


@blueprint.get("/feeds/<token>.ics")
def feed(token: str) -> Response:
    """Return the deadlines of an office as a calendar to whoever has the address."""
    ref, _, rest = token.partition("-")
    office, _, mark = rest.rpartition("-")
    person = person_by_ref(ledger(), ref)
    if not any(hmac.compare_digest(mark.encode(), each.encode()) for each in _marks(ref, office)) or person is None:
        raise NotFound
    if office not in of_person(person).offices("cases"):
        raise NotFound
    rows = listed(ledger(), rules(), office_code=office)
    content = as_calendar(rows, ledger_ref=ledger().ref, title="期限", now=ledger().now())
    return Response(content, mimetype="text/calendar")
