"""Promise: every procedure finds what its example histories say, is silent on the lawful ones, and is written soundly."""

from __future__ import annotations

import pytest

from tests.rulebooks import OURS
from validators.linting.procedures import lint_procedures


@pytest.mark.parametrize("source", OURS.procedures.sources())
def test_every_entry_is_sound_and_every_example_history_comes_out_as_it_says(source: str) -> None:
    """The examples run with all procedures of their source beside them, as at the door."""
    problems, examples = lint_procedures(OURS, source)
    assert [str(each) for each in problems if not each.pending] == []
    assert examples >= 2 * len(OURS.procedures.of(source))
