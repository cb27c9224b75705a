"""Set a table: grid, merged cells, borders (the heavier wins), heights, margins, repeated heading rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import paint, pt
from forms.press.typeset.package import W
from forms.press.typeset.paragraphs.strokes import stroke
from forms.press.typeset.reading.body import Parsed
from forms.press.typeset.reading.styles import TWIP, border, number
from forms.press.typeset.tables.borders import settle
from forms.press.typeset.tables.cells import FITS, TableHeights, fill_cell, row_code, row_height
from forms.press.typeset.tables.rows import SIDES, margins_of, read_rows, refuse_unknown, sides_of, value_of

if TYPE_CHECKING:
    from lxml import etree

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.reading.body import Piece
    from forms.press.typeset.tables.cells import Content, Write
    from forms.press.typeset.tables.rows import Edge, TableCell

_TABLE_KNOWN = {
    W + name
    for name in (
        "tblStyle",
        "tblW",
        "jc",
        "tblInd",
        "tblBorders",
        "tblLayout",
        "tblCellMar",
        "tblLook",
        "tblCaption",
        "tblDescription",
        "tblStyleRowBandSize",
        "tblStyleColBandSize",
        "tblOverlap",
        "shd",
    )
}


class WordTable:
    """A w:tbl read into rows, with borders and margins settled; of what stands in its cells it knows nothing."""

    def __init__(self, drawing: Drawing, element: etree._Element) -> None:
        """Read `element`; what is not drawn is refused with the number of the table and the row."""
        drawing.tables += 1
        place = self.place = f"{drawing.context.place}の表{drawing.tables}"
        own = element.find(W + "tblPr")
        refuse_unknown(drawing, own, _TABLE_KNOWN, place)
        chain = drawing.sheet.table_chain(value_of(own, "tblStyle"))
        looks = [style for style in chain if any(style.find(W + name) is not None for name in ("pPr", "rPr"))]
        self.looks = tuple(style.get(W + "styleId", "") for style in looks)
        if _is_conditional(own, chain):
            drawing.refuse("表スタイルの条件付き書式", place)
        properties = [part for style in chain if (part := style.find(W + "tblPr")) is not None] + (
            [own] if own is not None else []
        )
        self.margins = {"left": 0.0, "right": 0.0, "top": 0.0, "bottom": 0.0}
        self.borders: dict[str, Edge | None] = {}
        for part in properties:
            self.margins.update(margins_of(part.find(W + "tblCellMar")))
            self.borders.update({name: border(side) for name, side in sides_of(part.find(W + "tblBorders")).items()})
        self.rows = list(read_rows(drawing, element, place))
        if any(row.rule == "exact" for row in self.rows):
            drawing.lasting = False  # what overflows is told with the number of the table
        self.read = sum(len(row.cells) for row in self.rows)  # cells, before they are merged
        self._merge_down()
        self.columns = self._widths(element.find(W + "tblGrid"))
        if 0.0 in self.columns:
            drawing.refuse_wrong("列の幅の書かれていない表", place)
        self.count = len(self.columns)
        self.align, self.indent = _position(drawing, properties, self.margins["left"])
        self.heads = next((index for index, row in enumerate(self.rows) if not row.heads), len(self.rows))
        edges = settle(self.rows, self.edge)
        self._make_room(edges)
        strokes = {key: _stroke(drawing, sides) for key, sides in edges.items()}
        self.stroke = Counter(strokes.values()).most_common(1)[0][0] if strokes else "none"
        for row in self.rows:
            for cell in row.cells:
                cell.options = self._options(cell, strokes[id(cell)])

    def _make_room(self, edges: dict[int, dict[str, Edge | None]]) -> None:
        """Give the lines their room: a row's text stands below the line above it, what follows below the last line."""
        for row in self.rows:
            row.line = max((_weight(edges[id(cell)]["top"]) for cell in row.cells), default=0.0)
            for cell in row.cells:
                cell.inset = {**self.margins, **cell.margins}
                cell.inset["top"] += row.line
                across = sum(self.columns[cell.column : cell.column + cell.across])
                cell.room = across - cell.inset["left"] - cell.inset["right"]
        last = [edges[id(cell)] for row in self.rows for cell in row.cells if cell.row + cell.down == len(self.rows)]
        self.line = max((_weight(sides["bottom"]) for sides in last), default=0.0)
        common = Counter(row.line for row in self.rows).most_common(1)
        self.inset = {**self.margins, "top": self.margins["top"] + (common[0][0] if common else 0.0)}

    def _options(self, cell: TableCell, edges: str) -> str:
        """Return the arguments in which a cell differs from most cells of the table."""
        options = f"colspan:{cell.across}," if cell.across > 1 else ""
        options += f"rowspan:{cell.down}," if cell.down > 1 else ""
        options += f"align:{cell.align}," if cell.align != "top" else ""
        options += f"stroke:{edges}," if edges != self.stroke else ""
        options += f"fill:{paint(cell.fill)}," if cell.fill else ""
        if cell.inset != self.inset:
            options += "inset:(" + "".join(f"{side}:{pt(cell.inset[side])}," for side in SIDES) + "),"
        return options

    def _merge_down(self) -> None:
        open_cells: dict[int, TableCell] = {}
        for row in self.rows:
            kept = []
            for cell in row.cells:
                head = open_cells.get(cell.column)
                if cell.merge == "continue" and head is not None and head.across == cell.across:
                    head.down += 1
                    if "bottom" in cell.borders:
                        head.borders["bottom"] = cell.borders["bottom"]
                    continue
                open_cells[cell.column] = cell
                kept.append(cell)
            row.cells = kept

    def _widths(self, grid: etree._Element | None) -> list[float]:
        """Return the widths of the columns in points, 0 where the table does not say: Word then goes by what stands in them."""
        widths = (
            [] if grid is None else [number(column, "w", TWIP) or 0.0 for column in grid.iterchildren(W + "gridCol")]
        )
        count = max((cell.column + cell.across for row in self.rows for cell in row.cells), default=0)
        widths = [*widths[:count], *([0.0] * (count - len(widths)))]
        for row in self.rows:  # a grid that Word has not computed yet: the cells' own widths
            for cell in row.cells:
                if cell.across == 1 and not widths[cell.column]:
                    widths[cell.column] = cell.width
        for row in self.rows:  # of merged cells whose other columns are known, the rest
            for cell in row.cells:
                under = range(cell.column, cell.column + cell.across)
                unknown = [column for column in under if not widths[column]]
                if len(unknown) == 1 and cell.width:
                    widths[unknown[0]] = max(0.0, cell.width - sum(widths[column] for column in under))
        return widths

    def edge(self, cell: TableCell, side: str) -> Edge | None:
        """Return the border a cell asks for at one side: its own, or the table's outer or inner one."""
        if side in cell.borders:
            return cell.borders[side]
        outer = {
            "top": cell.row == 0,
            "left": cell.column == 0,
            "bottom": cell.row + cell.down == len(self.rows),
            "right": cell.column + cell.across == self.count,
        }[side]
        return self.borders.get(side if outer else "insideH" if side in {"top", "bottom"} else "insideV")


def _is_conditional(own: etree._Element | None, chain: tuple[etree._Element, ...]) -> bool:
    """Tell whether the table's style looks different from row to row, and the table asks for it."""
    return (
        own is not None
        and own.find(W + "tblLook") is not None
        and any(
            part.find(W + "tcPr") is not None or part.find(W + "tblPr") is not None
            for style in chain
            for part in style.iterchildren(W + "tblStylePr")
        )
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A table ready to be placed; `whole`: on one page, `keeps_next`: with what follows. Height in points, estimated.

    `line` is the room in points of the table's last line, below its last row.
    """

    code: str
    height: float
    line: float
    whole: bool
    keeps_next: bool


def set_table(drawing: Drawing, piece: Piece, write: Write) -> Placed:
    """Turn a w:tbl into a placed table, `write` what stands in its cells; what cannot be drawn is noted on `drawing`."""
    frame, cells = piece.cells()
    table = drawing.remembered(frame, lambda: WordTable(drawing, piece.element))
    if table.read != len(cells):  # a cell outside of any row, or one without an end of its own
        _, cells = Parsed(piece.element).cells()
    with drawing.within(cells=table.looks):
        filled = [[fill_cell(drawing, cell, cells[cell.number], write) for cell in row.cells] for row in table.rows]
    heights = [row_height(row, cells) for row, cells in zip(table.rows, filled, strict=True)]
    _refuse_long_columns(drawing, table, filled)
    bound = [any(content.written.keeps_next for content in cells) for cells in filled]
    kept = TableHeights(heights, bound, drawing.context.text_height, drawing.presets)
    codes = [
        row_code(row, cells, kept, f"{table.place}の{index}行目")
        for index, (row, cells) in enumerate(zip(table.rows, filled, strict=True), 1)
    ]
    header = f"head({''.join(codes[: table.heads])})," if table.heads else ""
    inset = "".join(f"{side}:{pt(table.inset[side])}," for side in SIDES)
    columns = "".join(pt(width) + "," for width in table.columns)
    rows = "".join((pt(row.height) if row.rule == "exact" and row.height else "auto") + "," for row in table.rows)
    rows = f"rows:({rows})," if any(row.rule == "exact" for row in table.rows) else ""
    body = f"{header}{''.join(codes[table.heads :])}"
    code = f"table(columns:({columns}),{rows}inset:({inset}),stroke:{table.stroke},{body})"
    if table.align:
        code = f"align({table.align},{code})"
    elif table.indent:
        code = f"pad(left:{pt(table.indent)},{code})"
    height = sum(heights) + table.line
    whole = len(bound) > 1 and all(bound[:-1]) and height < FITS * drawing.context.text_height
    return Placed(code, height, table.line, whole, keeps_next=bool(bound) and bound[-1])


def _refuse_long_columns(drawing: Drawing, table: WordTable, filled: list[list[Content]]) -> None:
    """Refuse vertical text that is longer than the rows are high that say their height: Word would set it in columns."""
    upright = [[content for content in cells if not content.cell.vertical] for cells in filled]
    heights = [row_height(row, cells) for row, cells in zip(table.rows, upright, strict=True)]
    for content in (content for cells in filled for content in cells if content.cell.vertical):
        cell = content.cell
        told = all(row.height for row in table.rows[cell.row : cell.row + cell.down])
        if told and content.height > sum(heights[cell.row : cell.row + cell.down]) + 1:
            drawing.refuse_wrong("行の高さに収まらない縦書きの欄", f"{table.place}の{cell.row + 1}行目")


def _weight(edge: Edge | None) -> float:
    return edge[0] if edge is not None else 0.0


def _position(drawing: Drawing, properties: list[etree._Element], margin: float) -> tuple[str, float]:
    """Return how a table stands across the page: aligned, or indented (points)."""
    align, indent = "", 0.0
    for part in properties:
        align = value_of(part, "jc") or align
        shift = part.find(W + "tblInd")
        indent = (number(shift, "w", TWIP) or 0.0) if shift is not None else indent
    if align in {"center", "right", "end"}:
        return "center" if align == "center" else "right", 0.0
    # Word 2013: from then on the edge, not the text, stands at the margin.
    return "", indent - margin if drawing.settings.compatibility < 15 else indent  # noqa: PLR2004


def _stroke(drawing: Drawing, edges: dict[str, Edge | None]) -> str:
    codes = {side: "none" if edge is None else stroke(drawing, edge) for side, edge in edges.items()}
    values = set(codes.values())
    if len(values) == 1:
        return values.pop()
    return drawing.presets.name("k", "(" + ",".join(f"{side}:{code}" for side, code in codes.items()) + ")")
