"""A ledger with two stations and people of every role, and browsers that sign in to the service over it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from api.access import passwords
from ledger import people
from ledger.types import Actor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger

ACTOR = Actor("汐見　花子", role="係員")
PASSWORD = "みなとの あさの しおかぜ"  # noqa: S105 - of nobody
SECRET_WORD = "灯台の下の青い自転車"  # noqa: S105 - of nobody
HASHED = passwords.hashed(PASSWORD)
NOW = datetime(2026, 4, 1, 9, 0)  # noqa: DTZ001 - Japanese time


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self.at


def add(ledger: Ledger, role: str, office: str, *, login: str = "") -> str:
    """Add a person whose password is set already."""
    who = people.add_person(ledger, ACTOR, login or role, "湊　ひろみ", argon2=HASHED)
    people.set_password(ledger, ACTOR, who, HASHED)
    people.give_role(ledger, ACTOR, who, role, office)
    return who


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    """Return the token of a page's first form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None, path
    return found[1]


def sign_in(app: Flask, login: str, *, password: str = PASSWORD, code: str = "") -> FlaskClient:
    """Return a browser that has tried to sign in."""
    client = app.test_client()
    data = {"csrf_token": token(client), "login": login, "password": password, "code": code, "to": ""}
    client.post("/sign-in", data=data)
    return client
