"""Workbooks, CSV and JSON become records."""
