"""Open the desk over the ledger: its pages, its drafts, its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g

from api.access.visitors import ledger
from api.desk_kept import (
    approvals,
    cases,
    checking,
    deadlines,
    events,
    facts,
    handovers,
    knowing,
    mending,
    offices_pages,
    papers,
    people,
    registers,
    review,
    rule_book,
    templates_pages,
)
from api.desk_kept.drafts import LedgerDrafts, register_keeping
from api.desk_kept.saying import day_said, moment_said
from ledger.case_view import HIDDEN
from ledger.offices import offices
from validators.labels import HANDOVER_LABELS

if TYPE_CHECKING:
    from flask import Flask

# the routes of a case stand in several modules on one blueprint
ROUTES = (
    cases,
    events,
    mending,
    people,
    facts,
    knowing,
    deadlines,
    papers,
    approvals,
    registers,
    handovers,
    checking,
    review,
    offices_pages,
    templates_pages,
    rule_book,
)


def register_desk_kept(app: Flask) -> None:
    """Add what the desk is with a ledger."""
    store = LedgerDrafts()
    app.extensions["drafts"] = store
    register_keeping(app, store)
    shared: dict[str, Any] = {
        "wareki": day_said,
        "moment_now": lambda: moment_said(ledger().now()),
        "covered": covered,
        "handover_word": HANDOVER_LABELS.__getitem__,
        "office_called": _office_called,
    }
    app.jinja_env.globals.update(shared)
    for blueprint in dict.fromkeys(module.blueprint for module in ROUTES):
        app.register_blueprint(blueprint)


def covered(text: str) -> str:
    """Return a value as it is shown, the mark in the place of a hidden one."""
    return "■■■■" if HIDDEN in text else text


def _office_called(code: str) -> str:
    """Return the name of an office; a receiver outside is called as it was written."""
    if "office_names" not in g:
        g.office_names = {each: name for each, name, _ in offices(ledger())}
    return str(g.office_names.get(code, code))
