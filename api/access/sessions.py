"""Sessions kept by the server: a quarter of an hour without an act, twelve hours at most; signing in makes a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cachelib import SimpleCache
from flask import current_app, session
from flask_login import LoginManager, login_user, logout_user
from flask_session import Session

from api.access.visitors import Visitor, ledger, of_person
from ledger.people import person_by_ref

if TYPE_CHECKING:
    from flask import Flask

    from ledger.people import PersonKept
    from ledger.types import Instant

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)
_MOST: Final = 10_000


def register_sessions(app: Flask, *, secure: bool) -> None:
    """Keep sessions in this process; `secure`: the cookie travels by TLS alone."""
    app.config.update(
        SESSION_TYPE="cachelib",
        SESSION_CACHELIB=SimpleCache(threshold=_MOST, default_timeout=int(IDLE.total_seconds())),
        PERMANENT_SESSION_LIFETIME=IDLE,
        SESSION_COOKIE_NAME="__Host-yoshiki" if secure else "yoshiki",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
    )
    app.jinja_env.globals["session_seconds"] = int(IDLE.total_seconds())
    Session(app)
    manager = LoginManager(app)
    manager.session_protection = None  # the session is the server's own; an address may change behind a proxy

    def load(ref: str) -> Visitor | None:
        began = session.get("began")
        if began is None or ledger().now() - began > LONGEST / timedelta(microseconds=1):
            return None
        person = person_by_ref(ledger(), ref)
        if person is None or session.get("password") != person.argon2:
            return None  # a password set anew ends every session of before
        if session.get("outside", person.outside) != person.outside:
            return None  # the provider's name for the person is another now
        return of_person(person, session.get("office", ""))

    manager.user_loader(load)


def begin(person: PersonKept, now: Instant) -> Visitor:
    """Begin a session of a person under a new name."""
    interface: Any = current_app.session_interface
    session.clear()
    session["began"], session["password"] = int(now), person.argon2
    interface.regenerate(session)
    found = of_person(person)
    login_user(found)
    return found


def end() -> None:
    """End the session."""
    logout_user()
    session.clear()
