"""出来事を直す: entered anew in the place of what was wrong, or taken back; both with a reason, and what was wrong stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, may
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.cases import blueprint
from api.desk_kept.corrections import corrections_of
from api.desk_kept.event_boxes import event_known, event_told, facts_asked
from api.desk_kept.saying import day_said, moment_said
from api.kept.reach import actor, case_in_reach, rules, speaker, today
from ledger import events
from ledger.case_view import view_case
from ledger.types import Miss
from validators.errors import YoshikiError
from validators.wareki import format_date

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile
    from ledger.history import ToldEvent

_STALE = "この出来事は、その間にほかの人が直しました。もう一度ご覧ください。"


@blueprint.get("/<case>/events/<event>")
def event(case: str, event: str) -> BaseResponse | str:
    """Show an event as it stands and what stood before it; what it tells is covered. Whoever may, begins to mend it here."""
    found = case_in_reach(case)
    return _page(found, event, TypedBoxes())


def _page(case: CaseFile, ref: str, boxes: TypedBoxes, *, opened: bool = False, stale: bool = False) -> str:
    told = corrections_of(case)
    if ref not in told.standing:
        raise NotFound
    each, label = told.by_ref[ref], rules().procedures.vocabulary.label
    mends = may("keep") and case.office == speaker().office and case.state == "open" and not (each.law or each.paper)
    if stale:
        boxes.refuse("", _STALE)
    return render_template(
        "kept/event.html",
        case=case,
        event=each,
        label=label(each.name),
        day=day_said(each.at),
        recorded=moment_said(each.recorded_at),
        before=[(label(one.name), day_said(one.at), one.by, moment_said(one.recorded_at)) for one in told.before[ref]],
        mends=mends,
        opened=opened and mends,
        facts=facts_asked(each.name, each.facts),
        boxes=boxes,
        today=format_date(today()),
    )


def _mended(case: str, event: str) -> tuple[CaseFile, ToldEvent]:
    """Return a case of one's own with an event of it that may be mended. Raises NotFound."""
    found = case_in_reach(case, section="protected", own=True)
    told = corrections_of(found)
    if event not in told.standing or told.by_ref[event].law or told.by_ref[event].paper:
        raise NotFound
    return found, told.by_ref[event]


@blueprint.post("/<case>/events/<event>/mend")
def mend(case: str, event: str) -> Response:
    """Open what an event tells, to mend it; that it was opened, and why, is recorded first."""
    found, each = _mended(case, event)
    boxes = TypedBoxes(request.form)
    why = boxes.text("reason", "直す理由", must=True)
    if boxes.good and each.facts:
        try:
            view_case(ledger(), rules(), actor(), found.ref, why=why)
        except YoshikiError as error:
            boxes.refuse("reason", error.message + (error.action or ""))
    if not boxes.good:
        return make_response(_page(found, event, boxes), 422)
    return make_response(_page(found, event, TypedBoxes(known={**event_known(each), "reason": why}), opened=True))


@blueprint.post("/<case>/events/<event>/correct")
def correct(case: str, event: str) -> BaseResponse | Response:
    """Enter an event anew in the place of the one that was wrong."""
    found, each = _mended(case, event)
    boxes = TypedBoxes(request.form)
    item, reason = event_told(boxes, each.name, each), boxes.text("reason", "直す理由", must=True)
    if boxes.good:
        try:
            events.correct(ledger(), rules(), actor(), event, item, reason=reason)
        except Miss:
            return make_response(_page(found, event, boxes, stale=True), 409)
        except YoshikiError as error:
            boxes.refuse_all(error)
    return _went_on(found, event, boxes, opened=True)


@blueprint.post("/<case>/events/<event>/retract")
def retract(case: str, event: str) -> BaseResponse | Response:
    """Take back an event that never happened."""
    found, _ = _mended(case, event)
    boxes = TypedBoxes(request.form)
    reason = boxes.text("reason", "直す理由", must=True)
    if boxes.good:
        try:
            events.retract(ledger(), rules(), actor(), event, reason)
        except Miss:
            return make_response(_page(found, event, boxes, stale=True), 409)
        except YoshikiError as error:
            boxes.refuse_all(error)
    return _went_on(found, event, boxes)


def _went_on(case: CaseFile, event: str, boxes: TypedBoxes, **more: Any) -> BaseResponse | Response:
    if not boxes.good:
        return make_response(_page(case, event, boxes, **more), 422)
    return redirect(url_for("cases_pages.show", case=case.ref, _anchor="path"), code=303)
