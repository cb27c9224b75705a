"""Entry: workbooks, CSV and JSON become records; the entry workbook is written; faults are marked in the clerk's own file.

What writes workbooks is imported when it is asked for: who reads JSON need not know spreadsheets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.entry.reading.batch import Batch
from forms.entry.reading.inputs import read_input
from forms.entry.reading.json_in import Sent, record_from_json, sent_from_json

if TYPE_CHECKING:
    from forms.entry.workbook.annotate import annotate
    from forms.entry.workbook.fill_sheet import write_records
    from forms.entry.workbook.sheet import write_sheet

__all__ = [
    "Batch",
    "Sent",
    "annotate",
    "read_input",
    "record_from_json",
    "sent_from_json",
    "write_records",
    "write_sheet",
]
_WRITERS = frozenset({"annotate", "write_records", "write_sheet"})


def __getattr__(name: str) -> Any:
    if name not in _WRITERS:
        raise AttributeError(name)
    from forms.entry.workbook import annotate, fill_sheet, sheet  # noqa: PLC0415

    writers = {"annotate": annotate.annotate, "write_records": fill_sheet.write_records}
    return {**writers, "write_sheet": sheet.write_sheet}[name]
