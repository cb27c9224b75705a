"""Promise: every paper keeps the look that was accepted by eye; a change of it is seen before it is issued.

`YOSHIKI_GOLDEN=write pytest tests/forms/catalogue/test_golden.py` renews tests/forms/catalogue/golden/: look at each picture that changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.forms.catalogue.papers import PAPERS, judged, line_of, pictured
from tests.forms.catalogue.pictures import Picture, draw, from_png, to_png
from tests.rulebooks import OURS

GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 0.00005  # of a page's points: two letters more or less are seen


RECORDS = pictured()


def pages(name: str, **changes: Any) -> list[Picture]:
    found = judged(name, rest=[], **changes)
    assert found.fate.verdict == "checked"
    return draw(line_of(PAPERS[name].as_of).draw(found, ["pdf"]).files["pdf"])


@pytest.mark.parametrize("name", RECORDS)
def test_the_paper_looks_as_it_was_accepted(name: str) -> None:
    """Page by page, no more than a few points of the screen differ."""
    drawn = pages(name)
    if os.environ.get("YOSHIKI_GOLDEN") == "write":
        for old in GOLDEN.glob(f"{name}-p*.png"):
            old.unlink()
        for number, picture in enumerate(drawn, 1):
            (GOLDEN / f"{name}-p{number}.png").write_bytes(to_png(picture))
    accepted = [from_png(path.read_bytes()) for path in sorted(GOLDEN.glob(f"{name}-p*.png"))]
    assert len(drawn) == len(accepted)
    changed = [one.changed(other) for one, other in zip(drawn, accepted, strict=True)]
    assert max(changed) <= TOLERANCE


def test_every_form_has_its_picture() -> None:
    """A new form is not in the suite without one."""
    assert {PAPERS[name].form for name in RECORDS} == set(OURS.catalogue.slugs())


def test_a_changed_word_is_seen() -> None:
    """The tolerance is no blindness: one word more on the paper is more than it allows."""
    place = PAPERS["OSK-001"].data["received_place"]
    (first, _), (other, _) = pages("OSK-001"), pages("OSK-001", received_place=f"{place}二階")
    assert first.changed(other) > TOLERANCE


def test_a_picture_is_read_back_as_it_was_written() -> None:
    picture = Picture(3, 2, bytes((0, 128, 255, 1, 2, 3)))
    assert from_png(to_png(picture)) == picture
    assert picture.changed(Picture(2, 3, picture.points)) == 1.0
