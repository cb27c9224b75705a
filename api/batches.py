"""Whole spreadsheets over HTTP: send one, watch it, fetch what came of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, request, send_file, url_for
from werkzeug.exceptions import BadRequest, Conflict

from api.forms_api import further_copies
from api.problems import problem

if TYPE_CHECKING:
    from api.desk import Desk, Job

blueprint = Blueprint("batches", __name__, url_prefix="/api/v1/batches")


def desk() -> Desk:
    """Return the application's desk."""
    found: Desk = current_app.extensions["desk"]
    return found


def take_upload() -> Job:
    """Put the uploaded file aside and queue it. Raises BadRequest when there is none."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest("表計算ファイル（.xlsx .csv .json）を選んでください。")
    further = further_copies(request.form.getlist("copy"))
    with tempfile.NamedTemporaryFile(
        dir=desk().room(), suffix=Path(upload.filename).suffix.lower()[:8], delete=False
    ) as file:
        upload.save(file)
    return desk().take(Path(upload.filename).name, Path(file.name), further)


def take_body() -> Job:
    """Put a JSON body aside, as a file of the same contents, and queue it. Raises BadRequest when it is empty."""
    body = request.get_data()
    if not body.strip():
        raise BadRequest('[{"form": …, "record": …, "data": {…}}] の形の JSON を送ってください。')
    further = further_copies(request.args.getlist("copy"))
    with tempfile.NamedTemporaryFile(dir=desk().room(), suffix=".json", delete=False) as file:
        file.write(body)
    return desk().take("records.json", Path(file.name), further)


@blueprint.post("")
def create() -> tuple[Response, int, dict[str, str]]:
    """Queue an input: an uploaded file (multipart, part `file`), or the records themselves as JSON; `copy` for further copies."""
    job = take_body() if request.is_json else take_upload()
    return jsonify(job.as_json()), 202, {"Location": url_for("batches.watch", key=job.id)}


@blueprint.get("/<key>")
def watch(key: str) -> Response:
    """Tell how far a batch has come."""
    job = desk().get(key)
    return jsonify(job.as_json()) if job else _gone()


@blueprint.get("/<key>/<name>")
def fetch(key: str, name: str) -> Response:
    """Return one result file."""
    job = desk().get(key)
    if job is None:
        return _gone()
    if not job.finished:
        raise Conflict("まだ処理しています。終わってからお求めください。")
    found = next((path for path in job.results() if path.name == name), None)
    if found is None:
        return problem(404, "この一括処理に、その名前の結果はありません。", code="unknown-result")
    return send_file(found, as_attachment=not name.endswith(".html"), download_name=name)


def _gone() -> Response:
    return problem(
        404,
        "この一括処理は見つかりません。結果を置く期限が過ぎたか、サービスが再起動されました。",
        code="unknown-batch",
    )
