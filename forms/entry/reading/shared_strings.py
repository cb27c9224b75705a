"""Read the shared strings of a workbook in flat memory (ECMA-376-1 18.4)."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any

from forms.entry.reading import limits
from forms.entry.reading.faces import Face, look
from forms.entry.reading.package import local_names

if TYPE_CHECKING:
    from forms.entry.reading.package import WorkbookPackage

_MILLION = 1_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN = Face()
_CUT = 65_535  # letters of a shared string that are kept, twice what a cell holds


class SharedStrings:
    """The shared strings, kept as one run of UTF-8 and its ends: half the memory of a list of str.

    A text longer than a cell holds is cut one letter beyond, which is how the reader of a sheet knows it.
    """

    def __init__(self, package: WorkbookPackage, part: str) -> None:
        self.lengths = array("H")
        self.faces: dict[int, frozenset[Face]] = {}  # looks of the runs of a string, where any is not plain
        self._data = bytearray()
        self._ends = array("Q")
        if part in package:
            self._read(package, part)

    def _read(self, package: WorkbookPackage, part: str) -> None:
        reader = _TextReader()

        def set_up(parser: Any) -> None:
            parser.StartElementHandler = reader.start
            parser.EndElementHandler = reader.end
            parser.CharacterDataHandler = reader.text

        for _ in package.parse(part, set_up):
            for text, faces in reader.done:
                if faces:
                    self.faces[len(self._ends)] = faces
                kept = text if len(text) < _CUT else text[:_CUT]
                self._data += kept.encode("utf-8", "surrogatepass")
                self._ends.append(len(self._data))
                self.lengths.append(len(kept))
            reader.done.clear()
            limits.check("TEXT_MILLIONS", len(self._data) / 3 / _MILLION, package.name)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends):
            raise ValueError(index)
        start = self._ends[index - 1] if index else 0
        return self._data[start : self._ends[index]].decode("utf-8", "surrogatepass")


class _TextReader:
    """Gather the text of each string item; phonetic runs (furigana) are another reading of it and stay out."""

    names = local_names("si", "t", "rPh", "r", "strike", "color")

    def __init__(self) -> None:
        self.done: list[tuple[str, frozenset[Face]]] = []
        self.parts: list[str] = []
        self._taking = False
        self._phonetic = False
        self._long = 0
        self._face = _PLAIN
        self._faces: set[Face] = set()

    def start(self, name: str, at: dict[str, str]) -> None:
        """Note that an element begins."""
        kind = self.names.get(name)
        if kind == "t":
            self._taking = not self._phonetic
            if self._face is not _PLAIN and self._taking:
                self._faces.add(self._face)
        elif kind == "rPh":
            self._phonetic = True
        elif kind == "si":
            self.parts.clear()
            self._faces.clear()
            self._face = _PLAIN
        elif kind == "r":
            self._face = _PLAIN
        elif kind:
            self._face = look(self._face, kind, at)

    def end(self, name: str) -> None:
        """Note that an element ends."""
        kind = self.names.get(name)
        if kind == "t":
            self._taking = False
        elif kind == "rPh":
            self._phonetic = False
        elif kind == "si":
            self.done.append((unescape("".join(self.parts)), frozenset(self._faces)))
            self._long = 0

    def text(self, data: str) -> None:
        """Take text when it is the value's own, and no more of it than could ever be used."""
        if self._taking and self._long < _CUT:
            self.parts.append(data)
            self._long += len(data)


def unescape(text: str) -> str:
    """Undo the file format's escapes of characters that XML cannot hold (_x000D_)."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
