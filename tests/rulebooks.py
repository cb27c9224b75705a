"""Our own rulebook for the tests, whose clock stands still, and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forms.issue.line import Line
from validators.definitions import source
from validators.definitions.clauses import Clauses
from validators.rulebook import Places, clock_on, open_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue

NOW = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 - the clocks of rulebooks give Japanese local time
OURS = open_rulebook(clock=lambda: NOW)


def editions() -> list[Any]:
    """Return every edition of every form as a parameter: the newest of each for `make test`, those before it for `make corpus`."""
    return [
        pytest.param(form, id=f"{slug}-{form.edition}", marks=() if form is found[-1] else pytest.mark.corpus)
        for slug in OURS.catalogue.slugs()
        for found in [OURS.catalogue.editions(slug)]
        for form in found
    ]


def line_on(day: date, templates: Path | None = None, office: dict[str, str] | None = None) -> Line:
    """Return a line by our rulebook on a day."""
    return Line(replace(OURS, clock=clock_on(day)), as_of=day, templates=templates, office=office)


def catalogue_of(folder: Path) -> Catalogue:
    """Return the forms of another folder, with our provisions and tables."""
    return open_rulebook(clock=lambda: NOW, places=Places(catalogue=folder)).catalogue


def clauses_of(folder: Path) -> Clauses:
    """Return the provisions of another folder, which inherit from our sources."""
    return Clauses(folder, source.DIRECTORY)
