"""A whole number as a page sends it: what is none, or longer than any of ours, is not read at all."""

from __future__ import annotations

import re
from typing import Final

_FIGURES: Final = re.compile(r"[0-9]{1,18}")  # int() of thousands of figures raises


def figure(text: str) -> int | None:
    """Return the number that a text of figures says; None where it says none."""
    return int(text) if _FIGURES.fullmatch(text) else None
