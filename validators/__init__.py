"""Decide whether a document may be issued: schema, clauses, periods, disclosure."""
