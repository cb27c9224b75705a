"""Run a batch to its end: lease units, judge, draw, keep; whoever takes up what a killed worker left ends it the same.

The owner of the run keeps, in the order of the rows; processes draw. Nothing is drawn that has its fate already. Records over
which somebody died before are tried one by one; one that three died over has failed, and the batch goes on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forms.issue.issuing import issue as issue_units
from forms.issue.issuing import silent
from forms.issue.journal import fate_as_data
from forms.issue.line import Line, failure
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger import keys, seal
from ledger.audit.batch_events import BatchMoved, FatesKept
from ledger.batches import cut_upload, find_batch, find_own, sealed_of
from ledger.faults import passing
from ledger.leases import lease, mark_trying
from ledger.records import finding_of, record_of
from ledger.sink import LedgerSink, Origin
from ledger.tables import batch, item, unit
from ledger.types import LedgerError, LostLedgerError, Miss
from ledger.write import write
from validators.rulebook import clock_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forms.issue.issuing import Progress
    from ledger.batches import BatchRow
    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.leases import Lease
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Record
    from validators.review import Fate
    from validators.rulebook import Rulebook

TRIES = 3
_PAUSES = (1, 2, 4, 8, 15)  # seconds in which a server has started anew
_STATES = {"issued": "issued", "refused": "refused", "waiting": "to_confirm", "failed": "failed"}


class DiedOverError(LedgerError):
    """Workers ended over a record again and again."""

    code = "process-lost"


def line_of_batch(ledger: Ledger, rules: Rulebook, of: BatchRow) -> Line:
    """Return the line a batch is judged by: its profile, its day."""
    with ledger.read() as connection:
        kept = sealed_of(connection, keys.load(connection, ledger, of.key_id), of.ref)
    day = date.fromisoformat(of.work["as_of"])
    line = Line(replace(rules, clock=clock_on(day)), office=kept["office"], as_of=day)
    return line.bound_to(kept["office"], bound) if (bound := kept.get("bound", "")) else line


def run_batch(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    ref: str,
    *,
    jobs: int = 1,
    progress: Progress = silent,
    tries: int = TRIES,
) -> BatchRow:
    """Run a batch until nothing of it is open, or all that is open is another's; return it as it stands then.

    `tries`: so often workers may die over a record before it has failed.
    """
    of = find_own(ledger, ref)
    if of.state not in {"uploaded", "running"}:
        return of
    line = line_of_batch(ledger, rules, of)
    cut_upload(ledger, line, actor, ref)
    while not _is_cancelled(ledger, of) and (held := lease(ledger, actor, of)) is not None:
        with ledger.read() as connection:
            key = keys.load(connection, ledger, of.key_id)
        try:
            _through(_LeasedWork(ledger, line, actor, of, held, key, jobs, progress, tries).work)
        except Miss:  # the lease was lost to another: what was done stands
            continue
    _end(ledger, actor, of)
    return find_batch(ledger, ref)


def _through(work: Callable[[], None]) -> None:
    """Do leased work again where the ledger was gone for a while (a server that starts anew): what stands is skipped."""
    for pause in _PAUSES:
        try:
            return work()
        except LostLedgerError:
            time.sleep(pause)
    return work()


def _is_cancelled(ledger: Ledger, of: BatchRow) -> bool:
    with ledger.read() as connection:
        return connection.scalar(select(batch.c.cancel_at).where(batch.c.id == of.id)) is not None


@dataclass(frozen=True, slots=True)
class _LeasedWork:
    """The work on leased units."""

    ledger: Ledger
    line: Line
    actor: Actor
    of: BatchRow
    held: Lease
    key: DataKey
    jobs: int
    progress: Progress
    tries: int

    def work(self) -> None:
        """Bring every record of the units to its fate. Raises Miss("fence") where the lease was lost."""
        open_ = item.c.state.in_(("waiting", "trying"))
        with self.ledger.read() as connection:
            wanted = select(item).where(item.c.unit_id.in_(self.held.fences), open_)
            rows = connection.execute(wanted.order_by(item.c.ordinal)).all()
        if dead := [row for row in rows if row.tries >= self.tries]:
            self._bury(dead)
        rest = [row for row in rows if row.tries < self.tries]
        alone = any(row.state == "trying" for row in rest)
        for group in [[row] for row in rest] if alone else [rest]:
            if group:
                self._issue(group, alone=alone)
        self._close()
        passing("batch.unit-done")

    def _issue(self, rows: Sequence[Any], *, alone: bool) -> None:
        mark_trying(self.ledger, self.actor, self.held, [row.id for row in rows], alone=alone)
        wanted = Wanted(tuple(self.of.work["formats"]), further=tuple(self.of.work["further"]))
        origins = {row.ordinal: Origin(batch_item=row.id, alike=self._opened(row)["alike"]) for row in rows}
        sink = LedgerSink(self.ledger, self.line, self.actor, wanted, origins=origins, fence=self.held.fence)
        with sink:
            jobs = 1 if alone else self.jobs
            fates = issue_units(self.line, self._units(rows), sink, jobs=jobs, progress=self.progress)
        told = dict(zip(sorted(row.ordinal for row in rows), fates, strict=True))
        self._keep([(row, told[row.ordinal]) for row in rows])

    def _opened(self, row: Any) -> dict[str, Any]:
        return seal.open_(self.key, "item", row.ref, bytes(row.sealed))

    def _units(self, rows: Sequence[Any]) -> list[Unit]:
        """Return the records as units again; the other papers of a case, whatever became of them, are weighed beside."""
        made: dict[tuple[str, int], list[Item]] = {}
        for row in rows:
            told = self._opened(row)
            record = replace(record_of(told["record"]), cells=told["cells"])
            found = tuple(finding_of(each) for each in told["found"])
            place = (told["case"], 0) if told["case"] else ("", row.ordinal)
            made.setdefault(place, []).append(Item(record, found, row.ordinal, told["twins"]))
        return [Unit(tuple(items), case, self._beside(items, case)) for (case, _), items in made.items()]

    def _beside(self, items: Sequence[Item], case: str) -> tuple[Record, ...]:
        if not case:
            return ()
        here = {each.ordinal for each in items}
        with self.ledger.read() as connection:
            mine = select(item.c.unit_id).where(item.c.batch_id == self.of.id, item.c.ordinal.in_(here))
            others = select(item.c.ref, item.c.ordinal, item.c.sealed).where(item.c.unit_id.in_(mine))
            rows = connection.execute(others.order_by(item.c.ordinal)).all()
        opened = (self._opened(row) for row in rows if row.ordinal not in here)
        return tuple(record_of(told["record"]) for told in opened if told["case"] == case)

    def _bury(self, rows: Sequence[Any]) -> None:
        """Let fail what workers died over three times."""
        error = DiedOverError(
            "この記載データを処理している間に、処理が三度打ち切られました（記憶容量の不足など）。",
            action="この一件だけを別に送り、同じことが起きるときは管理者へお知らせください。",
        )
        records = [record_of(self._opened(row)["record"]) for row in rows]
        fates = [failure(self.line.unjudged(record, ()), error) for record in records]
        self._keep(list(zip(rows, fates, strict=True)))

    def _keep(self, told: Sequence[tuple[Any, Fate]]) -> None:
        """Keep what became of records: of those issued what the paper's transaction did not say already."""

        def work(writing: Writing) -> None:
            self.held.fence(writing)
            for row, fate in told:
                kept = {**self._opened(row), "fate": fate_as_data(fate)}
                sealed = seal.close(self.key, "item", row.ref, kept)
                values = {"state": _STATES.get(fate.verdict, "failed"), "sealed": sealed}
                writing.execute(update(item).where(item.c.id == row.id).values(**values))
                writing.witness("item", row.ref, sealed)
            writing.tell(FatesKept(batch=self.held.batch, records=len(told)))

        write(self.ledger, self.actor, work)

    def _close(self) -> None:
        def work(writing: Writing) -> None:
            self.held.fence(writing)
            mine = unit.c.id.in_(self.held.fences)
            writing.execute(update(unit).where(mine).values(state="done", until_at=None))
            writing.tell(FatesKept(batch=self.held.batch, records=0))

        write(self.ledger, self.actor, work)


def _end(ledger: Ledger, actor: Actor, of: BatchRow) -> None:
    """End a batch of which nothing is open, or that was broken off; whoever comes second finds it ended."""

    def work(writing: Writing) -> None:
        wanted = select(batch.c.state, batch.c.cancel_at).where(batch.c.id == of.id).with_for_update()
        stands = writing.execute(wanted).one()
        left = writing.execute(
            select(unit.c.id).where(unit.c.batch_id == of.id, unit.c.state == "open").limit(1)
        ).first()
        if stands.state != "running" or (left is not None and stands.cancel_at is None):
            raise Miss("batch")
        if stands.cancel_at is not None:
            over = (unit.c.batch_id == of.id, unit.c.state == "open")
            writing.execute(update(unit).where(*over).values(state="cancelled", fence=unit.c.fence + 1, until_at=None))
            unmade = (item.c.batch_id == of.id, item.c.state.in_(("waiting", "trying")))
            writing.execute(update(item).where(*unmade).values(state="cancelled"))
        state = "done" if stands.cancel_at is None else "cancelled"
        writing.execute(update(batch).where(batch.c.id == of.id).values(state=state))
        writing.tell(BatchMoved(batch=of.ref, state=state))

    try:
        write(ledger, actor, work)
    except Miss:
        return
    passing("batch.collected")
