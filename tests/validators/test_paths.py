"""Promise: one rule tells where a path leads, what people call it and which cell it was read from."""

from __future__ import annotations

import pytest

from validators.model import Field
from validators.paths import cell_of, label_of, parent_of, parts_of, path_of, spot_of

FIELDS = {
    "applicant": Field("applicant", "申出人", "person"),
    "children": Field(
        "children",
        "お子さん",
        "list",
        fields={"dob": Field("dob", "生年月日", "date"), "name": Field("name", "氏名", "person")},
    ),
    "kinds": Field("kinds", "種別", "list", of="string"),
}


@pytest.mark.parametrize(
    ("path", "label", "words"),
    [
        ("applicant", "申出人", "「申出人」"),
        ("applicant.kana", "申出人 フリガナ", "「申出人」の「フリガナ」"),
        ("children[1].dob", "お子さん 2件目 生年月日", "「お子さん」の2件目の「生年月日」"),
        ("children[0].name.birth_date", "お子さん 1件目 氏名 生年月日", "「お子さん」の1件目の「氏名」の「生年月日」"),
        ("kinds[2]", "種別 3件目", "「種別」の3件目"),
        ("office.chief_title", "所属長の職名", "所属の設定の「所属長の職名」"),
        ("nowhere", "", "「nowhere」"),
        ("children[0].nowhere", "", "「お子さん」の1件目の「nowhere」"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_path_has_a_label_and_words(path: str, label: str, words: str) -> None:
    spot = spot_of(FIELDS, path)
    assert (spot.label, spot.words) == (label, words)
    assert label_of(FIELDS, path) == label
    assert path_of(parts_of(path)) == path
    assert spot_of(FIELDS, parts_of(path)) == spot


def test_the_cell_is_the_value_s_own_else_the_nearest() -> None:
    """A blank in a row points into that row, a list to its first cell, what is in no column to what holds it."""
    cells = {"": "様式!A3", "applicant": "様式!C3", "children[0].name": "子!B3", "children[1].name": "子!B4"}
    assert cell_of(cells, "applicant") == cell_of(cells, "applicant.kana") == "様式!C3"
    assert cell_of(cells, "children[1].dob") == "子!B4"
    assert cell_of(cells, "children") == "子!B3"
    assert cell_of(cells, "elsewhere") == cell_of(cells, "") == cell_of({}, "applicant") == ""
    assert (parent_of("children[1].dob"), parent_of("children[1]"), parent_of("children")) == (
        "children[1]",
        "children",
        "",
    )
