"""Provision files are checked when they are loaded, and found by id and by form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.rulebooks import OURS, clauses_of
from validators.definitions import yamlio
from validators.definitions.clauses import collect, load_file
from validators.errors import DefinitionError

FIFTEEN = Path(__file__).parents[1] / "fifteen.yaml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_is_read_as_it_stands() -> None:
    clause = collect(load_file(FIFTEEN)).get("DVA-12(1)五ロ")
    assert clause.documents == ("protection-order-petition", "additional-order-petition")
    assert (clause.effective.basis, clause.effective.first, clause.effective.last) == (
        "petition_date",
        date(2024, 4, 1),
        None,
    )
    assert (clause.each_item, clause.each_in, clause.soften_to, clause.means) == (
        "c",
        "consultations",
        "warning",
        ("require",),
    )
    assert clause.place("require").endswith("fifteen.yaml:41")


def test_entries_are_found_by_form_in_the_order_of_the_file() -> None:
    found = [clause.id for clause in collect(load_file(FIFTEEN)).for_form("contact-log")]
    assert found == ["AKT-5(4)-a", "AKT-5(5)-d", "AKT-様式-c"]
    assert collect([]).for_form("contact-log") == ()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("- id: A\n  requires: x\n", 2, "requires"),
        ("- id: A\n- id: A\n", 2, "二度"),
        ("- id: A\n  documents: one\n", 2, "並び"),
        ("- id: A\n  severity: fatal\n", 2, "severity"),
        ("- id: A\n  effective:\n    form: 2024-04-01\n", 3, "form"),
        ("- id: A\n  effective:\n    from: 令和6年\n", 3, "2024-04-01"),
        ("- id: A\n  by:\n  - text slug: x\n", 3, "引用符"),
        ("- id: A\n  examples:\n    pass: {a: 1}\n", 3, "例"),
        ("- id: A\n  each: {item: c}\n", 2, "each"),
        ("- id: 12\n", 1, "id"),
        ("a: b\n", 1, "並び"),
    ],
)
def test_a_wrong_key_or_shape_is_told_with_file_and_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DefinitionError, match=told) as caught:
        load_file(path)
    assert caught.value.place == f"{path}:{line}"


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("- id: A\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"a\.yaml"):
        _ = clauses_of(tmp_path).entries


def test_citations_are_joined_once_and_an_unknown_id_stands_for_itself() -> None:
    clauses = OURS.clauses
    assert clauses.citations(("ZZZ-1", "ZZZ-1", "ZZZ-2")) == "ZZZ-1、ZZZ-2"
    known = next(iter(clauses.entries.values()))
    assert clauses.citations((known.id,)) == known.citation


def test_a_file_is_parsed_once_and_kept_between_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`yoshiki check` of one record must not parse all provisions anew."""
    fifteen = FIFTEEN.read_text(encoding="utf-8")
    for number in range(94):
        (tmp_path / f"s{number}.yaml").write_text(fifteen.replace("- id: ", f"- id: N{number}-"), encoding="utf-8")
    assert clauses_of(tmp_path).entries

    def parse(_text: str, path: Path) -> None:
        raise AssertionError(path.name)

    monkeypatch.setattr(yamlio, "parse", parse)
    assert len(clauses_of(tmp_path).entries) == 94 * 15
