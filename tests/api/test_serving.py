"""Promise: an answer that is being sent when the service is told to end is sent to its end, however slowly it is read."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

LARGE = 32 << 20  # bytes: more than a machine takes off the service before they are read
SERVICE = f"""
import signal
from types import SimpleNamespace
from flask import Flask
from api.serving import Reach, serve_app
signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored by what a script began in the background
app = Flask("large")
app.extensions["desk"] = SimpleNamespace(close=lambda: None)
app.add_url_rule("/", view_func=lambda: bytes({LARGE}))
serve_app(app, Reach(), lambda port: print(port, flush=True))
"""


def test_the_rest_of_an_answer_is_sent() -> None:
    """The service that serves is ours, what it serves is large and nothing else."""
    with subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        port = int(service.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            told = client.recv(1024)
            service.send_signal(signal.SIGINT)
            told += b"".join(iter(lambda: client.recv(1 << 20), b""))
        assert len(told.partition(b"\r\n\r\n")[2]) == LARGE
        assert service.wait(60) == 0
