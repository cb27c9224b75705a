"""Settle which line stands between two neighbouring cells of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.tables.rows import SIDES, Edge, TableCell, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


def settle(
    rows: Sequence[TableRow], edge: Callable[[TableCell, str], Edge | None]
) -> dict[int, dict[str, Edge | None]]:
    """Give neighbours the same line between them: of two that differ, the heavier (ECMA-376, 17.4.66).

    `edge` tells which line a cell asks for at a side.
    """
    asked = {id(cell): {side: edge(cell, side) for side in SIDES} for row in rows for cell in row.cells}
    at = {
        (row, column): cell
        for line in rows
        for cell in line.cells
        for row in range(cell.row, cell.row + cell.down)
        for column in range(cell.column, cell.column + cell.across)
    }
    settled = {}
    for line in rows:
        for cell in line.cells:
            own = dict(asked[id(cell)])
            for side, others in _neighbours(cell, at):
                for other in others:
                    own[side] = _heavier(
                        own[side],
                        asked[id(other)][_OPPOSITE[side]],
                        cell_first=side in cell.borders,
                        other_first=_OPPOSITE[side] in other.borders,
                    )
            settled[id(cell)] = own
    return settled


_OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


def _neighbours(cell: TableCell, at: dict[tuple[int, int], TableCell]) -> Iterator[tuple[str, Iterable[TableCell]]]:
    rows, columns = range(cell.row, cell.row + cell.down), range(cell.column, cell.column + cell.across)
    for side, keys in (
        ("top", [(cell.row - 1, column) for column in columns]),
        ("bottom", [(cell.row + cell.down, column) for column in columns]),
        ("left", [(row, cell.column - 1) for row in rows]),
        ("right", [(row, cell.column + cell.across) for row in rows]),
    ):
        yield side, {id(found): found for key in keys if (found := at.get(key)) is not None}.values()


def _heavier(one: Edge | None, other: Edge | None, *, cell_first: bool, other_first: bool) -> Edge | None:
    if cell_first != other_first and (one is None or other is None):
        return one if cell_first else other  # a cell that says "no line" has its way over the table's inner lines
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda edge: (edge[0], edge[2], edge[1]))
