"""Other systems that are told, as administrators see them: no case content."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import ImmutableMultiDict

from api.access.visitors import ledger
from api.hooks.addresses import networks_from, weigh
from api.kept.reach import actor
from ledger import hooks
from ledger.offices import offices
from ledger.outbox import KINDS
from ledger.types import moment_of
from validators.errors import InputError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("hooks", __name__)


@blueprint.get("/hooks")
def index() -> str:
    """List the systems that are told, and what could not be."""
    return _page()


@blueprint.post("/hooks")
def make() -> ResponseReturnValue:
    """Let a system in; its secret is shown on this page alone."""
    form = request.form
    try:
        url = form.get("url", "").strip()
        weigh(url, networks_from(os.environ))
        label, office = form.get("label", ""), form.get("office", "")
        made = hooks.make_hook(ledger(), actor(), label=label, office_code=office, kinds=form.getlist("kind"), url=url)
    except InputError as error:
        return _page(wrong=str(error)), 422
    return _page(made=made)


@blueprint.post("/hooks/<ref>/end")
def end(ref: str) -> ResponseReturnValue:
    """Tell a system no more."""
    try:
        hooks.end_hook(ledger(), actor(), ref)
    except InputError as error:
        return _page(wrong=str(error)), 422
    return redirect(url_for("hooks.index"), code=303)


@blueprint.post("/hooks/outgoing/<ref>/again")
def again(ref: str) -> ResponseReturnValue:
    """Send once more what was given up."""
    try:
        hooks.send_again(ledger(), actor(), ref)
    except InputError as error:
        return _page(wrong=str(error)), 422
    return redirect(url_for("hooks.index"), code=303)


def _page(*, wrong: str = "", made: str = "") -> str:
    kept = hooks.all_hooks(ledger())
    return render_template(
        "access/hooks.html",
        hooks=kept,
        kinds={name: label for name, (label, _) in KINDS.items()},
        offices=offices(ledger()),
        given_up=hooks.given_up(ledger()),
        day_of=moment_of,
        typed=request.form if wrong else ImmutableMultiDict(),
        wrong=wrong,
        secret=next((each.secret for each in kept if made and each.ref == made), ""),
    )
