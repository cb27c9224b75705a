"""Until there is sign-in: only this machine may speak to us, and no other site may speak through its browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden

from forms.reports.report import STYLE_HASH

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_ELSEWHERE = "このパソコンの中（http://127.0.0.1 又は http://localhost）からだけ使えます（Host）。"


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


def register(app: Flask, *, trust_host: bool) -> None:
    """Refuse foreign Host and Origin headers, and send headers that keep the answers private."""

    @app.before_request
    def _only_here() -> None:
        if not trust_host and _host_of(f"//{request.host}") not in _LOCAL:
            raise Forbidden(_ELSEWHERE)
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
