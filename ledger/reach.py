"""Where the rows are that a data key seals: what a rotation reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from ledger.tables import (
    METADATA,
    approval,
    artifact,
    case_fact,
    case_file,
    confirmation,
    content,
    event,
    finding,
    hold,
    number,
    office,
    paper,
    paper_rev,
    party,
    party_name,
    party_place,
    request,
    series,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

OWNERS = tuple(table for table in METADATA.sorted_tables if "key_id" in table.c)  # each row's key is named in the row
_HEAD = slice(1, 9)  # of a blob: the id of its key


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A blob, where it stands and what it is bound to; `artifact` is the row of a file's digests."""

    table: Table
    which: ColumnElement[bool]
    row_ref: str
    blob: bytes
    artifact: int | None = None

    @property
    def column(self) -> Column[bytes]:
        """Return the column the blob stands in."""
        return self.table.c.bytes if self.table is content else self.table.c.sealed

    @property
    def key_id(self) -> int:
        """Return the id of the key it is sealed under."""
        return int.from_bytes(self.blob[_HEAD], "big")


def rows_under(connection: Connection, key_id: int) -> Iterator[SealedRow]:
    """Yield every row whose values belong under a key: its own, its case's, its paper's, its office's."""
    for table, condition in _conditions(key_id).items():
        for row in connection.execute(select(table.c.id, table.c.ref, table.c.sealed).where(condition)).all():
            if row.sealed is not None:
                yield SealedRow(table, table.c.id == row.id, row.ref, row.sealed)
    for row in connection.execute(_of_papers(select(paper.c.ref, paper_rev), paper_rev, key_id)).all():
        which = and_(paper_rev.c.paper_id == row.paper_id, paper_rev.c.rev == row.rev)
        yield SealedRow(paper_rev, which, f"{row.ref}/{row.rev}", row.sealed)
    files = select(paper.c.ref, artifact.c.kind, content.c.artifact_id, content.c.bytes).join(
        artifact, artifact.c.id == content.c.artifact_id
    )
    for row in connection.execute(_of_papers(files, artifact, key_id)):
        yield SealedRow(
            content, content.c.artifact_id == row.artifact_id, f"{row.ref}/{row.kind}", row.bytes, row.artifact_id
        )
    answered = select(request).where(request.c.key_id == key_id, request.c.sealed.is_not(None))
    for row in connection.execute(answered).all():
        which = and_(request.c.scope == row.scope, request.c.key == row.key)
        yield SealedRow(request, which, f"{row.scope}/{row.key}", row.sealed)


def _conditions(key_id: int) -> dict[Table, ColumnElement[bool]]:
    cases = select(case_file.c.id).where(case_file.c.key_id == key_id)
    people = select(party.c.id).where(party.c.case_file_id.in_(cases))
    papers = select(paper.c.id).where(paper.c.key_id == key_id)
    offices = select(series.c.id).join(office, office.c.id == series.c.office_id).where(office.c.key_id == key_id)
    own = {table: table.c.key_id == key_id for table in OWNERS if {"ref", "sealed"} <= set(table.c.keys())}
    of_case: dict[Table, ColumnElement[bool]] = {
        table: table.c.case_file_id.in_(cases) for table in (case_fact, party, event, hold)
    }
    of_people = {table: table.c.party_id.in_(people) for table in (party_name, party_place)}
    of_papers = {table: table.c.paper_id.in_(papers) for table in (finding, confirmation, approval)}
    of_case[hold] = or_(of_case[hold], hold.c.paper_id.in_(papers))
    return own | of_case | of_people | of_papers | {number: number.c.series_id.in_(offices)}


def _of_papers(wanted: Select[Any], table: Table, key_id: int) -> Select[Any]:
    return wanted.join(paper, paper.c.id == table.c.paper_id).where(paper.c.key_id == key_id)


def keys_in_use(connection: Connection) -> set[int]:
    """Return the ids of all keys that a row names, or that a blob is sealed under."""
    used: set[int] = set()
    for table in OWNERS:
        used.update(connection.scalars(select(table.c.key_id).distinct().where(table.c.key_id.is_not(None))))
    for table in METADATA.sorted_tables:
        blob = table.c.bytes if table is content else table.c.get("sealed")
        if blob is not None:
            heads = connection.scalars(select(func.substr(blob, 2, 8)).distinct().where(blob.is_not(None)))
            used.update(int.from_bytes(bytes(head), "big") for head in heads)
    return used
