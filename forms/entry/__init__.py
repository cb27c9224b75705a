"""Entry: workbooks, CSV and JSON become records; the entry workbook is written; faults are marked in the clerk's own file."""

from forms.entry.annotate import annotate
from forms.entry.batch import Batch
from forms.entry.fill_sheet import write_records
from forms.entry.json_in import record_from_json
from forms.entry.reading import read_input
from forms.entry.sheet import write_sheet

__all__ = ["Batch", "annotate", "read_input", "record_from_json", "write_records", "write_sheet"]
