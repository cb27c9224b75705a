"""What tests of single functions of expressions need: a rulebook in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rulebooks import OURS
from validators.expressions.lookups import SURROUNDINGS, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def _ours_in_force() -> Iterator[None]:
    around = SURROUNDINGS.set(Surroundings(OURS.reference))
    yield
    SURROUNDINGS.reset(around)
