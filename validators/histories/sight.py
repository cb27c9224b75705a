"""The history as the item judged sees it: what the words of the expressions ask."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.histories.history import View

VIEW: ContextVar[View] = ContextVar("view")


@contextmanager
def seen(view: View) -> Iterator[None]:
    """Let expressions see this history."""
    kept = VIEW.set(view)
    try:
        yield
    finally:
        VIEW.reset(kept)
