"""A draft belongs to the case its record names, and is sealed under that case's key: it goes when the case goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import update

from ledger import keys
from ledger.audit.paper_events import PaperJoined
from ledger.case_marks import case_of
from ledger.confirmations import lapse_all
from ledger.papers import PaperRow, PaperStateError, find
from ledger.reach import rows_under
from ledger.resealing import reseal
from ledger.tables import data_key, paper, request
from ledger.write import write

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.issue import CaseMark
    from ledger.types import Actor
    from ledger.write import Writing


CLOSED = "終結した事案の文書は発行しません。"
REOPEN = "yoshiki case reopen で事案をもう一度開いてから行ってください。"


def in_its_case(ledger: Ledger, actor: Actor, row: PaperRow, called: str) -> PaperRow:
    """Return a draft as it stands in the case that its record names.

    A draft older than its case joins it: a draft again, whose confirmations lapse, for neither was weighed beside the case.
    Raises PaperStateError where it stands in another case, in one that went to another office, or in one that is closed.
    """
    with ledger.read() as connection:
        mark = case_of(connection, row.office_id, called)
    if mark is not None and mark.state == "closed":
        raise PaperStateError(CLOSED, action=REOPEN)
    if (mark.id if mark else None) == row.case_file_id:
        return row
    if mark is None or row.case_file_id is not None:
        raise PaperStateError(
            "この控えは、記載にある事案番号の事案のものではありません（番号が直されたか、事案がほかの所属に引き継がれています）。",
            action="事案番号を確かめ、新しい控えを起案してください。",
        )
    return write(ledger, actor, partial(_join, ledger, row.ref, mark))


def _join(ledger: Ledger, ref: str, mark: CaseMark, writing: Writing) -> PaperRow:
    row = find(writing.connection, ref, lock=True)
    old, new = keys.load(writing.connection, ledger, row.key_id), keys.load(writing.connection, ledger, mark.key_id)
    for each in rows_under(writing.connection, old.id):
        reseal(writing, ledger, each, old, new)
    writing.execute(update(request).where(request.c.key_id == old.id).values(key_id=new.id))
    joined = {"case_file_id": mark.id, "key_id": new.id, "state": "draft"}
    writing.execute(update(paper).where(paper.c.id == row.id).values(**joined))
    writing.execute(update(data_key).where(data_key.c.id == old.id).values(wrapped=None, shredded_at=writing.now))
    lapse_all(writing, row)
    writing.tell(PaperJoined(paper=row.ref, case=mark.ref, rev=row.rev))
    return find(writing.connection, ref)
