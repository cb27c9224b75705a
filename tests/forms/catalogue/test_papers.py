"""Promise: each paper beside a form comes to what it says: its verdict, its findings, what stands on it and what does not.

The papers are data (forms/catalogue/<source>/papers/<slug>.yaml); this is the one runner. A form is one test, so that many run side by side.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.forms.catalogue.papers import PAPERS, drawn, judged, squeezed, stands_in
from tests.rulebooks import OURS
from validators.disclosure import walk
from validators.kinds import KINDS
from validators.linting.papers import differences
from validators.wareki import format_date

if TYPE_CHECKING:
    from validators.definitions.papers import SamplePaper
    from validators.model import Field, Form

FORMS = OURS.catalogue.slugs()
_WORD = 3  # characters: 被害者, 母 are written everywhere and tell nothing


def of_form(slug: str) -> list[SamplePaper]:
    return [paper for paper in PAPERS.values() if paper.form == slug]


def texts(field: Field, value: Any) -> list[str]:
    """Return what a printed value must leave on the paper."""
    shape = KINDS[field.of or field.type].shape
    if shape in {"truth", "clock", "list"} or (field.of or field.type) == "integer":
        return []
    if shape in {"day", "moment"}:
        return [format_date(datetime.fromisoformat(value).date())]
    if shape == "number":
        return [f"{value:,}円"]
    if shape == "name" and isinstance(value, dict):
        return [value["name"]]
    return [field.options.get(value, value)]


def printed(fields: dict[str, Field]) -> dict[str, Field]:
    return {name: field for name, field in fields.items() if field.printed}


def written(form: Form, data: dict[str, Any]) -> list[str]:
    """Return all that was written into printed items, items of lists included; a rough time stands for its earliest moment."""
    found = list(walk(printed(form.fields), data))
    places = {path for path, _, _ in found}
    return [
        text
        for path, field, value in found
        if field.printed and (not isinstance(value, dict) or not field.fields)
        if not field.approximate or path[: -len(field.name)] + field.approximate not in places
        for text in texts(field, value)
    ]


def secrets(form: Form, data: dict[str, Any]) -> list[str]:
    """Return the protected values that are never printed."""
    values = [
        (field, value)
        for _, field, value in walk(form.fields, data)
        if field.sensitivity == "protected" and not field.printed and KINDS[field.of or field.type].wordy
    ]
    texts = [text for _, value in values for text in ([value] if isinstance(value, str) else value.values())]
    shown = squeezed("".join(written(form, data)))
    return [text for text in texts if len(text) > _WORD and squeezed(text) not in shown]


def test_every_form_has_papers_good_and_bad() -> None:
    """A form does not come into the catalogue without a paper that is issued and one that is not."""
    for slug in FORMS:
        verdicts = {paper.expect for paper in of_form(slug)}
        assert "checked" in verdicts, slug
        assert verdicts & {"refused", "waiting"}, slug


@pytest.mark.parametrize("slug", FORMS)
def test_each_paper_comes_to_what_it_says(slug: str) -> None:
    """The verdict, the boxes and the provisions are those stated and no others; each finding tells both readers what to do."""
    known = OURS.clauses.entries
    for paper in of_form(slug):
        found = judged(paper.name)
        assert differences(paper, found) == [], paper.name
        for finding in found.fate.findings:
            assert finding.message.rstrip().endswith(("。", "）", ")")), finding.message
            assert finding.supervisor
            assert set(finding.clauses) <= set(known)
            assert bool(finding.citation) == bool(finding.clauses)


@pytest.mark.parametrize("slug", FORMS)
def test_no_message_repeats_what_is_protected(slug: str) -> None:
    """What is refused for a leak does not leak in the message."""
    for paper in of_form(slug):
        found = judged(paper.name)
        if found.form is not None:
            said = "".join(finding.message + finding.supervisor for finding in found.fate.findings)
            assert not stands_in(said, secrets(found.form, found.record.data)), paper.name


@pytest.mark.parametrize("slug", FORMS)
def test_a_good_paper_says_what_was_written_and_keeps_what_is_secret(slug: str) -> None:
    """In PDF and DOCX stands every value of a printed item, but for what the paper says it lacks; no secret is in any part."""
    for paper in of_form(slug):
        if paper.expect != "checked":
            continue
        found = judged(paper.name)
        assert found.form is not None
        lacks = [squeezed(text) for text in paper.lacks]
        expected = [squeezed(text) for text in written(found.form, found.record.data)]
        assert len(expected) > 1  # a receipt is handed out with two lines and no more
        for content in drawn(found):
            assert [text for text in expected if text not in content and text not in lacks] == [], paper.name
            assert [text for text in paper.says if squeezed(text) not in content] == [], paper.name
            assert [text for text in lacks if text in content] == [], paper.name
            assert not stands_in(content, secrets(found.form, found.record.data)), paper.name
