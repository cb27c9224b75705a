"""帳簿: official columns, filtered by words and month; a month closed; given out to a named receiver."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, may
from api.desk_kept.saying import day_said, fault_said
from api.kept.reach import actor, rules, speaker, today
from api.kept.registers import KINDS
from ledger.closing import close_month
from ledger.exports import Wish, export_register
from ledger.registers import read_register, registers_of
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from validators.histories.registers import Register

blueprint = Blueprint("registers_pages", __name__, url_prefix="/registers")


@blueprint.get("")
def index() -> str:
    """List the registers that the office keeps, by source."""
    sources = {each.slug: each.title for each in rules().catalogue.sources()}
    groups: dict[str, list[Register]] = {}
    for each in _own():
        groups.setdefault(sources.get(each.source, each.source), []).append(each)
    return render_template("kept/registers.html", groups=groups)


@blueprint.get("/<register>")
def show(register: str) -> str:
    """Show a register; reading it is recorded."""
    return _page(_known(register))


def _page(register: Register, wrong: str = "") -> str:
    month, by = request.values.get("month", ""), request.values.get("by", "")
    column, words = request.values.get("column", ""), request.values.get("words", "").strip()
    having = {column: words} if column and words else {}
    try:
        seen = read_register(
            ledger(), rules(), actor(), register.slug, office_code=speaker().office, month=month, having=having, by=by
        )
    except YoshikiError as error:
        seen = read_register(ledger(), rules(), actor(), register.slug, office_code=speaker().office)
        month, wrong = "", wrong or fault_said(error)
    return render_template(
        "kept/register.html",
        register=register,
        seen=seen,
        rows=[(row, seen.cells(row)) for row in seen.rows],
        month=month,
        months=_months(),
        column=column,
        words=words,
        by=by,
        closed=day_said(seen.closed_on),
        closable=bool(month) and not seen.closed_on and month < today().isoformat()[:7] and may("keep"),
        told=request.form,
        wrong=wrong,
    )


def _months() -> list[tuple[str, str]]:
    """Return the last two years' months, the newest first."""
    at, found = today(), []
    year, month = at.year, at.month
    for _ in range(24):
        found.append((f"{year}-{month:02d}", day_said(date(year, month, 1).isoformat()).removesuffix("１日")))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


@blueprint.post("/<register>/close")
def close(register: str) -> BaseResponse | Response:
    """Close a month that is over."""
    known, month = _known(register), request.form.get("month", "")
    try:
        close_month(ledger(), rules(), actor(), known.slug, office_code=speaker().office, month=month)
    except YoshikiError as error:
        return make_response(_page(known, fault_said(error)), 422)
    return redirect(url_for("registers_pages.show", register=known.slug, month=month), code=303)


@blueprint.post("/<register>/export")
def export(register: str) -> Response:
    """Give a register out to a named receiver; it is recorded first."""
    known, sent = _known(register), request.form
    kind = sent.get("kind", "xlsx")
    try:
        wish = Wish(
            register=known.slug,
            office=speaker().office,
            month=sent.get("month", ""),
            kind=kind,
            receiver=sent.get("receiver", ""),
            purpose=sent.get("purpose", ""),
        )
        made = export_register(ledger(), rules(), actor(), wish)
    except YoshikiError as error:
        return make_response(_page(known, fault_said(error)), 422)
    name = f"{known.title}{f'-{wish.month}' if wish.month else ''}.{kind}"
    return send_file(io.BytesIO(made.content), mimetype=KINDS[kind], as_attachment=True, download_name=name)


def _own() -> list[Any]:
    return registers_of(ledger(), rules(), speaker().office)


def _known(slug: str) -> Register:
    """Return a register that the office keeps. Raises NotFound."""
    found: Register | None = next((each for each in _own() if each.slug == slug), None)
    if found is None:
        raise NotFound
    return found
