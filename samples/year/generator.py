"""Make the year from a seed: always the same 300 cases."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from samples.year.stories import tell, tellings

if TYPE_CHECKING:
    from samples.year.stories import Case

SEED = 20250401


def year(seed: int = SEED) -> list[Case]:
    """Return the cases of the year in the order of their numbers, each from a chance of its own."""
    order = tellings()
    Random(seed).shuffle(order)  # noqa: S311 - a sample, no secret
    return [
        tell(number, story, parts, Random(seed * 1000 + number))  # noqa: S311 - the same
        for number, (story, parts) in enumerate(order, start=1)
    ]
