"""The sheet 所属: the office profile, one line an item, labels on the left, values on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entry.reading.batch import Fault
from forms.entry.reading.grid import address, is_blank
from forms.entry.reading.headings import fold
from forms.entry.reading.values import id_text
from validators.labels import OFFICE_WORDS

if TYPE_CHECKING:
    from forms.entry.reading.batch import Findings
    from forms.entry.reading.grid import Grid

EXAMPLES = {
    "name": "汐見県汐見警察署",
    "chief_title": "汐見県汐見警察署長",
    "chief_name": "警視　汐見　太郎",
    "prefecture": "汐見県",
    "headquarters_chief": "汐見県警察本部長",
    "division": "生活安全課",
    "symbol": "汐生",
}
HEADING = ("項目", "記入欄", "例")


def read_office(grid: Grid, findings: Findings) -> tuple[dict[str, str], dict[str, str]]:
    """Return the office profile of a sheet (what is not filled is left out), and each item's cell, by its path."""
    known = {fold(word): key for word, key in OFFICE_WORDS.items()}
    office: dict[str, str] = {}
    cells: dict[str, str] = {}
    for row in grid.rows():
        label, value = row.cells.get(1), row.cells.get(2)
        if row.hidden or not isinstance(label, str):
            continue
        key = known.get(fold(label))
        if key:
            cells[f"office.{key}"] = address(grid, 2, row.number)
        if is_blank(value):
            continue
        text = id_text(row.doubtful.get(2, value))
        if isinstance(text, Fault):
            findings.add(
                "bad-office",
                "所属の値が読み取れません。書き直してください。",
                path=f"office.{key or ''}",
                cell=address(grid, 2, row.number),
            )
        elif key:
            office[key] = text
        elif fold(label) != fold(HEADING[0]):
            findings.add(
                "unknown-office-item",
                f"所属の項目「{label.strip()[:40]}」は使いません。",
                severity="warning",
                cell=address(grid, 1, row.number),
            )
    return office, cells
