"""Draw images that stand in the line (seals, marks) with their alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import pt, quote
from forms.press.typeset.package import BODY, R

if TYPE_CHECKING:
    from lxml import etree

    from forms.press.typeset.drawing import Drawing

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
RING = "選択の丸"  # the name of the ellipse that forms/paper/rings.py puts round a choice
_EMU = 1 / 12700  # points
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


def image_code(drawing: Drawing, element: etree._Element) -> str:
    """Return the code of a w:drawing that holds one inline PNG or JPEG; anything else is refused."""
    if (ring := _ring(element)) is not None:
        return ring
    drawing.lasting = False
    inline = element.find(_WP + "inline")
    blip = None if inline is None else inline.find(f".//{_A}blip")
    if inline is None or blip is None:
        drawing.refuse("位置を固定した画像・図形" if inline is None else "図形・グラフ")
        return '""'
    name = drawing.package.relations(
        drawing.package.main if drawing.context.part == BODY else drawing.context.part
    ).get(blip.get(R + "embed", ""), "")
    data = drawing.package.part(name) or b""
    kind = next((kind for mark, kind in _SIGNATURES.items() if data.startswith(mark)), "")
    if not kind:
        drawing.refuse("PNG・JPEG以外の画像")
        return '""'
    crop = inline.find(f".//{_A}srcRect")
    if crop is not None and any(value not in {"0", ""} for value in crop.attrib.values()):
        drawing.refuse("切り抜いた画像")
    described, extent = inline.find(_WP + "docPr"), inline.find(_WP + "extent")
    alternative = "" if described is None else described.get("descr", "")
    width, height = (float(extent.get(side, "0")) * _EMU if extent is not None else 0.0 for side in ("cx", "cy"))
    hidden = described is not None and any(mark.get("val") == "1" for mark in described.iter(_DECORATIVE))
    if not alternative and not hidden:
        drawing.refuse("代替テキストのない画像")
    content = drawing.presets.name("i", f"bytes(({','.join(map(str, data))},))")
    alt = "" if hidden else f",alt:{quote(alternative)}"
    picture = f'image({content},format:"{kind}",width:{pt(width)},height:{pt(height)}{alt})'
    return f"box({f'pdf.artifact({picture})' if hidden else picture})"


def _ring(element: etree._Element) -> str | None:
    """Return the code of a ring round a printed choice, as our own papers draw it; None for anything else."""
    described, shape = element.find(f"{_WP}anchor/{_WP}docPr"), element.find(f".//{_A}prstGeom")
    offset = element.findtext(f"{_WP}anchor/{_WP}positionH[@relativeFrom='character']/{_WP}posOffset")
    extent = element.find(f"{_WP}anchor/{_WP}extent")
    if described is None or described.get("name") != RING or shape is None or extent is None or offset is None:
        return None
    width, height = (float(extent.get(side, "0")) * _EMU for side in ("cx", "cy"))
    return f"ring({pt(float(offset) * _EMU)},{pt(width)},{pt(height)},{quote(described.get('descr', ''))})"
