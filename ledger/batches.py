"""Batches outlive the process: an upload is sealed, cut into units in the order of its rows, and each record has one fate."""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forms.issue.keeping import CHUNK, in_rows
from forms.issue.units import Inputs, Source, cut
from ledger import keys, seal
from ledger.audit.batch_events import BatchMoved, BatchTaken
from ledger.faults import passing
from ledger.identity import Likes
from ledger.issuers import own_office
from ledger.records import finding_as_data, record_as_data
from ledger.tables import batch, item, office, unit
from ledger.types import Instant, LedgerError, Miss, new_ref
from ledger.write import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from forms.issue.line import Line
    from forms.issue.sink import Wanted
    from forms.issue.units import Unit
    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.types import Actor
    from ledger.write import Writing

MONTH = 30 * 24 * 60 * 60 * 1_000_000  # microseconds that upload and records are kept for; papers do not expire
_OPEN = ("uploaded", "running")
SERVICE = "service"  # the door of uploads that a service runs itself (uploads.py)


class NoBatchError(LedgerError):
    """There is no such batch, or it has gone."""

    code = "no-batch"
    http_status = 404


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as it stands: `counts` by the states of its records."""

    id: int
    ref: str
    office_id: int
    office: str
    person: str
    state: str
    created_at: Instant
    expires_at: Instant
    cancelled: bool
    counts: dict[str, int]
    key_id: int
    work: dict[str, Any]


def take_upload(
    ledger: Ledger, line: Line, actor: Actor, source: Source, *, wanted: Wanted, form: str | None = None, door: str = ""
) -> str:
    """Keep an upload as it came, sealed, with the profile it is to be judged by; return the batch's ref."""
    content = source.path.read_bytes()
    own = own_office(ledger, actor, line.bound or line.office.get("name", ""))
    day = line.as_of.isoformat()
    work = {"formats": wanted.formats, "further": wanted.further, "form": form, "as_of": day, "door": door}
    kept = {
        "upload": base64.b64encode(content).decode(),
        "name": source.name,
        "office": line.office,
        "bound": line.bound,
    }

    def take(writing: Writing) -> str:
        key, ref = keys.make(writing, ledger), new_ref()
        writing.insert(
            batch,
            ref=ref,
            office_id=own,
            state="uploaded",
            rulebook=bytes.fromhex(line.rules.hash),
            work=json.dumps(work),
            created_at=writing.now,
            expires_at=Instant(writing.now + MONTH),
            key_id=key.id,
            sealed=seal.close(key, "batch", ref, kept),
            **actor.columns(),
        )
        writing.tell(BatchTaken(batch=ref, size=len(content)))
        return ref

    made = write(ledger, actor, take)
    passing("batch.uploaded")
    return made


def cut_upload(ledger: Ledger, line: Line, actor: Actor, ref: str) -> None:
    """Cut an upload into units and items, always the same, in one transaction; one that is cut already stays as it is."""
    row = find_batch(ledger, ref)
    if row.state != "uploaded":
        return
    with ledger.read() as connection:
        key = keys.load(connection, ledger, row.key_id)
        kept = sealed_of(connection, key, ref)
    with tempfile.TemporaryDirectory(prefix="yoshiki-private-") as folder:
        path = Path(folder) / ("upload" + Path(kept["name"]).suffix.lower()[:8])
        path.write_bytes(base64.b64decode(kept["upload"]))
        inputs = Inputs([Source(kept["name"], path)], line.catalogue, row.work["form"])
        units = list(in_rows(cut(inputs.records(), CHUNK)))
    told = [finding_as_data(found) for found in inputs.findings]

    def work(writing: Writing) -> None:
        stands = writing.execute(select(batch.c.state).where(batch.c.id == row.id).with_for_update()).one()
        if stands.state != "uploaded":
            raise Miss("batch")
        _insert(writing, key, row.id, units)
        sealed = seal.close(key, "batch", ref, {**kept, "findings": told})
        writing.execute(update(batch).where(batch.c.id == row.id).values(state="running", sealed=sealed))
        writing.witness("batch", ref, sealed)
        records = sum(len(each.items) for each in units)
        writing.tell(BatchMoved(batch=ref, state="running", units=len(units), records=records))

    try:
        write(ledger, actor, work)
    except Miss:  # cut by another meanwhile
        return
    passing("batch.cut")


def _insert(writing: Writing, key: DataKey, batch_id: int, units: Iterable[Unit]) -> None:
    likes = Likes()
    for n, each in enumerate(units, 1):
        row = writing.insert(unit, batch_id=batch_id, ordinal=n, state="open", fence=0, tries=0)
        for one in each.items:
            ref = new_ref()
            kept = {
                "record": record_as_data(one.record, one.record.office),
                "cells": one.record.cells,
                "found": [finding_as_data(found) for found in one.found],
                "twins": one.twins,
                "alike": likes.before(one.record),
                "case": each.case,
            }
            columns = {"batch_id": batch_id, "ordinal": one.ordinal, "unit_id": row, "form": one.record.form}
            writing.insert(
                item,
                ref=ref,
                **columns,
                state="waiting",
                tries=0,
                key_id=key.id,
                sealed=seal.close(key, "item", ref, kept),
            )


def sealed_of(connection: Connection, key: DataKey, ref: str) -> dict[str, Any]:
    """Return what is sealed of a batch: upload, name, office, and once it was cut the findings on the input."""
    sealed = connection.scalar(select(batch.c.sealed).where(batch.c.ref == ref))
    if sealed is None:
        raise NoBatchError("この一括処理の入力は、保存の期限が過ぎて消されています。")
    return seal.open_(key, "batch", ref, bytes(sealed))


def find_batch(ledger: Ledger, ref: str) -> BatchRow:
    """Return a batch. Raises NoBatchError."""
    found = listed(ledger, ref=ref)
    if not found:
        raise NoBatchError("その一括処理は台帳にありません。", action="yoshiki batch list で一覧を見られます。")
    return found[0]


def find_own(ledger: Ledger, ref: str) -> BatchRow:
    """Return a batch that is run, cancelled and taken away here. Raises NoBatchError, also for one that a service runs itself."""
    found = find_batch(ledger, ref)
    if found.work.get("door") == SERVICE:
        raise NoBatchError(
            "この一括処理は、受け付けたサービスが進めます。", action="サービスの画面か API でご覧ください。"
        )
    return found


def listed(ledger: Ledger, *, ref: str | None = None, most: int = 50) -> list[BatchRow]:
    """Return batches, the newest first."""
    wanted = select(
        batch.c.id,
        batch.c.ref,
        batch.c.office_id,
        office.c.name.label("office"),
        batch.c.person,
        batch.c.state,
        batch.c.created_at,
        batch.c.expires_at,
        batch.c.cancel_at,
        batch.c.key_id,
        batch.c.work,
    ).join(office, batch.c.office_id == office.c.id)
    if ref is not None:
        wanted = wanted.where(batch.c.ref == ref)
    with ledger.read() as connection:
        rows = connection.execute(wanted.order_by(batch.c.id.desc()).limit(most)).all()
        mine = [row.id for row in rows]
        by_state = select(item.c.batch_id, item.c.state, func.count().label("n")).where(item.c.batch_id.in_(mine))
        counts: dict[int, dict[str, int]] = {}
        for row in connection.execute(by_state.group_by(item.c.batch_id, item.c.state)).all():
            counts.setdefault(row.batch_id, {})[row.state] = row.n
    return [
        BatchRow(
            row.id,
            row.ref,
            row.office_id,
            row.office,
            row.person,
            row.state,
            row.created_at,
            row.expires_at,
            row.cancel_at is not None,
            counts.get(row.id, {}),
            row.key_id,
            json.loads(row.work),
        )
        for row in rows
    ]


def cancel(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Break a batch off: what is issued stays, the rest is not begun. One that has ended stays as it is."""
    row = find_own(ledger, ref)

    def work(writing: Writing) -> None:
        here = (batch.c.id == row.id, batch.c.state.in_(_OPEN))
        if writing.execute(update(batch).where(*here).values(cancel_at=writing.now)).rowcount:
            writing.tell(BatchMoved(batch=ref, state="cancelling"))
        else:
            raise Miss("batch")

    try:
        write(ledger, actor, work)
    except Miss:
        raise NoBatchError("この一括処理は、もう終わっています。") from None
    passing("batch.cancelling")


def expire(ledger: Ledger, actor: Actor) -> int:
    """Forget upload and records of batches whose time is over; papers stay. Returns how many batches there were."""

    def work(writing: Writing, row: Any) -> None:
        writing.execute(update(batch).where(batch.c.id == row.id).values(state="expired", sealed=None))
        writing.gone("batch", row.ref)
        refs = writing.connection.scalars(
            select(item.c.ref).where(item.c.batch_id == row.id, item.c.sealed.is_not(None))
        )
        for ref in refs.all():
            writing.gone("item", ref)
        writing.execute(update(item).where(item.c.batch_id == row.id).values(sealed=None))
        writing.tell(BatchMoved(batch=row.ref, state="expired"))

    over = select(batch.c.id, batch.c.ref).where(batch.c.expires_at < ledger.now(), batch.c.state != "expired")
    with ledger.read() as connection:
        rows = connection.execute(over).all()
    for row in rows:
        write(ledger, actor, partial(work, row=row))
    return len(rows)
