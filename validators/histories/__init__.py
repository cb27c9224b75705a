"""Judge a case by its history: what is missing, late, out of order, misrouted, incomplete, forbidden or still due.

    reading (door's input) → items (typed, named, implied events added) → judging (one procedure at a time) → findings

The data stand in `validators/procedures/`; docs/PROCEDURES.md says how an entry is written.
"""
