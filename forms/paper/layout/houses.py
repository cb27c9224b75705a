"""House styles: the measures in which papers of one kind of issuer are set.

`police`: the national form of a public safety commission as two prefectures print it, measured (one size of type, one weight of
rules). `court`: what courts ask of papers handed in (37 letters by 26 lines). The plain one is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class House:
    """Margins in mm (top, right, bottom, left); type and lines in points; rules in eighths of a point."""

    margins: tuple[float, float, float, float] = (25.0, 20.0, 20.0, 25.0)  # the binding side is wider
    size: float = 10.5
    line: float = 17.0  # the pitch of text lines, about: whole lines fill the page
    table_line: float = 0.0  # the least line in tables; 0: the pitch of the text
    title: float = 15.0
    small: float = 9.0  # form number, notes, remarks
    frame: int = 8
    rule: int = 4
    indent: float = 0.0  # mm, of a table from the edge of the text
    air: float = 1.0  # of the space above and below titles, addressees and the like, what the house leaves
    page_number: tuple[str, str | None, str] = (
        "",
        "／",
        "",
    )  # before, between page and pages (None: the page alone), after


HOUSES: Final = {
    "": House(),
    "police": House(
        margins=(25.0, 22.4, 20.0, 20.0),
        size=12.0,
        line=17.43,
        title=12.0,
        small=12.0,
        frame=6,
        rule=6,
        indent=2.2,
        air=0.35,
    ),
    "court": House(
        margins=(35.0, 20.0, 27.0, 30.0),
        size=12.0,
        line=25.6,
        table_line=17.4,
        title=14.0,
        small=10.5,
        frame=6,
        rule=4,
        page_number=("- ", None, " -"),
    ),
}
