"""Only this machine may speak to us, or whoever calls us by our names and through the proxy; no other site through a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden

from api.access.permissions import WATCHED
from forms.reports.report import STYLE_HASH

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_ELSEWHERE = "このパソコンの中（http://127.0.0.1 又は http://localhost）からだけ使えます（Host）。"

_OTHER_NAME = "この名前では呼べません（Host）。管理者に、この仕組みの住所をお確かめください。"
_IN_CLEAR = "暗号化した接続（https）で、決められた中継を通してお使いください。"


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _place_of(url: str) -> str | None:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None


def from_here() -> bool:
    """Return whether a program of this machine calls directly: not through a proxy, not by a name."""
    passed_on = any(name.lower().startswith(("x-forwarded", "forwarded")) for name in request.headers.keys())  # noqa: SIM118
    return request.remote_addr in _LOCAL and _host_of(f"//{request.host}") in _LOCAL and not passed_on


def register(app: Flask, *, trust_host: bool, names: frozenset[str] = frozenset()) -> None:
    """Refuse foreign Host and Origin headers and send headers that keep the answers private."""

    @app.before_request
    def _only_here() -> None:
        if names and request.endpoint in WATCHED and from_here():
            return
        if not trust_host and _host_of(f"//{request.host}") not in (names or _LOCAL):
            raise Forbidden(_OTHER_NAME if names else _ELSEWHERE)
        if names and not request.is_secure:  # the proxy alone can say so (api/serving.py)
            raise Forbidden(_IN_CLEAR)
        origin = request.headers.get("Origin")
        if origin and request.method != "GET" and _place_of(origin) != request.host:
            raise Forbidden(
                "ほかのサイトからの送信は受け付けません（Origin）。この仕組みの画面を開き直して、送ってください。"
            )

    @app.after_request
    def _private(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # no-referrer would make our own forms send "Origin: null"
        headers["X-Frame-Options"] = "DENY"
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'self' '{STYLE_HASH}'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        if request.endpoint != "static":
            headers["Cache-Control"] = "no-store"
        return response
