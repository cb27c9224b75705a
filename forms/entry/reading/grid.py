"""A table as reading sees it: rows of cells by column number, wherever they come from (a sheet, a CSV file)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from validators.invisible import nothing_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.entry.reading.batch import Fault

LAST_ROW = 1_048_576  # of a worksheet

Cells = dict[int, Any]  # column (1-based) → str, int, float, bool, Figure, Moment or Fault; blank cells are left out
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(slots=True)
class Row:
    """One row that holds anything; `number` is 1-based as people see it."""

    number: int
    cells: Cells
    hidden: bool = False
    doubtful: dict[int, Fault] = field(default_factory=dict)  # cells not to be taken as they are: struck out, not seen

    @property
    def struck(self) -> Fault | None:
        """Return why no cell of the row is to be taken; None where one is."""
        if not self.doubtful:
            return None
        filled = [column for column, value in self.cells.items() if not is_blank(value)]
        whole = bool(filled) and self.doubtful.keys() >= set(filled)
        return self.doubtful[filled[0]] if whole else None


@dataclass(slots=True)
class Survey:
    """What one pass over a table found out beside its values."""

    merged: list[Area] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)  # numbers of rows no worksheet has

    def hides(self, column: int) -> bool:
        """Tell whether a column is hidden."""
        return any(first <= column <= last for first, last in self.hidden_columns)


@dataclass(slots=True)
class Only:
    """Columns that matter to a pass; None as long as all do. May be narrowed while rows are read."""

    columns: frozenset[int] | None = None


class Grid(Protocol):
    """A table that can be read again and again from its beginning."""

    name: str
    hidden: bool
    from_1904: bool  # how its numbers count days
    survey: Survey  # complete once `rows` has been read to its end

    def rows(self, only: Only | None = None) -> Iterator[Row]:
        """Yield the rows that hold anything, from the top. `only`: cells of other columns may be left out."""
        ...


def letters_of(column: int) -> str:
    """Return what a column is called: 1 → A, 27 → AA; importing openpyxl for it takes longer than a check."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(grid: Grid | str, column: int, row: int) -> str:
    """Write a cell's address: 相談等の記録!F3."""
    return f"{grid if isinstance(grid, str) else grid.name}!{letters_of(column)}{row}"


def is_blank(value: Any) -> bool:
    """Tell whether a cell holds nothing but blanks and characters nobody sees."""
    return value is None or (isinstance(value, str) and nothing_in(value))
