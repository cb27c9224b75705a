"""Sign in, leave, cover the screen, come back; set the password and the second factor."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound

from api.access import passwords, sessions
from api.access.visitors import Visitor, ledger, visitor
from ledger import people
from ledger.audit.people_events import SignedOut
from ledger.types import Actor
from ledger.write import record
from validators.errors import InputError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from api.access.rates import Rates
    from ledger.people import PersonKept

blueprint = Blueprint("sign_in", __name__)

_WRONG = "名前、パスワード、確認の番号のどれかが違います。続けて間違えると、15分のあいだ入れなくなります。"
NOBODY = Actor("（サインイン前）", via="http")


@blueprint.get("/sign-in")
def show() -> ResponseReturnValue:
    """Ask who speaks."""
    return render_template("access/sign_in.html", to=request.args.get("to", ""))


@blueprint.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Begin a session; what is wrong is told in one sentence, whatever it is."""
    rates: Rates = current_app.extensions["sign_in_rates"]
    rates.take(request.remote_addr or "")
    login, password = request.form.get("login", ""), request.form.get("password", "")
    person = people.person_by_login(ledger(), login)
    if not _is_them(person, password, request.form.get("code", "")):
        people.sign_in_failed(ledger(), NOBODY, person.ref if person else None)
        told = render_template("access/sign_in.html", to=request.form.get("to", ""), login=login, wrong=_WRONG)
        return told, 422
    found = sessions.begin(_known(person), ledger().now())
    people.signed_in(ledger(), found.actor(), found.ref)
    return redirect(inside(request.form.get("to", "")), code=303)


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session."""
    speaks = _signed_in()
    record(ledger(), speaks.actor(), SignedOut(who=speaks.ref))
    by_provider = "outside" in session
    sessions.end()
    return redirect(url_for("outside.left" if by_provider else "sign_in.show"), code=303)


@blueprint.get("/away")
def away() -> ResponseReturnValue:
    """Cover the screen: every page of the session shows this one until the password is typed."""
    session["away"] = True
    return render_template("access/away.html", name=_signed_in().name)


@blueprint.post("/away")
def come_back() -> ResponseReturnValue:
    """Uncover the screen."""
    speaks = _signed_in()
    person = _known(people.person_by_ref(ledger(), speaks.ref))
    if locked(person) or not passwords.matches(person.argon2, request.form.get("password", "")):
        people.sign_in_failed(ledger(), speaks.actor(), speaks.ref)
        return render_template("access/away.html", name=speaks.name, wrong="パスワードが違います。"), 422
    session.pop("away", None)
    return redirect(url_for("pages.home"), code=303)


@blueprint.get("/me")
def me() -> str:
    """Show what is kept of oneself, and where one acts."""
    return render_template("access/me.html", me=_signed_in(), roles=people.ROLES)


@blueprint.post("/me/office")
def office() -> Response:
    """Act for another of one's offices."""
    code = request.form.get("office", "")
    if code not in _signed_in().deeds:
        raise NotFound
    session["office"] = code
    return redirect(url_for("pages.home"), code=303)


@blueprint.get("/me/password")
def password() -> str:
    """Ask for another password."""
    return render_template("access/password.html", once=_known(_signed_in().person).once, shortest=passwords.SHORTEST)


@blueprint.post("/me/password")
def set_password() -> ResponseReturnValue:
    """Set another password; every other session of the person ends."""
    speaks = _signed_in()
    person = _known(speaks.person)
    new = request.form.get("new", "")
    try:
        _weigh(person, request.form.get("old", ""), new, request.form.get("again", ""))
    except InputError as error:
        told = str(error)
        return render_template("access/password.html", once=person.once, shortest=passwords.SHORTEST, wrong=told), 422
    people.set_password(ledger(), speaks.actor(), speaks.ref, passwords.hashed(new))
    sessions.begin(_known(people.person_by_ref(ledger(), speaks.ref)), ledger().now())
    return redirect(url_for("sign_in.me"), code=303)


@blueprint.get("/me/second-factor")
def second_factor() -> str:
    """Show the secret of a second factor to be set up."""
    person = _known(_signed_in().person)
    secret = session.setdefault("totp", passwords.new_second_factor())
    return _second_factor_page(person, secret)


@blueprint.post("/me/second-factor")
def set_second_factor() -> ResponseReturnValue:
    """Set the second factor up once its figures are right, or take it away with the password."""
    speaks = _signed_in()
    person = _known(speaks.person)
    if request.form.get("off"):
        if not passwords.matches(person.argon2, request.form.get("password", "")):
            return _second_factor_page(person, "", wrong="パスワードが違います。"), 422
        people.set_second_factor(ledger(), speaks.actor(), speaks.ref, "")
        return redirect(url_for("sign_in.me"), code=303)
    secret = session.get("totp", "")
    if not secret or not passwords.second_factor_matches(secret, request.form.get("code", "")):
        return _second_factor_page(person, secret, wrong="番号が違います。いま出ている6桁を書いてください。"), 422
    people.set_second_factor(ledger(), speaks.actor(), speaks.ref, secret)
    session.pop("totp", None)
    return redirect(url_for("sign_in.me"), code=303)


def _second_factor_page(person: PersonKept, secret: str, wrong: str = "") -> str:
    picture = ""
    if secret:
        drawn = io.BytesIO()
        segno.make(passwords.second_factor_address(secret, person.login)).save(drawn, kind="svg", scale=4, light="#fff")
        picture = drawn.getvalue().decode()
    return render_template(
        "access/second_factor.html", secret=secret, on=bool(person.totp), picture=picture, wrong=wrong
    )


def _weigh(person: PersonKept, old: str, new: str, again: str) -> None:
    if not passwords.matches(person.argon2, old):
        raise InputError("いまのパスワードが違います。")
    if passwords.matches(person.argon2, new):
        raise InputError("いまと違うパスワードにしてください。")
    passwords.weigh(new, again, person.login)


def _is_them(person: PersonKept | None, password_: str, code: str) -> bool:
    right = passwords.matches(person.argon2 if person else None, password_)
    if person is None or not right or locked(person) or not person.roles:
        return False
    return not person.totp or passwords.second_factor_matches(person.totp, code)


def locked(person: PersonKept) -> bool:
    """Return whether failed sign-ins have locked a person's door."""
    return person.locked_until is not None and ledger().now() < person.locked_until


def _signed_in() -> Visitor:
    found = visitor()
    if found is None or found.person is None:
        raise NotFound
    return found


def _known(person: PersonKept | None) -> PersonKept:
    if person is None:
        raise NotFound
    return person


def inside(to: str) -> str:
    """Return where one wanted to go, within this service alone."""
    within = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if within else url_for("pages.home")
