"""The history as the item judged sees it: what the words of the expressions ask."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validators.histories.history import View

VIEW: ContextVar[View] = ContextVar("view")
