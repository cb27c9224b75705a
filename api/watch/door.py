"""`/readyz` and `/metrics`, and every request counted: by the pattern of its route, so that no value of a path is kept."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import Forbidden

from api.access.visitors import visitor
from api.guard import from_here
from api.problems import problem
from api.watch.lines import lines_wanted, tell_request
from api.watch.metrics import Metrics
from ledger.figures import UnreachableError, reach

if TYPE_CHECKING:
    from flask import Flask

    from ledger.engine import Ledger

NUMBER: Final = "X-Request-Number"
NO_ROUTE: Final = "(none)"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})  # others are one: anybody can invent some

blueprint = Blueprint("watch", __name__)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say that requests can be answered: the ledger, where there is one, can be read; else 503 in words."""
    if (kept := current_app.extensions.get("ledger")) is not None:
        try:
            reach(cast("Ledger", kept))
        except UnreachableError as error:
            return problem(error.http_status, str(error), code=error.code)
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures in Prometheus' text, to this machine itself or to a key for them."""
    if visitor() is None and not from_here():
        raise Forbidden("このパソコンの中からか、そのための鍵でお呼びください。")
    told: Metrics = current_app.extensions["metrics"]
    return Response(generate_latest(told.registry), content_type=CONTENT_TYPE_LATEST)


def register_watch(app: Flask, kept: Ledger | None) -> None:
    """Count and tell every request; called before anything else is registered, so that refusals are counted too."""
    told = app.extensions["metrics"] = Metrics(app.extensions["desk"], kept)
    lines = lines_wanted()
    app.register_blueprint(blueprint)

    @app.before_request
    def _begin() -> None:
        g.began, g.number = time.perf_counter(), secrets.token_hex(4)

    @app.after_request
    def _end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        number = g.get("number", "")
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.method in _METHODS else "other"
        told.count(route, method, response.status_code, seconds)
        response.headers[NUMBER] = number
        if lines:
            speaks = visitor()
            actor = speaks.ref if speaks else ""
            tell_request(number, route=route, method=method, status=response.status_code, seconds=seconds, actor=actor)
        return response
