"""Our own rulebook for the tests, whose clock stands still."""

from __future__ import annotations

from datetime import datetime

from validators.rulebook import open_rulebook

NOW = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 - the clocks of rulebooks give Japanese local time
OURS = open_rulebook(clock=lambda: NOW)
