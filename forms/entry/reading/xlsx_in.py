"""Read .xlsx sheets row by row in flat memory, with what other readers drop: hidden rows, formulas without values, merges.

Measured on 100,000 rows of 20 columns: docs/ENTRY.md. Source of the element names: ECMA-376-1 18.3, 18.4, 18.8.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from openpyxl.utils import column_index_from_string, range_boundaries

from forms.entry.reading import limits
from forms.entry.reading.batch import Fault
from forms.entry.reading.cells import NumberStyle, ShownNumber, iso_moment, moment, number, style_of
from forms.entry.reading.faces import Face, FaceReader, fault_of, look
from forms.entry.reading.formats import WHOLE, shown_text
from forms.entry.reading.grid import LAST_ROW, Only, Row, Survey
from forms.entry.reading.limits import SAVE_AGAIN
from forms.entry.reading.package import WorkbookPackage, local_names, refuse
from forms.entry.reading.shared_strings import SharedStrings, unescape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from forms.entry.reading.grid import Cells

_MILLION = 1_000_000
_NUMBER = NumberStyle("number")

NO_VALUE = Fault(
    "formula-without-value",
    "このセルの数式には、計算した値が保存されていません。Excel で開いて保存し直すか、値を直接書いてください。",
)
ERROR_VALUE = Fault("error-value", "このセルはエラー（#N/A など）になっています。正しい値を書いてください。")
UNREADABLE = Fault("unreadable-cell", "このセルは読み取れませんでした。値を書き直してください。")
NOT_SHOWN = Fault(
    "not-shown",
    "このセルには値がありますが、表示形式のために見えません。セルの書式を「標準」か「文字列」にして確かめてください。",
)


class Workbook:
    """One opened .xlsx: its sheets in order, and what their cells refer to."""

    def __init__(self, package: WorkbookPackage) -> None:
        self.package = package
        self.from_1904 = False
        listed: list[tuple[str, str, str]] = []
        main = next((t for kind, t in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
        for parent, name, at in package.elements(main):
            if (parent, name) == ("workbook", "workbookPr"):
                self.from_1904 = at.get("date1904", "0") in {"1", "true"}
            elif (parent, name) == ("sheets", "sheet"):
                listed.append((at.get("name", ""), at.get("state", "visible"), at.get("id", "")))
                limits.check("SHEETS", len(listed), package.name)
        related = package.relations(main)
        parts = dict(related.values())
        self.linked = any(kind == "externalLink" for kind, _ in related.values())
        faces = FaceReader()
        self.styles = _styles(package, parts.get("styles", ""), faces)
        self.doubtful = faces.faults()
        self.ground = faces.ground
        self.shows_texts = {str(i) for i, style in enumerate(self.styles) if style.code and "@" in style.code}
        self.shows_texts |= {str(i) for i, style in enumerate(self.styles) if style.code.count(";") > 2}  # noqa: PLR2004
        self.sheets = [
            SheetGrid(self, title, state != "visible", related[rid][1])
            for title, state, rid in listed
            if rid in related and related[rid][0] == "worksheet"
        ]
        if not self.sheets:
            refuse(package.name, "ブックに表（シート）がありません。", SAVE_AGAIN)
        if len({sheet.part for sheet in self.sheets}) < len(self.sheets):
            refuse(package.name, "いくつものシートが同じ中身を指しています。壊れたファイルです。", SAVE_AGAIN)
        self.strings = SharedStrings(package, parts.get("sharedStrings", ""))
        self._letters = 0

    def letters(self, more: int) -> float:
        """Count letters handed out, all passes and sheets together, and return their number in millions."""
        self._letters += more
        return self._letters / _MILLION


def _styles(package: WorkbookPackage, part: str, faces: FaceReader) -> list[NumberStyle]:
    """Return what each cell format makes of a number, by the cell's style index; `faces` are told of the fonts."""
    if part not in package:
        return []
    codes: dict[int, str] = {}
    formats: list[int] = []
    for parent, name, at in package.elements(part):
        faces.take(parent, name, at)
        if (parent, name) == ("numFmts", "numFmt"):
            codes.setdefault(_whole(at.get("numFmtId", "")), at.get("formatCode", ""))
        elif (parent, name) == ("cellXfs", "xf"):
            formats.append(_whole(at.get("numFmtId", "0")))
    return [style_of(i, codes.get(i)) for i in formats]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0  # noqa: PLR2004 - more digits than any id has


class SheetGrid:
    """One worksheet as a Grid."""

    def __init__(self, workbook: Workbook, name: str, hidden: bool, part: str) -> None:  # noqa: FBT001
        self.name = name
        self.hidden = hidden
        self.part = part
        self.from_1904 = workbook.from_1904
        self.survey = Survey()
        self._workbook = workbook

    def rows(self, only: Only | None = None) -> Iterator[Row]:
        """Yield the rows that hold anything (of `only` its columns); the survey is complete at the end."""
        package = self._workbook.package
        if self.part not in package:
            refuse(package.name, f"シート「{self.name}」の中身がありません。壊れたファイルです。", SAVE_AGAIN)
        reader = _SheetReader(self._workbook, self.name, only or Only())
        for _ in package.parse(self.part, reader.set_up):
            if reader.done:
                yield from reader.done
                reader.done.clear()
            reader.between()
        reader.finish()
        yield from reader.done
        self.survey = reader.survey


class _SheetReader:
    """The handlers of one pass over a sheet's XML.

    As soon as `only` narrows the pass, most cells are seen by the start of their elements alone: that there is something in them.
    """

    names = local_names("row", "c", "v", "f", "t", "is", "rPh", "mergeCell", "col", "r", "strike", "color")

    def __init__(self, workbook: Workbook, sheet: str, only: Only) -> None:
        self.done: list[Row] = []
        self.survey = Survey()
        self._workbook = workbook
        self._sheet = f"シート「{sheet}」"
        self._only = only
        self._most_columns = limits.most("COLUMNS")
        self._most_letters = limits.most("CELL")
        self._row = 0
        self._hidden = False
        self._cells: Cells = {}
        self._column = 0
        self._type = ""
        self._style = ""
        self._value: list[str] | None = None
        self._formula = False
        self._inline = False
        self._taking = False
        self._phonetic = False
        self._face = Face()
        self._faces: set[Face] = set()
        self._doubtful: dict[int, Fault] = {}
        self._letters = 0
        self._narrow = False
        self._parser: Any = None

    def set_up(self, parser: Any) -> None:
        """Put the handlers into the parser."""
        self._parser = parser
        self._read_cells()

    def _read_cells(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def _pass_over_cells(self) -> None:
        self._parser.StartElementHandler = self._glance
        self._parser.EndElementHandler = self._parser.CharacterDataHandler = None

    def between(self) -> None:
        """Between two pieces of the sheet: check how much text has been handed out, and narrow the pass when that is wanted."""
        limits.check("TEXT_MILLIONS", self._workbook.letters(self._letters), self._workbook.package.name)
        self._letters = 0
        self._narrow = self._only.columns is not None

    def finish(self) -> None:
        """Take the last row of a narrowed pass."""
        self._end_row()

    def _glance(self, name: str, at: dict[str, str]) -> None:
        """See a cell's beginning and that it holds something; one whose column is wanted is read in full."""
        kind = self.names.get(name)
        if kind == "c":
            self._begin_cell(at)
            if self._column in (self._only.columns or ()):
                self._read_cells()
        elif kind in {"v", "f", "is"}:
            self._note_unread()
        elif kind == "row":
            self._end_row()
            self._around(kind, at)
        elif kind in {"mergeCell", "col"}:
            self._around(kind, at)

    def _start(self, name: str, at: dict[str, str]) -> None:
        kind = self.names.get(name)
        if kind == "c":
            self._begin_cell(at)
        elif kind in {"v", "t"}:
            self._begin_text(kind)
        elif kind == "f":
            self._formula = True
        elif kind == "is":
            self._inline = True
            if self._type == "inlineStr":
                self._value = []
        elif kind == "rPh":
            self._phonetic = True
        elif kind in {"r", "strike", "color"}:
            self._face = look(self._face, kind, at) if self._inline else self._face
        elif kind:
            self._around(kind, at)

    def _begin_text(self, kind: str) -> None:
        # a value beside <is> is a left-over, and <is> beside other types
        text = self._inline and self._type == "inlineStr"
        self._taking = not text if kind == "v" else text and not self._phonetic
        if kind == "t" and self._taking:
            self._faces.add(self._face)
        if self._value is None:
            self._value = []

    def _around(self, kind: str, at: dict[str, str]) -> None:
        """Note what is no cell: a row's beginning, a merge, hidden columns."""
        if kind == "row":
            self._row = int(at["r"]) if at.get("r", "").isdecimal() else self._row + 1
            self._hidden = at.get("hidden", "0") in {"1", "true"}
            self._column = 0
            self._cells = {}
            self._doubtful = {}
        elif kind == "mergeCell":
            self._merge(at.get("ref", ""))
        elif kind == "col" and at.get("hidden", "0") in {"1", "true"}:
            self.survey.hidden_columns.append((_whole(at.get("min", "0")), _whole(at.get("max", "0"))))

    def _begin_cell(self, at: dict[str, str]) -> None:
        reference = at.get("r")
        self._column = _column(reference.rstrip("0123456789")) if reference else self._column + 1
        self._type = at.get("t", "n")
        self._style = at.get("s", "")
        self._value = None
        self._formula = self._inline = False
        self._face = Face()
        self._faces.clear()

    def _end(self, name: str) -> None:
        kind = self.names.get(name)
        if kind == "c":
            if self._value is not None or self._formula:
                self._take()
            if self._narrow:
                self._pass_over_cells()
        elif kind in {"v", "t"}:
            self._taking = False
        elif kind == "rPh":
            self._phonetic = False
        elif kind == "row":
            self._end_row()

    def _end_row(self) -> None:
        if self._cells and self._row > LAST_ROW:
            self.survey.beyond.append(self._row)
        elif self._cells:
            self.done.append(Row(self._row, self._cells, self._hidden, self._doubtful))
        self._cells, self._doubtful = {}, {}

    def _take(self) -> None:
        """Put the cell that ends into its row, unread where the pass does not want its column."""
        wanted = self._only.columns
        if wanted is not None and self._column not in wanted:
            self._note_unread()
            return
        value = self._read("".join(self._value or ()))
        if value is None or value == "":
            return
        if self._column > self._most_columns:
            limits.exceeded("COLUMNS", self._workbook.package.name, self._sheet)
        self._cells[self._column] = value
        if doubt := self._doubt():
            self._doubtful[self._column] = doubt

    def _doubt(self) -> Fault | None:
        """Return what speaks against taking the cell that ends: its text, or a part of it, struck out or not to be seen."""
        if whole := self._workbook.doubtful.get(self._style):
            return whole
        faces: Collection[Face] = self._faces if self._type == "inlineStr" else ()
        if self._type == "s":
            text = "".join(self._value or ())
            faces = self._workbook.strings.faces.get(int(text), ()) if text.isdecimal() else ()
        ground = self._workbook.ground(int(self._style or 0)) if faces else ""
        return next((fault for face in faces if (fault := fault_of(face, ground))), None)

    def _note_unread(self) -> None:
        """Note that a cell holds something, and whether its format strikes it out or hides it."""
        self._cells[self._column] = True
        if whole := self._workbook.doubtful.get(self._style):
            self._doubtful[self._column] = whole

    def _text(self, data: str) -> None:
        if self._taking and self._value is not None:
            self._value.append(data)

    def _read(self, text: str) -> Any:
        """Turn a cell's text into its value; whatever cannot be taken is a Fault."""
        kind = self._type
        try:
            if kind == "n":
                return self._read_number(text)
            if kind == "s":
                return self._shown(self._workbook.strings[int(text)]) if text else None
            if kind in {"inlineStr", "str"}:
                return self._shown(unescape(text))
            return self._read_other(kind, text)
        except (ValueError, IndexError, OverflowError):
            return UNREADABLE

    def _shown(self, text: str) -> str | Fault:
        """Return a text as its cell shows it; one too long for a cell is a fault."""
        self._letters += len(text)
        if len(text) > self._most_letters:
            return Fault("too-long", f"{limits.said('CELL')}{limits.LIMITS['CELL'].remedy}")
        if self._style in self._workbook.shows_texts:
            shown = shown_text(text, self._workbook.styles[int(self._style)].code)
            return shown if shown.strip() or not text.strip() else NOT_SHOWN
        return text

    def _read_number(self, text: str) -> Any:
        if not text:
            return NO_VALUE if self._formula else None
        style = self._workbook.styles[int(self._style)] if self._style else _NUMBER
        value = number(text)
        if style.code and not (style.code == WHOLE and isinstance(value, int)):
            figure = ShownNumber(value, style.code)
            return NOT_SHOWN if figure.shown == "" else figure
        if style.shape == "number":
            return value
        return moment(value, style, from_1904=self._workbook.from_1904)

    def _read_other(self, kind: str, text: str) -> Any:
        if kind == "e":
            return ERROR_VALUE
        if not text:
            return NO_VALUE if self._formula else None
        if kind == "b":
            return text in {"1", "true"}
        if kind == "d":
            return iso_moment(text.strip(), self._workbook.styles[int(self._style)] if self._style else _NUMBER)
        return UNREADABLE

    def _merge(self, reference: str) -> None:
        try:
            left, top, right, bottom = range_boundaries(reference)
        except (ValueError, TypeError):
            return
        limits.check("MERGES", len(self.survey.merged) + 1, self._workbook.package.name, self._sheet)
        if left and top and right and bottom:
            self.survey.merged.append((int(top), int(left), int(bottom), int(right)))


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    try:
        return column_index_from_string(letters)
    except ValueError:
        return 2**20  # beyond any limit
