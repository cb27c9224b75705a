"""Marks written into a clerk's own package: notes, colours, one sheet more; every other byte stays as it is."""
