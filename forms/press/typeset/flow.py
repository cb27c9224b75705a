"""Set a run of paragraphs and tables one below the other: the body, a cell, a header or a footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import join, pt
from forms.press.typeset.package import W
from forms.press.typeset.paragraphs.paragraph import set_paragraph
from forms.press.typeset.reading.body import Cut, Parsed
from forms.press.typeset.tables.cells import Written
from forms.press.typeset.tables.table import set_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.paragraphs.shape import Paragraph
    from forms.press.typeset.reading.body import Piece
    from forms.press.typeset.tables.table import Placed

_DEEPEST = 6  # tables within each other: Typst goes some ten deep
_ONE_LINE = 0.95  # the part of a cell's width that an estimated line may take and still surely fit
_SILENT = {
    W + name
    for name in (
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "sectPr",
        "tcPr",
        "permStart",
        "permEnd",
        "commentRangeStart",
        "commentRangeEnd",
    )
}


def blocks(drawing: Drawing, elements: Iterable[etree._Element | Cut]) -> Iterator[Piece]:
    """Yield the paragraphs and tables among `elements`, those inside content controls too."""
    for element in elements:
        if isinstance(element, Cut):
            yield element
        elif element.tag in {W + "p", W + "tbl"}:
            yield Parsed(element)
        elif element.tag in {W + "sdt", W + "customXml"}:
            content = element.find(W + "sdtContent")
            yield from blocks(drawing, element if content is None else content)
        elif element.tag not in _SILENT:
            name = element.tag.rpartition("}")[2]
            drawing.refuse(
                {"altChunk": "埋め込まれた文書", "ins": "変更履歴", "del": "変更履歴"}.get(name, f"要素 {name}")
            )


class Flow:
    """Place blocks and the space between them: the larger of what one asks after it and the next before it, or the sum."""

    def __init__(self, drawing: Drawing) -> None:
        """Start empty, at the top of a page or cell."""
        self.drawing = drawing
        self.code: list[str] = []
        self.items: list[Paragraph | None] = []  # None stands for a table
        self.after = 0.0
        self.top = True  # of the body, a cell, or a page that was asked for
        self.box = ""
        self.boxed: list[str] = []
        self.height = 0.0  # points, estimated

    def add(self, elements: Iterable[etree._Element | Cut]) -> None:
        """Set all blocks among `elements`."""
        for piece in blocks(self.drawing, elements):
            if not piece.is_table:
                self._paragraph(self._read(piece))
            elif self.drawing.context.nested == _DEEPEST:
                self.drawing.refuse(f"{_DEEPEST + 1}段に入れ子にした表")
            else:
                self._close_box()
                table = self._set(piece)
                flags = ",breakable:false" * table.whole + ",sticky:true" * table.keeps_next
                flags += f",inset:(bottom:{pt(table.line)})" if table.line else ""
                self._place(f"block(above:{pt(self.after)},width:100%{flags},{table.code})", self.after)
                self.height += table.height
                self.items.append(None)
                self.after = 0.0

    def _read(self, piece: Piece) -> Paragraph:
        if self.drawing.context.nested:  # a cell is remembered as a whole
            return set_paragraph(self.drawing, piece.element)
        return self.drawing.remembered(piece.key, lambda: set_paragraph(self.drawing, piece.element))

    def _set(self, piece: Piece) -> Placed:
        return self.drawing.remembered(piece.key, lambda: set_table(self.drawing, piece, write_cell))

    def _paragraph(self, paragraph: Paragraph) -> None:
        previous = self.items[-1] if self.items else None
        adds = self.drawing.settings.adds_spacing
        between = self.after + paragraph.before if adds else max(self.after, paragraph.before)
        if paragraph.contextual and previous is not None and previous.style == paragraph.style:
            between = self.after if not previous.contextual else 0.0
        if paragraph.breaks_page:
            self._page_break(weak=True)
        if paragraph.box != self.box:
            self._close_box()
            if paragraph.box:  # the space above stands outside the border
                self._place(f"v({pt(between)},weak:{'false' if self.top else 'true'})", 0.0)
                between = 0.0
            self.box = paragraph.box
        for body in paragraph.parts:
            self._place(paragraph.place(self.drawing.presets, body, between) if body else "", between)
            self._page_break()
            between = 0.0
        if not paragraph.parts or paragraph.body:
            self._place(paragraph.at(self.drawing.presets, between), between)
        self.items.append(paragraph)
        self.height += paragraph.height
        self.after = paragraph.after

    def _place(self, code: str, above: float) -> None:
        if not code:
            return
        target = self.boxed if self.box else self.code
        if self.top and above > 0:
            target.append(f"v({pt(above)})")  # here Word keeps the space that Typst would drop
        self.top = False
        target.append(code)

    def _page_break(self, *, weak: bool = False) -> None:
        self._close_box()
        if self.drawing.context.nested:
            self.drawing.refuse("表の中の改ページ")
        self.code.append("pagebreak(weak:true)" if weak else "pagebreak()")
        self.top, self.after = True, 0.0

    def _close_box(self) -> None:
        if self.boxed:
            self.code.append(f"boxed({self.box},{join(self.boxed)})")
            self.boxed = []
        self.box = ""

    def source(self, *, closed: bool = False) -> str:
        """Return the code; `closed` keeps the space after the last paragraph, as a cell does."""
        only = self.items[0] if len(self.items) == 1 else None
        if closed and only is not None and not (only.box or only.parts or only.before or only.after):
            return only.alone(self.drawing.presets)
        self._close_box()
        if closed and self.after > 0:
            self.code.append(f"v({pt(self.after)})")
        return join(self.code)


def write_cell(drawing: Drawing, element: etree._Element) -> Written:
    """Set what stands in a w:tc, as wide as the drawing's context says."""
    flow = Flow(drawing)
    flow.add(element)
    first = flow.items[0] if flow.items else None
    line = (
        len(flow.items) == 1
        and first is not None
        and first.simple
        and not first.box
        and first.units * first.size <= drawing.context.text_width * _ONE_LINE
    )
    written = Written(flow.source(closed=True), flow.height, line, keeps_next=first is not None and first.keeps_next)
    if first is None:
        return written
    return written._replace(size=first.size, pitch=first.line, letters=sum(item.units for item in flow.items if item))
