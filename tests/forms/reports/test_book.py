"""The rule book shows every provision and every form; what the law changes between two days is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forms.reports.book import pages, pictures_by_form
from forms.reports.changes import describe_changes
from tests.rulebooks import OURS

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
GOLDEN = ROOT / "tests" / "forms" / "catalogue" / "golden"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages(OURS, pictures_by_form(OURS, GOLDEN, DOCS / "forms"))


def test_the_pages_in_docs_are_what_the_definitions_say(made: dict[str, str]) -> None:
    """`yoshiki book --pictures tests/forms/catalogue/golden` renews them; none is left of a form that is gone."""
    kept = {path.relative_to(DOCS).as_posix() for folder in ("rules", "forms") for path in (DOCS / folder).glob("*.md")}
    assert kept == set(made)
    stale = [path for path, text in made.items() if (DOCS / path).read_text(encoding="utf-8") != text]
    assert stale == []


def test_every_provision_and_procedure_stands_in_its_sources_page(made: dict[str, str]) -> None:
    for clause in OURS.clauses.entries.values():
        assert f"| `{clause.id}` |" in made[f"rules/{clause.source}.md"]
    for procedure in OURS.procedures.all():
        assert f"| `{procedure.id}` |" in made[f"rules/{procedure.source}.md"]


def test_every_form_shows_its_picture_and_what_is_asked(made: dict[str, str]) -> None:
    for slug in OURS.catalogue.slugs():
        page = made[f"forms/{slug}.md"]
        picture = page.partition("](")[2].partition(")")[0]
        assert (DOCS / "forms" / picture).is_file()
        assert all(f"`{field.name}`" in page for field in OURS.catalogue.get(slug).fields.values() if field.asked)


def test_the_law_of_two_days_differs_by_what_begins_and_ends_between_them() -> None:
    """The day before counts for neither; the order of the days does not matter; a change has the first day it counts on."""
    told = describe_changes(OURS, date(2026, 3, 9), date(2026, 3, 10)).data
    assert {"edition-begins"} <= {change["kind"] for change in told}
    assert {change["on"] for change in told} == {"2026-03-10"}
    (aid,) = [change for change in told if change["id"] == "assistance-request"]
    assert aid["details"] == ["番号 規則別記様式第10号 → 規則別記様式第11号"]
    assert describe_changes(OURS, date(2026, 3, 10), date(2026, 3, 9)).data == told
    assert describe_changes(OURS, date(2026, 3, 10), date(2026, 3, 11)).data == []
    ends = describe_changes(OURS, date(2025, 12, 29), date(2025, 12, 30)).data
    assert "DVA-10(2)十" in {change["id"] for change in ends if change["kind"] == "provision-ends"}
