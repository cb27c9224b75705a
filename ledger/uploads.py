"""Uploads that a service runs itself: kept sealed until their results are gone, so that a service that was killed takes them up again.

The service issues them through a `LedgerSink`: a record that was issued before is answered as before, so that running an upload
once more ends as an undisturbed run. What became of its rows is kept with it. `yoshiki batch` leaves these uploads alone.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forms.issue.sink import Wanted
from ledger import keys, seal
from ledger.audit.batch_events import BatchMoved
from ledger.batches import SERVICE, NoBatchError, sealed_of, take_upload
from ledger.tables import batch, office
from ledger.types import Actor, Instant
from ledger.write import write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from forms.issue.line import Line
    from forms.issue.units import Source
    from ledger.engine import Ledger
    from ledger.write import Writing

_OPEN = "uploaded"


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """An upload of a service, opened. `came`: what became of its rows; empty while it has not ended."""

    ref: str
    name: str
    content: bytes = field(repr=False)
    sender: Actor
    office_code: str
    office: dict[str, str] = field(repr=False)
    bound: str
    further: tuple[str, ...]
    state: str
    created_at: Instant
    came: dict[str, Any] = field(repr=False)


def keep_upload(ledger: Ledger, line: Line, actor: Actor, source: Source, *, further: tuple[str, ...] = ()) -> str:
    """Keep an upload before it is run; return its ref."""
    return take_upload(ledger, line, actor, source, wanted=Wanted(further=further), door=SERVICE)


def kept_uploads(ledger: Ledger) -> list[KeptUpload]:
    """Return the uploads of services that are not forgotten, the oldest first."""
    columns = (batch.c.ref, batch.c.state, batch.c.work, batch.c.key_id, batch.c.created_at, batch.c.person)
    wanted = select(*columns, batch.c.person_ref, office.c.code).join(office, batch.c.office_id == office.c.id)
    with ledger.read() as connection:
        rows = connection.execute(wanted.where(batch.c.sealed.is_not(None)).order_by(batch.c.id)).all()
        return [_opened(connection, ledger, row) for row in rows if json.loads(row.work).get("door") == SERVICE]


def _opened(connection: Connection, ledger: Ledger, row: Any) -> KeptUpload:
    kept = sealed_of(connection, keys.load(connection, ledger, row.key_id), row.ref)
    return KeptUpload(
        ref=row.ref,
        name=kept["name"],
        content=base64.b64decode(kept["upload"]),
        sender=Actor(row.person, ref=row.person_ref, via="http"),
        office_code=row.code,
        office=kept["office"],
        bound=kept["bound"],
        further=tuple(json.loads(row.work)["further"]),
        state=row.state,
        created_at=Instant(row.created_at),
        came=kept.get("came", {}),
    )


def end_upload(ledger: Ledger, actor: Actor, ref: str, state: str, came: dict[str, Any], *, until: Instant) -> None:
    """Keep what became of an upload: done, failed or cancelled; it is forgotten at `until`. One that has ended stays as it is."""

    def work(writing: Writing) -> None:
        row = _locked(writing, ref)
        if row.state == _OPEN:
            key = keys.load(writing.connection, ledger, row.key_id)
            sealed = seal.close(key, "batch", ref, {**sealed_of(writing.connection, key, ref), "came": came})
            values = {"state": state, "sealed": sealed, "expires_at": until}
            writing.execute(update(batch).where(batch.c.ref == ref).values(**values))
            writing.witness("batch", ref, sealed)
        writing.tell(BatchMoved(batch=ref, state=state, records=len(came.get("fates", ()))))

    write(ledger, actor, work)


def forget_upload(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Forget an upload and what became of it, at once; its papers stay."""

    def work(writing: Writing) -> None:
        if _locked(writing, ref).state != "expired":
            writing.execute(update(batch).where(batch.c.ref == ref).values(state="expired", sealed=None))
            writing.gone("batch", ref)
        writing.tell(BatchMoved(batch=ref, state="expired"))

    write(ledger, actor, work)


def _locked(writing: Writing, ref: str) -> Any:
    row = writing.execute(
        select(batch.c.state, batch.c.key_id).where(batch.c.ref == ref).with_for_update()
    ).one_or_none()
    if row is None:
        raise NoBatchError("その一括処理は台帳にありません。")
    return row
