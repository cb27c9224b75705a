"""What a workbook's fonts do to a cell's text: strike it through, or colour it like the ground it stands on (ECMA-376-1 18.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forms.entry.reading.batch import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

STRUCK = Fault(
    "struck-out",
    "このセルの文字に取消線が引かれています。取り消したのか、生かすのかを確かめてください。"
    "生かすときは取消線をやめ、取り消すときは文字を消してください。",
)
UNSEEN = Fault(
    "unseen-text",
    "このセルの文字は、地と同じ色のため見えません。文字の色を変えて、正しい値か確かめてください。",
)

WHITE, BLACK = "FFFFFF", "000000"
_INDEXED = {"0": BLACK, "1": WHITE, "8": BLACK, "9": WHITE, "64": BLACK, "65": WHITE}
_THEME = {"0": WHITE, "1": BLACK}
_NEAR = 24  # of 255 in each of red, green and blue: nobody tells such colours apart on paper or screen


class Face(NamedTuple):
    """The look of a font, or of a run of rich text."""

    struck: bool = False
    colour: str = BLACK


def is_on(at: Mapping[str, str]) -> bool:
    """Tell whether an element that switches something is on: it is where no value says otherwise."""
    return at.get("val", "1") not in {"0", "false", "none"}


def colour_of(at: Mapping[str, str]) -> str:
    """Return a colour as six digits, or by a name of its own where its digits stand elsewhere (theme, palette)."""
    if rgb := at.get("rgb", ""):
        return rgb[-6:].upper()
    tint = at.get("tint", "")
    if theme := at.get("theme", ""):
        return _tinted(_THEME[theme], tint) if theme in _THEME else f"theme {theme} {tint}".rstrip()
    index = at.get("indexed", "")
    return _INDEXED.get(index, f"indexed {index}") if index else BLACK


def _tinted(ground: str, tint: str) -> str:
    """Return black or white, darker by a negative tint, lighter by a positive one (18.8.19)."""
    try:
        share = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        share = 0.0
    light = int(ground[:2], 16) / 255
    light = light * (1 + share) if share < 0 else light + (1 - light) * share
    return f"{round(255 * light):02X}" * 3


def alike(one: str, other: str) -> bool:
    """Tell whether nobody can tell two colours apart."""
    if one == other:
        return True
    try:
        pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
        return all(abs(a - b) <= _NEAR for a, b in pairs)
    except ValueError:
        return False


def fault_of(face: Face, ground: str) -> Fault | None:
    """Return what is wrong with a text of this look on a ground; None where people see it as it is."""
    if face.struck:
        return STRUCK
    return UNSEEN if ground and alike(face.colour, ground) else None


def look(face: Face, kind: str, at: Mapping[str, str]) -> Face:
    """Return the look of a run of rich text after one more element of it: `r` begins a run as its cell looks."""
    if kind == "strike":
        return face._replace(struck=is_on(at))
    return face._replace(colour=colour_of(at)) if kind == "color" else Face()


class FaceReader:
    """Gather fonts, fills and which of them each cell format has, from the elements of styles.xml in their order."""

    def __init__(self) -> None:
        self.fonts: list[Face] = []
        self.fills: list[str] = []  # "": patterned, or shaded: nothing is said of it
        self.formats: list[tuple[str, str]] = []
        self._in = ""

    def take(self, parent: str, name: str, at: Mapping[str, str]) -> None:
        """Take notice of an element; the fonts and fills of conditional formats (dxf) are no cell's own."""
        if (parent, name) == ("fonts", "font"):
            self.fonts.append(Face())
            self._in = "font"
        elif (parent, name) == ("fills", "fill"):
            self.fills.append("")
            self._in = "fill"
        elif parent in {"cellStyleXfs", "cellXfs", "dxfs", "borders"}:
            self._in = ""
            if (parent, name) == ("cellXfs", "xf"):
                self.formats.append((at.get("fontId", "0"), at.get("fillId", "0")))
        elif self._in == "font" and (parent, name) == ("font", "strike"):
            self.fonts[-1] = self.fonts[-1]._replace(struck=is_on(at))
        elif self._in == "font" and (parent, name) == ("font", "color"):
            self.fonts[-1] = self.fonts[-1]._replace(colour=colour_of(at))
        elif self._in == "fill" and (parent, name) == ("fill", "patternFill"):
            self.fills[-1] = WHITE if at.get("patternType", "none") == "none" else ""
            self._in = "solid" if at.get("patternType") == "solid" else ""
        elif self._in == "solid" and (parent, name) == ("patternFill", "fgColor"):
            self.fills[-1] = colour_of(at)

    def faults(self) -> dict[str, Fault]:
        """Return what is wrong with all that stands in cells of a format, by the format's index as cells name it."""
        found = {}
        for index, (font, _) in enumerate(self.formats):
            face = self.fonts[int(font)] if font.isdecimal() and int(font) < len(self.fonts) else Face()
            if fault := fault_of(face, self.ground(index)):
                found[str(index)] = fault
        return found

    def ground(self, index: int) -> str:
        """Return the colour behind the cells of a format."""
        fill = self.formats[index][1] if index < len(self.formats) else "0"
        return self.fills[int(fill)] if fill.isdecimal() and int(fill) < len(self.fills) else WHITE
