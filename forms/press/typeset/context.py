"""Where a fragment of a document stands: all that its outcome depends on beside its own bytes, as one frozen value.

Its fields are the key of what is remembered (memory.py). Whoever needs one thing more to draw by adds a field, and the key has it.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, fields
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import LetterLook
from forms.press.typeset.package import BODY

if TYPE_CHECKING:
    from forms.press.typeset.package import WordPackage


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts beside the text that its looks and numbers come from, as bytes."""

    styles: bytes | None = None
    settings: bytes | None = None
    numbering: bytes | None = None

    @classmethod
    def of(cls, package: WordPackage) -> Sources:
        """Take them from a package, by the names its main part gives them."""
        kinds = (one.name for one in fields(cls))
        return cls(*(package.part(package.related(package.main, kind, f"word/{kind}.xml")) for kind in kinds))


@lru_cache(maxsize=64)
def digest(sources: Sources) -> bytes:
    """Return a digest of every part of the sources."""
    return blake2s(repr(astuple(sources)).encode()).digest()


@dataclass(frozen=True, slots=True)
class CharacterGrid:
    """The document grid of a section: line pitch in points (0: none), what it adds to each character."""

    pitch: float = 0.0
    extra: float = 0.0


@dataclass(frozen=True, slots=True)
class FragmentContext:
    """Where a fragment stands: all that its outcome depends on beside its own bytes. Lengths in points."""

    sources: bytes = b""  # a digest: `Sources`
    part: str = BODY  # the main one, whatever its name, or a header or footer
    place: str = "本文"  # what people call the part
    grid: CharacterGrid = field(default_factory=CharacterGrid)
    letters: LetterLook = field(default_factory=LetterLook)  # how text looks where nothing else is said
    text_width: float = 0.0  # of the current section or cell
    text_height: float = 700.0  # of the current section
    margin: float = 0.0  # at the right of the current section's text
    nested: int = 0  # the tables around it
    cells: tuple[str, ...] = ()  # the ids of the table styles that cells start from, most basic first
    outline: tuple[int, ...] = ()  # the levels of the headings that are open
