"""Write a register: its columns in the official order, dates as they are printed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from forms.reports.workbook import ReportColumn, TableBook
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from validators.histories.registers import Register

_DAY = 10  # letters of a day


def shown(register: Register, row: Mapping[str, Any]) -> list[str]:
    """Return a row as it is read: the case, then each column."""
    return [
        str(row["case"]),
        *(column.options.get(str(row[column.name])) or _shown(row[column.name]) for column in register.columns),
    ]


def as_text(register: Register, rows: Sequence[Sequence[str]]) -> str:
    """Return the register for a terminal, a block a row."""
    labels = ["事案", *(column.label for column in register.columns)]
    blocks = ["\n".join(f"  {label}　{cell}" for label, cell in zip(labels, row, strict=True) if cell) for row in rows]
    return "\n\n".join([f"{register.title}（{register.citation}）　{len(rows)}行", *blocks])


def write_rows(register: Register, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the register as a workbook of one table."""
    columns = [ReportColumn("事案", 14), *(ReportColumn(column.label, 20) for column in register.columns)]
    with TableBook(path) as book:
        book.add_table(register.title[:28], columns, (shown(register, row) for row in rows), name="Register")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "有" if value else "無"
    if isinstance(value, list):
        return "、".join(_shown(each) for each in value)
    if isinstance(value, str) and value[4:5] == "-" and value[7:8] == "-":
        try:
            day = format_date(date.fromisoformat(value[:_DAY]))
        except ValueError:
            return value
        return f"{day} {value[_DAY + 1 :]}".rstrip()
    return str(value)
