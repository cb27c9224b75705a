"""Write Excel tables row by row: filters, frozen heading, dates as dates, text as text, nothing Excel would run.

The parts are written straight into the file, so that a register of any length needs no more memory than a row, and a command
that writes two of them need not wait for a package that can do everything.
"""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, Self

from forms.reports.workbook import parts
from forms.reports.workbook.parts import DATE, HEADING, MOMENT, PLAIN, QUOTED, TEXT, column_letters, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

__all__ = ["FORMULA_START", "BarsOf", "ReportColumn", "TableBook"]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
# What a spreadsheet takes for the start of a formula, full-width forms included.
FORMULA_START: Final = tuple("=+-@\t\r＝＋－＠")
_MAX_TEXT: Final = 32_767  # UTF-16 units an Excel cell holds
_CUT: Final = "…（長いため、ここから先はこの表に入りません）"
_MAX_ROWS: Final = 1_048_575  # below a heading
_MAX_TITLE: Final = 31
_REPLACED: Final = str.maketrans("[]:*?/\\'", "［］：＊？／＼’")  # what no title of a sheet may have
_EXACT: Final = 10**15  # from here on Excel rounds a whole number
_LINE, _TALLEST = 14.0, 409.0  # points: a line of 10 pt type, the tallest row Excel knows
_FIRST_DAY: Final = date(1900, 3, 1)  # Excel counts a 29 February 1900: days before are told otherwise by every program
_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number knows no zone
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A heading and its width in characters."""

    heading: str
    width: int = 16


@dataclass(frozen=True, slots=True)
class BarsOf:
    """A chart beside a table: one bar for each of its first rows, named and measured by two of its columns (from 1)."""

    title: str
    names: int
    values: int
    rows: int
    at: int  # the column (from 1) it begins in


class TableBook:
    """A workbook of tables, one a sheet; the same tables give the same bytes."""

    def __init__(self, path: Path, *, most_rows: int = _MAX_ROWS) -> None:
        """Begin the file at `path`; it is whole when the `with` ends. `most_rows`: what a sheet holds, a further one the rest."""
        self._most = most_rows
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._titles: list[str] = []
        self._charts: list[int] = []  # numbers of the sheets that have one

    def __enter__(self) -> Self:
        """Return the book."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what speaks of all sheets, unless something went wrong."""
        with self._archive:
            if kind is None:
                for name, content in parts.of_all(self._titles, self._charts).items():
                    self._write(name, content)

    def add_table(
        self,
        title: str,
        columns: Sequence[ReportColumn],
        rows: Iterable[Sequence[Any]],
        *,
        name: str,
        bars: BarsOf | None = None,
    ) -> int:
        """Append a sheet holding one Excel table, and further ones where it is full; return the number of rows.

        `name` is the table's ASCII name, unique in the workbook. Strings in ISO date form become dates.
        """
        left = iter(rows)
        count = self._add_sheet(title, columns, islice(left, self._most), name=name, bars=bars)
        part = 2
        while (row := next(left, None)) is not None:
            more = chain((row,), islice(left, self._most - 1))
            count += self._add_sheet(f"続{part} {title}"[:_MAX_TITLE], columns, more, name=f"{name}_{part}")
            part += 1
        return count

    def _add_sheet(
        self,
        title: str,
        columns: Sequence[ReportColumn],
        rows: Iterable[Sequence[Any]],
        *,
        name: str,
        bars: BarsOf | None = None,
    ) -> int:
        self._titles.append(title.translate(_REPLACED)[:_MAX_TITLE])
        number, count = len(self._titles), 0
        headings = _unique([column.heading for column in columns])
        with self._archive.open(_info(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as sheet:
            sheet.write(parts.sheet_head([column.width for column in columns]).encode())
            sheet.write(_row(1, (_text(heading, HEADING) for heading in headings)).encode())
            for row in rows:
                count += 1
                sheet.write(_row(count + 1, map(_cell, row), height=_height(row, columns)).encode())
            if not count:
                sheet.write(_row(2, (_cell(None) for _ in columns)).encode())  # a table needs a row
            sheet.write(parts.sheet_tail(charted=bars is not None).encode())
        area = f"A1:{column_letters(len(columns))}{max(count, 1) + 1}"
        self._write(f"xl/tables/table{number}.xml", parts.table(number, name, area, headings))
        self._write(f"xl/worksheets/_rels/sheet{number}.xml.rels", parts.sheet_links(number, charted=bars is not None))
        if bars is not None:
            self._charts.append(number)
            for part, content in parts.chart(number, title, bars).items():
                self._write(part, content)
        return count

    def _write(self, name: str, content: str) -> None:
        self._archive.writestr(_info(name), content)


def _info(name: str) -> zipfile.ZipInfo:
    """Return a file of the archive without the hour it was made in."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _row(number: int, cells: Iterable[tuple[int, str]], *, height: float = 0) -> str:
    """Return a row; a cell is its style and what stands in its element behind the style."""
    tall = f' ht="{height:g}" customHeight="1"' if height else ""
    written = (f'<c r="{column_letters(n)}{number}" s="{style}"{inner}' for n, (style, inner) in enumerate(cells, 1))
    return f'<row r="{number}"{tall}>{"".join(written)}</row>'


def _cell(value: Any) -> tuple[int, str]:
    """Return a cell of the right kind; a text that looks like a formula stays a text."""
    if isinstance(value, str):
        value = _moment(value) or value
    if value is None:
        return PLAIN, "/>"
    if isinstance(value, bool):
        return _text("はい" if value else "いいえ", TEXT)
    if isinstance(value, date):
        return _on(value) if _counted(value) else _text(value.isoformat(), TEXT)
    if isinstance(value, str) or not math.isfinite(value) or abs(value) >= _EXACT:
        return _text(str(value), TEXT)
    return PLAIN, f"><v>{value}</v></c>"


def _on(day: date) -> tuple[int, str]:
    moment = day if isinstance(day, datetime) else datetime.combine(day, datetime.min.time())
    since = moment - _ZERO
    return MOMENT if isinstance(day, datetime) else DATE, f"><v>{since.days + since.seconds / _DAY!r}</v></c>"


def _moment(text: str) -> date | None:
    """Return the day or the moment that a text is, None where it is none or one that Excel cannot count."""
    try:
        if _MOMENT.fullmatch(text):
            found: date = datetime.fromisoformat(text)
        elif _DATE.fullmatch(text):
            found = date.fromisoformat(text)
        else:
            return None
    except ValueError:
        return None
    return found if _counted(found) else None


def _counted(moment: date) -> bool:
    return (moment.date() if isinstance(moment, datetime) else moment) >= _FIRST_DAY


def _text(value: str, style: int) -> tuple[int, str]:
    if style == TEXT and value.startswith(FORMULA_START):
        style = QUOTED
    return style, f' t="inlineStr"><is><t xml:space="preserve">{text_of(_fitting(value))}</t></is></c>'


def _fitting(text: str) -> str:
    """Return a text as far as a cell holds it, and then say that there is more."""
    if len(text) + sum(letter > "\uffff" for letter in text) <= _MAX_TEXT:
        return text
    room = _MAX_TEXT - len(_CUT)
    return text.encode("utf-16-le", "surrogatepass")[: 2 * room].decode("utf-16-le", "ignore") + _CUT


def _height(row: Sequence[Any], columns: Sequence[ReportColumn]) -> float:
    """Return the height in points at which every text of a row is seen whole: Excel sets none for a file it did not write."""
    lines = max(
        (_lines(value, column.width) for value, column in zip(row, columns, strict=True) if isinstance(value, str)),
        default=1,
    )
    return min(lines * _LINE, _TALLEST)


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-sum(2 - (letter < "\u0100") for letter in line) // width)) for line in text.split("\n"))


def _unique(headings: Sequence[str]) -> list[str]:
    """Make headings unique: Excel repairs (and alarms people about) a table with equal ones."""
    seen: dict[str, int] = {}
    unique = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        unique.append(heading if seen[heading] == 1 else f"{heading}（{seen[heading]}）")
    return unique
