"""Handovers over HTTP: offered, read by their receiver, accepted, rejected, done, withdrawn."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.kept import asking
from api.kept.reach import actor, case_in_reach, rules, speaker, today
from api.once import once
from ledger.handovers import Handover, Offer, listed, move, offer, opened
from ledger.in_json import handover_as_json
from ledger.types import Miss

blueprint = Blueprint("kept_handovers", __name__, url_prefix="/api/v1/handovers")

ACTS = {"accept": "accepted", "reject": "rejected", "done": "done", "withdraw": "withdrawn"}


@blueprint.get("")
def index() -> Response:
    """List the handovers that the caller's office gives or receives; no copies."""
    return jsonify({"handovers": [handover_as_json(each) for each in listed(ledger(), office_code=speaker().office)]})


@blueprint.post("")
@once
def new() -> tuple[Response, int]:
    """Offer a case: named fields of it to a named receiver until a day, by consent or with the reason why without."""
    told = asking.body()
    found = case_in_reach(asking.text(told, "case", needed=True), own=True)
    consent_by = asking.text(told, "consent_by")
    consent_on = asking.day(asking.text(told, "consent_on"), "consent_on", otherwise=today()).isoformat()
    made = Offer(
        case=found.ref,
        kind=asking.text(told, "kind", needed=True),
        fields=asking.texts(told, "fields"),
        expires_on=asking.day(
            asking.text(told, "expires_on", needed=True), "expires_on", otherwise=today()
        ).isoformat(),
        to=asking.text(told, "to"),
        receiver=asking.text(told, "receiver"),
        consent=(consent_by, consent_on) if consent_by else None,
        reason=asking.text(told, "reason"),
    )
    return jsonify({"handover": offer(ledger(), actor(), made)}), 201


@blueprint.get("/<handover>")
def show(handover: str) -> Response:
    """Return a handover with its copy to its receiver; the reading is recorded."""
    _own(handover)
    found = opened(ledger(), actor(), handover, by_office=speaker().office)
    return jsonify({**handover_as_json(found), "copy": dict(found.copy)})


@blueprint.post("/<handover>/<any(accept,reject,done,withdraw):act>")
@once
def answer(handover: str, act: str) -> Response:
    """Accept, reject, end or withdraw a handover (`reason`)."""
    _own(handover)
    reason = asking.text(asking.body(), "reason")
    try:
        move(ledger(), rules(), actor(), handover, to_state=ACTS[act], by_office=speaker().office, reason=reason)
    except Miss:
        raise NotFound from None
    return jsonify(handover_as_json(_own(handover)))


def _own(ref: str) -> Handover:
    found = next((each for each in listed(ledger(), office_code=speaker().office) if each.ref == ref), None)
    if found is None:
        raise NotFound
    return found
