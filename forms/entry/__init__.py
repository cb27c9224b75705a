"""Entry: workbooks, CSV and JSON become records; the entry workbook is written; faults are marked in the clerk's own file."""

from forms.entry.batch import Batch
from forms.entry.reading import read_input

__all__ = ["Batch", "read_input"]
