"""People and keys, as administrators see them: no case content."""

from __future__ import annotations

from datetime import MAXYEAR, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden, NotFound

from api.access import passwords
from api.access.permissions import ROLE_DEEDS
from api.access.visitors import Visitor, ledger, visitor
from ledger import people
from ledger.api_keys import SCOPES, all_api_keys, make_api_key, revoke_api_key
from ledger.offices import offices
from ledger.types import Instant, day_of, instant, moment_of
from validators.errors import InputError
from validators.wareki import format_date, parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from api.access.outside import Provider
    from ledger.types import Actor

blueprint = Blueprint("users", __name__)


@blueprint.get("/users")
def index() -> str:
    """List the people, with what is done to each."""
    return _page()


@blueprint.post("/users")
def add() -> ResponseReturnValue:
    """Add a person with a first role; the password for once is shown now and never again."""
    form, once = request.form, passwords.for_once()
    try:
        login, name, post = form.get("login", ""), form.get("name", ""), form.get("post", "")
        wanted, code = _role_of(form.get("role", ""), form.get("office", ""))
        until = _until(form.get("until", ""))  # all that may be wrong is read before anything is written
        who = people.add_person(ledger(), _actor(), login, name, argon2=passwords.hashed(once), post=post)
        people.give_role(ledger(), _actor(), who, wanted, code, until=until)
    except InputError as error:
        return _page(wrong=str(error), typed=form), 422
    return _page(once=once, told=form.get("login", ""))


@blueprint.post("/users/<ref>/password")
def password(ref: str) -> ResponseReturnValue:
    """Give a person another password for once; their sessions end."""
    once = passwords.for_once()
    people.set_password(ledger(), _actor(), ref, passwords.hashed(once), once=True)
    found = people.person_by_ref(ledger(), ref)
    return _page(once=once, told=found.login if found else "")


@blueprint.post("/users/<ref>/unlock")
def unlock(ref: str) -> Response:
    """Take off the lock after failed sign-ins."""
    people.unlock(ledger(), _actor(), ref)
    return redirect(url_for("users.index"), code=303)


@blueprint.post("/users/<ref>/second-factor")
def second_factor(ref: str) -> Response:
    """Take the second factor of somebody who lost it away."""
    people.set_second_factor(ledger(), _actor(), ref, "")
    return redirect(url_for("users.index"), code=303)


@blueprint.post("/users/<ref>/outside")
def outside(ref: str) -> ResponseReturnValue:
    """Say by which name the office's provider knows a person; a blank takes it away."""
    provider: Provider | None = current_app.extensions["provider"]
    if provider is None:
        raise NotFound
    name = request.form.get("outside", "").strip()
    try:
        people.name_outside(ledger(), _actor(), ref, provider.names(name) if name else "")
    except InputError as error:
        return _page(wrong=str(error)), 422
    return redirect(url_for("users.index"), code=303)


@blueprint.post("/users/<ref>/roles")
def role(ref: str) -> ResponseReturnValue:
    """Give a role in an office."""
    try:
        wanted, code = _role_of(request.form.get("role", ""), request.form.get("office", ""))
        people.give_role(ledger(), _actor(), ref, wanted, code, until=_until(request.form.get("until", "")))
    except InputError as error:
        return _page(wrong=str(error)), 422
    return redirect(url_for("users.index"), code=303)


@blueprint.post("/users/<ref>/roles/<int:held>/end")
def end_role(ref: str, held: int) -> Response:
    """End a role; one cannot take the administrator's from oneself, or nobody may be left."""
    found = people.person_by_ref(ledger(), ref)
    own = (
        found and ref == _speaks().ref and any(each.id == held and each.role == "administrator" for each in found.roles)
    )
    if own:
        raise Forbidden("自分の管理者の役割は、ほかの管理者が終わらせます。")
    people.end_role(ledger(), _actor(), ref, held)
    return redirect(url_for("users.index"), code=303)


@blueprint.get("/keys")
def keys() -> str:
    """List the keys of other systems."""
    return _keys_page()


@blueprint.post("/keys")
def make_key() -> ResponseReturnValue:
    """Make a key; it is shown now and never again."""
    form = request.form
    try:
        until = _until(form.get("until", "")) or Instant(
            ledger().now() + timedelta(days=365) // timedelta(microseconds=1)
        )
        _, secret = make_api_key(
            ledger(), _actor(), form.get("label", ""), form.get("office", ""), form.getlist("scope"), until=until
        )
    except InputError as error:
        return _keys_page(wrong=str(error), typed=form), 422
    return _keys_page(secret=secret)


@blueprint.post("/keys/<ref>/revoke")
def revoke(ref: str) -> Response:
    """Revoke a key."""
    revoke_api_key(ledger(), _actor(), ref)
    return redirect(url_for("users.keys"), code=303)


def _page(*, wrong: str = "", once: str = "", told: str = "", typed: Mapping[str, str] | None = None) -> str:
    now = ledger().now()
    return render_template(
        "access/users.html",
        people=people.all_people(ledger()),
        locked=lambda each: each.locked_until is not None and now < each.locked_until,
        roles={name: people.ROLES[name] for name in ROLE_DEEDS},
        offices=offices(ledger()),
        last_day=_last_day,
        typed=typed or {},
        wrong=wrong,
        once=once,
        told=told,
    )


def _keys_page(*, wrong: str = "", secret: str = "", typed: MultiDict[str, str] | None = None) -> str:
    kept, now = all_api_keys(ledger()), ledger().now()
    known = offices(ledger())
    return render_template(
        "access/keys.html",
        keys=kept,
        living=lambda each: each.living(now),
        scopes=SCOPES,
        offices=known,
        names={code: name for code, name, _ in known},
        last_day=_last_day,
        typed=typed or MultiDict(),
        wrong=wrong,
        secret=secret,
    )


def _role_of(role_: str, office: str) -> tuple[str, str]:
    if role_ not in people.ROLES or office not in {code for code, _, _ in offices(ledger())}:
        raise InputError("役割と所属を選んでください。")
    return role_, office


def _until(written: str) -> Instant | None:
    """Return the end of a day as people write it; None for a blank. Raises InputError, for a day that is over too."""
    if not written.strip():
        return None
    try:
        day = parse_date(written)
    except ValueError:
        raise InputError("終わりの日を、令和9年3月31日 のように書いてください。") from None
    if day.isoformat() < day_of(ledger().now()):
        raise InputError("終わりの日は、きょうか、それより後にしてください。")
    if day.year >= MAXYEAR:
        raise InputError("終わりの日を、令和9年3月31日 のように書いてください。")
    return instant(datetime(day.year, day.month, day.day) + timedelta(days=1))  # noqa: DTZ001 - Japanese time


def _last_day(until: Instant) -> str:
    """Return the last day before a moment in words."""
    return format_date((moment_of(until) - timedelta(microseconds=1)).date())


def _actor() -> Actor:
    return _speaks().actor()


def _speaks() -> Visitor:
    found = visitor()
    if found is None:
        raise Forbidden
    return found
