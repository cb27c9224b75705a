"""Give cells of a worksheet another look, make those that are not there, and tie the notes' drawing to the sheet."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.cell import coordinate_from_string

from forms.entry.workbook.marking.splice import CannotMarkError, Edit, checked, tag_end, with_attribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+[0-9]+:[A-Z]+[0-9]+)[\"']")
# What may follow a legacy drawing in a worksheet (18.3.1.99): the first of these is where it goes.
_AFTER = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent"}
)  # fmt: skip
_RELATIONS = {
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class SheetPart:
    """One worksheet part: which cells it holds, and the edits to it."""

    def __init__(self, data: bytes) -> None:
        self.data = checked(data)
        self.space = ""
        self.drawing = ""  # relationship id of the legacy drawing that is there
        self._merges = [range_boundaries(found.decode()) for found in _MERGE.findall(data)]
        self._end = 0
        self._after: int | None = None

    @property
    def relations(self) -> str:
        """Return the namespace of relationships of this kind of document."""
        return _RELATIONS.get(self.space, _TRANSITIONAL)

    def first_of_merge(self, cell: str) -> str:
        """Return the cell that is seen where a cell lies under a merge."""
        letters, row = coordinate_from_string(cell)
        column = column_index_from_string(letters)
        for left, top, right, bottom in self._merges:
            if left and top and right and bottom and left <= column <= right and top <= row <= bottom:
                return f"{_letters(left)}{top}"
        return cell

    def edits(self, looks: Iterable[str], look_of: Callable[[str, int], int | None]) -> list[Edit]:
        """Return the edits that give cells another look: `look_of(cell, its look)`; None: as it is."""
        wanted: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for cell in looks:
            letters, row = coordinate_from_string(cell)
            wanted[row][column_index_from_string(letters)] = cell
        reader = _CellPlaces(self.data, wanted, look_of)
        reader.read()
        self.space, self.drawing, self._end, self._after = reader.space, reader.drawing, reader.end, reader.after
        return reader.edits

    def drawing_edit(self, relation: str) -> Edit:
        """Return the edit that ties a legacy drawing to the sheet."""
        at = self._end if self._after is None else self._after
        new = f'<legacyDrawing xmlns="{self.space}" xmlns:r="{self.relations}" r:id="{relation}"/>'.encode()
        return Edit(at, at, new)


class _CellPlaces:
    """One pass over a sheet's bytes: where rows and cells begin."""

    def __init__(
        self, data: bytes, wanted: dict[int, dict[int, str]], look_of: Callable[[str, int], int | None]
    ) -> None:
        self.edits: list[Edit] = []
        self.space = ""
        self.drawing = ""
        self.end = 0
        self.after: int | None = None
        self._data = data
        self._wanted = wanted
        self._rows = sorted(wanted)
        self._look_of = look_of
        self._columns: list[tuple[int, int, int]] = []
        self._depth = 0
        self._row = 0
        self._column = 0
        self._row_look: int | None = None
        self._waiting: list[int] = []  # columns of this row whose cells have not come
        self._parser: Any = None

    def read(self) -> None:
        """Parse; the edits are complete afterwards."""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._finish
        try:
            self._parser.Parse(self._data, True)  # noqa: FBT003 - expat takes it by place
        except expat.ExpatError:
            raise CannotMarkError from None

    def _start(self, full: str, at: dict[str, str]) -> None:
        space, _, name = full.rpartition(" ")
        self._depth += 1
        if self._depth == 1:
            self.space = space
        elif name == "c" and self._waiting:
            self._cell(at)
        elif name == "c":
            reference = at.get("r", "")
            self._column = _number(reference.rstrip("0123456789")) if reference else self._column + 1
        elif name == "row":
            self._begin_row(at)
        elif self._depth == 2:  # noqa: PLR2004 - a part of the sheet
            self._part(name, at)
        elif name == "col" and at.get("style", "").isdigit():
            self._columns.append((int(at.get("min", "0")), int(at.get("max", "0")), int(at["style"])))

    def _part(self, name: str, at: dict[str, str]) -> None:
        index = self._parser.CurrentByteIndex
        if name == "legacyDrawing":
            self.drawing = next((value for key, value in at.items() if key.endswith(" id")), "")
        if name == "sheetData" and self._data[tag_end(self._data, index) - 2 : tag_end(self._data, index) - 1] == b"/":
            tag = self._data[index : tag_end(self._data, index)]
            opened = tag[:-2].rstrip() + b">"
            closed = b"</" + opened[1:].split(b" ")[0].rstrip(b">") + b">"
            self.edits.append(Edit(index, index + len(tag), opened + self._missing_rows(2**31) + closed))
        if name in _AFTER and self.after is None and self._row_seen(name):
            self.after = index

    def _row_seen(self, name: str) -> bool:
        """Tell whether a part stands behind the cells: AlternateContent may stand before them too."""
        return name != "AlternateContent" or self._row > 0

    def _begin_row(self, at: dict[str, str]) -> None:
        index = self._parser.CurrentByteIndex
        self._row = int(at["r"]) if at.get("r", "").isdecimal() else self._row + 1
        self._column = 0
        if missing := self._missing_rows(self._row):
            self.edits.append(Edit(index, index, missing))
        self._waiting = sorted(self._wanted.get(self._row, ()), reverse=True)
        styled = at.get("customFormat", "0") in {"1", "true"} and at.get("s", "").isdigit()
        self._row_look = int(at["s"]) if styled else None
        if self._row in self._wanted:
            if self._row not in self._rows:  # rows out of order: one was made that comes later
                raise CannotMarkError
            self._rows.remove(self._row)
            end = tag_end(self._data, index)
            if self._data[end - 2 : end - 1] == b"/":
                tag = self._data[index:end]
                name = re.match(rb"<([^\s/>]+)", tag)
                cells = self._made(2**31)
                if cells and name:
                    self.edits.append(Edit(index, end, tag[:-2].rstrip() + b">" + cells + b"</" + name[1] + b">"))

    def _cell(self, at: dict[str, str]) -> None:
        index = self._parser.CurrentByteIndex
        reference = at.get("r", "")
        self._column = _number(reference.rstrip("0123456789")) if reference else self._column + 1
        if made := self._made(self._column):
            self.edits.append(Edit(index, index, made))
        if self._waiting and self._waiting[-1] == self._column:
            self._waiting.pop()
            look = self._look_of(self._wanted[self._row][self._column], int(at.get("s") or 0))
            if look is not None:
                end = tag_end(self._data, index)
                self.edits.append(Edit(index, end, with_attribute(self._data[index:end], "s", str(look))))

    def _made(self, before: int) -> bytes:
        """Return the cells of this row that are wanted, are not there, and stand before a column."""
        out = []
        while self._waiting and self._waiting[-1] < before:
            column = self._waiting.pop()
            look = self._look_of(self._wanted[self._row][column], self._default(column))
            if look is not None:
                out.append(f'<c xmlns="{self.space}" r="{_letters(column)}{self._row}" s="{look}"/>')
        return "".join(out).encode()

    def _missing_rows(self, before: int) -> bytes:
        """Return the rows that are wanted, are not there, and stand before a row."""
        out = b""
        here, look = self._row, self._row_look
        while self._rows and self._rows[0] < before:
            self._row, self._row_look = self._rows.pop(0), None
            self._waiting = sorted(self._wanted[self._row], reverse=True)
            if cells := self._made(2**31):
                out += f'<row xmlns="{self.space}" r="{self._row}">'.encode() + cells + b"</row>"
        self._row, self._row_look = here, look
        return out

    def _default(self, column: int) -> int:
        if self._row_look is not None:
            return self._row_look
        return next((look for first, last, look in self._columns if first <= column <= last), 0)

    def _finish(self, full: str) -> None:
        self._depth -= 1
        name = full.rpartition(" ")[2]
        index = self._parser.CurrentByteIndex
        closed = self._data[index : index + 2] == b"</"
        if name == "row" and self._waiting:
            if made := self._made(2**31):
                self.edits.append(Edit(index, index, made))
        elif name == "sheetData" and closed and (missing := self._missing_rows(2**31)):
            self.edits.append(Edit(index, index, missing))
        elif self._depth == 0:
            self.end = index


def _number(letters: str) -> int:
    try:
        return column_index_from_string(letters)
    except ValueError:
        raise CannotMarkError from None


def _letters(column: int) -> str:
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out
