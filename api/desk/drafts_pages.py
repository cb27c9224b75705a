"""The drafts as a whole: which there are, a new one, where to go on with one; a page of a draft that is gone says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from api.access.visitors import visitor
from api.desk.filled import form_of
from api.desk.look import drafts
from api.desk.steps import steps_of
from api.desk_kept.sending import went_on
from api.issuing import line
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from api.desk.drafts import Draft

blueprint = Blueprint("drafts_pages", __name__, url_prefix="/drafts")


class DraftGoneError(YoshikiError):
    """The draft is not there (any more)."""

    code = "unknown-draft"
    http_status = 404


def found(key: str) -> Draft:
    """Return a draft. Raises DraftGoneError when there is none (any more)."""
    draft = drafts().get(key)
    if draft is None:
        raise DraftGoneError("この下書きはありません。")
    return draft


@blueprint.errorhandler(DraftGoneError)
def gone(_error: DraftGoneError) -> BaseResponse | Response:
    """Say what may have become of a draft."""
    if "HX-Request" in request.headers:
        told = {
            "title": "この下書きはもうありません。",
            "detail": "書いた内容は、控えてから、様式を選び直してください。",
        }
        return make_response(render_template("notice.html", **told), 404)
    if (went := went_on(str((request.view_args or {}).get("key", "")))) and request.method == "GET":
        return redirect(url_for("papers_pages.show", paper=went), code=303)
    return make_response(render_template("desk/gone.html"), 404)


def saved_line(draft: Draft) -> str:
    """Return when a draft was saved last, as its pages say it."""
    if draft.saved_at:
        return f"保存済み {draft.saved_at:%H:%M}"
    return "まだ保存していません" if visitor() is None else "台帳に保存しています"


@blueprint.get("")
def index() -> str:
    """List the drafts: of each the form and when it was saved, nobody's name."""
    rows = [(draft, line().catalogue.get(draft.form).title, saved_line(draft)) for draft in drafts().all()]
    return render_template("desk/drafts.html", rows=rows)


@blueprint.post("")
def new() -> BaseResponse:
    """Begin a draft of a form."""
    slug = line().catalogue.names().get(request.form.get("form", ""))
    if slug is None:
        raise BadRequest("様式を選んでください。")
    draft = drafts().new(slug, {})
    return redirect(url_for("drafts_pages.step", key=draft.id, number=1), code=303)


@blueprint.get("/<key>")
def begin(key: str) -> BaseResponse | str:
    """Go on where a draft was left: its first step that was not saved, else the last look; once issued, its files."""
    draft = found(key)
    if draft.issued:
        return redirect(url_for("drafts_pages.issued", key=key), code=303)
    left = [
        step.number for step in steps_of(form_of(line(), draft)) if step.part == 0 and step.number not in draft.done
    ]
    to = url_for("drafts_pages.step", key=key, number=left[0]) if left else url_for("drafts_pages.paper", key=key)
    return redirect(to, code=303)
