"""Printed choices with a ring round the chosen one, as forms say it: 該当するものを○で囲むこと.

The ring is an ellipse anchored to the letter it begins at. Word, LibreOffice and our typesetter draw it where that letter stands,
so no choice may be broken at a line's end: lines are broken here, between choices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from forms.paper.measure import width
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME: Final = "選択の丸"  # what our typesetter knows a ring by
ALTERNATIVE: Final = "丸で囲んだもの"
_EMU: Final = 12700  # a point
_BESIDE: Final = 3.5  # points, between the letters and the ring at each side
_HEIGHT: Final = 1.4  # of the size
_BETWEEN: Final = "　・　"
# A choice that begins with its number or letter has the ring round that alone: １ 新設, イ 死亡.
_MARK: Final = re.compile(r"([0-9０-９]{1,2}|[ァ-ヶA-Za-zＡ-Ｚａ-ｚ])(?=[\s　.．、)）])")
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006"
_SHAPE: Final = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of WordprocessingML, printed as they are."""

    xml: str

    def __html__(self) -> str:
        """Return the runs; Jinja asks for it."""
        return self.xml

    __str__ = __html__


@dataclass(frozen=True, slots=True)
class Where:
    """Where choices are printed."""

    size: float  # of the type, points
    line: float  # the pitch of lines, points
    room: float  # the width of a line, in letters


def ringed(options: Mapping[str, str], keys: frozenset[str], where: Where, numbers: Iterator[int]) -> Runs:
    """Return every choice, a ring round those among `keys`; `numbers` tell the rings of a paper apart.

    Raises DefinitionError for a choice longer than its line.
    """
    out, at = "", 0.0
    for key, label in options.items():
        wide = width(label)
        if wide + 1 > where.room:
            raise DefinitionError(f"選択肢「{label}」は、○で囲むには欄の幅に収まりません。", place="circled")
        if at and at + width(_BETWEEN) + wide + 1 > where.room:
            out, at = f"{out}<w:r><w:br/></w:r>", 0.0
        elif at:
            out, at = out + _run(_BETWEEN), at + width(_BETWEEN)
        if key in keys:
            mark = _MARK.match(label)
            out += _ring(width(mark[0] if mark else label), where, next(numbers))
        out, at = out + _run(label), at + wide
    return Runs(out)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _ring(letters: float, where: Where, number: int) -> str:
    wide, high = round((letters * where.size + 2 * _BESIDE) * _EMU), round(where.size * _HEIGHT * _EMU)
    left, top = round(-_BESIDE * _EMU), round((where.line - where.size * _HEIGHT) / 2 * _EMU)
    extent = f'cx="{wide}" cy="{high}"'
    return (
        f'<w:r><w:drawing><wp:anchor xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0" '
        f'simplePos="0" relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="character"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="line"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="{NAME}" descr="{ALTERNATIVE}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_SHAPE}"><wps:wsp xmlns:wps="{_SHAPE}"><wps:cNvSpPr/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom><a:noFill/>'
        '<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
