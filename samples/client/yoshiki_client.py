"""A client of one file for other systems: the standard library alone. Copy it into yours.

python yoshiki_client.py http://127.0.0.1:8000 RECORD.json    (the key stands in YOSHIKI_KEY)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import uuid
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Mapping

WEBHOOK_SECONDS = 300


class ProblemError(Exception):
    """The service refused: `code` is stable, `detail` is for people, `body` is the whole problem (RFC 9457)."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(f"{body.get('status')} {body.get('code')}: {body.get('detail')}")
        self.body = body
        self.code, self.detail = str(body.get("code", "")), str(body.get("detail", ""))


def received(secret: str, headers: Mapping[str, str], body: bytes, now: float | None = None) -> dict[str, Any]:
    """Return what a webhook tells, once it is proved to be the service's and of these five minutes. Raises ValueError.

    `secret` is `whsec_…` as the administrator was shown it; `body` the bytes as they came. Refuse an `id` you have seen already.
    """
    told = {name.lower(): value for name, value in headers.items()}
    ref, at, given = (told.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    code = base64.b64encode(hmac.new(key, f"{ref}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(f"v1,{code}", each) for each in given.split()):
        raise ValueError("not signed by the service")
    if abs(int(at) - (time.time() if now is None else now)) > WEBHOOK_SECONDS:
        raise ValueError("too old, or a clock is wrong")
    found: dict[str, Any] = json.loads(body)
    return found


class Yoshiki:
    """The API of one service, with one key."""

    def __init__(self, url: str, key: str, *, timeout: float = 120) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(url)
        self._url, self._key, self._timeout = url.rstrip("/") + "/api/v1", key, timeout

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Return what an answer holds: of JSON the value, else the bytes. Raises ProblemError.

        What changes something bears an Idempotency-Key, so that it may be sent again when the answer was lost.
        """
        headers = {"Authorization": f"Bearer {self._key}"}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        request = Request(self._url + path, data=content, headers=headers, method=method)  # noqa: S310 - http(s) alone
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310 - http(s) alone
                told = answer.read()
                return json.loads(told) if answer.headers.get_content_type() == "application/json" else told
        except HTTPError as error:
            raise ProblemError(json.load(error)) from None

    def check(self, record: dict[str, Any]) -> Any:
        """Return verdict and findings on a record; nothing is kept."""
        return self.call("POST", f"/forms/{record['form']}/check", record)

    def draft(self, record: dict[str, Any]) -> Any:
        """Keep a record as a draft; return its ref (`paper`), verdict and findings."""
        return self.call("POST", f"/forms/{record['form']}/papers", record)

    def confirm(self, paper: str, clause: str, reason: str) -> Any:
        """Answer for a warning."""
        return self.call("POST", f"/papers/{paper}/confirm", {"clause": clause, "reason": reason})

    def issue(self, paper: str) -> Any:
        """Judge a draft again, and issue it."""
        self.call("POST", f"/papers/{paper}/check")
        return self.call("POST", f"/papers/{paper}/issue")

    def pdf(self, paper: str, receiver: str, purpose: str) -> bytes:
        """Return an issued paper's file; to whom it goes, and for what, is recorded."""
        content: bytes = self.call("POST", f"/papers/{paper}/files/pdf", {"receiver": receiver, "purpose": purpose})
        return content

    def open_case(self, kind: str, number: str, **told: Any) -> str:
        """Open a case; return its ref."""
        return str(self.call("POST", "/cases", {"kind": kind, "number": number, **told})["case"])

    def tell(self, case: str, event: dict[str, Any]) -> Any:
        """Enter an event."""
        return self.call("POST", f"/cases/{case}/events", event)

    def deadlines(self, days: int = 30) -> Any:
        """Return what falls due in the office within so many days."""
        return self.call("GET", f"/deadlines?days={days}")["deadlines"]

    def verify(self, pdf: bytes) -> Any:
        """Return whether a file is a paper of the ledger, and unchanged."""
        return self.call("POST", "/verify", pdf)


def main(url: str, record: Path) -> None:
    """Take one record all the way."""
    service = Yoshiki(url, os.environ["YOSHIKI_KEY"])
    told = json.loads(record.read_text("utf-8"))
    print("check:", service.check(told)["verdict"])
    drafted = service.draft(told)
    for finding in drafted["findings"]:
        if finding["severity"] == "warning" and finding["clauses"]:
            service.confirm(drafted["paper"], finding["clauses"][0], "原本で確かめた")
    print("issue:", service.issue(drafted["paper"])["verdict"])
    pdf = service.pdf(drafted["paper"], "架空町窓口", "交付")
    found = service.verify(pdf)
    print("verify:", found["known"] and found["unchanged"])
    case = service.open_case("kanagawa-stalker", f"架空-{uuid.uuid4().hex[:8]}")
    service.tell(case, {"on": date.today().isoformat(), "event": "request_received", "kind": "warning"})  # noqa: DTZ011 - this machine's day
    print("deadlines:", len(service.deadlines(400)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
