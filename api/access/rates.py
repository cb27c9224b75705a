"""How often one may call: a bucket a caller, refilled with time. It is of this process, and forgets who stayed away."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: Final = 120  # at once
A_SECOND: Final = 10.0
SIGN_INS: Final = 10
SIGN_INS_A_SECOND: Final = 0.1
_MOST: Final = 10_000


class TooOftenError(YoshikiError):
    """One caller called too often."""

    code = "too-many-requests"
    http_status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("短い間に呼び出しすぎています。", action=f"{retry_after}秒ほど待ってからお試しください。")
        self.retry_after = retry_after


class Rates:
    """Buckets by caller."""

    def __init__(self, calls: int, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Let everybody call `calls` times at once and `a_second` times a second from then on."""
        self._calls, self._a_second, self._clock = calls, a_second, clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> None:
        """Count a call. Raises TooOftenError."""
        with self._lock:
            now = self._clock()
            left, since = self._left.pop(caller, (float(self._calls), now))
            left = min(float(self._calls), left + (now - since) * self._a_second)
            self._left[caller] = (max(left - 1, 0) if left >= 1 else left, now)
            while len(self._left) > _MOST:
                self._left.pop(next(iter(self._left)))
        if left < 1:
            raise TooOftenError(int((1 - left) / self._a_second) + 1)
