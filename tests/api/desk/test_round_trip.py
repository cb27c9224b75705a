"""Promise: whatever can be written in a paper can be typed on the desk's pages, and makes the same record as at every other door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api import create_app
from api.desk.filled import record_of
from api.desk.steps import MOST_BOXES, steps_of, weight
from api.desk.widgets import answers_of, control, values_of
from tests.api.desk.pages import controls, page_of, send
from tests.forms.catalogue.papers import PAPERS, line_of
from tests.rulebooks import OURS, editions
from validators.model import Record
from validators.normalise import normalise

if TYPE_CHECKING:
    from validators.definitions.papers import SamplePaper
    from validators.model import Form

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


@pytest.mark.parametrize("slug", FIRST)
def test_the_pages_send_back_what_they_show(slug: str) -> None:
    """Each step of a filled draft, sent as a browser sends it, leaves the record as it was; so what is shown is what is kept."""
    paper = FIRST[slug]
    form, wanted = kept(paper)
    app = create_app(rules=line_of(paper.as_of).rules, as_of=paper.as_of, office=dict(paper.office))
    client, draft = app.test_client(), app.extensions["drafts"].new(slug, {})
    draft.answers = answers_of(form.fields, wanted)
    shown: set[str] = set()
    for step in steps_of(form):
        url = f"/drafts/{draft.id}/{step.number}"
        page = page_of(client.get(url).text)
        sent = controls(page)
        shown |= set(dict(sent)["shown"].split())
        assert send(client, url, sent).status_code in {303, 422}  # 422: a sample that waits, or leans on its case
    record = record_of(form, draft)
    normalise(form, record)
    assert record.data == wanted
    assert {control(name) for name in draft.answers} <= shown


@pytest.mark.parametrize("form", editions())
def test_no_page_asks_for_more_than_twelve_boxes_and_each_item_once(form: Form) -> None:
    steps = steps_of(form)
    for step in steps:
        lists = [each for each in step.fields if each.fields]
        assert sum(map(weight, step.fields)) <= MOST_BOXES or (len(step.fields) == 1 and lists)
    asked = [each.name for step in steps for each in step.fields]
    within = {each.approximate for each in form.fields.values()}
    assert sorted(asked) == sorted(set(form.fields) - within)
    names = {control(name) for name in form.fields}
    assert len(names) == len(form.fields)


def test_all_forms_have_a_good_sample() -> None:
    assert set(FIRST) == set(OURS.catalogue.slugs())
