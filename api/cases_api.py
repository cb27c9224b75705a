"""A case over HTTP: judge its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest

from api.issuing import line
from api.kept import asking
from api.sent import json_sent
from validators.histories.judging import judge_history
from validators.histories.reading import parse, read_histories

if TYPE_CHECKING:
    from api.limits import Work

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1/cases")


@blueprint.post("/judge")
def judge() -> Response:
    """Judge the history of a case by the procedures of a source (`source`, more than one; left out: the office's, else all)."""
    own, work = line(), cast("Work", current_app.extensions["work"])
    try:
        text = json_sent().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest("UTF-8 で送ってください。") from None
    (told, *others), _ = read_histories(own.rules.procedures.vocabulary, parse(text, "history"), "history")
    if others:
        raise BadRequest("履歴は一つずつ送ってください。")
    with work.one():
        found = judge_history(
            own.rules,
            told.items,
            told.as_of or asking.day(request.args.get("as_of", ""), "as_of", otherwise=own.as_of),
            sources=request.args.getlist("source"),
            office=own.office,
        )
    return jsonify({"id": told.id, "findings": [each.as_json() for each in found], "notices": told.notices()})
