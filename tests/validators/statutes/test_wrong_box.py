"""A finding sends the clerk to the box that is wrong: the one in which a failing example differs from a passing one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.rulebooks import OURS
from validators import statutes
from validators.linting.examples import BESIDE_DATA, example_day, forms_for
from validators.model import Form, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validators.definitions.clauses import Clause

# Provisions whose second reader has still to look at this, by source; a source that was read stands here empty.
WAITING: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "wrong_box.yaml").read_text("utf-8"))
CLAUSES = OURS.clauses
JUDGED = [clause for clause in CLAUSES.entries.values() if clause.judged and clause.examples.get("fail")]


def paths_of(clause: Clause, form: Form, example: Mapping[str, Any]) -> list[str]:
    data = {key: value for key, value in example.items() if key not in BESIDE_DATA}
    papers = [Record(slug, "", each) for slug, group in example.get("papers", {}).items() for each in group]
    found = statutes.check_statutes(
        form,
        Record(form.slug, "example", data),
        OURS,
        case=papers,
        as_of=example_day(clause, example, OURS.today()),
        entries=[clause],
    )
    return [finding.path for finding in found if finding.status == "breach"]


def changed(failing: Any, passing: Any, path: str = "") -> set[str]:
    """Return the paths at which two values differ: a.b[1] where one has it and the other has not, or has another."""
    if isinstance(failing, dict) and isinstance(passing, dict):
        keys = failing.keys() | passing.keys()
        inner = [changed(failing.get(key), passing.get(key), f"{path}.{key}".lstrip(".")) for key in keys]
    elif isinstance(failing, list) and isinstance(passing, list):
        pairs = range(max(len(failing), len(passing)))
        at = [(each[n] if n < len(each) else None) for n in pairs for each in (failing, passing)]
        inner = [changed(at[2 * n], at[2 * n + 1], f"{path}[{n}]") for n in pairs]
    else:
        return set() if failing == passing else {path}
    return set().union(*inner)


def meet(one: str, other: str) -> bool:
    """Tell whether two paths are one, or one holds the other."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer == shorter or longer.startswith((f"{shorter}[", f"{shorter}."))


def astray(clause: Clause) -> Iterator[str]:
    """Yield each failing example whose finding stands where it is like every passing example that is nearest to it."""
    passing = [{key: value for key, value in each.items() if key != "at"} for each in clause.examples.get("pass", ())]
    for number, example in enumerate(clause.examples["fail"], 1):
        differences = [changed(example, each) for each in passing]
        least = min(map(len, differences), default=0)
        near = [found for found in differences if len(found) == least]
        for form in forms_for(clause, example, OURS):
            for path in paths_of(clause, form, example):
                if not any(meet(path, known) for found in near for known in found):
                    yield f"{clause.id} fail {number} ({form.slug}): {path}"


@pytest.mark.parametrize("clause", JUDGED, ids=lambda clause: clause.id)
def test_the_finding_stands_at_a_box_that_was_changed(clause: Clause) -> None:
    """Its path is one that the failing example changed from the nearest passing one, or the entry says why not."""
    if clause.id in WAITING[clause.source]:
        return
    assert clause.points or list(astray(clause)) == []


def test_whoever_waits_is_a_provision() -> None:
    """The list of those still to be read names only provisions there are, under their source."""
    for source, waiting in WAITING.items():
        assert [each for each in waiting if CLAUSES.entries[each].source != source] == []
