"""Entry: workbooks, CSV and JSON become records; the entry workbook is written; faults are marked in the clerk's own file.

Each name is imported when it is asked for: what reads JSON need not know spreadsheets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forms.entry.reading.batch import Batch
    from forms.entry.reading.inputs import read_input
    from forms.entry.reading.json_in import Sent, record_from_json, sent_from_json
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
_WHERE = {
    "Batch": "reading.batch",
    "Sent": "reading.json_in",
    "annotate": "workbook.annotate",
    "read_input": "reading.inputs",
    "record_from_json": "reading.json_in",
    "sent_from_json": "reading.json_in",
    "write_records": "workbook.fill_sheet",
    "write_sheet": "workbook.sheet",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"forms.entry.{_WHERE[name]}"), name)
