"""Reach the service: the JSON API and the clerk's page. Nothing but this package knows HTTP."""

from __future__ import annotations

import weakref
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask

from api import batch_events, batches, cases_api, forms_api, guard, openapi, problems, rows
from api.access.door import register_access
from api.access.owned import Owners
from api.access.tokens import register_tokens
from api.desk import door
from api.desk_kept.door import register_desk_kept
from api.hooks import pages as hooks_pages
from api.jobs import Desk
from api.kept import cases as kept_cases
from api.kept import handovers as kept_handovers
from api.kept import papers as kept_papers
from api.kept import registers as kept_registers
from api.kept.uploads import take_up_all
from api.limits import MAX_BODY, Work
from api.once import Calls
from api.watch.door import register_watch
from forms.issue.line import Line
from forms.issue.scratch import drop_folder, make_folder, sweep
from validators.rulebook import JAPAN, Rulebook, open_rulebook

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from api.access.outside import Provider
    from ledger.engine import Ledger


def create_app(
    *,
    rules: Rulebook | None = None,
    office: dict[str, str] | None = None,
    as_of: date | None = None,
    store: Path | None = None,
    trust_host: bool = False,
    ledger: Ledger | None = None,
    secure: bool = False,
    names: frozenset[str] = frozenset(),
    provider: Provider | None = None,
) -> Flask:
    """Build the application around one line; `rules` is the rulebook (left out: ours, by the clock of this machine).

    `store` is where batches keep their files (a private temporary folder when left out; it goes away with the
    process). `trust_host` lifts the check that the caller speaks to this machine itself. With a `ledger` there are people:
    everybody signs in (`secure`: by TLS alone, `names`: as which it is called, `provider`: who else says who signs in); without one the service is this machine's own.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    folder = store or _private_folder(app)
    line = Line(rules or open_rulebook(clock=partial(datetime.now, JAPAN)), office=office, as_of=as_of)
    app.extensions["line"] = line
    app.extensions["desk"] = Desk(line, folder)
    app.extensions["calls"] = Calls()
    app.extensions["work"] = Work()
    app.extensions["streams"] = batch_events.Streams()
    app.extensions["owners"] = Owners()
    problems.register(app)
    register_watch(app, ledger)
    guard.register(app, trust_host=trust_host, names=names)
    for module in (forms_api, cases_api, batches, batch_events, openapi, rows):  # rows: with all of pages
        app.register_blueprint(module.blueprint)
    door.register(app)
    register_tokens(app)
    if ledger is not None:
        register_access(app, ledger, secure=secure, provider=provider)
        for kept in (kept_cases, kept_papers, kept_registers, kept_handovers, hooks_pages):
            app.register_blueprint(kept.blueprint)
        register_desk_kept(app)
        take_up_all(app, ledger)
    return app


def _private_folder(app: Flask) -> Path:
    """Make a folder that goes away with the application, at the latest when the process ends; sweep those left by others."""
    sweep()
    folder, held = make_folder()
    weakref.finalize(app, drop_folder, folder, held)
    return folder
