"""What a protected value is searched by: its clues, and which words tell of anybody at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from validators.letters import no_secret
from validators.secrecy.reading import squash

ClueKind = Literal["tail", "numbers", "name", "town", "city", "phone", "postal", "mail", "day"]

SHORTEST = 2  # letters of a name


@dataclass(frozen=True, slots=True)
class Clue:
    """What alone identifies, or (`town`, `city`) only hints.

    `name`: squashed key of a name, digits of a telephone or postal number, an address of mail. `numbers`: the house number
    behind a town's name (with a `town`: another number there is another house), or year, month, day. `area`: the municipality's key; another one before the name makes it another
    place. `strict`: a short form (みさき小), taken only where nothing at all is joined to it.
    """

    kind: ClueKind
    name: str = ""
    numbers: tuple[int, ...] = ()
    area: str = ""
    strict: bool = False

    @property
    def hint(self) -> bool:
        """Tell whether it only hints."""
        return self.kind in {"town", "city"}  # a town, a ward, a school's short name; a city is one for few papers


def telling(value: str) -> bool:
    """Tell whether a word can identify anybody: not one letter, not 無職, 自宅, 会社 and their like."""
    key = squash(value)
    return len(key) >= SHORTEST and key not in _no_secret() and not key.isdecimal()


@lru_cache(maxsize=1)
def _no_secret() -> frozenset[str]:
    return frozenset(squash(word) for word in no_secret())
