"""Large workbooks are read in flat memory."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

from openpyxl import Workbook

from forms.entry import read_input
from forms.entry.reading.package import WorkbookPackage
from forms.entry.reading.xlsx_in import Workbook as Opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue

ROWS = 4_000


def test_streaming_holds_a_small_part_of_what_it_reads(catalogue: Catalogue, tmp_path: Path) -> None:
    """Records that are let go leave no trace: the peak stays far below what all records together take."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    sheet.append(["整理番号", "作成年月日", "理由", "行為者の氏名", "行為者住所"])
    for number in range(ROWS):
        sheet.append(
            [f"2026-{number}", "2024-05-10", f"{number}番目の理由" * 10, f"架空 {number}", f"架空町{number}番地"]
        )
    path = tmp_path / "large.xlsx"
    book.save(path)

    def peak(run: Callable[[], int]) -> int:
        tracemalloc.start()
        try:
            assert run() == ROWS
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    streamed = peak(lambda: sum(1 for _ in read_input(path, name="a", catalogue=catalogue).iter_records()))
    at_once = peak(lambda: len(read_input(path, name="a", catalogue=catalogue).records))
    assert streamed < at_once / 2


def test_a_workbook_that_is_let_go_closes_its_file(tmp_path: Path) -> None:
    """At once and by itself, though the workbook and its sheets know each other."""
    book = Workbook(write_only=True)
    book.create_sheet("表").append(["整理番号", "作成年月日"])
    path = tmp_path / "some.xlsx"
    book.save(path)
    package = WorkbookPackage(path, "a")
    archive = package._zip
    opened = Opened(package)
    assert [len(list(sheet.rows())) for sheet in opened.sheets] == [1]
    assert archive.fp is not None
    del package, opened
    gc.collect()
    assert archive.fp is None
