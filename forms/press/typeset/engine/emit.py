"""Write Typst source: strings, lengths, and named presets so that each look is spelled out once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, NamedTuple

from forms.press.typeset.engine import fonts
from validators.glyphs import in_main_fonts

if TYPE_CHECKING:
    from collections.abc import Iterable

_VARIANT = re.compile("[^\ufe00-\ufe0f\U000e0100-\U000e01ef][\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
# Letters that a line may begin or end with; what is not of them may hang together for longer than a line is wide.
_FREE = (
    "\\s\u200b"
    "あいうえおか-ぢつ-もやゆよら-ろわ-んアイウエオカ-ヂツ-モヤユヨラ-ロワ-ンｱ-ﾝ０-９Ａ-Ｚａ-ｚ"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"  # part of the letter before them
_LETTER = re.compile(f"(?s).[{_MARKS}]*")
# Full-width Latin letters are square like the Japanese beside them: no space is set between, as Typst would.
_WIDE_LATIN = re.compile("(?<=[ぁ-ヿ々㐀-䶿一-鿿])(?=[Ａ-Ｚａ-ｚ])|(?<=[Ａ-Ｚａ-ｚ])(?=[あ-ヺ々㐀-䶿一-鿿])")
_TRAILING = re.compile("[ \u3000]+$")
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": " ", "\r": " ", "\t": " "})
LINE_FACTOR = 83 / 64  # Word's natural line of a Japanese font, over its size
ASCENT = 0.88  # of the size, in every Japanese font of ours
EXACT_ASCENT = 0.8  # of a line of exact height


def quote(text: str) -> str:
    """Return a Typst string literal."""
    return f'"{text.translate(_QUOTED)}"'


def paint(colour: str) -> str:
    """Return a colour (#rrggbb; "" is black); greys in the colour space of black, so that most papers need no second one."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"luma({int(red or '0', 16)})" if red == green == blue else f"rgb({quote(colour)})"


def pt(value: float) -> str:
    """Return a length in points, to a hundredth."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{'0' if text in {'-0', ''} else text}pt"


def say(text: str, tracking: float = 0.0) -> str:
    """Return code that joins to `text`; a character with its variation selector is set in the font that has the shape.

    `tracking` (points) is what stands between letters; Typst leaves it out where the font is another by name.
    """
    between = f"h({pt(tracking)})" if tracking else ""
    if max(text, default="") < "\ufe00" or not _VARIANT.search(text):
        apart = _WIDE_LATIN.split(text) if max(text, default="") >= "\uff21" else [text]
        return _joined([quote(part) for part in apart], between or "gap")
    pieces: list[str] = []
    at = 0
    for match in _VARIANT.finditer(text):
        if in_main_fonts(match[0]):
            continue
        pieces += [quote(text[at : match.start()])] if match.start() > at else []
        pieces.append(f"mj({quote(match[0])})")
        at = match.end()
    pieces += [quote(text[at:])] if at < len(text) else []
    return _joined(pieces, between)


def _joined(pieces: list[str], between: str) -> str:
    return join([code for piece in pieces for code in (between, piece)][1:])


def say_within(text: str, tracking: float, room: float) -> str:
    """Return `say(text)` with places to break in whatever hangs together over more than `room` ems, a line's width.

    「！！！…」, a row of signs or a number of eighty figures would run off the paper.
    """
    pieces: list[str] = []
    at = 0
    if len(text) > room:
        for match in _hanging(max(2, int(room))).finditer(text):
            if sum(0.5 if letter < "\x80" else 1.0 for letter in match[0]) > room:
                pieces.append(say(text[at : match.start()], tracking) if match.start() > at else "")
                for letter in _LETTER.findall(match[0]):
                    pieces += ["gap", say(letter)]
                at = match.end()
    if at < len(text):
        pieces.append(say(text[at:], tracking))
    return join(pieces)


@lru_cache(maxsize=256)
def _hanging(least: int) -> re.Pattern[str]:
    return re.compile(f"[^{_FREE}{_MARKS}][^{_FREE}]{{{least - 1},}}")


def group(arguments: str) -> str:
    """Return a dictionary of named arguments, for a call that spreads it."""
    return f"({arguments.strip(',')},)" if arguments else "(:)"


def join(codes: Iterable[str]) -> str:
    """Return code that sets one piece after the other; the prelude joins, so that the whole carries no place in the source."""
    codes = [code for code in codes if code]
    return codes[0] if len(codes) == 1 else f"j({','.join(codes)})" if codes else ""


def hold_trailing_blanks(text: str) -> tuple[str, float]:
    """Split off blanks at the end, which Typst would drop from a line's width; return the rest and their width in em."""
    match = _TRAILING.search(text)
    if match is None:
        return text, 0.0
    return text[: match.start()], sum(1.0 if blank == "\u3000" else 0.5 for blank in match[0])


class LetterLook(NamedTuple):
    """How letters look; one preset each. Lengths in points."""

    family: str = fonts.MINCHO
    latin: str = ""
    size: float = 10.5
    bold: bool = False
    colour: str = ""
    tracking: float = 0.0
    baseline: float = 0.0
    autospace: bool = True
    line: float = 0.0
    exact: bool = False  # a line of exact height: its baseline stands at four fifths, whatever the size
    above: float = 0.0  # what a least height (atLeast) adds to the font's own line: it stands above the letters

    def height(self) -> tuple[float, float, bool, float]:
        """Return what places the letters within their line."""
        return self.size, self.line, self.exact, self.above

    def arguments(self, base: LetterLook | None = None) -> str:
        """Return the arguments of `text` in which this look differs from `base`."""
        out: list[str] = []
        if base is None or (self.family, self.latin) != (base.family, base.latin):
            latin = f'(name:{quote(self.latin)},covers:"latin-in-cjk"),' if self.latin else ""
            out.append(f"font:({latin}{quote(self.family)},..rest)")
        if base is None or self.height() != base.height():
            even = ASCENT * self.size + (self.line + self.above - self.size) / 2
            top = EXACT_ASCENT * self.line if self.exact else even
            bottom = self.line - top
            out.append(f"size:{pt(self.size)},top-edge:{pt(top)},bottom-edge:{pt(-bottom)}")
        if self.bold != (base is not None and base.bold) or (
            self.bold and base is not None and self.family != base.family
        ):
            out.append(self._weight())
        if self.colour != ("" if base is None else base.colour):
            out.append(f"fill:{paint(self.colour)}")
        if self.tracking != (0.0 if base is None else base.tracking):
            out.append(f"tracking:{pt(self.tracking)}")
        if self.baseline != (0.0 if base is None else base.baseline):
            out.append(f"baseline:{pt(self.baseline)}")
        if self.autospace != (True if base is None else base.autospace):
            out.append(f"cjk-latin-spacing:{'auto' if self.autospace else 'none'}")
        return ",".join(out)

    def _weight(self) -> str:
        gothic = self.family in {fonts.GOTHIC, fonts.P_GOTHIC}
        if not self.bold:
            return 'weight:"regular",stroke:none'
        return 'weight:"bold",stroke:none' if gothic else f"stroke:0.03em+{paint(self.colour)}"


@lru_cache(maxsize=4096)
def _named(kind: str, definition: str) -> str:
    return kind + blake2s(definition.encode(), digest_size=8).hexdigest()


@dataclass(slots=True)
class Presets:
    """Definitions at the head of the source; each name follows from its definition, whatever the paper."""

    definitions: dict[str, str] = field(default_factory=dict)

    def name(self, kind: str, definition: str) -> str:
        """Return the name under which `definition` (what stands after `#let NAME=`) is known."""
        name = _named(kind, definition)
        self.definitions[name] = definition
        return name

    def source(self) -> str:
        """Return all definitions."""
        return "".join(f"#let {name}={definition}\n" for name, definition in self.definitions.items())
