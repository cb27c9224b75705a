"""A draft of the desk by hand goes its way in the ledger: to approval where its office asks that, else it is issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, visitor
from api.issuing import line
from api.kept.reach import actor, paper_in_reach
from forms.issue.sink import Wanted
from ledger import approvals
from validators.office import needs_approval

if TYPE_CHECKING:
    from api.desk.drafts import Draft
    from api.desk_kept.drafts import LedgerDrafts
    from validators.review import Fate


def send(draft: Draft) -> Fate:
    """Keep a draft as it was seen and send it its way; where it may not go on, the fate says why."""
    store = cast("LedgerDrafts", current_app.extensions["drafts"])
    store.keep(draft)
    if needs_approval(line().office, draft.form):
        fate = approvals.check(ledger(), line(), actor(), draft.id)
    else:
        fate, _ = approvals.issue_draft(ledger(), line(), actor(), draft.id, wanted=Wanted())
    if fate.verdict in {"checked", "issued"}:
        store.sent(draft.id)
    return fate


def went_on(key: str) -> str:
    """Return the ref of the paper that a draft has become, where it is of the office of whoever speaks; else blank."""
    if visitor() is None:
        return ""
    try:
        found = paper_in_reach(key)
    except NotFound:
        return ""
    return found.ref if found.ref == key and found.state not in {"draft", "withdrawn"} else ""
