"""Where papers are kept: cases, numbers, papers, events, deadlines, and the chain that proves them whole.

Nothing but this package knows the database. What leaves it is dataclasses and bytes. Begin to read at `engine.py` (opening),
`write.py` (the only way to write) and `tables/` (what is kept).
"""
