"""Promise: every procedure finds what its example histories say, is silent on the lawful ones, and is written soundly."""

from __future__ import annotations

import pytest

from tests.rulebooks import OURS
from validators.linting.procedures import failing_examples, lint_procedures

SOURCES = OURS.procedures.sources()


@pytest.mark.parametrize("source", SOURCES)
def test_every_example_history_comes_out_as_it_says(source: str) -> None:
    """Its source's other procedures run beside it, as they do at the door."""
    told = {each.id: list(failing_examples(each, OURS)) for each in OURS.procedures.of(source)}
    assert {id_: failing for id_, failing in told.items() if failing} == {}


@pytest.mark.parametrize("source", SOURCES)
def test_every_entry_is_sound(source: str) -> None:
    """Events, papers, facts, settings and expressions are known to the vocabulary and to CEL; every entry has both kinds of example."""
    problems, _ = lint_procedures(OURS, source)
    assert [str(each) for each in problems if not each.pending] == []
