"""The one-time tokens of forms: put into every form that changes something as its template is read, so that none can forget it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import current_app
from flask_wtf.csrf import generate_csrf
from jinja2.ext import Extension
from markupsafe import Markup

if TYPE_CHECKING:
    from flask import Flask

_FORM = re.compile(r"""(<form\b[^>]*\bmethod="post"[^>]*>)""")
_CALL: Final = "{{ form_token() }}"


class FormTokens(Extension):
    """Add the token to every form of a template that is sent by POST."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """Return a template's text with a call for the token in each form."""
        return _FORM.sub(rf"\1{_CALL}", source)


def form_token() -> Markup:
    """Return the hidden box with the session's token; nothing where the service has no people."""
    if "ledger" not in current_app.extensions:
        return Markup()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def register_tokens(app: Flask) -> None:
    """Read every template of an application so."""
    app.jinja_env.add_extension(FormTokens)
    app.jinja_env.globals["form_token"] = form_token
