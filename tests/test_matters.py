"""Promise: each matter of samples/matters is one case whose papers are all issued and whose history is silent at its end."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path

import pytest

from forms.entry import read_input, write_records
from forms.issue import run as batch_run
from samples.matter import ToldMatter, read_matter
from tests.rulebooks import OURS, line_on
from validators.definitions import yamlio
from validators.model import Record
from validators.normalise import normalise

STORIES = sorted((Path(__file__).parent.parent / "samples" / "matters").glob("*.yaml"))
NAMES = [path.stem for path in STORIES]


@cache
def matter(name: str) -> ToldMatter:
    return read_matter(next(path for path in STORIES if path.stem == name), OURS)


@pytest.mark.parametrize("name", NAMES)
def test_every_paper_of_the_matter_may_be_issued(name: str, tmp_path: Path) -> None:
    """Judged together, as papers of one case, by the figures and districts of its office: nothing is refused or waits."""
    source = tmp_path / "records.json"
    source.write_text(json.dumps(matter(name).records, ensure_ascii=False), encoding="utf-8")
    line = line_on(matter(name).as_of, office=matter(name).office)
    review = batch_run.check(line, [batch_run.Source(source.name, source)], jobs=1)
    assert [(f.record, f.form, f.findings) for f in review.fates if f.verdict != "checked"] == []
    assert len(review.fates) == len(matter(name).records) > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_paper_that_has_a_form_is_drawn(name: str) -> None:
    """A paper whose form came to the catalogue gets its record in the story."""
    waiting = {item["paper"] for item in matter(name).items if "paper" in item and "like" not in item}
    assert waiting & set(OURS.catalogue.slugs()) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_history_is_silent_at_its_end_and_says_at_its_moments_what_it_tells(name: str) -> None:
    story = matter(name)
    assert story.judged(OURS) == []
    for moment in story.moments:
        found = story.judged(OURS, moment.as_of, story.at(moment))
        assert sorted(f"{each.procedure} {each.state}" for each in found) == sorted(moment.expect), moment.tell


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_left_out_is_told_or_argued(name: str) -> None:
    """Each item but those that say why nothing misses them (`quiet`), and of those none."""
    items = matter(name).items
    for at, item in enumerate(items):
        told = matter(name).judged(OURS, items=[*items[:at], *items[at + 1 :]])
        assert bool(told) != bool(item.get("quiet")), item


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_of_the_matter_holds_its_papers(name: str) -> None:
    """What the clerk would fill in: the same records come back, the shared facts from the one row of 事案."""
    told = yamlio.load(next(path for path in STORIES if path.stem == name))
    kind = OURS.catalogue.matter(told["authority"], told["matter"])
    records = [
        Record(raw["form"], raw["record"], dict(raw["data"]), case=raw["case"], office=raw["office"])
        for raw in matter(name).records
    ]
    content = io.BytesIO()
    forms = [OURS.catalogue.get(slug) for slug in dict.fromkeys(record.form for record in records)]
    write_records(forms, records, content, exact=False, matter=kind)
    content.seek(0)
    batch = read_input(content, name="事案.xlsx", catalogue=OURS.catalogue)
    back = {(record.form, record.id): record for record in batch.records}
    for record in records:
        other = back[record.form, record.id]
        form = OURS.catalogue.get(record.form)
        assert [finding.code for finding in batch.findings_of(other)] == []
        normalise(form, record)
        normalise(form, other)
        assert record.data.items() <= other.data.items()
