"""Days and moments as records keep them (docs/ARCHITECTURE.md, Records): 2024-05-10, 2024-05-10T14:30, local time of Japan."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from validators.wareki import format_date, format_datetime

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")


def moment_of(value: Any) -> datetime | None:
    """Return the moment that a value is, of a day its midnight; None for anything else."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def day_of(value: Any) -> date | None:
    """Return the day that a value is or lies on; None for anything else."""
    moment = moment_of(value)
    return moment.date() if moment else None


def in_words(text: str) -> str:
    """Return 令和６年５月10日, with 午後２時30分 behind where a time is kept; raises ValueError for what is no day."""
    return format_datetime(datetime.fromisoformat(text)) if "T" in text else format_date(date.fromisoformat(text))
