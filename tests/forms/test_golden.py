"""Promise: every paper keeps the look that was accepted by eye; a change of it is seen before it is issued.

`YOSHIKI_GOLDEN=write pytest tests/forms/test_golden.py` renews tests/forms/golden/: look at each picture that changed.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from forms.issue.line import Line
from tests.forms.pictures import Picture, draw, from_png, to_png
from validators.model import Confirmation, Record

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 0.00005  # of a page's points: two letters more or less are seen
LINE = Line(as_of=date(2026, 7, 1))
SAMPLES = {
    raw["record"]: raw
    for path in sorted((ROOT / "samples").glob("*.json"))
    for raw in json.loads(path.read_text(encoding="utf-8"))
}
# Each paper, and where it has them: another edition's words, a narrative that outgrows its box, the copy's mark.
RECORDS = (
    *(
        "good-first",
        "good-family",
        "good-partner",
        "good-eviction",
        "good-sworn-statement",
        "good-sworn-before-2025-10",
    ),
    *("good-consent-2024", "good-family-consent", "good-notice", "good-notice-2026", "good-warning"),
    *("good-warning-ex-officio-tag", "good-request", "AKT-001", "AKT-003", "AKT-007", "IBR-001", "IBR-002", "IBR-003"),
    *("OSK-001", "OSK-003", "OSK-007"),
)


def pages(name: str) -> list[Picture]:
    raw = json.loads(json.dumps(SAMPLES[name]))
    confirmations = tuple(Confirmation(**each) for each in raw.get("confirmations", ()))
    record = Record(raw["form"], name, raw["data"], confirmations=confirmations, office=raw.get("office", {}))
    judged = LINE.judge(record)
    assert judged.fate.verdict == "checked"
    return draw(LINE.draw(judged, ["pdf"]).files["pdf"])


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
    assert {SAMPLES[name]["form"] for name in RECORDS} == set(LINE.catalogue.slugs())


def test_a_changed_word_is_seen() -> None:
    """The tolerance is no blindness: one word more on the paper is more than it allows."""
    raw = json.loads(json.dumps(SAMPLES["OSK-001"]))
    raw["data"]["received_place"] += "二階"
    changed = LINE.judge(Record(raw["form"], "OSK-001", raw["data"], office=raw["office"]))
    (first, _), (other, _) = pages("OSK-001"), draw(LINE.draw(changed, ["pdf"]).files["pdf"])
    assert first.changed(other) > TOLERANCE


def test_a_picture_is_read_back_as_it_was_written() -> None:
    picture = Picture(3, 2, bytes((0, 128, 255, 1, 2, 3)))
    assert from_png(to_png(picture)) == picture
    assert picture.changed(Picture(2, 3, picture.points)) == 1.0
