"""Remember what a fragment of a document became: the papers of one form share most of theirs to the byte.

The key is the fragment's own bytes and its context, all that the outcome depends on (context.py); what it changes beside its
outcome is replayed (drawing.py). So a remembered fragment and one that is set anew give the same source, whatever came before.

A form's own text is remembered for as long as the process lives. What may hold values of a record is remembered by one
`Memory`, which belongs to one run over one input and goes with it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable

    from forms.press.typeset.context import FragmentContext

# A form has 50 to 250 fragments that never change; one takes about 6 kB.
_LIMIT: Final = 8192


class FragmentKey(NamedTuple):
    """What tells a fragment from every other, and where it stands."""

    fragment: Hashable
    context: FragmentContext


@dataclass(frozen=True, slots=True)
class Remembered:
    """An outcome, and what the fragment added to the conversion."""

    outcome: Any
    definitions: dict[str, str]
    missing: str  # the letters that no font has
    outline: tuple[int, ...]
    paragraphs: int
    tables: int


class _Latest:
    """What was made last, up to a bound; safe for several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[FragmentKey, Remembered] = OrderedDict()
        self._lock = Lock()

    def find(self, key: FragmentKey) -> Remembered | None:
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
            return known

    def keep(self, key: FragmentKey, known: Remembered) -> None:
        with self._lock:
            self._known[key] = known
            while len(self._known) > _LIMIT:
                self._known.popitem(last=False)

    def __len__(self) -> int:
        return len(self._known)


_FORMS: Final = _Latest()


class Memory:
    """What one run remembers: the fragments that may hold values of its records, beside the text of forms that all share."""

    def __init__(self) -> None:
        """Begin with nothing but the text of forms."""
        self._records = _Latest()

    def find(self, key: FragmentKey, fixed: str) -> Remembered | None:
        """Return what is known of a fragment of a paper; `fixed` is the own text of its form."""
        return self._records.find(key) or (_FORMS.find(key) if fixed else None)

    def keep(self, key: FragmentKey, known: Remembered, fixed: str) -> None:
        """Keep what a fragment became: for good what is the form's own text to the letter, else with this memory."""
        (_FORMS if fixed and _all_in(key.fragment, fixed) else self._records).keep(key, known)

    def __len__(self) -> int:
        """Count the fragments that go with this memory."""
        return len(self._records)


def _all_in(fragment: Hashable, fixed: str) -> bool:
    """Tell whether every text in a fragment stands in the form's own to the letter."""
    if isinstance(fragment, str):
        return fragment in fixed
    if isinstance(fragment, bytes):
        return fragment.decode("utf-8", "replace") in fixed
    if isinstance(fragment, tuple):
        return all(_all_in(part, fixed) for part in fragment)
    return True
