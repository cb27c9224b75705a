"""Registers over HTTP: read in their official columns, entered, corrected by a further row, closed by the month, given out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.kept import asking
from api.kept.reach import actor, rules, speaker, today
from api.once import once
from ledger.closing import close_month
from ledger.entries import add_entry, correct_row
from ledger.exports import Wish, export_register
from ledger.in_json import register_as_json
from ledger.registers import read_register, registers_of

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.histories.registers import Register
    from validators.rulebook import Rulebook

blueprint = Blueprint("kept_registers", __name__, url_prefix="/api/v1/registers")

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@blueprint.get("")
def index() -> Response:
    """List the registers that the caller's office keeps."""
    return jsonify({"registers": [{"slug": each.slug, "title": each.title, "source": each.source} for each in _own()]})


@blueprint.get("/<register>")
def show(register: str) -> Response:
    """Return a register, of a month (`month`) or all of it, sorted by a column (`by`); reading it is recorded."""
    month, by = request.args.get("month", ""), request.args.get("by", "")
    return jsonify(
        register_as_json(read_register(*_asked(), _known(register), office_code=_office(), month=month, by=by))
    )


@blueprint.post("/<register>/entries")
@once
def add(register: str) -> tuple[Response, int]:
    """Enter a row (`on`, `values`: column → text)."""
    told, slug = asking.body(), _known(register)
    on = asking.day(asking.text(told, "on"), "on", otherwise=today()).isoformat()
    ref = add_entry(*_asked(), slug, office_code=_office(), day=on, values=asking.mapping(told, "values"))
    return jsonify({"entry": ref}), 201


@blueprint.post("/<register>/entries/<entry>/correct")
@once
def correct(register: str, entry: str) -> tuple[Response, int]:
    """Correct a row by a further one of today (`values`, `reason`); what stood before stays readable."""
    told, slug = asking.body(), _known(register)
    values, reason = asking.mapping(told, "values"), asking.text(told, "reason", needed=True)
    ref = correct_row(*_asked(), slug, entry, office_code=_office(), values=values, reason=reason)
    return jsonify({"entry": ref}), 201


@blueprint.post("/<register>/close")
@once
def close(register: str) -> Response:
    """Close a month that is over (`month`)."""
    month = asking.text(asking.body(), "month", needed=True)
    return jsonify(register_as_json(close_month(*_asked(), _known(register), office_code=_office(), month=month)))


@blueprint.post("/<register>/export")
def export(register: str) -> Response:
    """Give a register out (`kind`: csv, xlsx, pdf) to a named receiver (`receiver`, `purpose`); it is recorded first."""
    told, slug = asking.body(), _known(register)
    kind = asking.text(told, "kind") or "xlsx"
    wish = Wish(
        register=slug,
        office=_office(),
        month=asking.text(told, "month"),
        kind=kind,
        receiver=asking.text(told, "receiver", needed=True),
        purpose=asking.text(told, "purpose", needed=True),
    )
    made = export_register(*_asked(), wish)
    return send_file(io.BytesIO(made.content), mimetype=KINDS[kind], as_attachment=True, download_name=f"{slug}.{kind}")


def _own() -> list[Register]:
    return registers_of(ledger(), rules(), _office())


def _known(slug: str) -> str:
    """Return the slug of a register that the caller's office keeps. Raises NotFound."""
    if slug not in {each.slug for each in _own()}:
        raise NotFound
    return slug


def _office() -> str:
    return speaker().office


def _asked() -> tuple[Ledger, Rulebook, Actor]:
    return ledger(), rules(), actor()
