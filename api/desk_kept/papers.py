"""文書: what became of a paper: its way, its files (to a named receiver), its delivery; issued where it was approved; void."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, may
from api.desk_kept.saying import WAY_WORDS, day_said, day_typed, fault_said, moment_said, titles
from api.kept.reach import actor, own_line, paper_in_reach, rules, speaker, today
from api.shapes import DOCX, PDF
from forms.issue.sink import Wanted
from ledger import approvals
from ledger.delivery import Delivery, deliver, steps
from ledger.exporting import Receiver, export_paper
from ledger.issue import void_paper
from ledger.papers import STANDING, STATES
from ledger.types import Instant
from ledger.work_list import case_of_paper, draft_kept, kinds_of, void_of
from validators.errors import InputError, YoshikiError
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as BaseResponse

    from ledger.papers import PaperRow
    from validators.model import Finding

blueprint = Blueprint("papers_pages", __name__, url_prefix="/papers")

WAYS: Final = (  # values of the fact `way` of a history
    ("direct", "手渡し"),
    ("recorded_delivery", "書留・配達証明"),
    ("ordinary_mail", "普通郵便"),
    ("left", "差置き"),
    ("substituted", "補充送達"),
    ("public_notice", "公示送達"),
)


def page(row: PaperRow, *, wrong: str = "", findings: tuple[Finding, ...] = ()) -> str:
    """Return the page of a paper within reach."""
    kinds = [(kind, _file_said(kind)) for kind in kinds_of(ledger(), row)]
    return render_template(
        "kept/paper.html",
        row=row,
        title=titles().get(row.form, row.form),
        state=STATES[row.state],
        way=_way(row),
        own=draft_kept(ledger(), row.ref, office_code=speaker().office, person_ref=speaker().ref) is not None,
        voided=(moment_said(taken[0]), *taken[1:]) if (taken := void_of(ledger(), row)) else None,
        issued=moment_said(Instant(row.issued_at)) if row.issued_at else "",
        day=day_said(row.day),
        case=case_of_paper(ledger(), row),
        kinds=kinds,
        ways=WAYS,
        stands=row.state in STANDING,
        writes=may("write"),
        today=format_date(today()),
        told=request.form,
        wrong=wrong,
        findings=findings,
    )


def _way(row: PaperRow) -> list[tuple[str, str, str, str]]:
    """Return the steps of a paper in words; of revisions that somebody wrote in a row, the last."""
    found = steps(ledger(), row.ref)
    last = [
        each
        for each, after in zip(found, (*found[1:], None), strict=True)
        if not (after and each.act == after.act == "drafted" and each.person == after.person)
    ]
    return [(moment_said(each.at), WAY_WORDS[each.act], each.person, each.reason) for each in last]


def _file_said(kind: str) -> str:
    ending, _, mark = kind.partition("-")
    named = {"pdf": "PDF", "docx": "Word"}.get(ending, ending)
    return f"{named}（{mark}）" if mark else named


@blueprint.get("/<paper>")
def show(paper: str) -> str:
    """Show a paper's state, its way and what may be done with it; not what stands in it."""
    return page(paper_in_reach(paper))


def _done(row: PaperRow, act: Callable[[], Any]) -> BaseResponse | Response:
    """Do something with a paper and show it again, with what was wrong where something was."""
    try:
        act()
    except YoshikiError as error:
        return make_response(page(paper_in_reach(row.ref), wrong=fault_said(error)), 409 if error.http_status == 409 else 422)  # noqa: PLR2004  # fmt: skip
    return redirect(url_for("papers_pages.show", paper=row.ref), code=303)


@blueprint.post("/<paper>/issue")
def issue(paper: str) -> BaseResponse | Response:
    """Issue a paper that was approved: judged once more, numbered, entered in its register."""
    row = paper_in_reach(paper)
    if row.state in STANDING:  # pressed twice: it has its number already
        return redirect(url_for("papers_pages.show", paper=row.ref), code=303)
    try:
        fate, _ = approvals.issue_draft(ledger(), own_line(), actor(), row.ref, wanted=Wanted())
    except YoshikiError as error:
        return make_response(page(paper_in_reach(row.ref), wrong=fault_said(error)), 409)
    if fate.verdict != "issued":
        wrong = "このままでは発行できません。下の指摘を確かめて、書いた人に差し戻してください。"
        return make_response(page(row, wrong=wrong, findings=tuple(fate.findings)), 422)
    return redirect(url_for("papers_pages.show", paper=row.ref), code=303)


@blueprint.post("/<paper>/deliver")
def hand_over(paper: str) -> BaseResponse | Response:
    """Say when and how an issued paper was handed over, or why it could not be."""
    row, sent = paper_in_reach(paper), request.form

    def act() -> None:
        day = day_typed(sent.get("on", ""), "渡した日")
        failed = sent.get("failed", "").strip()
        told = Delivery(day, way=sent.get("way", ""), to=sent.get("to", "").strip(), failed=failed)
        deliver(ledger(), rules(), actor(), row.ref, told)

    return _done(row, act)


@blueprint.post("/<paper>/void")
def void(paper: str) -> BaseResponse | Response:
    """Make an issued paper void, with a reason; it and its number stay."""
    row, reason = paper_in_reach(paper), request.form.get("reason", "").strip()

    def act() -> None:
        if not reason:
            raise InputError("取り消す理由を書いてください。")
        void_paper(ledger(), rules(), actor(), row.ref, reason)

    return _done(row, act)


@blueprint.post("/<paper>/files/<kind>")
def file(paper: str, kind: str) -> Response:
    """Give a file of an issued paper to a named receiver; that is recorded first."""
    row = paper_in_reach(paper)
    try:
        to = Receiver(request.form.get("receiver", ""), request.form.get("purpose", ""))
        if kind not in kinds_of(ledger(), row):
            raise NotFound
        content = export_paper(ledger(), actor(), row.ref, to)[kind]
    except YoshikiError as error:
        return make_response(page(row, wrong=fault_said(error)), 422)
    ending, _, mark = kind.partition("-")
    response = send_file(io.BytesIO(content), mimetype=PDF if ending == "pdf" else DOCX)
    void = "無効・" if row.state == "void" else ""
    name = quote(f"{void}{titles().get(row.form, row.form)}-{row.number or row.day}{f'-{mark}' if mark else ''}.{ending}", safe="")  # fmt: skip
    plain = f"{row.form}.{ending}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    return response
