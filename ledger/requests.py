"""The same request gets the same answer: the key of a request stands with the paper that answered it, in the paper's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from ledger import keys, seal
from ledger.papers import STANDING
from ledger.tables import paper, request
from ledger.tables.papers import DRAFT_STATES
from ledger.types import Instant, LedgerError, Miss

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, Row

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.write import Writing

WEEK = 7 * 24 * 60 * 60 * 1_000_000  # an instant's microseconds
_ISSUED = "answered"
LONG = 400 * WEEK  # of a record's own key: as long as its paper may be asked for


class OtherRequestError(LedgerError):
    """The key was used for another request before."""

    code = "other-request"
    http_status = 409


@dataclass(frozen=True, slots=True)
class RequestKey:
    """By what a request is known again; `digest` is of all it asks for, `lasts` in microseconds."""

    scope: str
    key: str
    digest: bytes
    lasts: int = WEEK

    @property
    def row(self) -> str:
        """Return what the row's answer is sealed for."""
        return f"{self.scope}/{self.key}"


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """What a request came to: the paper's ref, and whether it was issued or is a draft yet.

    `instead`: it says something else than was asked: the draft was revised, or the paper that was asked for was replaced by it.
    """

    paper: str
    issued: bool
    id: int
    instead: bool = False


def answers(connection: Connection, ledger: Ledger, asked: Collection[RequestKey]) -> dict[str, RequestAnswer]:
    """Return by key what was answered to requests of one scope; papers that are void or destroyed answer nothing.

    Where they were replaced, what took their place answers. A draft that was revised since is another record's by now.
    Raises OtherRequestError for a key that stood for something else.
    """
    by_key = {each.key: each for each in asked}
    scopes = {each.scope for each in asked}
    wanted = select(request).where(request.c.scope.in_(scopes), request.c.key.in_(by_key))
    found: dict[str, RequestAnswer] = {}
    for row in connection.execute(wanted).all():
        mine = by_key[row.key]
        if bytes(row.digest) != mine.digest:
            raise OtherRequestError(
                "同じ鍵（Idempotency-Key）が、前に別の内容で使われています。", action="新しい鍵で送ってください。"
            )
        ref = _paper_of(connection, ledger, row.key_id, mine.row, row.sealed)
        kept = _standing(connection, paper.c.ref == ref)
        if kept is not None and kept.state in STANDING:
            other = kept.ref != ref or (row.status != _ISSUED and kept.rev > 1)
            found[row.key] = RequestAnswer(kept.ref, issued=True, id=kept.id, instead=other)
        elif kept is not None and kept.ref == ref and kept.state in DRAFT_STATES and kept.rev == 1:
            found[row.key] = RequestAnswer(ref, issued=False, id=kept.id)
    return found


def _standing(connection: Connection, which: ColumnElement[bool]) -> Row[*tuple[Any, ...]] | None:
    """Return a paper, or that which took the place of a void one, however often."""
    columns = (paper.c.id, paper.c.ref, paper.c.state, paper.c.rev)
    row = connection.execute(select(*columns).where(which)).one_or_none()
    if row is None or row.state != "void":
        return row
    return _standing(connection, and_(paper.c.corrects == row.id, paper.c.issued_at.is_not(None)))


def _paper_of(connection: Connection, ledger: Ledger, key_id: int | None, row: str, sealed: bytes | None) -> str:
    if key_id is None or sealed is None:
        return ""
    try:
        key = keys.load(connection, ledger, key_id)
    except keys.ShreddedError:
        return ""
    return str(seal.open_(key, "request", row, bytes(sealed))["paper"])


def keep_answer(
    writing: Writing,
    ledger: Ledger,
    key: DataKey,
    asked: RequestKey,
    ref: str,
    *,
    issued: bool = True,
    corrects: int | None = None,
) -> bool:
    """Keep which paper answers a request; return False for a draft where another paper answers it already.

    Raises Miss("request") for an issue where another paper was issued already, but that which it corrects.
    """
    values = {
        "digest": asked.digest,
        "status": _ISSUED if issued else "working",
        "key_id": key.id,
        "sealed": seal.close(key, "request", asked.row, {"paper": ref}),
        "until_at": Instant(writing.now + asked.lasts),
    }
    if writing.insert_once(request, scope=asked.scope, key=asked.key, **values):
        return True
    here = (request.c.scope == asked.scope, request.c.key == asked.key)
    writing.execute(select(request.c.key).where(*here).with_for_update())
    stands = answers(writing.connection, ledger, [asked]).get(asked.key)
    if stands is not None and stands.paper != ref and not issued:
        return False
    if stands is not None and stands.paper != ref and stands.issued and stands.id != corrects:
        raise Miss("request")
    writing.execute(update(request).where(*here).values(**values))
    return True
