"""What a PDF says beside its pages: information, metadata, bookmarks, names of attached files, words for pictures.

Every text string of the file is taken, whatever it belongs to, as it stands in the bytes; nothing is asked of the writer. Files
that pack their objects, or write them as this reader does not, are opened by qpdf.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from forms.press.typeset.package import parse_xml
from validators.errors import InputError

if TYPE_CHECKING:
    import pikepdf

BETWEEN: Final = "。\n"  # two texts searched as one: no name, no number goes on over it
_PACKED: Final = (b"/ObjStm", b"/Encrypt")
# ISO 32000-1, 7.3.4: a literal string, parentheses in it balanced or escaped; one without either; one in hexadecimal.
_LITERAL: Final = re.compile(rb"\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)", re.DOTALL)
_PLAIN_LITERAL: Final = re.compile(rb"\(([^()\\]*)\)")
_FIGURES: Final = re.compile(rb"<([0-9A-Fa-f\s]+)>")
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|\r?\n|(.))", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_STREAM: Final = re.compile(rb">>\s*stream\r?\n")
_METADATA: Final = re.compile(rb"/Type\s*/Metadata\b")


def pdf_properties(pdf: bytes) -> str:
    """Return the texts, parted by a full stop and a new line. Raises InputError for what is no PDF."""
    found = _as_it_stands(pdf)
    return BETWEEN.join(_by_qpdf(pdf) if found is None else found)


def _as_it_stands(pdf: bytes) -> list[str] | None:
    """Return every string outside streams, and the metadata; None for a file whose objects do not stand in the open."""
    if not pdf.startswith(b"%PDF-") or any(sign in pdf for sign in _PACKED):
        return None
    told: list[str] = []
    open_air, at = [], 0
    while (opened := _STREAM.search(pdf, at)) is not None:
        open_air.append(pdf[at : opened.start()])
        end = pdf.find(b"endstream", opened.end())
        dictionary = open_air[-1].rpartition(b" obj")[2]
        if _METADATA.search(dictionary):
            if b"/Filter" in dictionary or end < 0:
                return None
            content = pdf[opened.end() : end].strip()
            told += [text for element in parse_xml(content).iter() if (text := element.text)]
        at = len(pdf) if end < 0 else end + len(b"endstream")
    strings = _strings(b"".join((*open_air, pdf[at:])))
    return None if strings is None else told + list(dict.fromkeys(map(_text, strings)))


def _strings(rest: bytes) -> list[bytes] | None:
    """Return the strings in what stands outside streams; None where a parenthesis belongs to none of them."""
    literals = _PLAIN_LITERAL.findall(rest)
    if b"\\" in rest or rest.count(b"(") + rest.count(b")") != 2 * len(literals):
        literals = _LITERAL.findall(rest)
        if re.search(rb"[()]", _LITERAL.sub(b"", rest)):
            return None
    figures = dict.fromkeys(_FIGURES.findall(rest))
    return [*map(_plain, dict.fromkeys(literals)), *(_bytes(b"".join(found.split())) for found in figures)]


def _bytes(figures: bytes) -> bytes:
    return bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode())


def _plain(literal: bytes) -> bytes:
    if b"\\" not in literal:
        return literal
    return _ESCAPE.sub(lambda e: bytes([int(e[1], 8) & 255]) if e[1] else _ESCAPED.get(e[2], e[2] or b""), literal)


def _text(string: bytes) -> str:
    """Return a text string (7.9.2.2): UTF-16 or UTF-8 by its mark, else one byte a letter."""
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8")):
        if string.startswith(mark):
            return string[len(mark) :].decode(encoding, "replace")
    return string.decode("latin-1")


def _by_qpdf(pdf: bytes) -> list[str]:
    import pikepdf  # noqa: PLC0415 - slow to import, and not wanted for papers of the press

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            information = document.trailer.get("/Info")
            found = [str(value) for value in (information or {}).values()]
            metadata = document.Root.get("/Metadata")
            if isinstance(metadata, pikepdf.Stream):
                found += [text for element in parse_xml(metadata.read_bytes()).iter() if (text := element.text)]
            if "/Outlines" in document.Root:
                found += _titles(document.Root.Outlines)
            return [*found, *document.attachments]
    except pikepdf.PdfError as error:
        raise InputError("PDFとして読み取れませんでした。", action="もう一度作成してください。") from error


def _titles(outlines: pikepdf.Object) -> list[str]:
    """Return the titles of all bookmarks (ISO 32000-1, 12.3.3), each item visited once."""
    found, waiting, seen = [], [outlines.get("/First")], set()
    while waiting:
        item = waiting.pop()
        while item is not None and item.objgen not in seen:
            seen.add(item.objgen)
            found.append(str(item.get("/Title", "")))
            waiting.append(item.get("/First"))
            item = item.get("/Next")
    return found
