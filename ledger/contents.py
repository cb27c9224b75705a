"""Keep the bytes of papers in the database: put, get, forget, scrub. Nothing else knows where they lie.

`stored_sha` is of the bytes as they are stored, so that a scrub needs no key; `fingerprint` is keyed, of the paper's own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from ledger import seal
from ledger.blind import fingerprint
from ledger.tables import artifact, content, paper
from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.write import Writing

TABLE = "content"
_PAGE = 256  # rows of a scrub read at a time


class NoArtifactError(LedgerError):
    """The paper has no file of that kind."""

    code = "no-artifact"
    http_status = 404


@dataclass(frozen=True, slots=True)
class PaperFiles:
    """The files of a paper by kind, and the key they are sealed under."""

    paper_id: int
    paper_ref: str
    key: DataKey
    files: Mapping[str, bytes]


def put(
    writing: Writing, keyed: tuple[DataKey, DataKey], paper_id: int, paper_ref: str, files: Mapping[str, bytes]
) -> None:
    """Keep the files of one paper, within the write that makes its row; `keyed`: the paper's key and the index's."""
    put_all(writing, keyed[1], [PaperFiles(paper_id, paper_ref, keyed[0], files)])


def put_all(writing: Writing, index: DataKey, papers: Sequence[PaperFiles]) -> None:
    """Keep the files of papers, within the write that makes their rows."""
    rows: list[dict[str, object]] = []
    stored: list[bytes] = []
    for each in papers:
        for kind, plain in sorted(each.files.items()):
            kept = seal.close_bytes(each.key, TABLE, f"{each.paper_ref}/{kind}", plain)
            mark = fingerprint(index, hashlib.sha256(plain).digest())
            told = {"size": len(plain), "stored_sha": hashlib.sha256(kept).digest(), "fingerprint": mark}
            rows.append({"paper_id": each.paper_id, "kind": kind, **told})
            stored.append(kept)
            writing.witness("artifact", f"{each.paper_ref}/{kind}", kept)
    if rows:
        made = insert(artifact).returning(artifact.c.id, sort_by_parameter_order=True)
        ids = writing.connection.scalars(made, rows).all()
        bytes_ = [{"artifact_id": id_, "bytes": kept} for id_, kept in zip(ids, stored, strict=True)]
        writing.connection.execute(insert(content), bytes_)


def get(connection: Connection, key: DataKey, paper_id: int, paper_ref: str, kind: str) -> bytes:
    """Return a file of a paper. Raises NoArtifactError, BrokenSealError where it is not what was kept."""
    wanted = select(content.c.bytes).join(artifact, content.c.artifact_id == artifact.c.id)
    stored = connection.scalar(wanted.where(artifact.c.paper_id == paper_id, artifact.c.kind == kind))
    if stored is None:
        raise NoArtifactError(f"この文書に「{kind}」のファイルはありません。")
    return seal.open_bytes(key, TABLE, f"{paper_ref}/{kind}", bytes(stored))


def get_all(connection: Connection, key: DataKey, paper_id: int, paper_ref: str) -> dict[str, bytes]:
    """Return every file of a paper by kind."""
    wanted = select(artifact.c.kind, content.c.bytes).join(content, content.c.artifact_id == artifact.c.id)
    rows = connection.execute(wanted.where(artifact.c.paper_id == paper_id).order_by(artifact.c.kind)).all()
    return {row.kind: seal.open_bytes(key, TABLE, f"{paper_ref}/{row.kind}", bytes(row.bytes)) for row in rows}


def forget(writing: Writing, paper_id: int, paper_ref: str) -> int:
    """Remove the bytes of a paper that is destroyed, and their digests; return how many files there were."""
    mine = writing.execute(select(artifact.c.id, artifact.c.kind).where(artifact.c.paper_id == paper_id)).all()
    writing.execute(delete(content).where(content.c.artifact_id.in_([row.id for row in mine])))
    writing.execute(delete(artifact).where(artifact.c.paper_id == paper_id))
    for row in mine:
        writing.gone("artifact", f"{paper_ref}/{row.kind}")
    return len(mine)


def scrub(ledger: Ledger) -> Iterator[str]:
    """Read every stored byte, and yield the ref and kind of each file that is no longer what was stored; no key is needed."""
    last = 0
    while True:
        with ledger.read() as connection:
            wanted = (
                select(artifact.c.id, artifact.c.kind, artifact.c.stored_sha, content.c.bytes, paper.c.ref)
                .join(paper, artifact.c.paper_id == paper.c.id)
                .outerjoin(content, content.c.artifact_id == artifact.c.id)
                .where(artifact.c.id > last)
                .order_by(artifact.c.id)
                .limit(_PAGE)
            )
            rows = connection.execute(wanted).all()
        for row in rows:
            if row.bytes is None or hashlib.sha256(row.bytes).digest() != row.stored_sha:
                yield f"{row.ref}/{row.kind}"
            last = row.id
        if len(rows) < _PAGE:
            return
