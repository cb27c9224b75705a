"""Conditional requests: what has not changed is not sent again (304), and what changed meanwhile is not written over (412).

An entity tag is `mark-digest`, or the digest alone: the digest is of the answer's bytes, the mark of what can be changed (a case
and its version; a paper, its revision and state). `If-None-Match` compares the whole, `If-Match` the mark: how an answer looks
to its reader (what is due today, what they may see) does not stand in the way of a change.
"""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import TYPE_CHECKING

from flask import current_app, request

from api.heeding import heeds
from api.kept.reach import case_in_reach, paper_in_reach
from ledger.expecting import ChangedError, only_if
from ledger.papers import PaperRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from ledger.cases import CaseFile

_LETTERS = 16  # of a digest in hexadecimal
_OF_REF = 10


def conditional(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    """Give the answers of a reading view their tags, and send none that the caller has already."""

    @wraps(view)
    def read(**named: str) -> Response:
        response = current_app.make_response(view(**named))
        if response.status_code != 200:  # noqa: PLR2004
            return response
        mark, _ = response.get_etag()
        digest = hashlib.sha256(response.get_data()).hexdigest()[:_LETTERS]
        response.set_etag(f"{mark}-{digest}" if mark else digest)
        response.make_conditional(request)
        return response

    heeds(read, "If-None-Match")
    return read


def marked(response: Response, row: CaseFile | PaperRow) -> Response:
    """Give an answer the mark of what can be changed."""
    response.set_etag(mark_of(row))
    return response


def if_unchanged(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let a view of a case or a paper change it only as the caller saw it (`If-Match`). Raises ChangedError."""

    @wraps(view)
    def changed(**named: str) -> ResponseReturnValue:
        if "If-Match" not in request.headers:
            return view(**named)
        given = request.if_match
        row = case_in_reach(named["case"], own=True) if "case" in named else paper_in_reach(named["paper"])
        mark = mark_of(row)
        if not given.star_tag and not any((tag or "").rpartition("-")[0] == mark for tag in given.as_set()):
            raise ChangedError
        held = (
            only_if("paper", row.ref, rev=row.rev, state=row.state)
            if isinstance(row, PaperRow)
            else only_if("case_file", row.ref, version=row.version)
        )
        with held:
            return view(**named)

    heeds(changed, "If-Match")
    return changed


def mark_of(row: CaseFile | PaperRow) -> str:
    """Return the mark of a case or a paper as it stands."""
    stands = f"{row.rev}-{row.state}" if isinstance(row, PaperRow) else str(row.version)
    return f"{row.ref[:_OF_REF]}-{stands}"
