"""Promise: ids of provisions, slugs of forms, names of fields and values of choices stay what people outside rely on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.rulebooks import OURS
from validators.definitions.catalogue import unknown_clauses
from validators.kinds import read_value
from validators.linting.coverage import coverage

if TYPE_CHECKING:
    from validators.model import Field, Form

HERE = Path(__file__).parent
PROVISIONS: dict[str, list[str]] = yaml.safe_load((HERE / "provisions.yaml").read_text("utf-8"))
FIELDS: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "fields.yaml").read_text("utf-8"))


@pytest.mark.parametrize("source", list(PROVISIONS))
def test_every_provision_of_the_papers_is_there_under_its_id(source: str) -> None:
    entries = OURS.clauses.entries
    assert [clause for clause in PROVISIONS[source] if clause not in entries] == []


def test_nothing_is_left_over_in_the_coverage() -> None:
    covered = coverage(OURS.clauses, OURS.catalogue, OURS.procedures)
    assert covered.left_over == {}
    without_reason = [line.id for line in covered.lines if line.status == "out-of-reach" and not line.reason]
    assert without_reason == []


def _declared(form: Form, name: str) -> Field:
    fields: dict[str, Any] = form.fields
    field: Field | None = None
    for part in name.split("[]."):
        field = fields.get(part) or next((f for f in fields.values() if part in f.aliases), None)
        assert field is not None, f"{form.slug}.{name}"
        fields = field.fields
    assert field is not None
    return field


@pytest.mark.parametrize("slug", list(FIELDS))
def test_every_field_of_the_contract_is_declared_and_takes_its_values(slug: str) -> None:
    form = OURS.catalogue.get(slug)
    for name, values in FIELDS[slug].items():
        field = _declared(form, name)
        for value in values if field.options else ():
            kind = field.of or field.type
            assert read_value(kind, field.options, value) is not None, f"{slug}.{name}: {value}"


def test_every_clause_a_form_names_exists() -> None:
    known = set(OURS.clauses.entries)
    assert [str(error) for form in OURS.catalogue.load_all() for error in unknown_clauses(form, known)] == []
