"""Set a cell's vertical text: one column of upright letters; what would need more is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import join, pt, quote
from forms.press.typeset.package import W
from forms.press.typeset.paragraphs.paragraph import set_paragraph

if TYPE_CHECKING:
    from lxml import etree

    from forms.press.typeset.drawing import Drawing

_TURNED = frozenset("ー～〜（）「」『』〔〕［］｛｝〈〉《》【】－―…‥：；＝()[]-~")
_MISPLACED = frozenset(
    "、。，．ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)  # they move to another corner of their square


# Word turns the cell with its text: what is aligned to its top stands at the right edge.
_ACROSS = {"top": "right", "horizon": "center", "bottom": "left"}


def set_vertical(drawing: Drawing, cell: etree._Element, direction: str, align: str) -> tuple[str, float]:
    """Return the code of a cell whose one paragraph runs from top to bottom, and its height in points.

    `align` is the cell's vertical alignment; the letters follow each other without space, in a column as wide as a line.
    """
    paragraphs = [child for child in cell if child.tag != W + "tcPr"]
    text = "".join(part.text or "" for part in cell.iter(W + "t"))
    if direction not in {"tbRl", "tbRlV"}:
        drawing.refuse("回転した文字のセル")
        return "", 0.0
    if len(paragraphs) != 1 or paragraphs[0].tag != W + "p":
        drawing.refuse("複数の段落を持つ縦書きのセル")
        return "", 0.0
    if _MISPLACED & set(text) or any(character.isascii() and character.isalnum() for character in text):
        drawing.refuse("句読点・小書き・半角文字を含む縦書きのセル")
        return "", 0.0
    only = set_paragraph(drawing, paragraphs[0])
    letters = [f"box(rotate(90deg,{quote(letter)}))" if letter in _TURNED else quote(letter) for letter in text]
    stacked = join([code for letter in letters for code in ("linebreak()", letter)][1:])
    if not letters:
        return only.at(drawing.presets, 0.0), only.line
    column = only.place(drawing.presets, f"upright({stacked})", 0.0)
    return f"align({_ACROSS[align]},box(width:{pt(only.line)},align(center,{column})))", only.size * len(letters)
