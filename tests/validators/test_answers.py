"""Promise: a needed box is answered by words, not by a mark; and a form that tells a clerk to write なし takes it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.rulebooks import OURS
from validators.definitions.examples import example_data
from validators.judging import Judge
from validators.kinds import KINDS
from validators.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.model import Field, Form

JUDGE = Judge(OURS, as_of=date(2026, 11, 30))
FORMS = [OURS.catalogue.get(slug) for slug in OURS.catalogue.slugs()]


def test_a_form_that_says_to_write_none_takes_it() -> None:
    """Where the hint of a needed box tells a clerk to write 「なし」, なし is an answer there."""
    asked = [(form.slug, name) for form in FORMS for name, item in _written(form) if "「なし」と書" in item.hint]
    assert asked
    assert [place for place in asked if not OURS.catalogue.get(place[0]).fields[place[1]].none_answers] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.slug)
def test_a_mark_in_a_needed_box_is_told_at_that_box(form: Form) -> None:
    """A dash in every box that the form always needs, of whatever written type, stops the paper at each of them."""
    needed = {name: item for name, item in _written(form) if item.required is True}
    marks = {name: ["―"] if item.type == "list" else "―" for name, item in needed.items() if item.type != "phone"}
    fate = JUDGE.judge(Record(form.slug, "1", {**deepcopy(example_data(form)), **marks})).fate
    told = {found.path.partition("[")[0] for found in fate.findings if found.severity == "error"}
    assert set(marks) <= told


def _written(form: Form) -> Iterator[tuple[str, Field]]:
    for name, item in form.fields.items():
        kind = item.of if item.type == "list" else item.type
        if item.printed and item.required and kind and KINDS[kind].wordy:
            yield name, item
