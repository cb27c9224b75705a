"""Whole inputs over HTTP: send one, watch it, fetch what came of it, break it off, remove it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, request, send_file, url_for
from werkzeug.exceptions import BadRequest, Conflict

from api.access.owned import began, is_theirs
from api.forms_api import further_copies
from api.issuing import line, over_the_ledger
from api.kept.uploads import custody
from api.once import once
from api.problems import problem
from forms.entry.reading.json_in import load
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import FileStorage

    from api.jobs import Desk, Job

blueprint = Blueprint("batches", __name__, url_prefix="/api/v1/batches")


def desk() -> Desk:
    """Return the application's desk."""
    found: Desk = current_app.extensions["desk"]
    return found


def take_upload() -> Job:
    """Put the uploaded file aside and queue it. Raises BadRequest when there is none, or more than one."""
    if len(uploads := _uploads()) > 1:
        raise BadRequest("ファイルは一つずつ送ってください。いくつも送られたため、どれも受け付けていません。")
    return _taken(uploads[0])


def take_uploads(*, checks: bool) -> list[Job]:
    """Put each uploaded file aside and queue it by itself; `checks`: nothing is issued. Raises BadRequest when there is none."""
    return [_taken(upload, checks=checks) for upload in _uploads()]


def _uploads() -> list[FileStorage]:
    found = [upload for upload in request.files.getlist("file") if upload.filename]
    if not found:
        raise BadRequest("表計算ファイル（.xlsx .csv .json）を選んでください。")
    return found


def _taken(upload: FileStorage, *, checks: bool = False) -> Job:
    copies = further_copies(request.form.getlist("copy"))
    return _take(Path(upload.filename or "").name, upload.save, copies, checks=checks)


def take_again(job: Job) -> Job:
    """Queue the input of a check once more, to be issued."""
    content = job.kept.read_bytes() if job.kept else b""
    return _take(job.name, lambda path: path.write_bytes(content), job.further)


def take_body() -> Job:
    """Put a JSON body aside, as a file of the same contents, and queue it. Raises BadRequest when it is no JSON."""
    body = request.get_data()
    if not body.strip():
        raise BadRequest('[{"form": …, "record": …, "data": {…}}] の形の JSON を送ってください。')
    try:
        load(body, "送られた内容")
    except InputError as error:
        raise BadRequest(f"{error.message}{error.action}") from None
    return _take("records.json", lambda path: path.write_bytes(body), further_copies(request.args.getlist("copy")))


def _take(name: str, save: Callable[[Path], object], further: tuple[str, ...], *, checks: bool = False) -> Job:
    """Save an input and queue it; whatever refuses it, the file does not stay."""
    with tempfile.NamedTemporaryFile(dir=desk().room(), suffix=Path(name).suffix.lower()[:8], delete=False) as file:
        path = Path(file.name)
    try:
        save(path)
        own = None if checks else custody(name, path, further)
        job = desk().take(name, path, further, line=line(), over=over_the_ledger(), checks=checks, custody=own)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    began(job.id)
    return job


@blueprint.post("")
@once
def create() -> tuple[Response, int, dict[str, str]]:
    """Queue an input: an uploaded file (multipart, part `file`), or the records themselves as JSON; `copy` for further copies."""
    job = take_body() if request.is_json else take_upload()
    return jsonify(job.told()), 202, {"Location": url_for("batches.watch", key=job.id)}


@blueprint.get("")
def index() -> Response:
    """List the batches that are here, the newest first."""
    return jsonify({"batches": [job.as_json() for job in desk().jobs() if is_theirs(job.id)]})


@blueprint.get("/<key>")
def watch(key: str) -> Response:
    """Tell how far a batch has come, and once it is done what came of it and until when it is kept."""
    job = desk().get(key)
    return jsonify(job.told()) if job else gone()


@blueprint.post("/<key>/cancel")
def cancel(key: str) -> Response:
    """Break a batch off; what it has made is removed. One that has ended stays as it is."""
    job = desk().get(key)
    if job is None:
        return gone()
    desk().cancel(job)
    return jsonify(job.told())


@blueprint.delete("/<key>")
def delete(key: str) -> Response:
    """Remove a batch and all that came of it, at once."""
    job = desk().get(key)
    if job is None:
        return gone()
    desk().delete(job)
    return Response(status=204)


@blueprint.get("/<key>/<name>")
def fetch(key: str, name: str) -> Response:
    """Return one result file."""
    job = desk().get(key)
    if job is None:
        return gone()
    _ended(job)
    found = next((path for path in job.results() if path.name == name), None)
    if found is None:
        return problem(404, "この一括処理に、その名前の結果はありません。", code="unknown-result")
    return send_file(found, as_attachment=not name.endswith(".html"), download_name=name, conditional=False)


@blueprint.get("/<key>/documents/<name>")
def document(key: str, name: str) -> Response:
    """Return one document (or a case's volume) by its file name."""
    job = desk().get(key)
    if job is None:
        return gone()
    _ended(job)
    found = job.document(name)
    if found is None:
        return problem(404, "この一括処理に、その名前の文書はありません。", code="unknown-result")
    return send_file(found, as_attachment=True, download_name=name, conditional=False)


def _ended(job: Job) -> None:
    if not job.finished:
        raise Conflict("まだ処理しています。終わってからお求めください。")


def gone() -> Response:
    """Say that a batch is not there, or no more."""
    return problem(
        404,
        "この一括処理は見つかりません。消されたか、結果を置く期限が過ぎたか、サービスが再起動されました。",
        code="unknown-batch",
    )
