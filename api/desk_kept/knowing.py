"""知ってよい人: which office or person may know what of a case besides its own office, given and ended with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, request, url_for

from api.access.permissions import ROLE_DEEDS
from api.access.visitors import ledger, may
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.cases import blueprint
from api.desk_kept.saying import moment_said
from api.kept.reach import actor, case_in_reach, rules, speaker
from ledger.access import SECTIONS, access_of, end_access, give_access
from ledger.offices import offices
from ledger.people import all_people
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile


@blueprint.get("/<case>/access")
def access(case: str) -> str:
    """Show who may know what of a case, since when and why."""
    return _page(case_in_reach(case, own=True), TypedBoxes())


def _others(case: CaseFile) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return whom it may be told: the other offices, and people of theirs who may read cases."""
    people = [
        (f"person:{each.ref}", f"{each.name}（{'・'.join(dict.fromkeys(held.office_name for held in each.roles))}）")
        for each in all_people(ledger())
        if any("cases" in ROLE_DEEDS[held.role] and held.office != case.office for held in each.roles)
    ]
    others = [(f"office:{code}", name) for code, name, _ in offices(ledger()) if code != case.office]
    return [("所属", others), ("人", people)]


def _page(case: CaseFile, boxes: TypedBoxes) -> str:
    with ledger().read() as connection:
        rows = access_of(connection, case, ledger().now())
    others = _others(case)
    known = {key.partition(":")[2]: (key, name) for _, among in others for key, name in among}
    return render_template(
        "kept/access.html",
        case=case,
        rows=[
            (*known.get(each.to, ("", each.to)), SECTIONS[each.section], moment_said(each.since), each.why)
            for each in rows
        ],
        others=others,
        sections=SECTIONS,
        changes=may("keep") and case.office == speaker().office,
        boxes=boxes,
    )


@blueprint.post("/<case>/access")
def give(case: str) -> BaseResponse | Response:
    """Let an office or a person know a section of a case."""
    found = case_in_reach(case, own=True)
    boxes = TypedBoxes(request.form)
    among = {key for _, each in _others(found) for key, _ in each}
    to, section = boxes.one("to", "知らせる相手", among), boxes.one("section", "知ってよいこと", SECTIONS)
    why = boxes.text("why", "理由", must=True)
    if boxes.good:
        kind, _, key = to.partition(":")
        named = {"office_code": key} if kind == "office" else {"person_ref": key}
        try:
            give_access(ledger(), rules(), actor(), found.ref, section, why=why, **named)
        except YoshikiError as error:
            boxes.refuse("why", error.message + (error.action or ""))
    if not boxes.good:
        return make_response(_page(found, boxes), 422)
    return redirect(url_for("cases_pages.access", case=found.ref), code=303)


@blueprint.post("/<case>/access/end")
def end(case: str) -> BaseResponse:
    """End all that an office or a person was given of a case."""
    found = case_in_reach(case, own=True)
    kind, _, key = request.form.get("to", "").partition(":")
    if kind == "office" and key in {code for code, _, _ in offices(ledger())}:
        end_access(ledger(), actor(), found.ref, office_code=key)
    elif kind == "person":
        end_access(ledger(), actor(), found.ref, person_ref=key)
    return redirect(url_for("cases_pages.access", case=found.ref), code=303)
