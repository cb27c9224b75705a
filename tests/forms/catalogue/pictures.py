"""Pages as small grey pictures: drawn by PDFium, kept as PNG, compared point by point."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import pypdfium2

DPI = 60
_HEAD = b"\x89PNG\r\n\x1a\n"
_SEEN = 96  # of 255: a smaller change of grey is the edge of a letter, smoothed otherwise


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture: its size in points of the screen, its rows one after the other, a byte each."""

    width: int
    height: int
    points: bytes

    def changed(self, other: Picture) -> float:
        """Return the share of points that changed visibly, 1.0 for another size."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        if self.points == other.points:
            return 0.0
        seen = sum(abs(a - b) > _SEEN for a, b in zip(self.points, other.points, strict=True))
        return seen / len(self.points)


def draw(pdf: bytes) -> list[Picture]:
    """Return a PDF's pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            rows = bytes(bitmap.buffer)
            points = b"".join(rows[n * bitmap.stride : n * bitmap.stride + bitmap.width] for n in range(bitmap.height))
            pages.append(Picture(bitmap.width, bitmap.height, points))
        return pages
    finally:
        document.close()


def to_png(picture: Picture) -> bytes:
    """Return the picture as PNG."""
    rows = (picture.points[n * picture.width : (n + 1) * picture.width] for n in range(picture.height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
        (b"IEND", b""),
    )
    return _HEAD + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def from_png(content: bytes) -> Picture:
    """Read a PNG that `to_png` wrote."""
    width, height = struct.unpack_from(">II", content, len(_HEAD) + 8)
    at = content.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">I", content, at - 8)
    rows = zlib.decompress(content[at : at + length])
    return Picture(width, height, b"".join(rows[n * (width + 1) + 1 : (n + 1) * (width + 1)] for n in range(height)))
