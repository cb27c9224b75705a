"""今日すること: whose move it is. Each row is one move, its verb the button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from api.access.visitors import ledger, may
from api.desk_kept.deadlines import rows_said
from api.desk_kept.saying import titles, weekday_said
from api.kept.reach import rules, speaker, today
from ledger import due, handovers
from ledger.delivery import ways
from ledger.papers import newest
from ledger.work_list import own_drafts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.delivery import PaperStep
    from ledger.papers import PaperRow

_SHOWN = 10  # rows of a block


def show() -> str:
    """Show what is to be done today by whoever speaks."""
    blocks: dict[str, Any] = {"due": [], "next_day": "", "queue": [], "drafts": [], "waiting": [], "offered": []}
    if may("cases"):
        rows = due.listed(ledger(), rules(), office_code=speaker().office)
        now = ledger().now()
        blocks["due"] = rows_said([each for each in rows if each.days_left(now) <= 0 and not each.by_law])
        later = [each.last_on for each in rows if each.days_left(now) > 0 and not each.by_law]
        blocks["next_day"] = min(later, default="")
    if may("keep"):
        blocks["offered"] = [
            each
            for each in handovers.listed(ledger(), office_code=speaker().office, states=("offered",))
            if each.to == speaker().office and not each.expired
        ]
    if may("approve"):
        blocks["queue"] = _titled(newest(ledger(), state="checked", most=200, office_code=speaker().office))
    if may("write"):
        drafts = own_drafts(ledger(), office_code=speaker().office, person_ref=speaker().ref)
        way = ways(ledger(), drafts)
        blocks["drafts"] = [(row, title, _returned(way[row.ref])) for row, title in _titled(drafts)]
        done = newest(ledger(), state="approved", most=50, office_code=speaker().office)
        blocks["ready"] = _titled(done)
        issued = newest(ledger(), state="issued", most=50, office_code=speaker().office)
        blocks["waiting"] = _titled(issued)
    return render_template("kept/today.html", day=weekday_said(today()), shown=_SHOWN, **blocks)


def _titled(rows: list[PaperRow]) -> list[tuple[PaperRow, str]]:
    known = titles()
    return [(row, known.get(row.form, row.form)) for row in rows]


def _returned(way: Sequence[PaperStep]) -> str:
    """Return why a draft was sent back, where that was the last that happened to it."""
    return way[-1].reason if way and way[-1].act == "returned" else ""
