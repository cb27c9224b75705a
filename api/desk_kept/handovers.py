"""引継ぎ: a case offered to another office, named fields of it alone; answered by whom it is offered to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, may
from api.desk_kept.saying import day_said, day_typed, fact_said, fault_said
from api.kept.reach import actor, case_in_reach, rules, speaker, today
from ledger.case_view import HIDDEN, view_case
from ledger.facts import fact_items
from ledger.handovers import Handover, Offer, listed, move, offer, opened
from ledger.offices import offices
from ledger.tables.cases import HANDOVER_KINDS
from ledger.types import Miss
from validators.errors import InputError, YoshikiError
from validators.labels import HANDOVER_LABELS
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as BaseResponse

    from ledger.cases import CaseFile

blueprint = Blueprint("handovers_pages", __name__, url_prefix="/handovers")

_STATES = {"accept": "accepted", "reject": "rejected", "done": "done", "withdraw": "withdrawn"}
_DAYS = 90  # for which a copy is offered unless somebody says otherwise


@blueprint.get("")
def index() -> str:
    """List what the office gives and receives; no copies."""
    rows = listed(ledger(), office_code=speaker().office)
    given = [each for each in rows if each.from_office == speaker().office]
    return render_template("kept/handovers.html", received=[each for each in rows if each not in given], given=given)


@blueprint.get("/new")
def new() -> str:
    """Ask what of a case is handed over, to whom, until when and on what ground."""
    return _asked(case_in_reach(request.args.get("case", ""), own=True))


def _asked(case: CaseFile, wrong: str = "") -> str:
    seen = view_case(ledger(), rules(), actor(), case.ref)
    fields = [(name, seen.labels.get(name, name), each.value == HIDDEN) for name, each in seen.facts.items()]
    others = [(code, name) for code, name, _ in offices(ledger()) if code != case.office]
    told, ticked = request.form, request.form.getlist("field")
    return render_template(
        "kept/handover_new.html",
        case=case,
        fields=fields,
        offices=others,
        kinds=[(kind, HANDOVER_LABELS[kind]) for kind in HANDOVER_KINDS],
        told=told,
        ticked=ticked,
        until=format_date(today() + timedelta(days=_DAYS)),
        wrong=wrong,
    )


@blueprint.post("")
def make() -> BaseResponse | Response:
    """Offer a case."""
    sent = request.form
    found = case_in_reach(sent.get("case", ""), own=True)
    try:
        consent_by = sent.get("consent_by", "").strip()
        consent_on = day_typed(sent.get("consent_on", ""), "同意を得た日") if consent_by else ""
        if sent.get("kind", "") not in HANDOVER_KINDS:
            raise InputError("「引継ぎの種類」を選んでください。")
        if not sent.get("to") and not sent.get("receiver", "").strip():
            raise InputError("渡す所属を選ぶか、台帳の外の相手を書いてください。")
        made = Offer(
            case=found.ref,
            kind=sent.get("kind", ""),
            fields=sent.getlist("field"),
            expires_on=day_typed(sent.get("expires_on", ""), "いつまで"),
            to=sent.get("to", ""),
            receiver=sent.get("receiver", "").strip(),
            consent=(consent_by, consent_on) if consent_by else None,
            reason=sent.get("reason", "").strip(),
        )
        ref = offer(ledger(), actor(), made)
    except YoshikiError as error:
        return make_response(_asked(found, fault_said(error)), 422)
    return redirect(url_for("handovers_pages.show", handover=ref), code=303)


@blueprint.get("/<handover>")
def show(handover: str) -> str:
    """Show a hand-over and who has to answer; not the copy."""
    return _page(_own(handover))


def _page(each: Handover, wrong: str = "", copy: list[tuple[str, str]] | None = None) -> str:
    receives = not each.outside and each.to == speaker().office
    acts = _acts(each, receives=receives) if may("keep") else []
    gives = each.from_office == speaker().office
    reads = receives and each.state == "accepted" and not each.expired
    return render_template(
        "kept/handover.html",
        each=each,
        kind=HANDOVER_LABELS[each.kind],
        state="期限切れ" if each.expired else HANDOVER_LABELS[each.state],
        until=day_said(each.expires_on),
        acts=acts,
        reads=reads,
        copy=copy,
        fields=[label for label, _ in _labelled(dict.fromkeys(each.fields))],
        answer=each.words.get("answer", "") if gives and each.state == "rejected" else "",
        consent_on=each.words["consent"][1] if each.words.get("consent") else "",
        case=_case_of(each),
        wrong=wrong,
    )


def _acts(each: Handover, *, receives: bool) -> list[tuple[str, str, bool]]:
    """Return what the office may do with it: the act, its button, whether a reason must be told."""
    if receives and each.state == "offered" and not each.expired:
        return [("accept", "受ける", False), ("reject", "断る", True)]
    if receives and each.state == "accepted" and not each.expired:
        return [("done", "終わりにする", False)]
    if each.outside and each.state == "offered" and not each.expired:
        return [("accept", "相手が受けた", False), ("withdraw", "取り下げる", True)]
    if each.outside and each.state == "accepted" and not each.expired:
        return [("done", "終わった", False), ("withdraw", "取り下げる", True)]
    if not receives and each.state in {"offered", "accepted"}:
        return [("withdraw", "取り下げる", True)]
    return []


@blueprint.post("/<handover>/copy")
def copy(handover: str) -> Response:
    """Show the copy to its receiver; the reading is recorded."""
    each = _own(handover)
    try:
        found = opened(ledger(), actor(), each.ref, by_office=speaker().office)
    except Miss:
        raise NotFound from None
    except YoshikiError as error:
        return make_response(_page(each, fault_said(error)), 409)
    return make_response(_page(each, copy=_labelled(found.copy)))


def _labelled(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    items = fact_items(rules(), "", values)
    return [(item.label if (item := items[name]) else name, fact_said(item, value)) for name, value in values.items()]


def _case_of(each: Handover) -> str:
    """Return the case, where it is the office's own now: its giver's before a transfer is done, its receiver's after."""
    try:
        return case_in_reach(each.case, own=True).ref
    except NotFound:
        return ""


@blueprint.post("/<handover>/<any(accept,reject,done,withdraw):act>")
def answer(handover: str, act: str) -> BaseResponse | Response:
    """Accept, reject, end or withdraw a hand-over."""
    each, reason = _own(handover), request.form.get("reason", "").strip()
    try:
        move(ledger(), rules(), actor(), each.ref, to_state=_STATES[act], by_office=speaker().office, reason=reason)
    except Miss:
        raise NotFound from None
    except YoshikiError as error:
        return make_response(_page(each, fault_said(error)), 422)
    return redirect(url_for("handovers_pages.show", handover=each.ref), code=303)


def _own(ref: str) -> Handover:
    found = next((each for each in listed(ledger(), office_code=speaker().office) if each.ref == ref), None)
    if found is None:
        raise NotFound
    return found
