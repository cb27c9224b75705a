"""The forms over HTTP: list, describe, check a record, issue its document."""

from __future__ import annotations

import base64
import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest, NotAcceptable

from api.conditional import conditional
from api.issuing import issue_one, line
from api.once import once
from api.problems import problem, refusal
from api.sent import json_sent
from api.shapes import DOCX, JSON, PDF
from api.worked import worked_example
from forms.entry import sent_from_json
from forms.issue.issuing import judge
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from forms.reports.describe import describe_form, describe_forms
from validators.errors import InputError
from validators.model import FURTHER
from validators.normalise import normalise
from validators.schema import json_schema
from validators.text import case_key

if TYPE_CHECKING:
    from api.limits import Work
    from validators.model import Form
    from validators.review import Fate

_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # of what ISO 8601 allows, the one way that is described

blueprint = Blueprint("forms", __name__, url_prefix="/api/v1")


def _work() -> Work:
    work: Work = current_app.extensions["work"]
    return work


def _form(name: str) -> Form | None:
    slug = line().catalogue.names().get(name)
    return line().catalogue.get(slug) if slug else None


def _edition(slug: str) -> Form | None:
    """Return the edition of the day that `on` names (left out: the newest). Raises BadRequest on what is no day."""
    day = request.args.get("on")
    form = _form(slug)
    if form is None or not day:
        return form
    try:
        return line().catalogue.get(form.slug, date.fromisoformat(day if _DAY.fullmatch(day) else ""))
    except ValueError:
        raise BadRequest("on には、2024-04-01 のように年月日を指定してください。") from None


def _unknown(slug: str) -> Response:
    return problem(404, f"「{slug}」という様式はありません。/api/v1/forms に一覧があります。", code="unknown-form")


@blueprint.get("/forms")
@conditional
def forms() -> Response:
    """List the forms."""
    return jsonify(describe_forms(line().catalogue).data)


@blueprint.get("/forms/<slug>")
@conditional
def form(slug: str) -> Response:
    """Describe one form, in the edition of a day (`on`)."""
    found = _edition(slug)
    return jsonify(describe_form(found).data) if found else _unknown(slug)


@blueprint.get("/forms/<slug>/schema")
@conditional
def schema(slug: str) -> Response:
    """Return the form's JSON Schema with a worked example, in the edition of a day (`on`)."""
    found = _edition(slug)
    if found is None:
        return _unknown(slug)
    described = json_schema(found)
    if found.effective_until is None:  # the worked example is a paper of today's edition
        described["examples"] = [worked_example(found)]
    return Response(current_app.json.dumps(described), mimetype="application/schema+json")


@blueprint.post("/forms/<slug>/check")
def check(slug: str) -> Response:
    """Return the findings on a record; nothing is issued."""
    form = _form(slug)
    if form is None:
        return _unknown(slug)
    unit = _unit(form.slug)
    with _work().one():
        (fate,) = judge(line(), [unit])
    return jsonify(
        {"records": 1, "verdict": fate.verdict, "findings": [finding.as_json() for finding in fate.findings]}
    )


@blueprint.post("/forms/<slug>/documents")
@once
def documents(slug: str) -> Response:
    """Return the document in the form that Accept asks for, or 422 with the findings."""
    form = _form(slug)
    if form is None:
        return _unknown(slug)
    wanted = request.accept_mimetypes.best_match([PDF, DOCX, JSON]) if request.accept_mimetypes else PDF
    if wanted is None:
        raise NotAcceptable(f"Accept には {PDF}、{DOCX}、{JSON} のどれかを指定してください。")
    further = further_copies(request.args.getlist("copy"))
    if further and (wanted == DOCX or (wanted == PDF and len(further) > 1)):
        raise BadRequest(f"copy は、Accept: {PDF} では一つだけ、Accept: {JSON} ではいくつでも指定できます。")
    unit = _unit(form.slug)
    with _work().one():
        fate, files = issue_one(unit, Wanted(copies=wanted == JSON, further=further))
    if fate.verdict != "issued":
        return refusal(fate.findings, fate.verdict)
    if missing := [mark for mark in further if f"pdf-{mark}" not in files]:  # issued before, without it
        told = f"この記載データの文書は発行済みで、そのとき{'、'.join(missing)}は作られていません。copy を付けずにお求めください。"
        return problem(409, told, code="issued-before")
    return _answer(fate, files, wanted, further)


def further_copies(asked: list[str]) -> tuple[str, ...]:
    """Return the marks of the copies asked for beside a form's own. Raises BadRequest on any that is not offered."""
    if unknown := [mark for mark in asked if mark not in FURTHER]:
        raise BadRequest(
            f"copy には{'、'.join(f'「{mark}」' for mark in FURTHER)}を指定できます（「{unknown[0][:20]}」は使えません）。"
        )
    return tuple(dict.fromkeys(asked))


def _answer(fate: Fate, files: dict[str, bytes], wanted: str, further: tuple[str, ...]) -> Response:
    if wanted == JSON:
        return jsonify(
            {
                "form": fate.form,
                "record": fate.record,
                "edition": fate.edition,
                "law_as_of": fate.law_as_of,
                "pages": fate.pages,
                "findings": [finding.as_json() for finding in fate.findings],
                "files": {kind: base64.b64encode(content).decode("ascii") for kind, content in files.items()},
            }
        )
    kind = "pdf" if wanted == PDF else "docx"
    response = Response(files[f"pdf-{further[0]}" if further else kind], mimetype=wanted)
    mark = f"-{further[0]}" if further else ""  # a copy is not saved over the paper itself
    plain = f"{fate.form}{'-copy' * bool(further)}.{kind}"
    named = quote(f"{fate.title}-{fate.form}{mark}.{kind}", safe="")  # RFC 5987; of the form, never of a person
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
    return response


def _unit(slug: str) -> Unit:
    """Read the body's record and the papers of its case. Raises InputError when they cannot be read."""
    own = line()
    sent = sent_from_json(json_sent(), slug, own.catalogue.names())
    for n, paper in enumerate(sent.papers):
        for found in normalise(own.catalogue.get(paper.form), paper):
            if found.severity == "error":  # what is weighed must be read first: a case with a gap would look whole
                raise InputError(f"papers[{n}] の「{found.label or found.path}」: {found.message}")
    case = case_key(sent.record.case) or ("papers" if sent.papers else "")
    return Unit((Item(sent.record, sent.found),), case, sent.papers)
