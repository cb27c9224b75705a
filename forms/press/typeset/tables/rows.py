"""Read the rows and cells of a w:tbl; what is not drawn is refused with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from forms.press.typeset.package import W
from forms.press.typeset.reading.body import cells_of, rows_of
from forms.press.typeset.reading.styles import TWIP, border, is_on, number, shading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from forms.press.typeset.drawing import Drawing

Edge = tuple[float, str, str]
SIDES = ("top", "left", "bottom", "right")
_ROW_KNOWN = {
    W + name
    for name in (
        "cantSplit",
        "trHeight",
        "tblHeader",
        "gridBefore",
        "gridAfter",
        "wBefore",
        "wAfter",
        "jc",
        "cnfStyle",
        "divId",
        "hidden",
    )
}
_CELL_KNOWN = {
    W + name
    for name in (
        "cnfStyle",
        "tcW",
        "gridSpan",
        "vMerge",
        "tcBorders",
        "shd",
        "noWrap",
        "tcMar",
        "textDirection",
        "tcFitText",
        "vAlign",
        "hideMark",
        "hMerge",
    )
}
_NAMES = {
    "tblpPr": "文字列を折り返す表",
    "bidiVisual": "右から左への表",
    "tblCellSpacing": "セルの間隔",
    "trPrChange": "変更履歴",
    "ins": "変更履歴",
    "del": "変更履歴",
    "tcPrChange": "変更履歴",
    "tblPrChange": "変更履歴",
    "tblGridChange": "変更履歴",
}


@dataclass(slots=True)
class TableCell:
    """One cell of the grid; `down` and `across` count the grid cells it covers, `number` the table's cells as they stand."""

    number: int
    row: int
    column: int
    across: int
    down: int = 1
    merge: str = ""
    borders: dict[str, Edge | None] = field(default_factory=dict)
    margins: dict[str, float] = field(default_factory=dict)
    fill: str = ""
    align: str = "top"
    direction: str = ""
    width: float = 0.0  # points, as the cell says itself; 0: it does not
    inset: dict[str, float] = field(default_factory=dict)  # its margins, or the table's, with room for the line above
    room: float = 0.0  # points, for a line of text
    options: str = ""  # its arguments of `table.cell`

    @property
    def vertical(self) -> bool:
        """Tell whether its letters stand below each other."""
        return self.direction not in {"", "lrTb", "lrTbV"}


@dataclass(slots=True)
class TableRow:
    """One row: height in points and how it is meant, whether it repeats and whether it may break."""

    cells: list[TableCell]
    height: float = 0.0
    line: float = 0.0  # points, the line above it
    rule: str = "auto"
    heads: bool = False
    whole: bool = False


def value_of(element: etree._Element | None, name: str) -> str:
    """Return the value of a child, "" where there is none."""
    child = None if element is None else element.find(W + name)
    return "" if child is None else child.get(W + "val", "")


def sides_of(element: etree._Element | None) -> dict[str, etree._Element]:
    """Return what stands under an element by side: borders or margins."""
    if element is None:
        return {}
    return {
        {"start": "left", "end": "right"}.get(name, name): side
        for side in element
        for name in [side.tag.removeprefix(W)]
    }


def margins_of(element: etree._Element | None) -> dict[str, float]:
    """Return the margins under an element in points."""
    return {name: number(side, "w", TWIP) or 0.0 for name, side in sides_of(element).items() if name in SIDES}


def refuse_unknown(drawing: Drawing, element: etree._Element | None, known: set[str], place: str) -> None:
    """Refuse the properties that are not known, each by name."""
    for child in () if element is None else element:
        if child.tag not in known and child.tag.startswith(W):
            name = child.tag.removeprefix(W)
            drawing.refuse(_NAMES.get(name, f"表の書式 {name}"), place)


def read_rows(drawing: Drawing, table: etree._Element, place: str) -> Iterator[TableRow]:
    """Yield the rows of a w:tbl, called `place`, with their cells, not merged yet."""
    numbers = count()
    for index, element in enumerate(rows_of(table)):
        own = element.find(W + "trPr")
        refuse_unknown(drawing, own, _ROW_KNOWN, f"{place}の{index + 1}行目")
        height = None if own is None else own.find(W + "trHeight")
        before = int(value_of(own, "gridBefore") or 0)
        if before or int(value_of(own, "gridAfter") or 0):
            drawing.refuse("行ごとに端の揃わない表", f"{place}の{index + 1}行目")
        row = TableRow([], heads=_on(own, "tblHeader"), whole=_on(own, "cantSplit"))
        if height is not None:
            row.height = number(height, "val", TWIP) or 0.0
            row.rule = height.get(W + "hRule", "atLeast")
        column = before
        for cell in cells_of(element):
            row.cells.append(_read_cell(drawing, cell, f"{place}の{index + 1}行目", (next(numbers), index, column)))
            column += row.cells[-1].across
        yield row


def _read_cell(drawing: Drawing, element: etree._Element, place: str, at: tuple[int, int, int]) -> TableCell:
    own = element.find(W + "tcPr")
    refuse_unknown(drawing, own, _CELL_KNOWN, place)
    cell = TableCell(*at, int(value_of(own, "gridSpan") or 1))
    if own is None:
        return cell
    merge = own.find(W + "vMerge")
    cell.merge = "" if merge is None else merge.get(W + "val", "continue")
    if own.find(W + "hMerge") is not None:
        drawing.refuse("旧形式の横結合", place)
    cell.borders = {name: border(side) for name, side in sides_of(own.find(W + "tcBorders")).items()}
    for name in ("tl2br", "tr2bl"):
        if cell.borders.get(name) is not None:
            drawing.refuse("セルの斜線", place)
    cell.margins = margins_of(own.find(W + "tcMar"))
    shade = own.find(W + "shd")
    cell.fill = "" if shade is None else shading(shade)
    cell.align = {"center": "horizon", "bottom": "bottom", "both": "top"}.get(value_of(own, "vAlign"), "top")
    cell.direction = value_of(own, "textDirection")
    preferred = own.find(W + "tcW")
    if preferred is not None:
        cell.width = _width(preferred, drawing.context.text_width)
    return cell


def _width(element: etree._Element, text_width: float) -> float:
    """Return a preferred width in points, 0 for one that follows from what stands in the cell."""
    kind, written = element.get(W + "type", "dxa"), element.get(W + "w", "")
    if kind == "pct" or written.endswith("%"):  # fiftieths of a hundredth, or hundredths
        return (number(element, "w", 1 / 5000 if "%" not in written else 0.01) or 0.0) * text_width
    return (number(element, "w", TWIP) or 0.0) if kind == "dxa" else 0.0


def _on(element: etree._Element | None, name: str) -> bool:
    child = None if element is None else element.find(W + name)
    return child is not None and is_on(child)
