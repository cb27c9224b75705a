"""Promise: a fault that many rows share is told once, with its rows in words and whose move it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from validators.grouping import group_findings, places
from validators.model import Finding
from validators.review import Fate

FAULT = Finding("error", ("T-1",), "「場所」が書かれていません。", label="相談 3件目 場所", cell="相談!C7")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["B5", "B6", "B7", "B9"], "B列 5～7行、9行"),
        (["相談!C7", "相談!C8", "様式!A2"], "相談 C列 7～8行、様式 A列 2行"),
        (["B9", "B5", "B9"], "B列 5行、9行"),
        (["consultations[0].place", ""], "consultations[0].place"),
        ([], ""),
    ],
)
def test_cells_are_told_in_runs_of_rows(cells: list[str], words: str) -> None:
    assert places(cells) == words


def test_alike_findings_of_many_records_are_one_group() -> None:
    """Another message, form or severity is another group; the item's number is not."""
    one = Fate("1", "x", "様式", "refused", [FAULT, replace(FAULT, label="相談 4件目 場所", cell="相談!C8")])
    two = Fate("2", "x", "様式", "refused", [replace(FAULT, cell="相談!C9")])
    other = Fate("3", "y", "別の様式", "refused", [FAULT])
    groups = group_findings([one, two, other])
    assert [(group.records, group.places) for group in groups] == [
        (("1", "2"), "相談 C列 7～9行"),
        (("3",), "相談 C列 7行"),
    ]


def test_each_group_says_whose_move_it_is() -> None:
    """An error is the clerk's, a warning the approver's until confirmed, a broken clause the administrator's."""
    warning = replace(FAULT, severity="warning", message="確かめてください。")
    confirmed = replace(warning, message="済みました。", confirmed_by="課長　架空")
    broken = replace(FAULT, status="broken", message="定義の誤りです。")
    fate = Fate("1", "x", "様式", "refused", [warning, confirmed, FAULT, broken])
    assert {group.message: group.actor for group in group_findings([fate])} == {
        FAULT.message: "記入した方",
        "確かめてください。": "確認する方（決裁者など）",
        "済みました。": "",
        "定義の誤りです。": "管理者",
    }
