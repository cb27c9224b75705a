"""Give a service people: its ledger, sessions, the gate, the pages of people."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import request
from flask_wtf.csrf import CSRFError, CSRFProtect

from api.access import rates, sign_in_pages, users_pages
from api.access.gate import register_gate
from api.access.outside_pages import register_outside
from api.access.passwords import for_once, hashed
from api.access.sessions import register_sessions
from api.problems import answer
from ledger.offices import offices, save_office
from ledger.people import add_person, give_role, has_people
from ledger.types import Actor, day_of

if TYPE_CHECKING:
    from flask import Flask, Response

    from api.access.outside import Provider
    from ledger.engine import Ledger

FIRST = "admin"
_SELF = Actor("様式", role="最初の起動")


def register_access(app: Flask, kept: Ledger, *, secure: bool = False, provider: Provider | None = None) -> None:
    """Add people to an application; `secure`: it is reached by TLS alone, `provider`: who else may say who signs in."""
    app.extensions["ledger"] = kept
    app.extensions["sign_in_rates"] = rates.Rates(rates.SIGN_INS, rates.SIGN_INS_A_SECOND)
    app.config.update(SECRET_KEY=secrets.token_bytes(32), WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    register_sessions(app, secure=secure)
    register_gate(app, rates.Rates(rates.CALLS, rates.A_SECOND))
    protect = CSRFProtect(app)

    @app.before_request
    def _meant() -> None:
        if "Authorization" not in request.headers:  # a key is sent by nobody's browser by itself
            protect.protect()

    @app.errorhandler(CSRFError)
    def _not_meant(_error: CSRFError) -> Response:
        return answer(
            400,
            "画面を開いてから時間がたったため、送れませんでした。画面を開き直して、もう一度送ってください。",
            "stale-page",
        )

    app.register_blueprint(sign_in_pages.blueprint)
    app.register_blueprint(users_pages.blueprint)
    register_outside(app, provider)


def first_administrator(kept: Ledger, office_name: str) -> str | None:
    """Make the one administrator of a ledger without people, and return the password for once; None where there are people."""
    if has_people(kept):
        return None
    if not offices(kept):
        name = office_name or "本部"
        save_office(kept, _SELF, "main", name, kind="office", told={"name": name}, from_on=day_of(kept.now()))
    once = for_once()
    who = add_person(kept, _SELF, FIRST, "管理者", argon2=hashed(once))
    give_role(kept, _SELF, who, "administrator", offices(kept)[0][0])
    return once
