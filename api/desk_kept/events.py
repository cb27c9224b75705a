"""出来事: told by the names of the procedures, its facts as boxes; the next paper begun; a person added; the case closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from api.access.visitors import ledger
from api.desk.look import drafts
from api.desk.widgets import answers_of
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.cases import blueprint
from api.desk_kept.event_boxes import event_told, facts_asked
from api.desk_kept.saying import fault_said
from api.figures import figure
from api.kept.reach import actor, case_in_reach, rules, today
from ledger import events
from ledger.case_check import CannotCloseError, close_case, ending_events
from ledger.prefill import prefill
from ledger.types import Miss
from validators.errors import InputError, YoshikiError
from validators.histories.by_law import ENDS
from validators.wareki import format_date

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile

_STALE: Final = "この事案は、その間にほかの人が進めました。もう一度ご覧になってから記録してください。"


@blueprint.get("/<case>/events/new")
def new_event(case: str) -> str:
    """Ask for an event: first which one, then its day and what may be told of it."""
    return _asked(case_in_reach(case, own=True), request.args.get("event", ""), TypedBoxes())


@blueprint.post("/<case>/events")
def tell(case: str) -> BaseResponse | Response:
    """Enter an event in a case, as the teller saw it."""
    found, name = case_in_reach(case, own=True), request.form.get("event", "")
    boxes, version = TypedBoxes(request.form), figure(request.form.get("version", ""))
    item = event_told(boxes, name)
    if boxes.good:
        try:
            events.tell(ledger(), rules(), actor(), found.ref, item, version=version)
        except Miss:
            boxes.refuse("", _STALE)
            return make_response(_asked(case_in_reach(case, own=True), name, boxes, stale=True), 409)
        except YoshikiError as error:
            boxes.refuse_all(error)
    if not boxes.good:
        return make_response(_asked(found, name, boxes), 422)
    return redirect(url_for("cases_pages.show", case=found.ref), code=303)


def _asked(case: CaseFile, name: str, boxes: TypedBoxes, *, stale: bool = False) -> str:
    kind = rules().procedures.vocabulary.kinds.get(name)
    known = kind if kind and not kind.is_paper and name not in ENDS else None
    version = case.version if stale else boxes.typed("version") or case.version
    return render_template(
        "kept/event_new.html",
        case=case,
        name=name if known else "",
        label=known.label if known else "",
        facts=facts_asked(name) if known else [],
        choices=_choices(case),
        boxes=boxes,
        version=version,
        today=format_date(today()),
    )


def _choices(case: CaseFile) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the events one may tell: those of the source's procedures first, then all others."""
    book, kinds = rules().procedures, rules().procedures.vocabulary.kinds
    events_ = {name: kind.label for name, kind in kinds.items() if not kind.is_paper and name not in ENDS}
    own: dict[str, None] = {}
    for each in book.of(case.authority) if case.authority in book.sources() else ():
        matches = [match for due in each.dues for match in (*due.matches, *due.not_before)]
        own |= dict.fromkeys(each.trigger.names)
        own |= dict.fromkeys(name for match in (*matches, *each.unless, *each.forbids) for name in match.names)
    first = [(name, events_[name]) for name in own if name in events_]
    rest = sorted(((name, label) for name, label in events_.items() if name not in own), key=lambda each: each[1])
    return [("この事案の手続に出てくる出来事", first), ("そのほかの出来事", rest)]


@blueprint.post("/<case>/write")
def write_next(case: str) -> BaseResponse:
    """Begin the next paper of a case, filled with what the case knows, each value with its origin."""
    found = case_in_reach(case, section="protected", own=True)
    slug = request.form.get("form", "")
    if slug not in set(rules().catalogue.slugs()):
        raise BadRequest("様式を選んでください。")
    made = prefill(ledger(), rules(), actor(), found.ref, slug, day=today())
    store = drafts()
    draft = store.new(slug, {}, case=found.shown(), answers=answers_of(made.form.fields, made.record.data))
    draft.origins = {name: each.origin for name, each in made.origins.items()}
    return redirect(url_for("drafts_pages.step", key=draft.id, number=1), code=303)


def _ending(name: str) -> dict[str, Any]:
    """Return the event that ends a case, as its boxes tell it. Raises InputError."""
    boxes = TypedBoxes(request.form)
    item = event_told(boxes, name)
    for told in boxes.faults.values():
        raise InputError(told)
    return item


@blueprint.get("/<case>/close")
def closing(case: str) -> str:
    """Ask how a case ends."""
    return _closing(case_in_reach(case, own=True))


@blueprint.post("/<case>/close")
def close(case: str) -> BaseResponse | Response:
    """Close a case with the event that ends it; what its source still wants is told, and closed over only with a reason."""
    found = case_in_reach(case, own=True)
    name = request.form.get("event", "")
    reason, although = request.form.get("reason", ""), request.form.get("although", "")
    try:
        item = _ending(name) if name else None
        close_case(ledger(), rules(), actor(), found.ref, reason, item=item, although=although)
    except CannotCloseError as error:
        return make_response(_closing(found, wrong=error.message.partition("\n")[0], standing=error.findings), 409)
    except YoshikiError as error:
        return make_response(_closing(found, wrong=fault_said(error)), 422)
    return redirect(url_for("cases_pages.show", case=found.ref), code=303)


def _closing(case: CaseFile, *, wrong: str = "", standing: Any = ()) -> str:
    label = rules().procedures.vocabulary.label
    endings = [(name, label(name)) for name in ending_events(rules(), case) if name not in ENDS]
    return render_template(
        "kept/case_close.html",
        case=case,
        endings=endings,
        wrong=wrong,
        standing=standing,
        told=request.form,
        today=format_date(today()),
    )
