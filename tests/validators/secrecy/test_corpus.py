"""Promise: what must not be read is found in every notation, and what only looks like it is let through.

The generated papers come from a seed (generator.py). The suite takes a part of them; `make corpus` all 3,000 and 3,000, and
every plant once more inside a whole record of a form that the respondent reads.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forms.issue.line import Line
from tests.rulebooks import OURS
from tests.validators.secrecy.generator import Plant, look_alike, plant, series
from validators.model import Record
from validators.secrecy import Secrets, Value, secrets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SAMPLES = Path(__file__).parents[3] / "samples"
MANY, SOME, FEW = 3000, 600, 60
SEED = 20261130

# Form → sample, where each kind of value is kept, and the printed texts it may leak into.
FORMS: dict[str, tuple[str, str, dict[str, str], list[str]]] = {
    "response-card": (
        "osaka",
        "OSK-001",
        {"address": "victim_base_address", "phone": "victim_phone", "string": "workplace_or_school"},
        ["facts", "consult_content", "measures_taken", "injury_description", "incident_place"],
    ),
    "protection-order-petition": (
        "dv-court",
        "good-family",
        {"address": "applicant_actual_residence", "string": "children.school_name"},
        ["risk_statement_mind_body", "child_necessity_statement", "incidents.description", "consultations.content"],
    ),
    "warning": (
        "kanagawa",
        "good-warning",
        {"address": "applicant_residence", "phone": "applicant_phone", "string": "applicant_workplace"},
        ["act_summary"],
    ),
}


@cache
def line() -> Line:
    return Line(OURS)


@cache
def _sample(authority: str, name: str) -> str:
    found = next(raw for raw in json.loads((SAMPLES / f"{authority}.json").read_text("utf-8")) if raw["record"] == name)
    return json.dumps(found["data"])


def _put(data: dict[str, Any], path: str, value: str, *, after: bool) -> None:
    group, _, name = path.rpartition(".")
    for holder in data[group] if group else [data]:
        holder[name] = f"{holder.get(name, '')}{value}" if after else value


def record_of(form: str, each: Plant, box: str) -> Record:
    """Return a lawful record of the form that keeps the plant's values beside the paper and its text on it."""
    authority, name, kept, _ = FORMS[form]
    data = json.loads(_sample(authority, name))
    for kind, path in kept.items():
        if kind in each.values:
            _put(data, path, each.values[kind], after=False)
    data.pop("protected_values", None)
    _put(data, box, each.text, after=True)
    return Record(form, "1", data, office={"name": "架空警察署", "prefecture": "架空県"})


def secrets(each: Plant) -> Secrets:
    return secrets_of(Value(kind, kind, value) for kind, value in each.values.items())


def stopped(each: Plant) -> bool:
    """Tell whether the matcher finds it; a town alone is a hint."""
    found = secrets(each)
    return bool(found.found_in(each.text) or (each.kind == "town" and found.hinted_in(each.text)))


def missed(plants: Iterable[Plant]) -> list[Plant]:
    return [each for each in plants if not stopped(each)]


def taken(plants: Iterable[Plant]) -> list[Plant]:
    return [each for each in plants if secrets(each).found_in(each.text)]


def test_the_generator_makes_every_kind() -> None:
    """A series holds every kind of value, and the same seed gives the same series."""
    kinds = Counter(each.kind for each in series(plant, SOME, SEED))
    assert set(kinds) == {"address", "building", "phone", "school", "firm", "day", "mail", "postal", "town"}
    assert min(kinds.values()) > SOME // 50
    assert list(series(plant, 20, SEED)) == list(series(plant, 20, SEED))


def test_every_plant_of_a_part_is_found() -> None:
    assert missed(series(plant, SOME, SEED)) == []


def test_no_look_alike_of_a_part_is_taken() -> None:
    assert taken(series(look_alike, SOME, SEED)) == []


@pytest.mark.corpus
@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_every_plant_is_found(seed: int) -> None:
    """Recall is whole: 3,000 plants of each seed."""
    assert missed(series(plant, MANY, seed)) == []


@pytest.mark.corpus
@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_no_look_alike_is_taken(seed: int) -> None:
    """Nothing that only looks like a secret is refused: 3,000 of each seed."""
    assert taken(series(look_alike, MANY, seed)) == []


def verdicts(make: Callable[..., Plant], count: int) -> list[tuple[Plant, str, str, list[tuple[str, str]]]]:
    """Judge whole records, the boxes of the forms in turn; return what disclosure says of each."""
    boxes = cycle((form, box) for form, (_, _, _, texts) in FORMS.items() for box in texts)
    results = []
    for each in series(make, count, SEED):
        form, box = next(boxes)
        if {"phone": "phone", "day": "date"}.get(each.kind, "address") not in FORMS[form][2]:
            continue  # the form keeps no such value
        findings = line().judge(record_of(form, each, box)).fate.findings
        told = [(str(found.severity), found.path) for found in findings if found.code.startswith("protected-")]
        assert not any(
            value in found.message + found.supervisor for found in findings for value in each.values.values()
        )
        results.append((each, form, box, told))
    return results


def _wrong(make: Callable[..., Plant], count: int, *, stop: bool) -> list[tuple[str, str, str]]:
    wrong = []
    for each, form, box, told in verdicts(make, count):
        errors = [path for severity, path in told if severity == "error"]
        if not stop:
            ok = not errors
        elif each.kind == "town":
            ok = bool(told) or form == "response-card"  # the card's own provision asks
        else:
            ok = any(path.endswith(box.rpartition(".")[2]) for path in errors)
        if not ok:
            wrong.append((form, box, each.text))
    return wrong


def test_plants_stop_whole_records_and_look_alikes_do_not() -> None:
    """Some of both, in every printed text of three forms that the respondent reads."""
    assert _wrong(plant, FEW, stop=True) == []
    assert _wrong(look_alike, FEW, stop=False) == []


@pytest.mark.corpus
def test_every_plant_stops_its_record() -> None:
    assert _wrong(plant, MANY, stop=True) == []


@pytest.mark.corpus
def test_no_look_alike_stops_its_record() -> None:
    assert _wrong(look_alike, MANY, stop=False) == []
