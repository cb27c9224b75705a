"""Entry: workbooks, CSV and JSON become records; the entry workbook is written; faults are marked in the clerk's own file."""

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
