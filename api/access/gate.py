"""Every request passes here: who speaks, whether the route may be theirs, whether what they name is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from api.access.owned import is_theirs
from api.access.permissions import ALWAYS_OWN, BESIDES, PUBLIC, WATCHED, asked_of
from api.access.visitors import Visitor, ledger, of_key
from api.guard import from_here
from ledger.api_keys import key_of

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from api.access.rates import Rates

_BEARER = "Bearer "
_OWN_KEYS = frozenset(
    {"drafts_pages", "batches", "batch_events", "pages"}
)  # blueprints whose `key` names what somebody began


def for_machines() -> bool:
    """Return whether the caller is a program: a key is asked of it, and it is never led to another page."""
    return request.path.startswith(("/api/", "/openapi", "/metrics")) or "Authorization" in request.headers


def register_gate(app: Flask, rates: Rates) -> None:
    """Let nobody pass who may not."""

    @app.before_request
    def _pass() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in PUBLIC:
            return None
        speaks = _speaker(rates)
        if speaks is None and endpoint in WATCHED and from_here():
            return None
        if speaks is None:
            if for_machines():
                raise Unauthorized("Authorization: Bearer に鍵を付けてお呼びください。鍵は管理者が作ります。")
            return redirect(url_for("sign_in.show", to=request.full_path if request.method == "GET" else ""), code=303)
        g.visitor = speaks
        if speaks.person is not None and endpoint not in ALWAYS_OWN:
            if session.get("away"):
                return redirect(url_for("sign_in.away"), code=303)
            if speaks.person.once and "outside" not in session:
                return redirect(url_for("sign_in.password"), code=303)
        _may_pass(speaks, endpoint)
        return None


def _speaker(rates: Rates) -> Visitor | None:
    given = request.headers.get("Authorization", "")
    if given:
        key = key_of(ledger(), given.removeprefix(_BEARER)) if given.startswith(_BEARER) else None
        if key is None:
            raise Unauthorized("この鍵は使えません。期限が過ぎたか、取り消されています。管理者にお確かめください。")
        rates.take(key.ref)
        return of_key(key)
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - the documented way


def _may_pass(speaks: Visitor, endpoint: str) -> None:
    if endpoint in ALWAYS_OWN:
        return
    asked = asked_of(endpoint, request.method)
    besides = BESIDES.get(endpoint.partition(".")[0])
    if asked is None or not speaks.may(asked) or (besides is not None and not speaks.may(besides)):
        raise Forbidden("この操作は、あなたの役割ではできません。必要なときは、管理者にご相談ください。")
    key = (request.view_args or {}).get("key")
    if key is not None and endpoint.partition(".")[0] in _OWN_KEYS and not is_theirs(key):
        raise NotFound
