"""Remember what a fragment of a document became: the papers of one form share most of theirs to the byte.

The key is the fragment's own bytes and everything of the conversion that the outcome depends on; what it changes beside its
outcome is replayed. So a remembered fragment and one that is set anew give the same source, whatever came before.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from forms.press.typeset.emit import Presets
from validators.glyphs import missing_characters

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from forms.press.typeset.document import Drawing

Outcome = TypeVar("Outcome")
# A form has 50 to 250 fragments that never change; one takes about 6 kB.
_LIMIT: Final = 8192
_LOCK: Final = Lock()


@dataclass(frozen=True, slots=True)
class _Memory:
    """An outcome, and what the fragment added to the conversion."""

    outcome: Any
    definitions: dict[str, str]
    missing: str  # the letters that no font has
    outline: tuple[int, ...]
    paragraphs: int
    tables: int


_KNOWN: Final[OrderedDict[tuple[Hashable, ...], _Memory]] = OrderedDict()


def remembered(drawing: Drawing, fragment: Hashable, make: Callable[[], Outcome]) -> Outcome:
    """Return what `make` makes of the fragment (what tells it from every other), from memory where the same was made before.

    What is refused, counted in a list or read from another part is set anew each time (`Drawing.lasting`).
    """
    key = (fragment, drawing.setting, drawing.in_table, drawing.text_width, tuple(drawing.outline))
    with _LOCK:
        known = _KNOWN.get(key)
        if known is not None:
            _KNOWN.move_to_end(key)
    if known is None:
        known = _learn(drawing, key, make)
    else:
        drawing.outline = list(known.outline)
        drawing.paragraphs += known.paragraphs
        drawing.tables += known.tables
    drawing.presets.definitions.update(known.definitions)
    drawing.characters.append(known.missing)
    outcome: Outcome = known.outcome
    return outcome


def _learn(drawing: Drawing, key: tuple[Hashable, ...], make: Callable[[], Any]) -> _Memory:
    outer = (drawing.presets, drawing.characters, drawing.lasting)
    paragraphs, tables = drawing.paragraphs, drawing.tables
    drawing.presets, drawing.characters, drawing.lasting = Presets(), [], True
    outcome = make()
    known = _Memory(
        outcome,
        drawing.presets.definitions,
        "".join(missing_characters("".join(drawing.characters))),
        tuple(drawing.outline),
        drawing.paragraphs - paragraphs,
        drawing.tables - tables,
    )
    if drawing.lasting:
        with _LOCK:
            _KNOWN[key] = known
            while len(_KNOWN) > _LIMIT:
                _KNOWN.popitem(last=False)
    lasting = drawing.lasting
    drawing.presets, drawing.characters, drawing.lasting = outer
    drawing.lasting = drawing.lasting and lasting
    return known
