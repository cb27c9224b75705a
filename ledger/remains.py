"""What there is of a case beside its row, and how each part of it goes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update

from ledger import contents, keys, seal
from ledger.papers import rows_of
from ledger.tables import (
    approval,
    batch,
    case_access,
    case_fact,
    confirmation,
    data_key,
    deadline,
    entry,
    event,
    finding,
    handover,
    hold,
    holding,
    item,
    office,
    paper,
    paper_rev,
    party,
    party_name,
    party_place,
    request,
    token,
)

if TYPE_CHECKING:
    from sqlalchemy import Table

    from ledger.engine import Ledger
    from ledger.write import Writing


class Remains:
    """All that hangs on one case, or on one paper of none, within the write that destroys it."""

    def __init__(self, writing: Writing, ledger: Ledger, *, case: int | None = None, lone: int | None = None) -> None:
        self._writing = writing
        self._ledger = ledger
        self._case = case
        mine = paper.c.id == lone if case is None else paper.c.case_file_id == case
        self._papers = writing.execute(select(paper).where(mine).with_for_update()).all()
        self._ids = [row.id for row in self._papers]
        self.counts: Counter[str] = Counter()

    def papers(self) -> list[dict[str, str]]:
        """Return what stays of the papers that were issued: form, day, number."""
        rows = rows_of(self._writing.connection, paper.c.id.in_(self._ids), paper.c.issued_at.is_not(None))
        return [{"form": row.form, "day": row.day, "number": row.number} for row in reversed(rows)]

    def remove(self, certificate: str) -> dict[str, int]:
        """Remove everything; return how many rows of each table went, or lost their values."""
        self._remove_papers()
        self._empty_entries(certificate)
        self._blank_all(hold, hold.c.paper_id.in_(self._ids))
        if self._case is not None:
            self._remove_people()
            self._remove_history()
            self._remove_handovers()
        return dict(self.counts)

    def _remove_papers(self) -> None:
        for row in self._papers:
            self._blank(paper, row, state="destroyed")
            self.counts["artifact"] += contents.forget(self._writing, row.id, row.ref)
        revs = select(paper_rev.c.rev, paper.c.ref).join(paper, paper.c.id == paper_rev.c.paper_id)
        for row in self._writing.execute(revs.where(paper_rev.c.paper_id.in_(self._ids))).all():
            self._writing.gone("paper_rev", f"{row.ref}/{row.rev}")
        self._writing.execute(delete(paper_rev).where(paper_rev.c.paper_id.in_(self._ids)))
        for table in (finding, confirmation, approval):
            self._delete(table, table.c.paper_id.in_(self._ids))
        mine = [row.batch_item_id for row in self._papers if row.batch_item_id is not None]
        items = self._writing.execute(select(item).where(item.c.id.in_(mine))).all()
        uploads = select(batch).where(batch.c.id.in_({row.batch_id for row in items}))
        for table, rows in ((item, items), (batch, self._writing.execute(uploads).all())):
            for row in rows:
                if row.sealed is not None:
                    self._blank(table, row)

    def _remove_people(self) -> None:
        mine = select(party.c.id).where(party.c.case_file_id == self._case)
        self._delete(token, token.c.party_id.in_(mine))
        self._delete(party_name, party_name.c.party_id.in_(mine))
        self._delete(party_place, party_place.c.party_id.in_(mine))
        self._delete(party, party.c.case_file_id == self._case)
        self._delete(case_fact, case_fact.c.case_file_id == self._case)

    def _remove_history(self) -> None:
        self._delete(deadline, deadline.c.case_file_id == self._case)
        self._delete(event, event.c.case_file_id == self._case)

    def _empty_entries(self, certificate: str) -> None:
        events = select(event.c.id).where(event.c.case_file_id == self._case)
        mine = or_(entry.c.paper_id.in_(self._ids), entry.c.event_id.in_(events))
        for row in self._writing.execute(select(entry).where(mine)).all():
            self._empty_entry(row, certificate)

    def _empty_entry(self, row: Any, certificate: str) -> None:
        """Leave a register's entry its place: what it said is replaced by the certificate, under its office's key."""
        key_id = self._writing.connection.scalar(select(office.c.key_id).where(office.c.id == row.office_id))
        key = keys.load(self._writing.connection, self._ledger, int(key_id or 0))
        sealed = seal.close(key, "entry", row.ref, {"destroyed": certificate})
        values = {"key_id": key.id, "sealed": sealed, "event_id": None}
        self._writing.execute(update(entry).where(entry.c.id == row.id).values(**values))
        self._writing.witness("entry", row.ref, sealed)
        self.counts["entry"] += 1

    def _remove_handovers(self) -> None:
        self._delete(case_access, case_access.c.case_file_id == self._case)
        self._delete(holding, holding.c.case_file_id == self._case)
        for table in (handover, hold):
            self._blank_all(table, table.c.case_file_id == self._case)

    def shred(self, own_key: int) -> None:
        """Destroy its key and those of its papers and handovers; what was answered under them goes too."""
        own = select(handover.c.key_id).where(handover.c.case_file_id == self._case)
        ids = {own_key, *(row.key_id for row in self._papers), *self._writing.connection.scalars(own)}
        self._writing.execute(delete(request).where(request.c.key_id.in_(ids)))
        living = (data_key.c.id.in_(ids), data_key.c.shredded_at.is_(None))
        self._writing.execute(update(data_key).where(*living).values(wrapped=None, shredded_at=self._writing.now))

    def _delete(self, table: Table, which: Any) -> None:
        """Delete rows, the newest first: a row that supersedes another goes before it."""
        if "sealed" in table.c:
            for row in self._writing.execute(select(table.c.ref).where(which)).all():
                self._writing.gone(table.name, row.ref)
        if "supersedes" in table.c:
            ids = self._writing.connection.scalars(select(table.c.id).where(which).order_by(table.c.id.desc())).all()
            for each in ids:
                self._writing.execute(delete(table).where(table.c.id == each))
            self.counts[table.name] += len(ids)
            return
        self.counts[table.name] += self._writing.execute(delete(table).where(which)).rowcount

    def _blank_all(self, table: Table, which: Any) -> None:
        for row in self._writing.execute(select(table).where(which, table.c.sealed.is_not(None))).all():
            self._blank(table, row)

    def _blank(self, table: Table, row: Any, **values: Any) -> None:
        self._writing.execute(update(table).where(table.c.id == row.id).values(sealed=None, **values))
        self._writing.gone(table.name, row.ref)
        self.counts[table.name] += 1
