"""Promise: the served application answers in words, however clients behave, and leaves nothing personal behind at its end."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.limits import IDLE_SECONDS, MAX_BODY, MAX_HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("doors")  # one service for all that end none

PATIENCE = 120  # seconds: a slow machine is no fault of the service
YOSHIKI = Path(sys.executable).with_name("yoshiki")


class Served:
    """A service of its own process, with a temporary folder of its own."""

    def __init__(self, temporary: Path, *options: str) -> None:
        self.temporary = temporary
        self.process = subprocess.Popen(
            [YOSHIKI, "serve", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line)
            if "127.0.0.1:" in line:
                break
        told = self.said[-1]
        self.port = int(told.partition("127.0.0.1:")[2].partition("/")[0])

    def get(self, path: str, timeout: float = PATIENCE, **headers: str) -> tuple[int, str, str]:
        """Return status, type and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), answer.read().decode()

    def end(self, how: signal.Signals) -> str:
        """End the service and return what it said on standard error."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=PATIENCE)[1]


def whole(client: socket.socket) -> str:
    """Return all that the service sends until it closes the connection."""
    return b"".join(iter(lambda: client.recv(65536), b"")).decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    service = Served(tmp_path_factory.mktemp("tmp"))
    yield service
    service.end(signal.SIGKILL)


def test_idle_and_slow_clients_hold_nobody_up(served: Served) -> None:
    """A hundred connections that say nothing, and thirty that send their body byte by byte."""
    head = b"POST /api/v1/forms/warning/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
    with contextlib.ExitStack() as open_:
        for n in range(130):
            client = open_.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE))
            if n >= 100:
                client.sendall(head + b"{")
        # their connections end after IDLE_SECONDS: an answer before that did not wait for any of them
        assert served.get("/healthz", timeout=IDLE_SECONDS)[0] == 200
        assert served.get("/api/v1/forms", timeout=IDLE_SECONDS)[0] == 200


def test_headers_that_are_too_large_are_refused_in_words(served: Served) -> None:
    status, kind, body = served.get("/api/v1/forms", Cookie="x" * (MAX_HEADERS + 1))
    assert (status, kind) == (431, "application/problem+json")
    assert json.loads(body)["status"] == 431
    assert "Cookie" in json.loads(body)["detail"]


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(served: Served) -> None:
    """By the server itself: what it would take is what the application takes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as client:
        told = f"POST /api/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n"
        client.sendall(told.encode())
        answer = whole(client)
    assert answer.split()[1] == "413"
    assert "64MBまで" in answer


def test_what_is_no_request_is_refused_in_words(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as client:
        client.sendall(b"GET / HTTP/1.1\r\nno header at all\r\n\r\n")
        answer = whole(client)
    assert answer.split()[1] == "400"
    assert "application/problem+json" in answer


@pytest.mark.parametrize("origin", ["null", "http://[", "http://evil.example", "x", "http://127.0.0.1:1"])
def test_another_origin_is_refused_in_words(served: Served, origin: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("POST", "/api/v1/batches", body=b"[]", headers={"Origin": origin})
        answer = connection.getresponse()
        assert answer.status == 403
        assert "ほかのサイト" in json.loads(answer.read())["detail"]


def test_another_host_is_refused_in_words(served: Served) -> None:
    for host in ("evil.example", "[::1", "127.0.0.1.evil.example"):
        status, _, body = served.get("/api/v1/forms", Host=host)
        assert status in {400, 403}
        assert json.loads(body)["detail"]


def test_a_port_in_use_ends_in_words(served: Served) -> None:
    done = subprocess.run(
        [YOSHIKI, "serve", "--port", str(served.port)], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 2
    assert f"ポート{served.port}は、ほかの処理が使っています" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_request_in_hand_is_answered_before_the_service_ends(tmp_path: Path) -> None:
    """SIGTERM comes while the first request, which reads forms and rules, is being worked on."""
    service = Served(tmp_path)
    body = json.dumps({"data": {"addressee_name": "架空　花子"}}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(
            "POST", "/api/v1/forms/warning/check", body=body, headers={"Content-Type": "application/json"}
        )
        time.sleep(0.2)  # so that it has been read
        service.process.send_signal(signal.SIGTERM)
        answer = connection.getresponse()
        assert answer.status == 200
        assert json.loads(answer.read())["verdict"] == "refused"
    assert "Traceback" not in service.process.communicate(timeout=PATIENCE)[1]
    assert service.process.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_nothing_personal_outlives_the_service(tmp_path: Path, how: signal.Signals) -> None:
    """A batch is being worked on and clients are leaving when it ends; of a killed one the next start removes what is left."""
    service = Served(tmp_path)
    notice = {
        "form": "non-warning-notice",
        "data": {"addressee_name": "架空　花子", "reason": "所在が判明しなかったため。"},
    }
    body = json.dumps([{**notice, "record": f"N-{n}"} for n in range(300)]).encode()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("POST", "/api/v1/batches", body=body, headers={"Content-Type": "application/json"})
        assert connection.getresponse().status == 202
    assert list(tmp_path.glob("yoshiki-private-*"))
    for _ in range(100):
        socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE).close()
    told = service.end(how)
    assert "Traceback" not in told
    assert service.process.returncode == (-how if how is signal.SIGKILL else 0)
    if how is signal.SIGKILL:
        assert list(tmp_path.glob("yoshiki-private-*"))
        again = Served(tmp_path)
        assert len(list(tmp_path.glob("yoshiki-private-*"))) == 1
        again.end(signal.SIGTERM)
    assert not list(tmp_path.glob("yoshiki-private-*"))


def test_behind_a_proxy_only_its_callers_by_name_and_tls_are_let_in(tmp_path: Path) -> None:
    """Without people, a proxy and a name nothing but this machine is listened to; the first start tells one password."""
    ledger = tmp_path / "ledger"
    for options in (
        ["--host", "192.0.2.1"],
        ["--host", "192.0.2.1", "--people"],
        ["--host", "192.0.2.1", "--proxy", "127.0.0.1"],
    ):
        told = subprocess.run(
            [YOSHIKI, "serve", *options], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert told.returncode == 2
        assert "--proxy" in told.stderr
    service = Served(tmp_path, "--people", "--ledger", str(ledger), "--proxy", "127.0.0.1", "--name", "yoshiki.example")
    try:
        assert "一度だけ使えるパスワード" in "".join(service.said)
        by_proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Host": "yoshiki.example"}
        assert service.get("/healthz", PATIENCE, **by_proxy)[0] == 200
        assert service.get("/sign-in", PATIENCE, **by_proxy)[0] == 200
        for wrong in (
            {**by_proxy, "X-Forwarded-Proto": "http"},
            {**by_proxy, "Host": "evil.example"},
            {"Host": "yoshiki.example"},
        ):
            assert service.get("/healthz", PATIENCE, **wrong)[0] == 403
    finally:
        service.end(signal.SIGTERM)
