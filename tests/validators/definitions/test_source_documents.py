"""The header of a source lists its documents that are no papers, and refuses what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from validators.definitions.source import source_of
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_document_says_what_it_is_and_why(tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "source.yaml").write_text(
        "documents:\n  visit: {is: event, event: visited, title: 訪問の記録, why: 書面の定めがない, aliases: [visit-log]}\n",
        encoding="utf-8",
    )
    (visit,) = source_of("some", tmp_path).documents
    assert (visit.slug, visit.authority, visit.sort, visit.event, visit.aliases) == (
        "visit",
        "some",
        "event",
        "visited",
        ("visit-log",),
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{title: 警告}", "title と papers"),
        ("{title: 警告, papers: warning}", "並び"),
        ("{title: 警告, papers: [a, b, a]}", "二度"),
        ("{title: 警告, papers: [a], colour: red}", "title と papers"),
    ],
)
def test_what_a_matter_cannot_be_is_refused_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "source.yaml").write_text(f"title: 例\nmatters:\n  first: {line}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=told) as raised:
        source_of("some", tmp_path)
    assert raised.value.place.endswith("source.yaml:3")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{is: paper, title: 訪問の記録, why: x}", "様式として書きます"),
        ("{is: event, title: 訪問の記録, why: x}", "event のときに限り"),
        ("{is: outside, event: visited, title: 訪問の記録, why: x}", "event のときに限り"),
        ("{is: outside, title: 訪問の記録}", "is、title、why"),
        ("{is: outside, title: 訪問の記録, why: x, colour: red}", "is、title、why"),
    ],
)
def test_what_a_document_cannot_be_is_refused_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "source.yaml").write_text(f"title: 例\ndocuments:\n  visit: {line}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=told) as raised:
        source_of("some", tmp_path)
    assert raised.value.place.endswith("source.yaml:3")
