"""Take what waits in the outbox where it is to go: one courier at a time, no redirect followed, nothing of the answer read.

Run by `yoshiki tick`, and every few seconds while the service runs. Whatever fails is recorded and tried again later; a receiver
that answers 410 wants nothing more. A call may come twice (a courier that is killed between sending and recording): receivers
know it by its `webhook-id`.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import urllib3

from api.hooks.addresses import NowhereError, looked_up, networks_from, target_of
from api.hooks.signing import signed
from ledger.hooks import due_now, prune, tried
from ledger.types import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from api.hooks.addresses import Address, Target
    from ledger.engine import Ledger
    from ledger.hooks import Sending

log = logging.getLogger("yoshiki.hooks")

CA_FILE: Final = "YOSHIKI_HOOK_CA_FILE"
EVERY: Final = 5  # seconds between two rounds of a running service
_ROUND = 50  # sent in a round
_LINE = 0  # of the ledger's turns: no series has this number
_CONNECT, _ANSWER = 5.0, 10.0  # seconds
_GONE = 410
_COURIER = Actor("様式", role="知らせ")


class Courier:
    """Takes calls out. `networks`: the private ones it may call; `ca`: a file of certificates in place of the usual ones."""

    def __init__(
        self,
        ledger: Ledger,
        networks: Sequence[IPv4Network | IPv6Network] = (),
        *,
        ca: str = "",
        resolve: Callable[[str, int], Sequence[Address]] = looked_up,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Send what waits in a ledger; `resolve` tells the addresses of a name, `clock` the seconds that are signed."""
        self._ledger, self._networks, self._ca = ledger, networks, ca
        self._resolve, self._clock = resolve, clock

    def round(self) -> dict[str, int]:
        """Send what is due, and return how many were sent, wait for another try, were given up; nothing while another is at it."""
        came: dict[str, int] = {}
        if not due_now(self._ledger, 1):
            return came
        with self._ledger.turn(_LINE) as had:
            for each in due_now(self._ledger, _ROUND) if had else ():
                state = self._take(each)
                came[state] = came.get(state, 0) + 1
        return came

    def tidy(self) -> int:
        """Forget what was sent, or given up, long ago; return how many."""
        return prune(self._ledger, _COURIER)

    def _take(self, sending: Sending) -> str:
        try:
            status = self._call(sending)
        except NowhereError as error:
            return tried(self._ledger, _COURIER, sending, error.why, taken=False)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return tried(self._ledger, _COURIER, sending, type(error).__name__, taken=False)
        taken = 200 <= status < 300  # noqa: PLR2004 - 2xx
        return tried(self._ledger, _COURIER, sending, str(status), taken=taken, hopeless=status == _GONE)

    def _call(self, sending: Sending) -> int:
        target, body = target_of(sending.url, self._networks, self._resolve), sending.body.encode()
        headers = {
            "Host": target.called,
            "Content-Type": "application/json",
            "User-Agent": "Yoshiki",
            **signed(sending.ref, body, sending.secret, int(self._clock())),
        }
        with self._pool(target) as pool:
            answer = pool.urlopen(
                "POST", target.path, body=body, headers=headers, redirect=False, retries=False, preload_content=False
            )
            answer.close()
            return answer.status

    def _pool(self, target: Target) -> urllib3.HTTPConnectionPool:
        """Return a connection to the address that was looked at, which must prove to be the host all the same."""
        timeout = urllib3.Timeout(connect=_CONNECT, read=_ANSWER)
        if target.scheme == "http":
            return urllib3.HTTPConnectionPool(target.address, target.port, timeout=timeout)
        return urllib3.HTTPSConnectionPool(
            target.address,
            target.port,
            timeout=timeout,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self._ca or None,
            assert_hostname=target.host,
            server_hostname=target.host,
        )


def courier_from(environment: Mapping[str, str], ledger: Ledger) -> Courier:
    """Return the courier as the environment has it. Raises InputError."""
    return Courier(ledger, networks_from(environment), ca=environment.get(CA_FILE, "").strip())


@contextmanager
def running(courier: Courier, every: float = EVERY) -> Iterator[None]:
    """Let a courier go its rounds, in a thread of its own, as long as the service runs."""
    ended = threading.Event()
    thread = threading.Thread(target=_rounds, args=(courier, ended, every), name="courier", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_CONNECT + _ANSWER)


def _rounds(courier: Courier, ended: threading.Event, every: float) -> None:
    while not ended.wait(every):
        try:
            courier.round()
        except Exception as error:  # noqa: BLE001 - the ledger is busy, or away for a while: the next round may find it
            log.error("sending failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold an address
