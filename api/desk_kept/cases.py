"""事案: the office's cases, the search box, a new one (with a warning of the same people), one as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from api.access.visitors import ledger
from api.desk_kept.case_page import case_page
from api.desk_kept.saying import CASE_STATES, day_said, day_typed, fault_said, kind_said
from api.kept.reach import actor, case_in_reach, hit_in_reach, rules, speaker, today
from ledger.case_list import STATES, list_cases
from ledger.cases import AlikeError, CaseTold, open_case
from ledger.persons import PLACE_LABELS, ROLES, PartyTold, PlaceKept, Spelling
from ledger.search import BY, find
from validators.errors import InputError, YoshikiError
from validators.wareki import format_date

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse


blueprint = Blueprint("cases_pages", __name__, url_prefix="/cases")

_SHOWN = 50
_OPEN_SECONDS = 60  # for which covered values stay open
_PEOPLE = 3  # boxes for people of a new case; more are entered on its page


@blueprint.get("")
def index() -> str:
    """List the cases of the office, the newest first."""
    state, after = request.args.get("state", "open"), request.args.get("after", "")
    rows = list_cases(ledger(), speaker().office, state=state if state in STATES else "", after=after, most=_SHOWN)
    said = [(each, kind_said(each.kind), day_said(each.opened_on), CASE_STATES[each.state]) for each in rows]
    more = rows[-1].case if len(rows) == _SHOWN else ""
    return render_template("kept/cases.html", rows=said, state=state, more=more)


@blueprint.post("/search")
def search() -> str:
    """Find cases by name, kana, birth date, telephone, address or number; the words stand in no address."""
    words = request.form.get("words", "")
    hits = [each for each in find(ledger(), actor(), words) if hit_in_reach(each)] if words.strip() else []
    rows = [
        (
            each,
            kind_said(each.kind),
            ROLES.get(each.role, ""),
            "・".join(BY[kind] for kind in each.by),
            day_said(each.opened_on),
        )
        for each in hits
    ]
    return render_template("kept/case_hits.html", words=words, rows=rows)


@blueprint.get("/new")
def new() -> str:
    """Ask for a new case."""
    return _asked({"opened_on": format_date(today())})


@blueprint.post("")
def open_() -> BaseResponse | Response:
    """Open a case; where the same people have one, ask for the reason why there is to be another."""
    told = {name: value.strip() for name, value in request.form.items()}
    try:
        case = CaseTold(
            office=speaker().office,
            kind=_kind(told.get("kind", "")),
            opened_on=day_typed(told.get("opened_on", ""), "受けた日"),
            number=told.get("number", ""),
            title=told.get("title", ""),
            parties=_people(told),
        )
        made = open_case(ledger(), rules(), actor(), case, although=told.get("although", ""))
    except AlikeError as error:
        own = [each for each in error.alike if each.office == speaker().office]
        return make_response(_asked(told, alike=own, elsewhere=len(error.alike) - len(own)), 409)
    except YoshikiError as error:
        return make_response(_asked(told, wrong=fault_said(error)), 422)
    return redirect(url_for("cases_pages.show", case=made.ref), code=303)


def _kind(told: str) -> str:
    if not told:
        raise InputError("「事案の種類」を一つ選んでください。")
    return told


def _people(told: dict[str, str]) -> list[PartyTold]:
    found = []
    for n in range(1, _PEOPLE + 1):
        name, place = told.get(f"name{n}", ""), told.get(f"place{n}", "")
        if not name and not place:
            continue
        if not name:
            raise InputError(f"{n}人目の氏名を書いてください。")
        spelt = [Spelling("registered", name)]
        if kana := told.get(f"kana{n}", ""):
            spelt.append(Spelling("kana", kana))
        kind = told.get(f"placekind{n}", "address")
        hidden = f"hidden{n}" in told or kind == "refuge"
        role = told.get(f"role{n}", "")
        if role not in ROLES or kind not in PLACE_LABELS:
            raise InputError(f"{n}人目の立場を選んでください。")
        places = [PlaceKept(kind, place, protected=hidden)] if place else []
        found.append(PartyTold(role, spelt, places, birth=told.get(f"birth{n}", "")))
    return found


def _asked(told: dict[str, str], **more: Any) -> str:
    kinds = [
        (source.title, [(f"{source.slug}/{matter.name}", matter.title) for matter in source.matters])
        for source in rules().catalogue.sources()
        if source.matters
    ]
    shown = {"alike": (), "elsewhere": 0, "wrong": "", **more}
    return render_template(
        "kept/case_new.html", told=told, kinds=kinds, roles=ROLES, places=PLACE_LABELS, people=_PEOPLE, **shown
    )


@blueprint.get("/<case>")
def show(case: str) -> str:
    """Show a case: what comes next, its path, its people with covered values, papers, deadlines, hand-overs."""
    return case_page(case_in_reach(case))


@blueprint.post("/<case>/seen")
def seen(case: str) -> Response:
    """Show a case with its covered values to somebody who says why; that is recorded before it is shown."""
    why = request.form.get("why", "").strip()
    found = case_in_reach(case, section="protected" if why else "papers")
    if not why:
        return make_response(case_page(found, wrong="伏せている値を見る理由を書いてください。"), 422)
    try:
        shown = make_response(case_page(found, why=why))
    except InputError as error:  # the reason itself tells what is hidden
        return make_response(case_page(found, wrong=fault_said(error)), 422)
    shown.headers["Refresh"] = f"{_OPEN_SECONDS}; url={url_for('cases_pages.show', case=found.ref)}"
    return shown
