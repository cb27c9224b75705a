"""A year of a fictitious prefecture: 300 lawful cases over the five sources from a seed, and faults planted in them.

    people (who) + stories/*.yaml (what lawfully happens) → cases → plants (what was left out, late, misrouted …)

Written from the sources, not from the procedures that judge them; `tests/samples` holds the two against each other.
"""
