"""The OpenAPI description, made from the routes, the catalogue and the shapes."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify, url_for

from api import shapes
from api.conditional import conditional
from api.heeding import headers_of
from api.hooks.signing import CALLED_BY
from api.kept import shapes as kept
from api.shapes import JSON, LINKS, ref
from api.worked import worked_example
from ledger.outbox import KINDS

if TYPE_CHECKING:
    from werkzeug.routing import Rule

    from validators.definitions.catalogue import Catalogue

blueprint = Blueprint("openapi", __name__)

ANSWERS = shapes.ANSWERS | kept.ANSWERS
BODIES = shapes.BODIES | kept.BODIES
PARAMETERS = shapes.PARAMETERS | kept.PARAMETERS
COMPONENTS = shapes.COMPONENTS | kept.COMPONENTS

_OF_RECORDS = (ref("Record"), *(taken[JSON] for view, taken in shapes.BODIES.items() if view == "batches.create"))
_PROBLEM = {"description": "誤り", "content": {"application/problem+json": {"schema": ref("Problem")}}}
_BUSY = {
    **_PROBLEM,
    "description": "混み合っています",
    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "秒"}},
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "この答えの印"}}


@blueprint.get("/openapi.json")
@conditional
def openapi() -> Response:
    """Describe every route under /api; what a form holds stands in a document of its own, which is referred to."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule)
                paths.setdefault(path, {})[method.lower()] = _operation(rule)
    forms = {slug: {"$ref": url_for("forms.schema", slug=slug)} for slug in _catalogue().slugs()}
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {"title": "Yoshiki", "version": version("yoshiki")},
            "paths": paths,
            "webhooks": {kind: {"post": _call(label)} for kind, (label, _) in KINDS.items()},
            "components": {"schemas": {**COMPONENTS, **forms}},
        }
    )


def _call(label: str) -> dict[str, Any]:
    """Describe a call that a system is sent (api/hooks)."""
    return {
        "summary": label,
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in CALLED_BY
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": ref("Call")}}},
        "responses": {"2XX": {"description": "受け取りました"}, "410": {"description": "もう送らないでください"}},
    }


def _catalogue() -> Catalogue:
    found: Catalogue = current_app.extensions["line"].catalogue
    return found


def _operation(rule: Rule) -> dict[str, Any]:
    view = current_app.view_functions[rule.endpoint]
    status, given = ANSWERS[rule.endpoint]
    content = {"content": {kind: {"schema": schema} for kind, schema in given.items()}} if given else {}
    operation: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "responses": {status: {"description": "できました", **content}, "default": _PROBLEM},
    }
    heeded = headers_of(view)
    told = [*PARAMETERS.get(rule.endpoint, ()), *(shapes.HEADERS[name] for name in heeded)]
    if parameters := [*map(_in_path, sorted(rule.arguments)), *told]:
        operation["parameters"] = parameters
    if "If-None-Match" in heeded:
        operation["responses"][status]["headers"] = _ETAG
        operation["responses"]["304"] = {"description": "変わっていません", "headers": _ETAG}
    if "text/event-stream" in given:
        operation["responses"] |= {"204": {"description": "終わりまで知らせてあります"}, "503": _BUSY}
    if "If-Match" in heeded:
        operation["responses"]["412"] = {**_PROBLEM, "description": "読んだ後に変わっています"}
    if rule.endpoint in LINKS:
        operation["responses"][status]["links"] = LINKS[rule.endpoint]
    if taken := BODIES.get(rule.endpoint):
        operation["requestBody"] = {"required": True, "content": {kind: _body(kind, of) for kind, of in taken.items()}}
        operation["responses"] |= {"422": _PROBLEM, "503": _BUSY}
    return operation


def _in_path(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "slug":
        schema["enum"] = list(_catalogue().slugs())
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a body; one of records comes with an example: the worked example of the form that has the shortest."""
    if kind != JSON or schema not in _OF_RECORDS:
        return {"schema": schema}
    worked = {slug: worked_example(_catalogue().get(slug)) for slug in _catalogue().slugs()}
    slug = min(worked, key=lambda slug: len(worked[slug]))
    return {"schema": schema, "example": {"form": slug, "record": "1", "data": worked[slug]}}
