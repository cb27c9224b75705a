"""One line of JSON a request, on standard error, where `YOSHIKI_LOG=json` asks for it: never a path, a query, a name or an address."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Final

SETTING: Final = "YOSHIKI_LOG"
log = logging.getLogger("yoshiki.requests")


class _Stderr(logging.Handler):
    """Write to whatever standard error is now."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(record.getMessage(), file=sys.stderr, flush=True)  # noqa: T201 - standard error is what a service's log is


def lines_wanted() -> bool:
    """Return whether the setting asks for a line a request; the log is opened if so."""
    wanted = os.environ.get(SETTING, "") == "json"
    if wanted and not log.handlers:
        log.addHandler(_Stderr())
        log.setLevel(logging.INFO)
        log.propagate = False
    return wanted


def tell_request(number: str, *, route: str, method: str, status: int, seconds: float, actor: str) -> None:
    """Write the line of one request; `actor` is a ref of the ledger, blank for nobody."""
    told = {
        "request": number,
        "route": route,
        "method": method,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "actor": actor,
    }
    log.info("%s", json.dumps(told))
