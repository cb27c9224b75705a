"""The entry workbook is written; faults are marked in the clerk's own file."""
