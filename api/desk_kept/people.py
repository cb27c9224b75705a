"""当事者: a person of a case entered on its page, and more of one: spellings of the name, places with their period, what is covered."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.cases import blueprint
from api.desk_kept.saying import day_said
from api.figures import figure
from api.kept.reach import actor, case_in_reach, today
from ledger.entering import tell_party
from ledger.parties import parties_of
from ledger.persons import NAME_LABELS, PLACE_LABELS, ROLES, PartyTold, PlaceKept, Spelling
from ledger.types import Miss
from validators.errors import YoshikiError
from validators.wareki import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile
    from ledger.persons import PartyKept

_NAMES: Final = {kind: label for kind, label in NAME_LABELS.items() if kind != "as_written"}  # that one papers tell
_PLACES: Final = 2  # boxes for places of one page
_STALE: Final = "この事案には、その間に書き加えられたことがあります。同じことがもう記録されていないか確かめて、要るときだけ、もう一度押してください。"
_BESIDE: Final = {"birth": "生年月日", "sex": "性別", "remarks": "備考"}


@blueprint.get("/<case>/people/new")
def new_person(case: str) -> str:
    """Ask for a person of a case."""
    return _page(case_in_reach(case, own=True), None, TypedBoxes())


@blueprint.post("/<case>/people")
def add_person(case: str) -> BaseResponse | Response:
    """Enter a person."""
    return _entered(case_in_reach(case, own=True), None)


@blueprint.get("/<case>/people/<party>")
def person(case: str, party: str) -> str:
    """Ask for more of a person: another spelling, another place, the day a place ended."""
    found = case_in_reach(case, section="people", own=True)
    return _page(found, _party(found, party), TypedBoxes())


@blueprint.post("/<case>/people/<party>")
def add_to_person(case: str, party: str) -> BaseResponse | Response:
    """Enter more of a person."""
    found = case_in_reach(case, section="people", own=True)
    return _entered(found, _party(found, party))


def _party(case: CaseFile, ref: str) -> PartyKept:
    with ledger().read() as connection:
        found = next((each for each in parties_of(connection, case) if each.ref == ref), None)
    if found is None:
        raise NotFound
    return found


def _page(case: CaseFile, party: PartyKept | None, boxes: TypedBoxes, *, stale: bool = False) -> str:
    ends = [
        (f"end{at}", PLACE_LABELS[place.kind], "■■■■" if place.protected else place.text, day_said(place.since))
        for at, place in enumerate(party.places if party else ())
        if not place.until
    ]
    return render_template(
        "kept/person.html",
        case=case,
        party=party,
        ends=ends,
        roles=ROLES,
        names=_NAMES,
        kinds=PLACE_LABELS,
        places=range(1, _PLACES + 1),
        beside=_BESIDE,
        boxes=boxes,
        version=case.version if stale else boxes.typed("version") or case.version,
    )


def _entered(case: CaseFile, party: PartyKept | None) -> BaseResponse | Response:
    boxes = TypedBoxes(request.form)
    told, version = _told(boxes, party), figure(boxes.typed("version"))
    if boxes.good:
        try:
            tell_party(ledger(), actor(), case.ref, told, to=party.ref if party else "", version=version)
        except Miss:
            boxes.refuse("", _STALE)
            return make_response(_page(case_in_reach(case.ref, own=True), party, boxes, stale=True), 409)
        except YoshikiError as error:
            boxes.refuse_all(error)
    if not boxes.good:
        return make_response(_page(case, party, boxes), 422)
    return redirect(url_for("cases_pages.show", case=case.ref, _anchor="people"), code=303)


def _told(boxes: TypedBoxes, party: PartyKept | None) -> PartyTold:
    role = party.role if party else boxes.one("role", "立場", ROLES)
    names, places = _spellings(boxes), [*_places(boxes), *_ended(boxes, party.places if party else ())]
    birth = boxes.text("birth")
    if birth:
        with contextlib.suppress(ValueError):  # else known as it was told: 昭和40年ころ
            birth = parse_date(birth).isoformat()
    told = PartyTold(role, names, places, birth, boxes.text("sex"), boxes.text("remarks"))
    if boxes.good and not (names or places or told.birth or told.sex or told.remarks):
        boxes.refuse("registered", "分かっていることを、一つは書いてください。")
    return told


def _spellings(boxes: TypedBoxes) -> list[Spelling]:
    since = boxes.day("since", "いつから", until=today())
    return [Spelling(kind, text, since) for kind, label in _NAMES.items() if (text := boxes.text(kind, label))]


def _places(boxes: TypedBoxes) -> list[PlaceKept]:
    found = []
    for n in range(1, _PLACES + 1):
        text, kind = boxes.text(f"place{n}"), boxes.one(f"kind{n}", "種類", PLACE_LABELS, must=False)
        since, until = boxes.day(f"from{n}", "いつから", until=today()), boxes.day(f"until{n}", "いつまで")
        if not text:
            if kind or since or until:
                boxes.refuse(f"place{n}", "住所・電話などを書いてください。書かないときは、ほかの欄も空けてください。")
            continue
        if not kind:
            boxes.refuse(f"kind{n}", "「種類」を一つ選んでください。")
        if since and until and until < since:
            boxes.refuse(f"until{n}", "「いつまで」は、「いつから」以後の日を書いてください。")
        hidden = True if kind == "refuge" or boxes.typed(f"hidden{n}") else None
        found.append(PlaceKept(kind, text, since, until, protected=hidden))
    return found


def _ended(boxes: TypedBoxes, places: Sequence[PlaceKept]) -> list[PlaceKept]:
    """Return the places of a person that ended, each with its last day."""
    found = []
    for at, place in enumerate(places):
        until = "" if place.until else boxes.day(f"end{at}", "いつまで", until=today())
        if until and until < place.since:
            boxes.refuse(
                f"end{at}", f"「いつまで」は、「いつから」（{day_said(place.since)}）以後の日を書いてください。"
            )
        if until:
            found.append(PlaceKept(place.kind, place.text, place.since, until, protected=place.protected))
    return found
