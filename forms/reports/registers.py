"""Write a register: its columns in the official order, dates as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.reports.workbook import ReportColumn, TableBook
from validators.stored import day_of, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from validators.histories.registers import Register


def shown(register: Register, row: Mapping[str, Any]) -> list[str]:
    """Return a row as it is read: the case, then each column."""
    return [str(row["case"]), *cells_of(register, row)]


def cells_of(register: Register, row: Mapping[str, Any]) -> list[str]:
    """Return the columns of a row as they are read."""
    return [_shown(row[column.name], column.options) for column in register.columns]


def as_text(register: Register, rows: Sequence[Sequence[str]]) -> str:
    """Return the register for a terminal, a block a row."""
    labels = ["事案", *(column.label for column in register.columns)]
    blocks = ["\n".join(f"  {label}　{cell}" for label, cell in zip(labels, row, strict=True) if cell) for row in rows]
    return "\n\n".join([f"{register.title}（{register.citation}）　{len(rows)}行", *blocks])


def write_rows(register: Register, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the register as a workbook of one table."""
    columns = [ReportColumn("事案", 14), *(ReportColumn(column.label, 20) for column in register.columns)]
    with TableBook(path) as book:
        book.add_table(register.title, columns, (shown(register, row) for row in rows), name="Register")


def _shown(value: Any, options: Mapping[str, str]) -> str:
    """Return a value as it is read: what it is called, a person by the name, each value of a list."""
    if isinstance(value, list):
        return "、".join(filter(None, (_shown(each, options) for each in value)))
    if isinstance(value, dict):
        return _shown(value.get("name") or [*value.values()], options)
    return options.get(str(value)) or _plain(value)


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "有", False: "無"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return in_words(value) if day_of(value) else str(value)
