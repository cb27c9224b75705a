"""決裁待ち: the queue, and each paper with its picture, its findings and what differs from the version seen before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.desk.judged import weigh
from api.desk.look import pictures
from api.desk.picture import DPI
from api.desk.shown import words_of
from api.desk.widgets import answers_of
from api.desk_kept.drafts import draft_of
from api.desk_kept.saying import day_typed, fault_said, moment_said, titles
from api.issuing import line
from api.kept.reach import actor, paper_in_reach, speaker
from ledger import approvals
from ledger.delivery import steps, ways
from ledger.papers import STANDING, newest, opened
from ledger.records import record_of
from ledger.work_list import case_of_paper, cases_of_papers, revision
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.wrappers import Response as BaseResponse

    from api.desk.judged import Weighed
    from api.desk.picture import Pictured
    from ledger.papers import PaperRow
    from validators.model import Form

blueprint = Blueprint("approvals_pages", __name__, url_prefix="/approvals")

_MOST = 200
_AT_ONCE = 20
_PASSED = ("approved", *STANDING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that waits for approval, opened: `own`: whoever speaks wrote it and may not approve it here."""

    row: PaperRow
    title: str
    case: str
    by: str
    weighed: Weighed
    pictured: Pictured
    differs: Sequence[tuple[str, str, str]]
    again: bool
    own: bool

    @property
    def kind(self) -> tuple[Any, ...]:
        """Return what papers share that may be approved at once: form, findings, kind of difference."""
        clauses = tuple(sorted(clause for each in self.weighed.findings for clause in each.clauses))
        return self.row.form, clauses, tuple(name for name, _, _ in self.differs), self.again


@blueprint.get("")
def index() -> str:
    """Show the papers that wait, by form."""
    known, groups = titles(), dict[str, list[tuple[Any, ...]]]()
    rows = newest(ledger(), state="checked", most=_MOST, office_code=speaker().office)
    cases, way = cases_of_papers(ledger(), rows), ways(ledger(), rows)
    for row in rows:
        asked = way[row.ref][-1]
        said = (row, cases[row.ref].number if row.ref in cases else "", asked.person, moment_said(asked.at))
        groups.setdefault(known.get(row.form, row.form), []).append(said)
    return render_template("kept/approvals.html", groups=groups)


@blueprint.get("/several")
def several() -> str:
    """Show several papers one after another, with one button where they are alike."""
    return _several(_named(request.args.getlist("paper")))


def _named(refs: Sequence[str]) -> list[PaperRow]:
    return [paper_in_reach(ref) for ref in list(dict.fromkeys(refs))[:_AT_ONCE]]


def _several(rows: list[PaperRow], wrong: str = "") -> str:
    """Return the page of papers as they are now; those that wait no more are counted alone."""
    papers = [_waiting(row) for row in rows if row.state == "checked"]
    gone = len(rows) - len(papers)
    return render_template("kept/several.html", papers=papers, gone=gone, alike=_alike(papers), wrong=wrong)


def _alike(papers: list[Waiting]) -> bool:
    return len({each.kind for each in papers}) == 1 and not any(each.own for each in papers)


@blueprint.post("/several")
def approve_several() -> BaseResponse | Response:
    """Approve several papers that are alike, each as it was looked at; where one fails, what was done and what is left is told."""
    wanted = list(dict.fromkeys(request.form.getlist("paper")))[:_AT_ONCE]
    rows = _named([ref.partition("@")[0] for ref in wanted])
    if rows and all(row.state in _PASSED for row in rows):  # pressed twice
        return redirect(url_for("approvals_pages.index"), code=303)
    if any(row.state != "checked" for row in rows) or [f"{row.ref}@{row.rev}" for row in rows] != wanted:
        told = "見ている間に、ほかで進められたか直された文書があります。残りをもう一度ご覧ください。"
        return make_response(_several(rows, told), 409)
    if not _alike([_waiting(row) for row in rows]):
        return make_response(_several(rows, "同じ形の文書だけを、まとめて決裁できます。"), 422)
    for done, row in enumerate(rows):
        try:
            approvals.approve(ledger(), line(), actor(), row.ref)
        except YoshikiError as error:
            told = f"{done}件を決裁しました。次の文書で止まりました: {fault_said(error)}"
            return make_response(_several(_named([each.ref for each in rows]), told), 409)
    return redirect(url_for("approvals_pages.index"), code=303)


@blueprint.get("/<paper>")
def show(paper: str) -> BaseResponse | str:
    """Show a paper that waits as it would look, with what was found and what differs."""
    row = paper_in_reach(paper)
    return _page(row) if row.state == "checked" else redirect(url_for("papers_pages.show", paper=row.ref), code=303)


def _page(row: PaperRow, wrong: str = "") -> str:
    return render_template("kept/approval.html", each=_waiting(row), wrong=wrong, told=request.form)


def _waiting(row: PaperRow) -> Waiting:
    """Open a paper that waits; that it was read is recorded."""
    if row.state != "checked":
        raise NotFound
    record = record_of(opened(ledger(), actor(), row)["record"], row.ref)
    weighed, pictured = _drawn(row, record)
    by, _ = revision(ledger(), row, row.rev)
    before = _seen_before(row)
    differs = _differences(weighed.form, revision(ledger(), row, before)[1]["data"], record.data) if before else []
    case = case_of_paper(ledger(), row)
    own = bool(line().office.get("approval.other", "1")) and actor().is_same(by.name, by.ref)
    title = titles().get(row.form, row.form)
    return Waiting(row, title, case.number if case else "", by.name, weighed, pictured, differs, bool(before), own)


def _drawn(row: PaperRow, record: Any) -> tuple[Weighed, Pictured]:
    draft = draft_of(record)
    draft.id, draft.rev = f"approval-{row.ref}", row.rev  # a picture of its own, apart from the clerk's
    weighed = weigh(line(), draft)
    return weighed, pictures().of(line(), weighed, line().rules.now())


def _seen_before(row: PaperRow) -> int:
    """Return the revision that was returned last; 0 where none was."""
    return max(
        (each.rev for each in steps(ledger(), row.ref) if each.act == "returned" and each.rev < row.rev), default=0
    )


def _differences(form: Form, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the boxes whose words are others: label, before, after."""
    old, new = answers_of(form.fields, before), answers_of(form.fields, after)
    said = [
        (each.label, words_of(each, old.get(name)), words_of(each, new.get(name))) for name, each in form.fields.items()
    ]
    return [(label, was, is_) for label, was, is_ in said if was != is_]


@blueprint.get("/<paper>/pages/<int:number>")
def image(paper: str, number: int) -> Response:
    """Return a page of a paper that waits."""
    row = paper_in_reach(paper)
    key = f"approval-{row.ref}"
    png = pictures().image(key, number, DPI[""])
    if png is None and row.state == "checked":
        _drawn(row, record_of(opened(ledger(), actor(), row)["record"], row.ref))
        png = pictures().image(key, number, DPI[""])
    if png is None:
        raise NotFound
    return Response(png, mimetype="image/png")


@blueprint.post("/<paper>/approve")
def approve(paper: str) -> BaseResponse | Response:
    """Approve a paper as it was looked at; with a day, that it was approved by word of mouth before."""
    row, oral = paper_in_reach(paper), request.form.get("oral_on", "").strip()
    if row.state != "checked":
        return redirect(url_for("papers_pages.show", paper=row.ref), code=303)
    if request.form.get("rev") != str(row.rev):
        return make_response(_page(row, "見ている間に直されました。もう一度ご覧ください。"), 409)
    try:
        said = day_typed(oral, "口頭で決裁した日") if oral else ""
        approvals.approve(ledger(), line(), actor(), row.ref, oral_on=said)
    except YoshikiError as error:
        return make_response(_page(row, fault_said(error)), error.http_status)
    return redirect(url_for("approvals_pages.index"), code=303)


@blueprint.post("/<paper>/return")
def give_back(paper: str) -> BaseResponse | Response:
    """Return a paper to who wrote it, with the reason."""
    row, reason = paper_in_reach(paper), request.form.get("reason", "").strip()
    if row.state != "checked":
        return redirect(url_for("papers_pages.show", paper=row.ref), code=303)
    if not reason:
        return make_response(_page(row, "差し戻す理由を、直す欄の名前とともに書いてください。"), 422)
    try:
        approvals.give_back(ledger(), actor(), row.ref, reason)
    except YoshikiError as error:
        return make_response(_page(row, fault_said(error)), 409)
    return redirect(url_for("approvals_pages.index"), code=303)
