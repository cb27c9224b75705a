"""Keep what is worked out of a form beside the form itself: not beside what equals it, and not longer than need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.model import Form

Worked = TypeVar("Worked")
_MOST = 1000  # more editions than a catalogue has: only tests make so many


class OfForm(Generic[Worked]):
    """Give what `make` makes of a form, made once. The form is kept, so that its id stays its own."""

    def __init__(self, make: Callable[[Form], Worked]) -> None:
        """Make nothing yet."""
        self._make = make
        self._kept: dict[int, tuple[Form, Worked]] = {}

    def __call__(self, form: Form) -> Worked:
        """Return what was made of this form, or make it."""
        kept = self._kept.get(id(form))
        if kept is None:
            if len(self._kept) > _MOST:
                self._kept.clear()
            kept = self._kept[id(form)] = (form, self._make(form))
        return kept[1]
