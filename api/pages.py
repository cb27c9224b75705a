"""The clerk's page: drop a spreadsheet, watch the progress, take the results. Works without JavaScript."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import BadRequest, NotFound

from api.access.owned import is_theirs
from api.batches import desk, take_uploads
from api.desk_kept import today
from api.jobs import MENDABLE
from api.limits import MAX_UPLOAD
from forms.entry import write_sheet
from validators.grouping import FIRST
from validators.labels import VERDICT_LABELS
from validators.model import FURTHER
from validators.review import NEEDS_APPROVAL, asks_approval

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from api.jobs import Job
    from validators.definitions.catalogue import Catalogue, FormHeading
    from validators.review import Fate


blueprint = Blueprint("pages", __name__)

# of what is only told, what the ledger did with a record: nobody misses that
_OF_THE_LEDGER = frozenset({"issued-before", "number-replaced", NEEDS_APPROVAL})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _catalogue() -> Catalogue:
    found: Catalogue = current_app.extensions["line"].catalogue
    return found


@blueprint.get("/")
def home() -> str:
    """Show what is to be done today; where there is no ledger, where to drop a file."""
    return today.show() if "ledger" in current_app.extensions else files()


@blueprint.get("/files")
def files() -> str:
    """Show where to drop a file, and the entry workbooks."""
    return render_template(
        "home.html",
        sources=_sources(),
        further=FURTHER,
        limit=MAX_UPLOAD >> 20,
        jobs=[job for job in desk().jobs() if is_theirs(job.id)],
    )


def _sources() -> list[dict[str, Any]]:
    """Return what the page offers, by the source it comes from: kinds of matters, and the forms by their official number."""
    headers = {header.slug: header for header in _catalogue().sources()}
    groups: dict[str, list[FormHeading]] = {}
    for form in _catalogue().headings():
        groups.setdefault(form.authority, []).append(form)
    return [
        {
            "slug": slug,
            "title": headers[slug].title if slug in headers else slug,
            "issuer": headers[slug].issuer if slug in headers else "",
            "matters": headers[slug].matters if slug in headers else (),
            "forms": sorted(groups[slug], key=_in_order),
        }
        for slug in sorted(groups)
    ]


def _in_order(form: FormHeading) -> tuple[list[tuple[int, str]], str]:
    """Return where a form stands among those of its source: 様式第2号 before 様式第10号, those without a number last."""
    pieces = re.findall(r"([0-9]+)|([^0-9]+)", unicodedata.normalize("NFKC", form.number))
    numbered = any(figures for figures, _ in pieces)
    return [(int(not numbered), ""), *((int(figures or 0), words) for figures, words in pieces)], form.title


@blueprint.get("/sheet")
def sheet() -> Response:
    """Make the entry workbook of the chosen forms, or of a kind of matter (`matter`: its source and its name)."""
    catalogue, matter = _catalogue(), None
    names = catalogue.names()
    slugs = [names[name] for name in request.args.getlist("form") if name in names]
    if chosen := request.args.get("matter"):
        authority, _, name = chosen.partition(" ")
        matter = catalogue.matter(authority, name)
        slugs = [*catalogue.with_forms(matter), *slugs]
    if not slugs:
        raise BadRequest("様式か、事案の種類を選んでください。")
    content = io.BytesIO()
    write_sheet([catalogue.get(slug) for slug in dict.fromkeys(slugs)], content, matter=matter)
    content.seek(0)
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name="yoshiki-entry.xlsx")


@blueprint.post("/batches")
def send() -> BaseResponse:
    """Queue the dropped files, each by itself, and show the page of the one, or the list of them; `do=check`: issue nothing."""
    jobs = take_uploads(checks=request.form.get("do") == "check")
    if len(jobs) == 1:
        return redirect(url_for("pages.batch", key=jobs[0].id), code=303)
    return redirect(url_for("pages.files", _anchor="jobs"), code=303)


@blueprint.get("/batches/<key>")
def batch(key: str) -> str:
    """Show how far a batch has come, and its results."""
    job = desk().get(key)
    if job is None:
        raise NotFound
    return render_template(
        "batch.html",
        job=job,
        verdicts=VERDICT_LABELS,
        rows=_rows(job),
        mendable=MENDABLE,
        told=_OF_THE_LEDGER,
        asks_approval=asks_approval,
    )


def _rows(job: Job) -> list[tuple[int, Fate]]:
    """Return the results with their places from 1, what must be mended first."""
    fates = job.review.fates if job.review else ()
    return sorted(enumerate(fates, 1), key=lambda row: (FIRST.index(row[1].verdict), row[0]))


@blueprint.post("/batches/<key>/cancel")
def cancel(key: str) -> BaseResponse:
    """Break a batch off and show what became of it."""
    job = desk().get(key)
    if job is None:
        raise NotFound
    desk().cancel(job)
    return redirect(url_for("pages.batch", key=key), code=303)


@blueprint.post("/batches/<key>/delete")
def delete(key: str) -> BaseResponse:
    """Remove a batch and all that came of it."""
    job = desk().get(key)
    if job is not None:
        desk().delete(job)
    return redirect(url_for("pages.files"), code=303)


@blueprint.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Say that the service answers."""
    return "ok\n", 200, {"Content-Type": "text/plain"}
