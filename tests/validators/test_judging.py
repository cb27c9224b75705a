"""Promise: what is told of a record is what somebody can do something about."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

from tests.rulebooks import OURS
from validators.definitions.examples import example_data
from validators.judging import Judge
from validators.model import Record


def test_nobody_is_told_to_fill_a_box_that_no_sheet_has() -> None:
    """A wish for a value that the system keeps by itself is no finding for a clerk, where the value is not given."""
    judge = Judge(OURS, as_of=date(2026, 11, 30))
    for slug in OURS.catalogue.slugs():
        form = OURS.catalogue.get(slug)
        unasked = {name: item for name, item in form.fields.items() if not item.asked}
        for data in (example_data(form), {}):
            record = Record(slug, "1", {name: value for name, value in deepcopy(data).items() if name not in unasked})
            for found in judge.judge(record).fate.findings:
                assert found.severity != "info" or found.path.partition("[")[0] not in unasked, (slug, found.message)


def test_a_wrong_value_in_such_a_box_is_still_told() -> None:
    """Whoever hands the value over is told where it is not what the source says."""
    form = OURS.catalogue.get("contact-log")
    record = Record(form.slug, "1", {**deepcopy(example_data(form)), "rule_set_id": "AKT-1999-01-01"})
    found = Judge(OURS, as_of=date(2026, 11, 30)).judge(record).fate.findings
    assert [each.path for each in found if each.path == "rule_set_id"]


def test_a_day_without_an_edition_is_told_at_its_box_with_the_forms_provisions() -> None:
    """Whoever dates a paper before its form's first edition is refused at that day, on the grounds the form stands on."""
    judge = Judge(OURS, as_of=date(2026, 11, 30))
    for slug in OURS.catalogue.slugs():
        form = OURS.catalogue.get(slug)
        data = {**deepcopy(example_data(form)), form.basis: "平成13年1月1日"}
        fate = judge.judge(Record(slug, "1", data)).fate
        told = [found for found in fate.findings if found.code == "unusable-input"]
        assert fate.verdict == "refused", slug
        assert [(found.path, found.clauses) for found in told] == [(form.basis, form.clauses)], slug
        assert all(found.citation and found.label for found in told), slug
