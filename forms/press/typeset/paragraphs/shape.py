"""A paragraph ready to be placed, and the presets of its shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import group, pt, quote

if TYPE_CHECKING:
    from forms.press.typeset.engine.emit import Presets


@dataclass(frozen=True, slots=True)
class ParagraphShape:
    """How a paragraph stands: alignment, indents in points, heading level (0: none), what it is kept with."""

    align: str
    left: float
    right: float
    first: float
    level: int
    keeps_next: bool
    keeps_lines: bool

    def block(self, letters: str) -> str:
        """Return the preset of a paragraph among others: (space above, body)."""
        frame = group(self._inset() + "sticky:true," * self.keeps_next + "breakable:false," * self.keeps_lines)
        if self.level:
            return f"titled.with({self.level},{self._standing()},{frame},{group(letters)})"
        if self.align == "spread":
            return f"paragraph.with(none,{frame},none,{group(letters)})"
        options = f"justify:{'true' if self.align == 'both' else 'false'}"
        if self.first > 0:
            options += f",first-line-indent:(amount:{pt(self.first)},all:true)"
        elif self.first < 0:
            options += f",hanging-indent:{pt(-self.first)}"
        return f"paragraph.with({self._where()},{frame},{group(options)},{group(letters)})"

    def inline(self, letters: str) -> str:
        """Return the preset of a cell's only paragraph: (body); "" when nothing is to be set."""
        inset = self._inset()
        if not (letters or inset or self.first < 0 or self.align in {"both", "right", "center", "spread"}):
            return ""
        return f"written.with({self._standing()},{group(inset)},{group(letters)})"

    def _standing(self) -> str:
        justify = "true" if self.align in {"both", "spread"} else "false"
        return f"({quote('spread') if self.align == 'spread' else self._where()},{justify},{pt(self.first)})"

    def _where(self) -> str:
        return self.align if self.align in {"right", "center"} else "none"

    def _inset(self) -> str:
        start = self.left + min(self.first, 0.0)
        sides = "".join(f"{side}:{pt(value)}," for side, value in (("left", start), ("right", self.right)) if value)
        return f"inset:({sides})," if sides else ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph ready to be placed; code is a call that still wants the space above it."""

    shape: ParagraphShape
    letters: str  # arguments of `text` that differ from the section's
    body: str  # code
    before: float
    after: float
    line: float
    size: float
    units: float  # full-width letters in it, about
    simple: bool  # only text: no break, image or field
    height: float  # points, estimated
    style: str
    contextual: bool
    breaks_page: bool
    keeps_next: bool
    box: str  # what surrounds it (borders, shade) as arguments of `block`; "" for nothing
    parts: tuple[str, ...] = ()  # the bodies before the last one, each ended by a page break
    called: str = ""  # of a heading in which not letters alone stand: what the outline calls it

    def alone(self, presets: Presets) -> str:
        """Return the code of the only paragraph of a cell, without the space above and below."""
        if not self.body:
            return f"v({pt(self.line)})"
        definition = _inline(self.shape, self.letters)
        return f"{presets.name('q', definition)}({self.body})" if definition else self.body

    def at(self, presets: Presets, above: float) -> str:
        """Return the code that places it `above` points under what precedes it."""
        return self.place(presets, self.body, above)

    def place(self, presets: Presets, body: str, above: float) -> str:
        """Return the code that places other letters as this paragraph's are."""
        if not body:
            return f"block(above:{pt(above)},height:{pt(self.line)},breakable:false{',sticky:true' * self.keeps_next})"
        called = f",called:{quote(self.called)}" if self.called else ""
        return f"{presets.name('p', _block(self.shape, self.letters))}({pt(above)},{body}{called})"


_block, _inline = lru_cache(maxsize=4096)(ParagraphShape.block), lru_cache(maxsize=4096)(ParagraphShape.inline)
