"""Promise: in a year of 300 cases lawful acts are silent, every planted fault is found and nothing else, and the due days are right.

Stories and faults are written from the sources (samples/year); the due days are counted anew (count.py). `make corpus`
tries every case, every fault in every case that has room for it, and every due day; the suite a part of each.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forms.reports.registers import cells_of
from samples.year import plants as planting
from samples.year.generator import SEED, year
from samples.year.stories import BEGINS, ENDS
from tests.rulebooks import OURS
from tests.samples.count import due_days
from validators.definitions import yamlio
from validators.histories.items import read_item
from validators.histories.judging import deadlines_of, judge_history
from validators.histories.registers import rows_of
from validators.office import load_office

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from samples.year.plants import Plant
    from samples.year.stories import Case
    from tests.samples.count import Due
    from validators.histories.procedure import CaseFinding

OFFICE = Path(planting.__file__).parent / "office.yaml"
NUMBERS = {key: int(value) for key, value in yamlio.load(OFFICE).items() if "." in key}
CASES = year()
PLANTS = planting.plants(CASES)
ONE_IN = 8


def judged(sources: Sequence[str], history: Sequence[dict[str, Any]], as_of: date) -> list[CaseFinding]:
    vocabulary = OURS.procedures.vocabulary
    items = [read_item(vocabulary, item, place) for place, item in enumerate(history)]
    return judge_history(OURS, items, as_of, sources=sources, office=office_on(ENDS))


@cache
def office_on(day: date) -> dict[str, str]:
    return load_office(OFFICE, day)


def told_of(case: Case) -> Counter[tuple[str, str]]:
    return Counter((each.procedure, each.state) for each in judged(case.sources, case.history, case.as_of))


def assert_found(plant: Plant, before: Counter[tuple[str, str]]) -> None:
    """Hold a fault against what is told: itself, on its day where it has one, what follows from it, nothing else."""
    found = judged(plant.case.sources, plant.case.history, plant.case.as_of)
    told, expected = (
        Counter[tuple[str, str]]((each.procedure, each.state) for each in found),
        (plant.procedure, plant.state),
    )
    assert told[expected] == before[expected] + 1, plant.kind
    assert all(told[each] for each in plant.follows), plant.kind
    assert set(told - before) <= {expected, *plant.follows}, plant.kind
    if plant.has_day:
        days = due_days(plant.case.sources, plant.case.history, NUMBERS)
        due = {str(each.day) for each in days if each.procedure == plant.procedure}
        assert {each.due_on for each in found if (each.procedure, each.state) == expected} <= due, plant.kind


def assert_kept(case: Case) -> int:
    """Hold each due day counted here against those of the whole case, kept or not."""
    items = [read_item(OURS.procedures.vocabulary, item, place) for place, item in enumerate(case.history)]
    office = {**office_on(ENDS), "sources": "\n".join(case.sources)}
    told = {
        (each.procedure.id, each.trigger.place, str(each.limit.due_on))
        for each in deadlines_of(OURS, items, case.as_of, office=office)
    }
    dues = counted(case)
    assert {(each.procedure, each.place, str(each.day)) for each in dues} <= told, case.number
    return len(dues)


def assert_set_off(case: Case) -> None:
    """Hold each due day counted here against what is told on the day that sets it off, when nothing is done yet."""
    dues = counted(case)
    for place, since in dict.fromkeys((each.place, each.since) for each in dues):
        found = {(each.procedure, each.due_on) for each in judged(case.sources, case.history[: place + 1], since)}
        of_it = [each for each in dues if (each.place, each.since) == (place, since)]
        assert {(each.procedure, str(each.day)) for each in of_it} <= found, case.number


def counted(case: Case) -> list[Due]:
    return [each for each in due_days(case.sources, case.history, NUMBERS) if not each.left_open]


def test_the_year_has_three_hundred_cases_and_is_always_the_same() -> None:
    assert len(CASES) == 300
    assert year() == CASES
    assert {source for case in CASES for source in case.sources} == set(OURS.procedures.sources())
    assert all(BEGINS.isoformat() <= case.history[-1]["on"][:10] <= case.as_of.isoformat() for case in CASES)
    assert all(case.as_of <= ENDS for case in CASES)


def test_the_lawful_year_is_silent_but_for_what_is_still_due() -> None:
    for case in CASES[::ONE_IN]:
        assert {state for _, state in told_of(case)} <= {"due"}, case.number


def test_every_planted_fault_is_found_and_nothing_else() -> None:
    assert len(PLANTS) >= 130
    assert len({plant.kind for plant in PLANTS}) >= 27
    for plant in PLANTS[::ONE_IN]:
        assert_found(plant, told_of(plant.was))


def test_due_days_agree_with_the_count() -> None:
    assert sum(assert_kept(case) for case in CASES[:: ONE_IN // 2]) > 300


@pytest.mark.corpus
@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_every_lawful_case_of_three_years_is_silent(seed: int) -> None:
    for case in year(seed):
        assert {state for _, state in told_of(case)} <= {"due"}, case.number


@pytest.mark.corpus
def test_every_plant_of_the_year_is_found_and_nothing_else() -> None:
    for plant in PLANTS:
        assert_found(plant, told_of(plant.was))


@pytest.mark.corpus
def test_every_due_day_of_the_year_agrees_with_the_count() -> None:
    assert sum(assert_kept(case) for case in CASES) > 1900
    for case in CASES:
        assert_set_off(case)


def test_registers_of_the_year_say_everything_in_words() -> None:
    """A cell is what a reader of the register understands, never a key of ours; every register of a source in use has rows."""
    vocabulary, rows = OURS.procedures.vocabulary, Counter[str]()
    for case in CASES[::ONE_IN]:
        items = [read_item(vocabulary, item, place) for place, item in enumerate(case.history)]
        for register in OURS.procedures.registers():
            if register.source in case.sources and register.row.names:
                for row in rows_of(OURS, register, items, case.as_of, office=office_on(ENDS)):
                    rows[register.slug] += 1
                    keys = [cell for cell in cells_of(register, row) if re.fullmatch(r"[a-z_]{3,}", cell)]
                    assert keys == [], register.slug
    assert rows["case-command-register"]
    assert rows["order-register"]
