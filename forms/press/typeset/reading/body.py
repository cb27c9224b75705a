"""Cut a document's body into paragraphs, tables and cells; what a plain body holds is parsed only when it is asked for.

A body like those we write, paragraphs and tables one after the other, is cut by its text: a piece whose text was met before
then needs no parsing at all. A body with anything else between or around them is parsed whole, and its pieces are elements.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from forms.press.typeset.package import W, parse_xml
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

_ATTRIBUTES: Final = r'(?: [\w:]+="[^"<>&]*")*'
_OPENING: Final = re.compile(rf"<w:(p|tbl|sectPr){_ATTRIBUTES}(/?)>")
_HEAD: Final = re.compile(
    rf"(?:<\?xml version=['\"]1\.0['\"] encoding=['\"]UTF-8['\"](?: standalone=['\"]yes['\"])?\?>\s*)?<w:document{_ATTRIBUTES}><w:body{_ATTRIBUTES}>"
)
_TAIL: Final = "</w:body></w:document>"
# A body that holds one of these is not plain: a block inside a block, markup that is no element, other names for elements.
_NOT_PLAIN: Final = ("<w:txbxContent", "<w:sdt", "<w:tc ", "<!", "<?", "xmlns")


class Parsed:
    """A paragraph, table, cell or w:sectPr that is an element."""

    __slots__ = ("element",)

    def __init__(self, element: etree._Element) -> None:
        """Take the element."""
        self.element = element

    @property
    def key(self) -> Hashable:
        """Return the element's own bytes, which tell it from every other."""
        return etree.tostring(self.element, with_tail=False)

    @property
    def is_table(self) -> bool:
        """Tell whether it is a w:tbl."""
        return bool(self.element.tag == W + "tbl")

    def cells(self) -> tuple[Hashable, list[Piece]]:
        """Return the properties of table, rows and cells in bytes, and the cells."""
        rows = [list(cells_of(row)) for row in rows_of(self.element)]
        cells = [cell for row in rows for cell in row]
        parts = [self.element.find(W + "tblPr"), self.element.find(W + "tblGrid")]
        parts += [row.find(W + "trPr") for row in rows_of(self.element)] + [cell.find(W + "tcPr") for cell in cells]
        bare = b"".join(b"-" if part is None else etree.tostring(part, with_tail=False) for part in parts)
        return (tuple(map(len, rows)), bare), [Parsed(cell) for cell in cells]


class Cut:
    """A paragraph, table, cell or w:sectPr that is a text, with the text that stands before the body's first block."""

    __slots__ = ("_element", "_head", "text")

    def __init__(self, head: str, text: str) -> None:
        """Take the texts."""
        self._head, self.text = head, text
        self._element: etree._Element | None = None

    @property
    def key(self) -> Hashable:
        """Return the texts: what stands before the body says what its names mean."""
        return self._head, self.text

    @property
    def element(self) -> etree._Element:
        """Return the text parsed; raises InputError on broken XML."""
        if self._element is None:
            self._element = parse_xml(f"{self._head}{self.text}{_TAIL}".encode())[0][0]
        return self._element

    @property
    def is_table(self) -> bool:
        """Tell whether it is a w:tbl."""
        return self.text.startswith("<w:tbl>")

    def cells(self) -> tuple[Hashable, list[Piece]]:
        """Return the table's text without what stands in its cells, and the cells."""
        before, *rest = self.text.split("<w:tc>")
        bare = [self._head, before]
        cells: list[Piece] = []
        for part in rest:
            cell, _, after = part.partition("</w:tc>")
            cells.append(Cut(self._head, f"<w:tc>{cell}</w:tc>"))
            end = cell.find("</w:tcPr>") if cell.startswith("<w:tcPr>") else 0
            bare += (cell[:end], after)
        return tuple(bare), cells


Piece = Parsed | Cut


class SectionBody(NamedTuple):
    """What a section holds, and its w:sectPr."""

    blocks: Sequence[etree._Element | Cut]
    properties: Piece | None


def read_body(data: bytes) -> list[SectionBody]:
    """Return what each section of the main part holds, and its w:sectPr; raises InputError on broken XML.

    A document has one body, and nothing stands after its last section: what stood there would be lost without a word.
    """
    part = _cut(*_split(data))
    if part is not None:
        return [part]
    bodies = parse_xml(data).findall(W + "body")
    if len(bodies) != 1:
        count = "ありません" if not bodies else f"{len(bodies)}個あります"
        raise InputError(f"DOCXの本文（body）が{count}。", action="Wordで開いて保存し直してください。")
    sections = bodies[0].findall(W + "sectPr")
    if len(sections) > 1 or (sections and sections[0].getnext() is not None):
        raise InputError(
            "DOCXの本文の、最後のセクションの後に内容があります。", action="Wordで開いて保存し直してください。"
        )
    return list(_sections(bodies[0]))


def _split(data: bytes) -> tuple[str, str]:
    """Return what stands before the blocks of a plain body, and the blocks; no text where it is not plain."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "", ""
    head = _HEAD.match(text)
    body = text[head.end() : -len(_TAIL)] if head and text.endswith(_TAIL) else ""
    if head is None or any(mark in body for mark in _NOT_PLAIN):
        return "", ""
    _check_head(head[0])
    return head[0], body


def _cut(head: str, body: str) -> SectionBody | None:
    """Return the one section of a plain body, None where there is more than that."""
    blocks: list[Cut] = []
    at = 0
    while at < len(body):
        opening = _OPENING.match(body, at)
        if opening is None:
            return None
        closing = f"</w:{opening[1]}>"
        end = opening.end() if opening[2] else body.find(closing, at) + len(closing)
        text = body[at:end]
        if not text.endswith(">") or text.count("<w:tbl>") > 1 or ("<w:sectPr" in text and end < len(body)):
            return None
        blocks.append(Cut(head, text))
        at = end
    last = blocks[-1] if blocks else None
    if last is not None and last.text.startswith("<w:sectPr"):
        return SectionBody(blocks[:-1], last)
    return None if last is None or "<w:sectPr" in last.text else SectionBody(blocks, None)


@lru_cache(maxsize=64)
def _check_head(head: str) -> None:
    """Parse what stands before the blocks, once for each template."""
    parse_xml(f"{head}{_TAIL}".encode())


def _sections(body: etree._Element) -> Iterator[SectionBody]:
    blocks: list[etree._Element] = []
    for element in body:
        if element.tag == W + "sectPr":
            break
        blocks.append(element)
        if element.tag == W + "p" and (own := element.find(f"{W}pPr/{W}sectPr")) is not None:
            yield SectionBody(blocks, Parsed(own))
            blocks = []
    last = body.find(W + "sectPr")
    yield SectionBody(blocks, None if last is None else Parsed(last))


def rows_of(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table, those inside content controls too."""
    yield from _inside(table, W + "tr")


def cells_of(row: etree._Element) -> Iterator[etree._Element]:
    """Yield the cells of a row, those inside content controls too."""
    yield from _inside(row, W + "tc")


def _inside(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {W + "sdt", W + "sdtContent", W + "customXml"}:
            yield from _inside(child, tag)
