"""Set the rows and cells of a table: what stands in them, the least height of a row, what stays together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from forms.press.typeset.engine.emit import pt, quote
from forms.press.typeset.package import W
from forms.press.typeset.tables.vertical import set_vertical

if TYPE_CHECKING:
    from lxml import etree

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.engine.emit import Presets
    from forms.press.typeset.reading.body import Piece
    from forms.press.typeset.tables.rows import TableCell, TableRow

FITS = 0.85  # the part of a page that estimated heights may take and still surely fit
LABELS = frozenset({"CellLabel", "CellHead"})  # the paragraph styles of cells that are headers to a screen reader


class Written(NamedTuple):
    """What stands in a cell, wherever the cell is. Height in points, estimated, without the cell's margins."""

    code: str
    height: float
    line: bool  # surely one line of text
    keeps_next: bool
    size: float = 0.0  # of its letters
    pitch: float = 0.0  # of its lines
    letters: float = 0.0  # full-width ones, about


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a cell, and how high with the cell's margins, estimated, in points."""

    cell: TableCell
    written: Written
    height: float

    def told(self, place: str, room: float) -> str:
        """Return what is said where the text does not fit into `room` points: the place, the letters that fit, and its own."""
        written = self.written
        fits = int(room // (written.pitch or 1.0)) * int(self.cell.room // (written.size or 1.0))
        return f"({quote(place)},{fits},{round(written.letters)})"


@dataclass(frozen=True, slots=True)
class TableHeights:
    """What a row needs to know of the whole table: heights, rows kept with the next, the page's height."""

    heights: list[float]
    bound: list[bool]
    page: float
    presets: Presets

    def together(self, cell: TableCell) -> bool:
        """Tell whether the rows a cell reaches over stay together: each is kept with the next, and a page holds them."""
        rows = range(cell.row, cell.row + cell.down)
        return all(self.bound[row] for row in rows[:-1]) and sum(self.heights[row] for row in rows) < FITS * self.page


class Write(Protocol):
    """What sets the blocks in a cell."""

    def __call__(self, drawing: Drawing, element: etree._Element, /) -> Written:
        """Set what stands in a w:tc."""
        ...


def fill_cell(drawing: Drawing, cell: TableCell, piece: Piece, write: Write) -> Content:
    """Set what stands in a cell, by `write` or, where its direction says so, from top to bottom."""

    def written() -> Written:
        element = piece.element
        if cell.vertical:
            code, height = set_vertical(drawing, element, cell.direction, cell.align)
            made = Written(code, height, line=False, keeps_next=False)
        else:
            made = write(drawing, element)
        styles = element.iterfind(f"{W}p/{W}pPr/{W}pStyle")
        if made.code and any(style.get(W + "val") in LABELS for style in styles):
            return made._replace(code=f"label-cell({made.code})")
        return made

    with drawing.within(nested=drawing.context.nested + 1, text_width=cell.room):
        inside = drawing.remembered(piece.key, written)
    height = inside.height + cell.inset["top"] + cell.inset["bottom"]
    return Content(cell, inside, height)


def row_height(row: TableRow, contents: list[Content]) -> float:
    """Return the height a row will have, estimated, in points."""
    return max([row.height, *(content.height for content in contents if content.cell.down == 1)])


def row_code(row: TableRow, contents: list[Content], kept: TableHeights, place: str) -> str:
    """Return the code of the cells of a row, called `place`."""
    codes = _hold_height(row, contents, kept, place)
    whole = row.whole and row_height(row, contents) < FITS * kept.page
    return "".join(_cell_code(content, code, kept, whole=whole) for content, code in zip(contents, codes, strict=True))


def _hold_height(row: TableRow, contents: list[Content], kept: TableHeights, place: str) -> list[str]:
    """Give one cell of the row the row's least height: Typst's rows have none of their own."""
    codes = [content.written.code for content in contents]
    own = [index for index, content in enumerate(contents) if content.cell.down == 1]
    if not row.height or row.rule == "auto" or not own:
        return codes

    def wrapped(index: int, how: str) -> str:
        content = contents[index]
        room = max(0.0, row.height - content.cell.inset["top"] - content.cell.inset["bottom"])
        told = f",{content.told(place, room)}" if how == "exactly" else ""
        held = kept.presets.name("h", f"{how}.with({pt(room)},{content.cell.align}{told})")
        return f"{held}({codes[index] or 'none'})"

    if row.rule == "exact":
        for index in own:
            codes[index] = wrapped(index, "exactly")
        return codes
    index = next((index for index in own if contents[index].written.line and contents[index].height <= row.height), -1)
    if index >= 0:  # one short line: a block of that height holds it
        codes[index] = wrapped(index, "tall")
    else:
        codes[own[0]] = wrapped(own[0], "at-least")
    return codes


def _cell_code(content: Content, code: str, kept: TableHeights, *, whole: bool) -> str:
    cell = content.cell
    whole = kept.together(cell) if cell.down > 1 else whole
    options = f"{cell.options}breakable:false," if whole else cell.options
    body = code or "none"
    return f"{kept.presets.name('c', f'cell.with({options})')}({body})," if options else f"{body},"
