"""Read where each letter of a PDF stands, and say how far two PDFs of one document lie apart."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

MM = 72 / 25.4
FAR = 3.0  # millimetres
SAME_LINE = 1.0  # points: baselines closer than this are one line
_SELECTING = 0xDB40  # the first half of U+E0100 … U+E01EF in UTF-16
_INVISIBLE = set("\u200b\u2060\ufeff\u00ad\ufffe\x02")
_ONE_LOOK = str.maketrans({"〜": "～", "‑": "-", "—": "―", "−": "－", "・": "･"})  # one glyph, several names in PDFs


class Letter(NamedTuple):
    """One letter: its page from 0, the start of its baseline in points from the page's top left."""

    text: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Reading:
    """All visible letters of a PDF in its order, and its pages' sizes in points."""

    letters: tuple[Letter, ...]
    pages: tuple[tuple[float, float], ...]

    @property
    def text(self) -> str:
        """Return the letters without blanks."""
        return "".join(letter.text for letter in self.letters)


class Line(NamedTuple):
    """A line of ours beside the same letters elsewhere; millimetres, `off` is the farthest of its letters."""

    text: str
    page: int
    x: float
    y: float
    other: Letter
    off: float


@dataclass(slots=True)
class Difference:
    """What two readings of one document differ in."""

    pages: tuple[int, int]
    lines: list[Line] = field(default_factory=list)
    lost: str = ""  # letters of ours that the other lacks
    added: str = ""

    @property
    def farthest(self) -> float:
        """Return the largest distance in millimetres, 0 for no text."""
        return max((line.off for line in self.lines), default=0.0)

    def within(self, tolerance: float) -> bool:
        """Tell whether pages and text are the same and every line lies within `tolerance` millimetres."""
        return self.pages[0] == self.pages[1] and not self.lost and not self.added and self.farthest <= tolerance


def read(pdf: bytes) -> Reading:
    """Read the letters of a PDF with the starts of their baselines."""
    document = pdfium.PdfDocument(pdf)
    letters: list[Letter] = []
    sizes = []
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        sizes.append((width, height))
        text = page.get_textpage()
        x, y, code = ctypes.c_double(), ctypes.c_double(), 0
        for index in range(raw.FPDFText_CountChars(text)):
            code, before = raw.FPDFText_GetUnicode(text, index), code
            if _SELECTING in {code, before}:  # the two halves of a variation selector
                continue
            character = chr(code).translate(_ONE_LOOK)
            if character.isspace() or character in _INVISIBLE or 0xE0100 <= code < 0xE01F0:
                continue
            if raw.FPDFText_IsGenerated(text, index) == 1:
                continue
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            letters.append(Letter(character, number, x.value, height - y.value))
        text.close()
        page.close()
    document.close()
    return Reading(tuple(letters), tuple(sizes))


def compare(ours: Reading, other: Reading) -> Difference:
    """Match letter to letter in order, group ours into lines, and measure each line's farthest letter."""
    difference = Difference((len(ours.pages), len(other.pages)))
    pairs, left, spare = _match(ours, other)
    difference.lost = "".join(letter.text for letter in left)
    difference.added = "".join(letter.text for letter in spare)
    line: list[tuple[Letter, Letter]] = []
    for pair in pairs:
        if line and (pair[0].page != line[0][0].page or abs(pair[0].y - line[0][0].y) > SAME_LINE):
            difference.lines.append(_line(line))
            line = []
        line.append(pair)
    if line:
        difference.lines.append(_line(line))
    return difference


def _match(ours: Reading, other: Reading) -> tuple[list[tuple[Letter, Letter]], list[Letter], list[Letter]]:
    """Return what belongs together in our order, and what either has alone.

    LibreOffice writes letters of a fallback font and turned cells out of turn: what the order leaves over is matched with
    the nearest same letter.
    """
    partner: dict[int, Letter] = {}
    left: list[int] = []
    spare: list[Letter] = []
    for kind, a, b, c, d in SequenceMatcher(None, ours.text, other.text, autojunk=False).get_opcodes():
        if kind == "equal":
            partner.update(zip(range(a, b), other.letters[c:d], strict=True))
        else:
            left.extend(range(a, b))
            spare.extend(other.letters[c:d])
    for index in list(left):
        own = ours.letters[index]
        same = [letter for letter in spare if letter.text == own.text]
        if same:
            partner[index] = min(same, key=lambda letter: _distance(own, letter))
            spare.remove(partner[index])
            left.remove(index)
    pairs = _near([(ours.letters[index], partner[index]) for index in sorted(partner)])
    return pairs, [ours.letters[index] for index in left], spare


def _near(pairs: list[tuple[Letter, Letter]]) -> list[tuple[Letter, Letter]]:
    """Match anew what lies far apart: where engines write cells in another order, a word that comes twice changed places."""
    far = [n for n, (one, two) in enumerate(pairs) if _distance(one, two) > FAR]
    free: dict[str, list[Letter]] = {}
    for n in far:
        free.setdefault(pairs[n][1].text, []).append(pairs[n][1])
    for n in far:
        own = pairs[n][0]
        nearest = min(free[own.text], key=lambda letter: _distance(own, letter))
        free[own.text].remove(nearest)
        pairs[n] = (own, nearest)
    return pairs


def _line(pairs: list[tuple[Letter, Letter]]) -> Line:
    first, other = pairs[0]
    off = max(_distance(one, two) for one, two in pairs)
    return Line("".join(one.text for one, _ in pairs), first.page, first.x / MM, first.y / MM, other, off)


def _distance(one: Letter, two: Letter) -> float:
    """Return the larger of the distances across and down in millimetres; another page is a page's height away."""
    if one.page != two.page:
        return 297.0 * abs(one.page - two.page)
    return max(abs(one.x - two.x), abs(one.y - two.y)) / MM
