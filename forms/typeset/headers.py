"""Make the label cells of a PDF's tables headers to a screen reader.

Typst has no word for a header cell outside a table's heading rows. What it does write into the tags of a cell is the
language of its text: `label-cell` (prelude.typ) sets labels in Japanese of no country, all else is Japanese of Japan. Here
cells of that language are tagged as headers, byte for byte as long as before, so that nothing in the file moves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, NamedTuple

_ELEMENT: Final = re.compile(rb"(?m)^(\d+) 0 obj\n(<</Type/StructElem/S/(\w+)/P (\d+) 0 R([^\n]*))$")
_LANGUAGE: Final = re.compile(rb"/Lang\(([\w-]+)\)")
_MARK: Final = b"ja"  # the language of labels, without a country
_TYPE: Final = b"/Type/StructElem"  # may be left out (ISO 32000-1, table 323)
_EMPTY: Final = b"/K[]"
_HEADERS: Final = b"/Headers[]"


class _Element(NamedTuple):
    start: int
    written: bytes
    kind: bytes
    parent: int
    language: bytes


def name_headers(pdf: bytes) -> bytes:
    """Return the PDF, as Typst wrote it, with its marked cells as TH; one without marks comes back as it is.

    The scope is the column where a row holds labels alone, else the row (ISO 32000-1, 14.8.5.7).
    """
    first, last = pdf.find(_TYPE), pdf.rfind(_TYPE)
    elements = {
        int(found[1]): _read(found) for found in _ELEMENT.finditer(pdf, max(0, first - 20), pdf.find(b"\n", last))
    }
    rows: defaultdict[int, list[_Element]] = defaultdict(list)
    for element in elements.values():
        if element.kind == b"TD":
            rows[element.parent].append(element)
    out = bytearray(pdf)
    for cells in rows.values():
        labels = [cell for cell in cells if _EMPTY not in cell.written and _language(elements, cell) == _MARK]
        scope = b"/Scope/Column" if len(labels) == len(cells) else b"/Scope/Row"
        for cell in labels:
            out[cell.start : cell.start + len(cell.written)] = _renamed(cell.written, scope)
    return bytes(out)


def _read(found: re.Match[bytes]) -> _Element:
    language = _LANGUAGE.search(found[5])
    return _Element(found.start(2), found[2], found[3], int(found[4]), b"" if language is None else language[1])


def _language(elements: dict[int, _Element], element: _Element | None) -> bytes:
    """Return the language of an element: its own, else that of what it stands in."""
    while element is not None and not element.language:
        element = elements.get(element.parent)
    return b"" if element is None else element.language


def _renamed(written: bytes, scope: bytes) -> bytes:
    """Write TH over TD and the scope over the empty list of headers; a longer word takes the room of the type."""
    new = written.replace(b"/S/TD/", b"/S/TH/", 1).replace(_HEADERS, scope, 1)
    return new.replace(_TYPE, b" " * (len(_TYPE) - len(new) + len(written)), 1) if len(new) > len(written) else new
