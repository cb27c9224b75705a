"""The same request gets the same answer: the key of a request stands with the paper that answered it, in the paper's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from ledger import keys, seal
from ledger.papers import STANDING
from ledger.tables import paper, request
from ledger.tables.papers import DRAFT_STATES
from ledger.types import Instant, LedgerError, Miss

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.write import Writing

WEEK = 7 * 24 * 60 * 60 * 1_000_000  # an instant's microseconds
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
    """What a request came to: the paper's ref, and whether it was issued or is a draft yet."""

    paper: str
    issued: bool


def answers(connection: Connection, ledger: Ledger, asked: Collection[RequestKey]) -> dict[str, RequestAnswer]:
    """Return by key what was answered to requests of one scope; papers that are void or destroyed answer nothing.

    Nor does a draft that was revised since: it is another record's by now.
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
        kept = connection.execute(select(paper.c.state, paper.c.rev).where(paper.c.ref == ref)).one_or_none()
        if kept is not None and kept.state in STANDING:
            found[row.key] = RequestAnswer(ref, issued=True)
        elif kept is not None and kept.state in DRAFT_STATES and kept.rev == 1:
            found[row.key] = RequestAnswer(ref, issued=False)
    return found


def _paper_of(connection: Connection, ledger: Ledger, key_id: int | None, row: str, sealed: bytes | None) -> str:
    if key_id is None or sealed is None:
        return ""
    try:
        key = keys.load(connection, ledger, key_id)
    except keys.ShreddedError:
        return ""
    return str(seal.open_(key, "request", row, bytes(sealed))["paper"])


def keep_answer(
    writing: Writing, ledger: Ledger, key: DataKey, asked: RequestKey, ref: str, *, issued: bool = True
) -> bool:
    """Keep which paper answers a request; return False for a draft where another paper answers it already.

    Raises Miss("request") for an issue where another paper was issued already.
    """
    values = {
        "digest": asked.digest,
        "status": "answered" if issued else "working",
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
    if stands is not None and stands.paper != ref and stands.issued:
        raise Miss("request")
    writing.execute(update(request).where(*here).values(**values))
    return True
