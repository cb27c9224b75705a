"""The door: `create_app()` for a WSGI server, and the `yoshiki` command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands import main

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app", "main"]


def create_app() -> Flask:
    """Return the Flask application (sign-in and batches in a database come with their issue)."""
    from api import create_app as create  # noqa: PLC0415 - the command need not wait for Flask

    return create()


if __name__ == "__main__":
    main()
