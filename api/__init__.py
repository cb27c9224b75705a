"""Reach the service: the JSON API and the clerk's page. Nothing but this package knows HTTP."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from api import batches, forms_api, guard, openapi, pages, problems
from api.desk import Desk
from forms.issue.line import Line

if TYPE_CHECKING:
    from datetime import date

MAX_UPLOAD = 64 * 1024 * 1024


def create_app(
    *,
    office: dict[str, str] | None = None,
    as_of: date | None = None,
    store: Path | None = None,
    trust_host: bool = False,
) -> Flask:
    """Build the application around one line.

    `store` is where batches keep their files (a private temporary folder when left out; it goes away with the
    process). `trust_host` lifts the check that the caller speaks to this machine itself.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    folder = store or _private_folder(app)
    line = Line(office=office, as_of=as_of)
    app.extensions["line"] = line
    app.extensions["desk"] = Desk(line, folder)
    problems.register(app)
    guard.register(app, trust_host=trust_host)
    for module in (forms_api, batches, openapi, pages):
        app.register_blueprint(module.blueprint)
    return app


def _private_folder(app: Flask) -> Path:
    """Make a folder that goes away with the application, at the latest when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="yoshiki-"))
    weakref.finalize(app, shutil.rmtree, folder, ignore_errors=True)
    return folder
