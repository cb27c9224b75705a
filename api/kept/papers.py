"""Papers of the ledger over HTTP: drafted, checked, approved, issued, handed over; their files; a file held against the ledger."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request, send_file, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.conditional import conditional, if_unchanged, marked
from api.kept import asking
from api.kept.reach import actor, case_in_reach, own_line, own_record, paper_in_reach, rules, speaker
from api.limits import MAX_RECORD
from api.once import once
from api.problems import refusal
from forms.issue.sink import Wanted
from ledger import approvals
from ledger.delivery import Delivery, deliver, steps
from ledger.exporting import Receiver, export_paper, reprint
from ledger.in_json import paper_as_json, verified_as_json
from ledger.issue import void_paper
from ledger.papers import newest
from ledger.types import moment_of
from ledger.verify import verify
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.cases import CaseFile
    from validators.review import Fate

blueprint = Blueprint("kept_papers", __name__, url_prefix="/api/v1")

PDF = "application/pdf"
_TYPES = {"pdf": PDF, "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@blueprint.get("/papers")
@conditional
def index() -> Response:
    """List the newest papers of the caller's office, of one state (`state`) or of all."""
    rows = newest(ledger(), state=request.args.get("state", ""), most=asking.how_many(), office_code=speaker().office)
    return jsonify({"papers": [paper_as_json(each) for each in rows]})


@blueprint.post("/forms/<slug>/papers")
@once
def draft(slug: str) -> tuple[Response, int, dict[str, str]]:
    """Keep a record as a draft, judged; it has no number. `case`: the case it is of."""
    line = own_line()
    record = own_record(line, slug)
    if record.case:
        record = own_record(line, slug, case=_case_of(record.case))
    ref, fate = approvals.draft(ledger(), line, actor(), record)
    return jsonify(_told(ref, fate)), 201, {"Location": url_for("kept_papers.show", paper=ref)}


@blueprint.get("/papers/<paper>")
@conditional
def show(paper: str) -> Response:
    """Return a paper's state and its way so far; not what stands in it."""
    row = paper_in_reach(paper)
    way = [
        {
            "at": moment_of(each.at).isoformat(),
            "act": each.act,
            "person": each.person,
            "rev": each.rev,
            "reason": each.reason,
        }
        for each in steps(ledger(), row.ref)
    ]
    return marked(jsonify({**paper_as_json(row), "steps": way}), row)


@blueprint.post("/papers/<paper>/check")
@once
@if_unchanged
def check(paper: str) -> Response:
    """Judge a draft as it stands; where it may be issued, it is checked and waits for approval."""
    row = paper_in_reach(paper)
    return jsonify(_told(row.ref, approvals.check(ledger(), own_line(), actor(), row.ref)))


@blueprint.post("/papers/<paper>/confirm")
@once
@if_unchanged
def confirm(paper: str) -> Response:
    """Answer for a warning (`clause`) with a reason, by the caller's own name."""
    told, row = asking.body(), paper_in_reach(paper)
    clause, reason = asking.text(told, "clause", needed=True), asking.text(told, "reason", needed=True)
    approvals.answer_for(ledger(), rules(), actor(), row.ref, clause=clause, reason=reason)
    return _state(row.ref)


@blueprint.post("/papers/<paper>/approve")
@once
@if_unchanged
def approve(paper: str) -> Response:
    """Approve a checked draft; `oral_on`: the day it was approved by word of mouth."""
    told, row = asking.body(), paper_in_reach(paper)
    oral, reason = asking.text(told, "oral_on"), asking.text(told, "reason")
    approvals.approve(ledger(), own_line(), actor(), row.ref, oral_on=oral, reason=reason)
    return _state(row.ref)


@blueprint.post("/papers/<paper>/return")
@once
@if_unchanged
def give_back(paper: str) -> Response:
    """Return a draft with a reason."""
    told, row = asking.body(), paper_in_reach(paper)
    approvals.give_back(ledger(), actor(), row.ref, asking.text(told, "reason", needed=True))
    return _state(row.ref)


@blueprint.post("/papers/<paper>/issue")
@once
@if_unchanged
def issue(paper: str) -> Response:
    """Issue a draft: judged once more, numbered, and only as it was approved where the office asks that."""
    row = paper_in_reach(paper)
    fate, number = approvals.issue_draft(ledger(), own_line(), actor(), row.ref, wanted=Wanted())
    if fate.verdict != "issued":
        return refusal(fate.findings, fate.verdict)
    return jsonify({**_told(row.ref, fate), "number": number})


@blueprint.post("/papers/<paper>/deliver")
@once
@if_unchanged
def hand_over(paper: str) -> Response:
    """Say when (`on`) and how (`way`, `to`) an issued paper was handed over, or why it could not be (`failed`)."""
    told, row = asking.body(), paper_in_reach(paper)
    ways = {name: asking.text(told, name) for name in ("way", "to", "failed")}
    deliver(ledger(), rules(), actor(), row.ref, Delivery(asking.text(told, "on", needed=True), **ways))
    return _state(row.ref)


@blueprint.post("/papers/<paper>/void")
@once
@if_unchanged
def void(paper: str) -> Response:
    """Make an issued paper void, with a reason; it and its number stay."""
    told, row = asking.body(), paper_in_reach(paper)
    void_paper(ledger(), rules(), actor(), row.ref, asking.text(told, "reason", needed=True))
    return _state(row.ref)


@blueprint.post("/papers/<paper>/files/<kind>")
def file(paper: str, kind: str) -> Response:
    """Return a file of an issued paper as it was issued, to a named receiver (`receiver`, `purpose`); it is recorded."""
    row = paper_in_reach(paper)
    content = export_paper(ledger(), actor(), row.ref, _receiver()).get(kind)
    if content is None:
        raise NotFound
    return _file(content, f"{row.ref}.{kind.partition('-')[0]}", _TYPES[kind.partition("-")[0]])


@blueprint.post("/papers/<paper>/reprint")
def again(paper: str) -> Response:
    """Return an issued paper's PDF again, every page marked 写し, to a named receiver; it is recorded."""
    row = paper_in_reach(paper)
    return _file(reprint(ledger(), rules(), actor(), row.ref, _receiver()), f"{row.ref}-copy.pdf", PDF)


@blueprint.post("/verify")
def held_against() -> Response:
    """Say of a file (the body) which paper it is, whether a byte changed, whether it comes out the same again here."""
    request.max_content_length = MAX_RECORD
    if not (content := request.get_data()):
        raise InputError("確かめるファイルの内容を送ってください。")
    found = verify(ledger(), rules(), actor(), content)
    if found.paper is not None and found.paper.office_code != speaker().office:
        return jsonify({**verified_as_json(found), **dict.fromkeys(("paper", "number", "form", "day"))})
    return jsonify(verified_as_json(found))


def _case_of(name: str) -> CaseFile:
    try:
        return case_in_reach(name, own=True)
    except NotFound:
        raise InputError(
            "case に書かれた事案が、この所属の台帳にありません。", action="事案の番号を確かめてください。"
        ) from None


def _receiver() -> Receiver:
    told = asking.body()
    return Receiver(asking.text(told, "receiver", needed=True), asking.text(told, "purpose", needed=True))


def _file(content: bytes, name: str, kind: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def _state(ref: str) -> Response:
    return jsonify(paper_as_json(paper_in_reach(ref)))


def _told(ref: str, fate: Fate) -> dict[str, Any]:
    return {"paper": ref, "verdict": fate.verdict, "findings": [finding.as_json() for finding in fate.findings]}
