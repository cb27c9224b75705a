"""Histories a second reader invented against the sources: each procedure says of them what the source has it say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.definitions.yamltext import parse
from validators.histories.judging import judge_history
from validators.histories.reading import read_histories

PAGE = Path(__file__).parent / "read_again.yaml"
HISTORIES: dict[str, list[dict[str, Any]]] = parse(PAGE.read_text("utf-8"), PAGE)
CASES = [(procedure, number) for procedure, told in HISTORIES.items() for number in range(len(told))]
BOOK = OURS.procedures
SOURCES = {each.id: source for source in BOOK.sources() for each in BOOK.of(source)}


@pytest.mark.parametrize(("procedure", "number"), CASES)
def test_a_history_nobody_had_thought_of_is_told_of_or_left_alone(procedure: str, number: int) -> None:
    """Quiet means that this procedure says nothing of it; else it says what is named, and no other fault."""
    case = HISTORIES[procedure][number]
    (told,), _ = read_histories(BOOK.vocabulary, case["history"], "trial")
    found = judge_history(OURS, told.items, date.fromisoformat(str(case["as_of"])), sources=[SOURCES[procedure]])
    said = {each.state for each in found if each.procedure == procedure}
    assert told.notices() == []
    assert said == (set() if case["wants"] == "quiet" else {case["wants"]})
