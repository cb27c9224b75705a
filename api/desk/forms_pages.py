"""様式をさがす: which paper, what stands in it, what is checked; each leads to writing it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from api.desk.finding import search
from api.desk.steps import steps_of
from api.issuing import line
from validators.model import FACES

blueprint = Blueprint("forms_pages", __name__, url_prefix="/forms")
LONGEST = 100  # letters that are looked for


@blueprint.get("")
def index() -> Response:
    """Show the forms that fit what is looked for, all of them when nothing is."""
    rules = line().rules
    words, authority = request.args.get("words", "")[:LONGEST], request.args.get("authority", "")
    found, fits = search(rules, words, authority=authority)
    part = "desk/found.html" if "HX-Request" in request.headers else "desk/forms.html"
    page = render_template(
        part, words=words, authority=authority, found=found, fits=fits, sources=rules.catalogue.sources()
    )
    response = make_response(page)
    response.headers["Vary"] = "HX-Request"
    return response


@blueprint.get("/<slug>")
def one(slug: str) -> str:
    """Show one form: who reads it, its boxes by page, the provisions it is judged by."""
    rules = line().rules
    name = rules.catalogue.names().get(slug)
    if name is None:
        raise NotFound
    form = rules.catalogue.get(name)
    return render_template(
        "desk/form.html",
        form=form,
        face=FACES[form.face],
        steps=steps_of(form),
        clauses=[clause for clause in rules.clauses.for_form(form.slug) if clause.duty],
    )
