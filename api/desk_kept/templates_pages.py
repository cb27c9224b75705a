"""所属の様式: an office's own Word file is told of at its places, seen beside the built-in paper, used from a day on, or no longer.

A file that was sent is held in memory for whoever sent it until it is used: it holds no case.
"""

from __future__ import annotations

import io
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.desk.look import work
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.saying import day_said, titles
from api.kept.reach import actor, rules, speaker, templates_of, today
from api.limits import BusyError
from api.shapes import DOCX, PDF
from forms.own_templates.examine import examine
from forms.own_templates.marked import with_comments
from forms.own_templates.preview import side_by_side
from forms.own_templates.shelf import Shelf
from forms.paper.layout import build_docx
from ledger.audit.office_events import PaperAdopted
from ledger.offices import office_id, offices, profile_of
from ledger.write import record
from validators.errors import YoshikiError
from validators.model import Record
from validators.wareki import format_date

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response as BaseResponse

    from forms.own_templates.examine import TemplateProblem
    from validators.model import Form

blueprint = Blueprint("templates_pages", __name__, url_prefix="/offices/<code>/templates")

_MOST: Final = 20  # files held at once
_LARGEST: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class SentTemplate:
    """A file that was sent, with what was found in it."""

    by: str
    code: str
    form: str
    content: bytes
    problems: list[TemplateProblem] = field(default_factory=list)

    @property
    def wrong(self) -> list[TemplateProblem]:
        """Return what stops it from being used."""
        return [each for each in self.problems if each.severity == "error"]


def _sent() -> OrderedDict[str, SentTemplate]:
    found: OrderedDict[str, SentTemplate] = current_app.extensions.setdefault("sent_templates", OrderedDict())
    return found


def _name(code: str) -> str:
    found = next((name for each, name, _ in offices(ledger()) if each == code), None)
    if found is None:
        raise NotFound
    return found


def _form(slug: str) -> Form:
    if slug not in set(rules().catalogue.slugs()):
        raise NotFound
    return rules().catalogue.get(slug, today())


def _folder(code: str) -> Path:
    """Return where an office's papers stand. Raises NotFound where there is no such office, or the ledger has no folder."""
    _name(code)
    found = templates_of(code)
    if found is None:
        raise NotFound
    return found


@blueprint.get("")
def index(code: str) -> str:
    """List the office's own papers, and ask of which form there is to be another."""
    name, folder = _name(code), templates_of(code)
    known = titles()
    rows = sorted({(known.get(one.form, one.form), one.form) for one in Shelf(folder).adopted}) if folder else []
    forms = sorted(known.items(), key=lambda each: each[1])
    return render_template(
        "kept/templates.html", code=code, name=name, rows=rows, forms=forms, takes=folder is not None
    )


@blueprint.get("/form")
def of_form(code: str) -> str:
    """Show one form's papers (`form`): which are used since when, and where to send another."""
    return _page(code, request.args.get("form", ""), TypedBoxes())


def _page(code: str, slug: str, boxes: TypedBoxes) -> str:
    name, form, folder = _name(code), _form(slug), _folder(code)
    day = today().isoformat()
    mine = [one for one in Shelf(folder).adopted if (one.form, one.edition) == (slug, form.edition)]
    mine.reverse()  # of several at one time the one that came last
    mine.sort(key=lambda one: (one.starts, one.adopted_at), reverse=True)
    begun = [one for one in mine if one.starts <= day]
    said = [
        (
            day_said(one.starts),
            "自所の様式" if one.file else "既定の様式",
            "これから" if one.starts > day else "いま使っています" if one is begun[0] else "前のもの",
            one.by,
        )
        for one in mine
    ]
    return render_template(
        "kept/template.html",
        code=code,
        name=name,
        form=form,
        rows=said,
        own=bool(begun and begun[0].file),
        boxes=boxes,
        today=format_date(today()),
    )


@blueprint.get("/form/built-in")
def built_in(code: str) -> Response:
    """Hand out the built-in paper as a Word file to be changed."""
    _name(code)
    form = _form(request.args.get("form", ""))
    content = io.BytesIO(build_docx(form, by_text=False))
    return send_file(content, mimetype=DOCX, as_attachment=True, download_name=f"{form.slug}.docx")


@blueprint.post("/form")
def send(code: str) -> BaseResponse | Response:
    """Take a Word file and look through it."""
    slug = request.form.get("form", "")
    _folder(code)
    form, boxes, upload = _form(slug), TypedBoxes(request.form), request.files.get("file")
    content = upload.read(_LARGEST + 1) if upload else b""
    problems: list[TemplateProblem] = []
    if not content:
        boxes.refuse("file", "Wordのファイル（.docx）を選んでください。")
    elif len(content) > _LARGEST:
        boxes.refuse("file", f"ファイルは{_LARGEST >> 20}MBまでにしてください。")
    else:
        try:
            with work().one():
                problems = examine(content, form, rules().clauses)
        except BusyError:
            raise
        except YoshikiError as error:  # no Word file at all
            boxes.refuse("file", error.message + error.action)
    if boxes.good:
        key, held = secrets.token_urlsafe(12), _sent()
        held[key] = SentTemplate(speaker().ref, code, slug, content, problems)
        while len(held) > _MOST:
            held.popitem(last=False)
        return redirect(url_for("templates_pages.looked", code=code, upload=key), code=303)
    return make_response(_page(code, slug, boxes), 422)


def _held(code: str, key: str) -> SentTemplate:
    found = _sent().get(key)
    if found is None or (found.by, found.code) != (speaker().ref, code):
        raise NotFound
    return found


@blueprint.get("/sent/<upload>")
def looked(code: str, upload: str) -> str:
    """Show what was found in a file, each at its place; where nothing stops it, ask from which day it is used."""
    return _looked(code, upload, TypedBoxes())


def _looked(code: str, upload: str, boxes: TypedBoxes) -> str:
    sent = _held(code, upload)
    return render_template(
        "kept/template_sent.html",
        code=code,
        name=_name(code),
        upload=upload,
        sent=sent,
        title=titles().get(sent.form, sent.form),
        boxes=boxes,
        today=format_date(today()),
    )


@blueprint.get("/sent/<upload>/marked")
def marked(code: str, upload: str) -> Response:
    """Hand out the file with a comment at each place."""
    sent = _held(code, upload)
    content = io.BytesIO(with_comments(sent.content, sent.problems))
    return send_file(content, mimetype=DOCX, as_attachment=True, download_name=f"{sent.form}-comments.docx")


@blueprint.get("/sent/<upload>/beside")
def beside(code: str, upload: str) -> Response:
    """Show the paper beside the built-in one."""
    sent = _held(code, upload)
    if sent.wrong:
        raise NotFound
    with ledger().read() as connection:
        profile = profile_of(connection, office_id(connection, code) or 0, today().isoformat())
    with work().one():
        pdf = side_by_side(sent.content, _form(sent.form), Record(sent.form, "preview", {}), profile)
    return send_file(io.BytesIO(pdf), mimetype=PDF, download_name=f"{sent.form}-beside.pdf")


@blueprint.post("/sent/<upload>/use")
def use(code: str, upload: str) -> BaseResponse | Response:
    """Use a file that nothing stops from a day on."""
    sent, boxes = _held(code, upload), TypedBoxes(request.form)
    starts = _starts(boxes)
    if boxes.good:
        try:
            with work().one():
                shelf = Shelf(_folder(code))
                shelf.adopt(
                    sent.content, _form(sent.form), rules(), starts=date.fromisoformat(starts), by=speaker().name
                )
        except YoshikiError as error:
            boxes.refuse_all(error)
    if not boxes.good:
        return make_response(_looked(code, upload, boxes), 422)
    record(ledger(), actor(), PaperAdopted(office=code, form=sent.form, from_on=starts, on=True))
    _sent().pop(upload, None)  # pressed twice, it is gone already
    return redirect(url_for("templates_pages.of_form", code=code, form=sent.form), code=303)


def _starts(boxes: TypedBoxes) -> str:
    found = boxes.day("starts", "使い始める日", must=True)
    if found and found < today().isoformat():
        boxes.refuse("starts", "「使い始める日」は、きょうか、その後の日を書いてください。")
    return found


@blueprint.post("/form/back")
def back(code: str) -> BaseResponse | Response:
    """Use the built-in paper again from a day on; what was used stays to be seen."""
    slug, boxes = request.form.get("form", ""), TypedBoxes(request.form)
    folder, form, starts = _folder(code), _form(slug), _starts(boxes)
    if not boxes.good:
        return make_response(_page(code, slug, boxes), 422)
    Shelf(folder).go_back(form, rules(), starts=date.fromisoformat(starts), by=speaker().name)
    record(ledger(), actor(), PaperAdopted(office=code, form=slug, from_on=starts, on=False))
    return redirect(url_for("templates_pages.of_form", code=code, form=slug), code=303)
