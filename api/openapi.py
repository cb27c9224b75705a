"""The OpenAPI description, made from the routes and the catalogue."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify

from validators.model import FURTHER
from validators.schema import json_schema

if TYPE_CHECKING:
    from werkzeug.routing import Rule

blueprint = Blueprint("openapi", __name__)

_BODIES = {"forms.check": "record", "forms.documents": "record", "batches.create": "upload"}
_COPIES = {"type": "array", "items": {"type": "string", "enum": list(FURTHER)}}
_PROBLEM = {
    "description": "誤り",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe every route under /api."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
                paths.setdefault(path, {})[method.lower()] = _operation(rule)
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {"title": "Yoshiki", "version": version("yoshiki")},
            "paths": paths,
            "components": {"schemas": {"Problem": _problem_schema(), "Record": _record_schema(), **_forms()}},
        }
    )


def _operation(rule: Rule) -> dict[str, Any]:
    view = current_app.view_functions[rule.endpoint]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "responses": {
            "default": _PROBLEM,
            "202" if rule.endpoint == "batches.create" else "200": {"description": "できました"},
        },
    }
    if rule.arguments:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in sorted(rule.arguments)
        ]
    if rule.endpoint == "forms.documents":
        operation["parameters"].append({"name": "copy", "in": "query", "schema": _COPIES})
    body = _BODIES.get(rule.endpoint)
    if body == "record":
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Record"}}},
        }
        operation["responses"]["422"] = _PROBLEM
    elif body == "upload":
        upload = {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}, "copy": _COPIES},
        }
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": upload}}}
    return operation


def _forms() -> dict[str, Any]:
    catalogue = current_app.extensions["line"].catalogue
    return {slug: json_schema(catalogue.get(slug)) for slug in catalogue.slugs()}


def _record_schema() -> dict[str, Any]:
    text = {"type": "string"}
    confirmation = {
        "type": "object",
        "required": ["clause", "by", "reason"],
        "properties": {"clause": text, "by": text, "reason": text},
    }
    return {
        "type": "object",
        "required": ["data"],
        "properties": {
            "record": text,
            "data": {"type": "object", "description": "項目名と値。様式ごとの形は components/schemas/<slug>"},
            "case": text,
            "office": {"type": "object"},
            "confirmations": {"type": "array", "items": confirmation},
        },
    }


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "verdict": text,
            "findings": {"type": "array", "items": {"type": "object"}},
        },
    }
