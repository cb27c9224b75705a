"""After the issue: a paper was handed over, or could not be; and a paper's way so far, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ledger import events, keys
from ledger.audit.paper_events import PaperMoved
from ledger.decisions import said_with
from ledger.papers import PaperStateError, find, locked, moment_said
from ledger.tables import approval, paper, paper_rev
from ledger.types import moment_of
from ledger.write import write
from validators.wareki import format_date, format_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.papers import PaperRow
    from ledger.types import Actor, Instant
    from ledger.write import Writing
    from validators.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One step of a paper's way; `act`: drafted, asked, approved, oral, returned."""

    at: Instant
    act: str
    person: str
    rev: int
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a paper was handed over; `failed`: why it could not be."""

    on: str  # a day, or a moment
    way: str = ""
    to: str = ""
    failed: str = ""


def deliver(ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, told: Delivery) -> None:
    """Say that an issued paper was handed over, or could not be; its case is told the event.

    Raises PaperStateError for a paper that does not stand issued, a day before its own or one to come.
    """
    on = moment_said(told.on, "渡した日")

    def work(writing: Writing) -> None:
        row = locked(writing, ref)
        if row.state not in {"issued", "undeliverable"}:
            raise PaperStateError("発行済みで、まだ渡していない文書だけに記録できます。")
        if not row.day <= on or on > moment_of(writing.now).isoformat():
            raise PaperStateError(f"渡した日は、発行の日（{_said(row.day)}）から今までの日（日時）です。")
        state = "undeliverable" if told.failed else "delivered"
        writing.execute(update(paper).where(paper.c.id == row.id).values(state=state))
        writing.tell(PaperMoved(paper=ref, state=state, rev=row.rev, day=on[:10]))
        if row.case_file_id is not None:
            item = {"on": on, "event": "delivery_failed" if told.failed else "paper_delivered", "paper": row.form}
            facts = {"reason": told.failed, "way": told.way, "to": told.to}
            item |= {name: value for name, value in facts.items() if value}
            events.append(writing, ledger, rules, row.case_file_id, item, paper_id=row.id)

    write(ledger, actor, work)


def steps(ledger: Ledger, ref: str) -> list[PaperStep]:
    """Return a paper's way so far, in its order."""
    with ledger.read() as connection:
        row = find(connection, ref)
        return _ways(connection, ledger, [row])[row.ref]


def ways(ledger: Ledger, rows: Sequence[PaperRow]) -> dict[str, list[PaperStep]]:
    """Return the way of each of several papers by its ref, by the same three questions."""
    with ledger.read() as connection:
        return _ways(connection, ledger, rows)


def _ways(connection: Connection, ledger: Ledger, rows: Sequence[PaperRow]) -> dict[str, list[PaperStep]]:
    of = {row.id: row for row in rows}
    revs = connection.execute(select(paper_rev).where(paper_rev.c.paper_id.in_(of))).all()
    acts = connection.execute(select(approval).where(approval.c.paper_id.in_(of))).all()
    opened = keys.load_all(connection, ledger, {row.key_id for row in rows})
    found: dict[str, list[PaperStep]] = {row.ref: [] for row in rows}
    for each in revs:
        found[of[each.paper_id].ref].append(PaperStep(each.at, "drafted", each.person, each.rev, ""))
    for each in acts:
        row = of[each.paper_id]
        said = said_with(opened[row.key_id], each.ref, bytes(each.sealed)) if each.sealed else {}
        found[row.ref].append(PaperStep(each.at, each.act, each.person, each.rev, _reason(said)))
    return {ref: sorted(told, key=lambda step: step.at) for ref, told in found.items()}


def _reason(said: Mapping[str, str]) -> str:
    oral = f"{_said(said['oral_on'])}に口頭で" if said.get("oral_on") else ""
    return "、".join(part for part in (said.get("reason", ""), oral) if part)


def _said(day: str) -> str:
    moment = datetime.fromisoformat(day)
    return format_datetime(moment) if day[10:] else format_date(moment.date())
