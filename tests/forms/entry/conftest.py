"""A catalogue of two small forms, and a way to make a workbook from plain rows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from forms.entry import Batch, read_input
from tests.rulebooks import catalogue_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from validators.definitions.catalogue import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return catalogue_of(Path(__file__).parent / "catalogue")


@pytest.fixture
def read(catalogue: Catalogue) -> Callable[..., Batch]:
    """Read a workbook, bytes or text."""

    def read_any(content: Workbook | bytes | str, name: str = "入力.xlsx", form: str | None = None) -> Batch:
        stream = io.BytesIO()
        if isinstance(content, Workbook):
            content.save(stream)
        else:
            stream.write(content.encode() if isinstance(content, str) else content)
        stream.seek(0)
        return read_input(stream, name=name, catalogue=catalogue, form=form)

    return read_any


@pytest.fixture
def make() -> Callable[..., Workbook]:
    """Make a workbook of sheets given as name → rows."""

    def make_book(**sheets: list[list[Any]]) -> Workbook:
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        return book

    return make_book
