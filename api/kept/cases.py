"""Cases over HTTP: opened, looked at, told more of, judged, closed; the search box; what falls due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.conditional import conditional, if_unchanged, marked
from api.kept import asking
from api.kept.reach import actor, case_in_reach, hit_in_reach, knows, rules, speaker, today
from api.limits import MAX_SEARCH
from api.once import once
from api.problems import problem
from ledger import events
from ledger.case_check import close_case, judge_case
from ledger.case_list import list_cases
from ledger.case_view import view_case
from ledger.cases import AlikeError, CaseTold
from ledger.due import listed
from ledger.entering import tell_facts, tell_party
from ledger.in_json import case_as_json, party_from
from ledger.prefill import prefill
from ledger.search import find
from ledger.taking_over import take_over
from ledger.types import Miss
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.search import Hit

blueprint = Blueprint("kept_cases", __name__, url_prefix="/api/v1")


@blueprint.get("/cases")
@conditional
def index() -> Response:
    """List the cases of the caller's office, the newest first; `after` names the last one seen."""
    state, after = request.args.get("state", ""), request.args.get("after", "")
    rows = list_cases(ledger(), speaker().office, state=state, after=after, most=asking.how_many())
    return jsonify({"cases": [each.as_json() for each in rows]})


@blueprint.post("/cases")
@once
def new() -> tuple[Response, int, dict[str, str]] | Response:
    """Open a case, with its `history` where it was kept elsewhere; 409 names the cases of the same people, unless `although` says why there is to be another."""
    told = asking.body()
    history = asking.objects(told, "history")
    case = CaseTold(
        office=speaker().office,
        kind=asking.text(told, "kind", needed=True),
        opened_on=asking.day(asking.text(told, "opened_on"), "opened_on", otherwise=today()).isoformat(),
        number=asking.text(told, "number"),
        title=asking.text(told, "title"),
        facts=asking.mapping(told, "facts"),
        parties=[party_from(each) for each in asking.objects(told, "parties")],
    )
    try:
        taken = take_over(ledger(), rules(), actor(), case, history, although=asking.text(told, "although"))
    except AlikeError as error:
        own = list(dict.fromkeys(each.case for each in error.alike if each.office == speaker().office))
        elsewhere = {each.case for each in error.alike} - set(own)
        told_of = "同じ人と思われる事案があります。別の事案として作るときは、although に理由を書いてください。"
        return problem(409, told_of, code="alike", cases=own, elsewhere=len(elsewhere))
    made = taken.case
    answer = {
        "case": made.ref,
        "number": made.number,
        "kind": made.kind,
        "opened_on": made.opened_on,
        "events": taken.events,
        "notices": taken.notices,
    }
    return jsonify(answer), 201, {"Location": url_for("kept_cases.show", case=made.ref)}


@blueprint.get("/cases/<case>")
@conditional
def show(case: str) -> Response:
    """Return a case; `why` reveals its protected values, and who saw them, and why, is recorded."""
    why = request.args.get("why", "")
    found = case_in_reach(case, section="protected" if why else "papers")
    seen = view_case(ledger(), rules(), actor(), found.ref, why=why)
    if not knows(found, "people"):
        seen = replace(seen, people=(), facts={})
    return marked(jsonify(case_as_json(seen, rules(), ledger().now())), seen.case)


@blueprint.post("/cases/<case>/facts")
@once
@if_unchanged
def facts(case: str) -> Response:
    """Enter facts that hold since a day (`since`); what stood before stays readable."""
    told, found = asking.body(), case_in_reach(case, own=True)
    since = asking.day(asking.text(told, "since"), "since", otherwise=today()).isoformat()
    new_ = tell_facts(ledger(), rules(), actor(), found.ref, asking.mapping(told, "facts"), day=since)
    return jsonify({"entered": new_})


@blueprint.post("/cases/<case>/parties")
@once
@if_unchanged
def parties(case: str) -> tuple[Response, int]:
    """Enter a person, or more of one (`to`: a party's ref)."""
    told, found = asking.body(), case_in_reach(case, own=True)
    to = asking.text(told, "to")
    party = party_from({name: value for name, value in told.items() if name != "to"})
    return jsonify({"party": tell_party(ledger(), actor(), found.ref, party, to=to)}), 201


@blueprint.post("/cases/<case>/events")
@once
@if_unchanged
def tell(case: str) -> tuple[Response, int] | Response:
    """Enter an event or a paper made elsewhere, as histories write them; `version`: the case as the caller saw it, else 409."""
    told, found = asking.body(), case_in_reach(case, own=True)
    version = told.pop("version", None)
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise InputError("version は数で書いてください。")
    try:
        entered = events.tell(ledger(), rules(), actor(), found.ref, told, version=version)
    except Miss:
        return problem(409, "この事案は、その間に変わりました。もう一度ご覧ください。", code="stale")
    return jsonify({"event": entered.ref, "version": entered.version, "notices": list(entered.notices)}), 201


@blueprint.post("/cases/<case>/events/<event>/correct")
@once
@if_unchanged
def correct(case: str, event: str) -> tuple[Response, int]:
    """Enter an event anew in the place of one told before, with a reason (`reason`, `item`)."""
    told = asking.body()
    _event_of(case, event)
    item, reason = asking.mapping(told, "item"), asking.text(told, "reason", needed=True)
    try:
        entered = events.correct(ledger(), rules(), actor(), event, item, reason=reason)
    except Miss:
        raise NotFound from None
    return jsonify({"event": entered.ref, "version": entered.version, "notices": list(entered.notices)}), 201


@blueprint.post("/cases/<case>/events/<event>/retract")
@once
@if_unchanged
def retract(case: str, event: str) -> Response:
    """Take back an event that never happened, with a reason."""
    told = asking.body()
    _event_of(case, event)
    try:
        entered = events.retract(ledger(), rules(), actor(), event, asking.text(told, "reason", needed=True))
    except Miss:
        raise NotFound from None
    return jsonify({"event": entered.ref, "version": entered.version, "notices": []})


def _event_of(case: str, event: str) -> None:
    """Raise NotFound unless an event is one of the case, and the case the caller's."""
    found = case_in_reach(case, own=True)
    seen = view_case(ledger(), rules(), actor(), found.ref)
    if event not in {each.ref for each in seen.events}:
        raise NotFound


@blueprint.get("/cases/<case>/check")
def check(case: str) -> Response:
    """Hold a case against the procedures of its source as of the end of a day (`as_of`)."""
    found = case_in_reach(case)
    as_of = asking.day(request.args.get("as_of", ""), "as_of", otherwise=today())
    with ledger().read() as connection:
        judged = judge_case(connection, ledger(), rules(), found.ref, as_of, sources=request.args.getlist("source"))
    return jsonify({"id": found.ref, "findings": [each.as_json() for each in judged.findings], "notices": []})


@blueprint.post("/cases/<case>/close")
@once
@if_unchanged
def close(case: str) -> Response:
    """Close a case, with the event that ends it (`item`); what its source still wants is refused unless `although` says why."""
    told, found = asking.body(), case_in_reach(case, own=True)
    item = asking.mapping(told, "item") or None
    reason, although = asking.text(told, "reason", needed=True), asking.text(told, "although")
    ended = close_case(ledger(), rules(), actor(), found.ref, reason, item=item, although=although)
    return jsonify({"case": ended.ref, "state": ended.state, "closed_on": ended.closed_on})


@blueprint.post("/cases/<case>/prefill/<form>")
def filled(case: str, form: str) -> Response:
    """Fill the next paper of a case with what it knows as of a day (`on`), each value with its origin; protected ones are recorded as given."""
    found = case_in_reach(case, section="protected")
    if form not in set(rules().catalogue.slugs()):
        raise NotFound
    on = asking.day(request.args.get("on", ""), "on", otherwise=today())
    made = prefill(ledger(), rules(), actor(), found.ref, form, day=on)
    record = {"form": made.record.form, "record": made.record.id, "case": made.record.case, "data": made.record.data}
    origins = {name: {"since": each.since, "origin": each.origin} for name, each in made.origins.items()}
    return jsonify({"record": record, "origins": origins})


@blueprint.post("/search")
def search() -> Response:
    """Find cases by name, kana, birth date in any notation, telephone, address or number; at most 50, of the caller's reach alone."""
    hits = find(ledger(), actor(), asking.text(asking.body(), "text", needed=True, most=MAX_SEARCH))
    return jsonify({"hits": [_hit(each) for each in hits if hit_in_reach(each)]})


@blueprint.get("/deadlines")
def deadlines() -> Response:
    """List what falls due in the caller's office by urgency, within so many days (`days`), or of one case (`case`)."""
    case = request.args.get("case", "")
    found = case_in_reach(case).ref if case else None
    days = asking.number("days", 36500, 36500)
    rows = listed(ledger(), rules(), office_code=None if found else speaker().office, case=found, days=days)
    return jsonify({"deadlines": [each.as_json(ledger().now()) for each in rows]})


def _hit(hit: Hit) -> dict[str, Any]:
    shown = ("case", "number", "kind", "office", "state", "opened_on", "role", "name")
    return {**{name: getattr(hit, name) for name in shown}, "by": list(hit.by)}
