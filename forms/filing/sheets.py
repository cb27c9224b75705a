"""The list of papers as a workbook: the papers, the explanation of evidence (証拠説明書), how it is filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.reports.workbook import ReportColumn, TableBook
from validators.stored import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from forms.filing.listing import ListedRow

_PAPERS = (
    ReportColumn("番号", 6),
    ReportColumn("区分", 12),
    ReportColumn("書面", 36),
    ReportColumn("証拠番号", 10),
    ReportColumn("正本・原本", 10),
    ReportColumn("副本・写し", 10),
    ReportColumn("ファイル", 50),
    ReportColumn("すること", 50),
)
_EVIDENCE = (
    ReportColumn("号証", 10),
    ReportColumn("標目", 36),
    ReportColumn("原本・写しの別", 14),
    ReportColumn("作成者", 20),
    ReportColumn("作成年月日", 20),
    ReportColumn("立証趣旨", 50),
)
_FILING = (ReportColumn("提出の方法", 100),)


def write_list(path: Path, rows: Sequence[ListedRow], names: Sequence[Sequence[str]], notes: Sequence[str]) -> None:
    """Write the workbook; `names` are the files of each row. What is unknown of evidence stays blank, for a person to write."""
    with TableBook(path) as book:
        book.add_table("提出書類", _PAPERS, _papers(rows, names), name="Papers")
        if any(row.exhibit for row in rows):
            book.add_table("証拠説明書", _EVIDENCE, _evidence(rows), name="Evidence")
        book.add_table("提出の方法", _FILING, ([note] for note in notes), name="Filing")


def texts_of(rows: Sequence[ListedRow], names: Sequence[Sequence[str]], notes: Sequence[str]) -> Iterator[str]:
    """Yield every text the workbook shows."""
    yield from notes
    for line in (*_papers(rows, names), *_evidence(rows)):
        yield from map(str, line)


def _papers(rows: Sequence[ListedRow], names: Sequence[Sequence[str]]) -> Iterator[list[str | int]]:
    for number, (row, files) in enumerate(zip(rows, names, strict=True), 1):
        exhibit = row.exhibit.called if row.exhibit else ""
        yield [number, row.group, row.title, exhibit, row.originals, row.copies, "\n".join(files), row.to_do]


def _evidence(rows: Sequence[ListedRow]) -> Iterator[list[str | int]]:
    for row in rows:
        if row.exhibit is None:
            continue
        data = row.paper.record.data if row.paper else {}
        day = data.get(row.about.get("day", ""))
        shows = "、".join(row.exhibit.shows) or str(row.about.get("shows", ""))
        author = data.get(row.about.get("author", ""), "")
        author = author.get("name", "") if isinstance(author, dict) else author
        yield [row.exhibit.called, row.title, "原本" if row.paper else "", author, in_words(day) if day else "", shows]
