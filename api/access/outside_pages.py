"""Sign in by the office's own provider, and out of it. An account is found by what the administrator entered, and never made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound

from api.access import outside, sessions
from api.access.rates import Rates
from api.access.sign_in_pages import NOBODY, inside, locked
from api.access.visitors import ledger
from api.limits import ASKING_OTHERS, Work
from ledger import people

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from api.access.outside import Provider

blueprint = Blueprint("outside", __name__)

_CALLS, _A_SECOND = 60, 1.0  # of one address, which may be a whole office's; nothing can be guessed here
_UNKNOWN = (
    "この名前の利用者は登録されていないか、いまは入れません。所属の管理者に、利用者の画面で登録してもらってください。"
)


def register_outside(app: Flask, provider: Provider | None) -> None:
    """Give a service its provider; None: the pages are not there."""
    app.extensions["provider"] = app.jinja_env.globals["provider"] = provider
    app.extensions["provider_work"] = Work(ASKING_OTHERS)
    app.extensions["provider_rates"] = Rates(_CALLS, _A_SECOND)
    app.register_blueprint(blueprint)


@blueprint.get("/sign-in/outside")
def start() -> ResponseReturnValue:
    """Lead to the provider; whoever left the screen must show there anew who they are."""
    _count()
    try:
        with _work().one():
            to, afresh = inside(request.args.get("to", "")), bool(session.get("away"))
            way = outside.way_to(_provider(), url_for("outside.back", _external=True), to=to, afresh=afresh)
    except outside.ProviderError as error:
        return _told(str(error), error.http_status)
    return redirect(way, code=303)


@blueprint.get("/sign-in/outside/back")
def back() -> ResponseReturnValue:
    """Begin the session of whom the provider names; what does not prove it is refused in words, and recorded."""
    _count()
    try:
        with _work().one():
            name, to = outside.came_back(_provider())
    except outside.ProviderError as error:
        return _told(str(error), error.http_status)
    except outside.UnprovenError as error:
        if error.alarming:
            people.sign_in_failed(ledger(), NOBODY, None)
        return _told(str(error), 422)
    person = people.person_by_outside(ledger(), name)
    if person is None or locked(person) or not person.roles:
        people.sign_in_failed(ledger(), NOBODY, None)
        return _told(_UNKNOWN, 422)
    found = sessions.begin(person, ledger().now())
    session["outside"] = name
    people.signed_in(ledger(), found.actor(), found.ref, way="provider")
    return redirect(to, code=303)


@blueprint.get("/signed-out")
def left() -> str:
    """Say that the session here has ended, and that the provider's has not."""
    return render_template("access/left.html", provider=_provider())


@blueprint.get("/signed-out/outside")
def end() -> ResponseReturnValue:
    """Lead to where the provider's own session ends."""
    _count()
    try:
        with _work().one():
            way = outside.way_out(_provider(), url_for("sign_in.show", _external=True))
    except outside.ProviderError as error:
        return _told(str(error), error.http_status)
    if way is None:
        return _told(f"{_provider().title}の画面でサインアウトしてください。", 422)
    return redirect(way, code=303)


def _told(wrong: str, status: int) -> ResponseReturnValue:
    return render_template("access/sign_in.html", to="", wrong=wrong), status


def _provider() -> Provider:
    found: Provider | None = current_app.extensions["provider"]
    if found is None:
        raise NotFound
    return found


def _work() -> Work:
    found: Work = current_app.extensions["provider_work"]
    return found


def _count() -> None:
    _provider()
    rates: Rates = current_app.extensions["provider_rates"]
    rates.take(request.remote_addr or "")
