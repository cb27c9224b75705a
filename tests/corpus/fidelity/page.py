"""Write what the comparison found as one HTML page: both engines' pages side by side, what lies too far apart marked."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus.fidelity.compare import Difference

SCALE = 2.2  # pixels a millimetre
_STYLE = (
    "body{font:14px sans-serif;margin:2em}h2{margin-top:2em}.pair{display:flex;gap:1em;overflow-x:auto}"
    ".page{position:relative;border:1px solid #999;flex:none}.page img{display:block;width:100%;height:100%}"
    ".mark{position:absolute;border:2px solid #d00;background:#d002}.ok{color:#060}.off{color:#b00}"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One document set by both engines; `tolerance` in millimetres, `known` says why it may lie farther off."""

    name: str
    ours: bytes
    other: bytes
    difference: Difference
    tolerance: float
    known: str = ""


def write_page(folder: Path, compared: list[Compared]) -> Path:
    """Write index.html and the pictures into `folder` and return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    worst = sorted(compared, key=lambda each: (-len(_marks(each)), -each.difference.farthest))
    rows = "".join(
        f"<tr><td><a href='#{escape(c.name)}'>{escape(c.name)}</a><td>{c.difference.pages[0]} / {c.difference.pages[1]}"
        f"<td class={'off' if _marks(c) else 'ok'}>{c.difference.farthest:.2f} mm<td>{c.tolerance:g} mm<td>{len(_marks(c))}"
        f"<td>{escape(c.known)}"
        for c in worst
    )
    sections = "".join(_section(folder, each) for each in worst)
    page = folder / "index.html"
    page.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Fidelity</title><style>{_STYLE}</style>"
        "<h1>Both engines side by side</h1><p>Left: Typst, as issued. Right: LibreOffice. Marked: lines that lie farther "
        "apart than the tolerance.</p><table><tr><th>document<th>pages<th>farthest letter<th>tolerance<th>lines marked"
        f"<th>known cause</tr>{rows}</table>{sections}</html>",
        encoding="utf-8",
    )
    return page


def _marks(each: Compared) -> list[tuple[int, float, float]]:
    return [(line.page, line.x, line.y) for line in each.difference.lines if line.off > each.tolerance]


def _section(folder: Path, each: Compared) -> str:
    sides = [_pictures(folder, f"{each.name}-{side}", pdf) for side, pdf in (("a", each.ours), ("b", each.other))]
    pairs = ""
    for number in range(max(map(len, sides))):
        marks = "".join(
            f"<div class=mark style='left:{x * SCALE - 4:.0f}px;top:{(y - 5) * SCALE:.0f}px;width:120px;height:{7 * SCALE:.0f}px'></div>"
            for page, x, y in _marks(each)
            if page == number
        )
        pairs += "<div class=pair>" + "".join(
            f"<div class=page style='width:{210 * SCALE:.0f}px'><img src='{side[number]}' alt=''>{marks}</div>"
            for side in sides
            if number < len(side)
        )
        pairs += "</div>"
    return f"<h2 id='{escape(each.name)}'>{escape(each.name)}</h2>{pairs}"


def _pictures(folder: Path, name: str, pdf: bytes) -> list[str]:
    prefix = folder / name
    subprocess.run(["pdftoppm", "-r", "60", "-png", "-", str(prefix)], input=pdf, check=True)
    return sorted(path.name for path in folder.glob(f"{name}-*.png"))
