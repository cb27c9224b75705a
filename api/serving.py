"""Serve on this machine only, with a real WSGI server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitress.server import create_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


def serve_locally(app: Flask, port: int, ready: Callable[[int], None]) -> None:
    """Serve until interrupted; `ready` is told the port that was bound (useful with port 0)."""
    server: Any = create_server(app, host="127.0.0.1", port=port, threads=4, ident=None)
    ready(server.effective_port)
    try:
        server.run()
    finally:
        server.close()
