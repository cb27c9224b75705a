"""Serve, on this machine only or behind a named proxy, with a real WSGI server whose limits are ours and whose refusals are in words."""

from __future__ import annotations

import errno
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from api.limits import CONNECTIONS, IDLE_SECONDS, LAST_SECONDS, MAX_BODY, MAX_HEADERS, THREADS
from api.problems import problem_body
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_PROXY = frozenset({"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"})


class _Refusal(ErrorTask):
    """Answer what is no request of HTTP, or too large for one, as every other error is answered."""

    def execute(self) -> None:
        """Write the problem and close the connection."""
        request: Any = self.request
        error = request.error
        body = json.dumps(problem_body(error.code, "", code=f"http-{error.code}"), ensure_ascii=False).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [
            *self.response_headers,
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    error_task_class = _Refusal


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one is reached: the address listened at, the proxy that alone may call (blank: none), the names one is called by."""

    host: str = "127.0.0.1"
    port: int = 0
    proxy: str = ""
    names: frozenset[str] = frozenset()


def serve_app(app: Flask, reach: Reach, ready: Callable[[int], None]) -> None:
    """Serve until interrupted; `ready` is told the port that was bound (useful with port 0). Raises InputError without port.

    Requests are read whole before a thread takes them, and answers are buffered whole: slow clients hold no thread.
    """
    server = _server(app, reach)
    server.channel_class = _Channel
    ready(server.effective_port)
    try:
        server.run()
    finally:
        _send_rest(server)
        app.extensions["desk"].close()
        server.task_dispatcher.shutdown()
        server.close()


def _send_rest(server: Any) -> None:
    """Send what was answered before the end: who had asked gets the answer, nobody new is let in."""
    server.accepting = False
    until = time.monotonic() + LAST_SECONDS
    while time.monotonic() < until and any(each.total_outbufs_len for each in server.active_channels.values()):
        server.asyncore.loop(timeout=0.1, map=server._map, use_poll=True, count=1)  # noqa: SLF001 - its own run() does so


def _server(app: Flask, reach: Reach) -> Any:
    behind: dict[str, Any] = {"trusted_proxy": reach.proxy, "trusted_proxy_headers": _PROXY} if reach.proxy else {}
    try:
        return create_server(
            app,
            host=reach.host,
            port=reach.port,
            threads=THREADS,
            ident=None,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=2,
            max_request_body_size=MAX_BODY,
            max_request_header_size=MAX_HEADERS,
            outbuf_high_watermark=1 << 40,  # never wait in a thread for a client to read
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **behind,
        )
    except OSError as error:
        told = {errno.EADDRINUSE: "ほかの処理が使っています", errno.EACCES: "使うことが許されていません"}
        raise InputError(
            f"ポート{reach.port}は、{told.get(error.errno or 0, '開けません')}（{error.strerror}）。",
            action="--port に別の番号（8080など、0なら空いている番号）を指定してください。",
        ) from None
