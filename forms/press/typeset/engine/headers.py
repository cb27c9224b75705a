"""Make the label cells of a PDF's tables headers to a screen reader.

Typst has no word for a header cell outside a table's heading rows. `label-cell` (prelude.typ) therefore sets labels as
Typst's `strong`, to the eye no stronger than before: the tags then tell them from all else. Here cells that hold such a tag
become headers, byte for byte as long as before, so that nothing in the file moves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, NamedTuple

_ELEMENT: Final = re.compile(rb"(?m)^(\d+) 0 obj\n(<</Type/StructElem/S/(\w+)/P (\d+) 0 R[^\n]*)$")
_TYPE: Final = b"/Type/StructElem"  # may be left out (ISO 32000-1, table 323): its room is taken by the scope
_HEADERS: Final = b"/Headers["


class _StructElement(NamedTuple):
    start: int
    written: bytes
    kind: bytes
    parent: int


def name_headers(pdf: bytes) -> bytes:
    """Return the PDF, as Typst wrote it, with its label cells as TH; one without labels comes back as it is.

    The scope is the column where a row holds labels alone, else the row (ISO 32000-1, 14.8.5.7).
    """
    first, last = pdf.find(_TYPE), pdf.rfind(_TYPE)
    found = _ELEMENT.finditer(pdf, max(0, first - 20), pdf.find(b"\n", last))
    elements = {int(each[1]): _StructElement(each.start(2), each[2], each[3], int(each[4])) for each in found}
    marks = [element for element in elements.values() if element.kind == b"Strong"]
    labels = {_cell_around(elements, mark) for mark in marks}
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for number, element in elements.items():
        if element.kind == b"TD":
            rows[element.parent].append(number)
    out = bytearray(pdf)
    for cells in rows.values():
        scope = b"/Scope/Column" if labels.issuperset(cells) else b"/Scope/Row"
        for cell in labels.intersection(cells):
            _write(out, elements[cell], _as_header(elements[cell].written, scope))
    for mark in marks:
        _write(out, mark, mark.written.replace(b"/S/Strong/", b"/S/Span/", 1).replace(b"/P ", b"/P   ", 1))
    return bytes(out)


def _cell_around(elements: dict[int, _StructElement], element: _StructElement) -> int:
    """Return the number of the cell that an element stands in; 0 when in none."""
    number = element.parent
    while number in elements and elements[number].kind not in {b"TD", b"TH"}:
        number = elements[number].parent
    return number if number in elements else 0


def _as_header(written: bytes, scope: bytes) -> bytes:
    """Return the cell as TH with its scope, in as many bytes."""
    new = written.replace(b"/S/TD/", b"/S/TH/", 1).replace(_HEADERS, scope + _HEADERS, 1)
    return new.replace(_TYPE, b" " * (len(_TYPE) - len(scope)), 1)


def _write(out: bytearray, element: _StructElement, new: bytes) -> None:
    out[element.start : element.start + len(element.written)] = new
