"""事柄: what a case knows by the items of its forms, entered or changed on a page; what held before stays, with its day and origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.desk.asked import Box, BoxItem
from api.desk.drafts import Draft
from api.desk.filled import act_on_list
from api.desk.following import shown_fields
from api.desk.widgets import answers_of, control, nothing, taken, values_of, widget_of, width_of
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.cases import blueprint
from api.desk_kept.saying import day_said, fact_said, moment_said
from api.figures import figure
from api.kept.reach import actor, case_in_reach, rules, today
from ledger.case_view import HIDDEN, view_case
from ledger.entering import tell_facts
from ledger.facts import fact_fields, fact_items, fact_revisions
from ledger.types import Miss
from validators.errors import InputError, YoshikiError
from validators.model import Finding
from validators.wareki import format_date

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile
    from validators.model import Field

_ORIGINS: Final = {"paper": "発行した文書から", "event": "出来事から", "person": "画面などで記録"}
_STALE: Final = "この事柄は、その間にほかの人が書きました。下の「これまでの記録」を確かめて、要るときだけ、もう一度記録してください。"
_WITHDRAWN: Final = "（取り下げました）"


@blueprint.get("/<case>/facts")
def facts(case: str) -> str:
    """List what a case knows, covered where it must be, and all that may be entered, by the groups of its forms."""
    found = case_in_reach(case, section="people", own=True)
    seen = view_case(ledger(), rules(), actor(), found.ref)
    items = fact_items(rules(), found.kind, seen.facts)
    rows = [
        (name, seen.labels[name], said(items[name], each.value), day_said(each.since))
        for name, each in seen.facts.items()
    ]
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, item in _fields(found).items():
        if name not in seen.facts:
            groups.setdefault(item.group or "そのほか", []).append((name, item.label))
    return render_template("kept/facts.html", case=found, rows=rows, groups=groups)


def said(item: Field | None, value: Any) -> str:
    """Return a fact's value in the words of its box, covered where it is hidden."""
    if value == HIDDEN:
        return "■■■■"
    if value is None:
        return _WITHDRAWN
    return fact_said(item, value)


def _fields(case: CaseFile) -> dict[str, Field]:
    """Return what may be entered: the facts of the forms of the case's source, but not the days of its papers."""
    catalogue, found = rules().catalogue, fact_fields(rules(), case.kind)
    forms = [each.slug for each in catalogue.headings() if each.authority == case.authority]
    days = {catalogue.get(slug).basis for slug in forms}
    return {name: item for name, item in found.items() if name not in days}


@blueprint.get("/<case>/facts/one")
def fact(case: str) -> str:
    """Ask for one thing that a case knows or is to know (`name`), with how it stood before."""
    found = case_in_reach(case, section="people", own=True)
    item = _named(found, request.args.get("name", ""))
    return _page(found, item, TypedBoxes(), None)


def _named(case: CaseFile, name: str) -> Field:
    found = _fields(case).get(name)
    if found is None:
        raise NotFound
    return found


def _page(case: CaseFile, item: Field, boxes: TypedBoxes, answer: Any, *, anchor: str = "", stale: bool = False) -> str:
    with ledger().read() as connection:
        past = fact_revisions(connection, case, item.name)
    seen = view_case(ledger(), rules(), actor(), case.ref).facts.get(item.name)
    hidden = seen is not None and seen.value == HIDDEN
    if answer is None and seen is not None and not hidden:
        answer = answers_of({item.name: item}, {item.name: seen.value}).get(item.name)
    hides = hidden or (seen is None and any(each.value is not None for each in past))
    before = [
        (
            "■■■■" if hides and each.value is not None else said(item, each.value),
            day_said(each.since),
            moment_said(each.recorded_at),
            _ORIGINS[each.origin],
        )
        for each in reversed(past)
    ]
    return render_template(
        "kept/fact.html",
        case=case,
        item=item,
        box=_box(item, answer, boxes.faults.get(control(item.name), "")),
        hidden=hidden,
        before=before,
        boxes=boxes,
        today=format_date(today()),
        anchor=anchor,
        seen=len(past) if stale else boxes.typed("seen") or len(past),
    )


def _box(item: Field, answer: Any, wrong: str, name: str = "") -> Box:
    """Return the box of an item that stands by itself, all that its rows may hold shown."""
    found = Box(name or control(item.name), item.label, widget_of(item), answer, item, width=width_of(item))
    if wrong:
        found.messages = [Finding("error", (), wrong)]
    for at, row in enumerate(answer or ([{}] if found.widget == "rows" else [])):
        if found.widget == "rows":
            inner = shown_fields(item.fields.values())
            boxes = [_box(each, row.get(each.name), "", f"{found.name}.{at}.{control(each.name)}") for each in inner]
            found.items.append(BoxItem(f"{found.name}.{at}", boxes))
    if found.widget == "several":
        for at, one in enumerate([*(answer or []), None]):
            each = f"{found.name}.{at}"
            alone = Box(each, item.label, widget_of(item, item.of), one, item, width=width_of(item))
            found.items.append(BoxItem(each, [alone]))
    return found


@blueprint.post("/<case>/facts")
def tell_fact(case: str) -> BaseResponse | Response:
    """Enter one fact as it holds since a day, or withdraw it; a list is lengthened and shortened here too."""
    found = case_in_reach(case, section="people", own=True)
    item = _named(found, request.form.get("name", ""))
    boxes, box = TypedBoxes(request.form), control(item.name)
    answer = taken(item, box, request.form)
    if act := request.form.get("act", ""):
        draft = Draft("", "", answers={item.name: answer})
        anchor = act_on_list(draft, [item], act, rules().now())
        return make_response(_page(found, item, boxes, draft.answers[item.name], anchor=anchor))
    day = boxes.day("since", "いつから", must=True, until=today())
    withdrawn = bool(boxes.typed("withdraw"))
    if withdrawn != nothing(answer):
        told = "取り下げるときは、欄を空けてください。" if withdrawn else f"「{item.label}」を書いてください。"
        boxes.refuse(box, told)
    if boxes.good:
        given = {item.name: None} if withdrawn else values_of({item.name: item}, {item.name: answer})
        seen = figure(boxes.typed("seen"))
        try:
            tell_facts(ledger(), rules(), actor(), found.ref, given, day=day, revisions=seen)
        except Miss:
            boxes.refuse("", _STALE)
            return make_response(_page(found, item, boxes, answer, stale=True), 409)
        except InputError as error:
            boxes.refuse(box, error.message.removeprefix(f"{item.label}: "))
        except YoshikiError as error:
            boxes.refuse_all(error)
    if not boxes.good:
        return make_response(_page(found, item, boxes, answer), 422)
    return redirect(url_for("cases_pages.facts", case=found.ref), code=303)
