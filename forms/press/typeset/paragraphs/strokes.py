"""The stroke of a border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import paint, pt, quote

if TYPE_CHECKING:
    from forms.press.typeset.drawing import Drawing


def stroke(drawing: Drawing, edge: tuple[float, str, str]) -> str:
    """Return a border's stroke; kinds that are not drawn are refused."""
    width, kind, colour = edge
    dashes = {
        "single": "",
        "thick": "",
        "dotted": "dotted",
        "dashed": "dashed",
        "dashSmallGap": "dashed",
        "dotDash": "dash-dotted",
    }
    if kind not in dashes:
        drawing.refuse(f"罫線 {kind}")
        return "none"
    dash = f",dash:{quote(dashes[kind])}" if dashes[kind] else ""
    return drawing.presets.name("s", f"(paint:{paint(colour)},thickness:{pt(width)}{dash})")
