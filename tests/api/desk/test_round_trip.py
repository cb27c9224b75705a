"""Promise: whatever can be written in a paper can be typed on the desk's pages, and makes the same record as at every other door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import MultiDict

from api import create_app
from api.desk.filled import form_of, record_of, sent_answers
from api.desk.steps import MOST_BOXES, steps_of, weight
from api.desk.widgets import answers_of, control, values_of
from tests.api.desk.pages import begun, controls, page_of
from tests.forms.catalogue.papers import PAPERS, line_of
from tests.office import OFFICE
from tests.rulebooks import OURS, editions
from validators.model import Record
from validators.normalise import normalise

if TYPE_CHECKING:
    from flask import Flask

    from validators.definitions.papers import SamplePaper
    from validators.model import Field, Form

GOOD = [paper for paper in PAPERS.values() if paper.expect != "refused"]
FIRST = {paper.form: paper for paper in reversed(GOOD)}


def kept(paper: SamplePaper) -> tuple[Form, dict[str, Any]]:
    """Return the edition a sample is judged by, and its record as it is kept."""
    prepared = line_of(paper.as_of).prepare(paper.record())
    assert prepared.form is not None
    return prepared.form, prepared.record.data


@pytest.mark.parametrize("slug", FIRST)
def test_every_value_of_every_good_sample_can_be_typed(slug: str) -> None:
    """As answers, and read again by the one reader of values."""
    for paper in (each for each in GOOD if each.form == slug):
        form, wanted = kept(paper)
        record = Record(slug, paper.name, values_of(form.fields, answers_of(form.fields, wanted)))
        assert [found for found in normalise(form, record) if found.severity == "error"] == []
        assert record.data == wanted, paper.name


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(rules=OURS, office=OFFICE)


@pytest.mark.parametrize("slug", FIRST)
def test_the_pages_show_what_is_kept_and_send_it_back(slug: str, app: Flask) -> None:
    """Each step of a filled draft, sent as a browser would send it, makes the record anew: no value without its box."""
    form, wanted = kept(FIRST[slug])
    draft, typed = begun(app, slug, answers_of(form.fields, wanted)), begun(app, slug)
    for step in steps_of(form_of(app.extensions["line"], draft)):
        page = page_of(app.test_client().get(f"/drafts/{draft.id}/{step.number}").text)
        typed.answers |= sent_answers(step.fields, MultiDict(controls(page)), typed)
    record = record_of(form, typed)
    normalise(form, record)
    assert record.data == in_order(form.fields, wanted)


def in_order(fields: dict[str, Field], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with choices in the form's order: boxes that are ticked have no other."""
    out = dict(values)
    for name, value in values.items():
        field = fields[name]
        if field.fields:
            out[name] = [in_order(field.fields, row) for row in value]
        elif field.type == "list" and field.of == "enum":
            out[name] = [key for key in field.options if key in value]
    return out


@pytest.mark.parametrize("form", editions())
def test_no_page_asks_for_more_than_twelve_boxes_and_each_item_once(form: Form) -> None:
    steps = steps_of(form)
    for step in steps:
        lists = [each for each in step.fields if each.fields]
        boxes = sum(weight(form, each) for each in step.fields)
        assert boxes <= MOST_BOXES or (len([each for each in step.fields if weight(form, each)]) == 1 and lists)
    asked = [each.name for step in steps for each in step.fields]
    within = {each.approximate for each in form.fields.values()}
    assert sorted(asked) == sorted(set(form.fields) - within)
    names = {control(name) for name in form.fields}
    assert len(names) == len(form.fields)


def test_all_forms_have_a_good_sample() -> None:
    assert set(FIRST) == set(OURS.catalogue.slugs())
