"""Replace the properties of a PDF as the press writes it, without reading the rest.

The press writes information, metadata and catalogue last, and one plain table of places after them. So new properties need a
new tail only. What is not built that way, to the letter, is left to the general reader (forms/finish/finish.py).
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_TRAILER: Final = re.compile(
    rb"trailer\n<</Size (\d+)/Root (\d+) 0 R/Info (\d+) 0 R/ID\[\([^()]*\)\([^()]*\)\]>>\nstartxref\n(\d+)\n%%EOF"
)
_INFORMATION: Final = re.compile(rb"(\d+) 0 obj\n<<(?:/\w+(?:\([^()\\]*\)|<[0-9A-F]*>))*>>\nendobj\n")
_METADATA: Final = re.compile(rb"(\d+) 0 obj\n<</Length (\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
_CATALOGUE: Final = re.compile(rb"(\d+) 0 obj\n<<((?:[^<>()]|<<[^<>()]*>>|\([\w-]*\))*)>>\nendobj\n")
_INNER: Final = re.compile(rb"<<[^<>]*>>")
_KEY: Final = re.compile(rb"/(\w+)(?=[\s/<(\[\d])")
_VALUES: Final = frozenset({"/Catalog"})
_ENTRY: Final = 20  # bytes of a line in the table of places (ISO 32000-1, 7.5.4)


class Tail:
    """The last three objects of a PDF of the press: where they begin, what the catalogue and the metadata say."""

    def __init__(
        self, pdf: bytes, start: int, numbers: tuple[int, int, int], catalogue: bytes, metadata: bytes
    ) -> None:
        """Take what `read_tail` found; `numbers` are those of information, metadata and catalogue."""
        self.pdf, self.start, self.numbers = pdf, start, numbers
        self.catalogue, self.metadata = catalogue, metadata

    def says(self, entries: Iterable[bytes]) -> bool:
        """Tell whether the catalogue has all these entries."""
        return all(entry in self.catalogue for entry in entries)

    def with_properties(self, information: Mapping[str, str], metadata: bytes) -> bytes:
        """Return the PDF with this information (ISO 32000-1, 14.3.3) and metadata in place of its own."""
        body = self.pdf[: self.start]
        entries = b"".join(f"/{key}{_text(value)}".encode() for key, value in information.items())
        stream = b"<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n%b\nendstream" % (len(metadata), metadata)
        places = []
        new = bytearray()
        for number, content in zip(
            self.numbers, (b"<<%b>>" % entries, stream, b"<<%b>>" % self.catalogue), strict=True
        ):
            places.append(b"%010d 00000 n\r\n" % (len(body) + len(new)))
            new += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        size = self.numbers[2] + 1
        table = self.pdf.rindex(b"\nxref\n") + len(b"\nxref\n0 %d\n" % size)
        kept = self.pdf[table : table + _ENTRY * self.numbers[0]]
        identity = sha256(body + new).hexdigest()[:32].encode()
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (
            size,
            self.numbers[2],
            self.numbers[0],
            identity,
            identity,
            len(body) + len(new),
        )
        return b"".join((body, new, b"xref\n0 %d\n" % size, kept, *places, trailer))


def read_tail(pdf: bytes, kept: Collection[str]) -> Tail | None:
    """Return the tail of a PDF that ends as the press ends one and whose catalogue has no key but those `kept`; else None."""
    trailer = _TRAILER.search(pdf, max(0, len(pdf) - 300))
    if trailer is None or pdf[trailer.end() :].strip():
        return None
    size, root, info, table = (int(number) for number in trailer.groups())
    head = b"xref\n0 %d\n" % size
    first = table + len(head)
    if (info, root) != (size - 3, size - 1) or pdf[table:first] != head or first + _ENTRY * size != trailer.start():
        return None
    lines = [pdf[first + _ENTRY * number :][:_ENTRY] for number in (info, info + 1, root)]
    if not all(re.fullmatch(rb"\d{10} 00000 n\r\n", line) for line in lines):
        return None
    start, described, rooted = (int(line[:10]) for line in lines)
    information, metadata, catalogue = (
        _INFORMATION.match(pdf, start),
        _METADATA.match(pdf, described),
        _CATALOGUE.match(pdf, rooted),
    )
    if information is None or metadata is None or catalogue is None:
        return None
    stream = pdf[metadata.end() :][: int(metadata[2])]
    ends = (information.end(), metadata.end() + len(stream) + len(b"\nendstream\nendobj\n"), catalogue.end())
    numbers = (int(information[1]), int(metadata[1]), int(catalogue[1]))
    keys = {f"/{key.decode()}" for key in _KEY.findall(_INNER.sub(b" 0", catalogue[2]) + b" ")} - _VALUES
    if ends != (described, rooted, table) or numbers != (info, info + 1, root) or not keys.issubset(kept):
        return None
    return Tail(pdf, start, numbers, catalogue[2], stream)


def _text(value: str) -> str:
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"
