"""Which headers a view heeds: said by what wraps the view, read by the OpenAPI page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_HEEDS = "heeds"


def heeds(view: Callable[..., Any], header: str) -> None:
    """Note that a view heeds a header; what wraps it further keeps the note."""
    vars(view)[_HEEDS] = (*headers_of(view), header)


def headers_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the headers a view heeds."""
    found: tuple[str, ...] = vars(view).get(_HEEDS, ())
    return found
