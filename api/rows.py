"""行を直す: a row of a file that was not issued opens in the desk by hand, and goes its way from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from werkzeug.exceptions import NotFound

from api.batches import desk, take_again
from api.desk import taken_over
from api.desk.look import drafts, work
from api.desk_kept.sending import went_on
from api.issuing import line
from api.pages import blueprint

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@blueprint.post("/batches/<key>/rows/<int:number>/mend")
def mend(key: str, number: int) -> Response:
    """Open a row (its place among the results, from 1) at its first fault; one that was opened before goes on where it was left."""
    job = desk().get(key)
    if job is None:
        raise NotFound
    begun = job.mended.get(number, "")
    if begun and drafts().get(begun) is not None:
        return redirect(url_for("drafts_pages.begin", key=begun), code=303)
    if begun and went_on(begun):
        return redirect(url_for("papers_pages.show", paper=went_on(begun)), code=303)
    record = job.record(number)
    if record is None:
        raise NotFound
    with work().one():
        if (other := job.mended.get(number, "")) != begun:  # pressed twice: the first press has it
            return redirect(url_for("drafts_pages.begin", key=other), code=303)
        draft = taken_over.begin(line(), drafts(), record)
        job.mended[number] = draft.id
        step, at = taken_over.first_fault(line(), draft)
    if not step:
        return redirect(url_for("drafts_pages.paper", key=draft.id), code=303)
    return redirect(url_for("drafts_pages.step", key=draft.id, number=step, _anchor=at), code=303)


@blueprint.post("/batches/<key>/issue")
def issue(key: str) -> Response:
    """Issue what a check found good: the same file again, as it was sent."""
    job = desk().get(key)
    if job is None or not job.checks or job.kept is None:
        raise NotFound
    return redirect(url_for("pages.batch", key=take_again(job).id), code=303)
