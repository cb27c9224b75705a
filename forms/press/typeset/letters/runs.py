"""From run properties to a look: which font, which size, which decoration."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from forms.press.typeset.engine import fonts
from forms.press.typeset.engine.emit import LINE_FACTOR, LetterLook, paint

if TYPE_CHECKING:
    from forms.press.typeset.reading.styles import Properties

_GOTHIC = (
    "ゴシック",
    "gothic",
    "sans",
    "arial",
    "meiryo",
    "メイリオ",
    "calibri",
    "helvetica",
    "yu gothic",
    "verdana",
    "segoe",
    "丸ｺﾞ",
)
_SYMBOLS = ("wingdings", "webdings", "symbol", "marlett", "mt extra")
_UNDERLINES = {
    "single": "",
    "words": "",
    "thick": ",stroke:1.2pt",
    "dotted": ',stroke:(thickness:0.6pt,dash:"dotted")',
    "dash": ',stroke:(thickness:0.5pt,dash:"dashed")',
    "double": "",
    "dashLong": ',stroke:(thickness:0.5pt,dash:"dashed")',
}
HIGHLIGHTS = {
    "yellow": "#ffff00",
    "green": "#00ff00",
    "cyan": "#00ffff",
    "magenta": "#ff00ff",
    "blue": "#0000ff",
    "red": "#ff0000",
    "lightGray": "#c0c0c0",
    "darkGray": "#808080",
    "black": "#000000",
    "darkBlue": "#000080",
    "darkCyan": "#008080",
    "darkGreen": "#008000",
    "darkMagenta": "#800080",
    "darkRed": "#800000",
    "darkYellow": "#808000",
    "white": "#ffffff",
}


# Word's line of a Japanese font is 1.3 times as high as its ascent and descent together: 83/64 of the size in most; those of
# these are higher (1.31, 1.5 and 1.27 of the size). As people report it of Word: on a grid of 18 points 游明朝 and Meiryo UI stand on
# one line of it up to 10.5 points and Meiryo UI on two up to 21 (so 1.64 to 1.71), メイリオ up to 9 and 18 (1.9 to 2.0; 1.95 is named).
_LINES = {
    **dict.fromkeys(("游明朝", "游ゴシック", "yu mincho", "yu gothic", "yumincho", "yugothic"), 1.7),
    **dict.fromkeys(("メイリオ", "meiryo"), 1.95),
    **dict.fromkeys(("meiryo ui", "yu gothic ui"), 1.65),
}


@cache
def line_factor(name: str) -> float:
    """Return the height of a line in the font `name`, over its size."""
    lowered = normalize("NFKC", name).lower()
    known = [start for start in _LINES if lowered.startswith(start)]
    return _LINES[max(known, key=len)] if known else LINE_FACTOR


@cache
def family(name: str) -> str:
    """Return the font of ours that stands in for the font `name`; "" for a font of symbols, which nothing stands in for."""
    lowered = name.lower()
    if any(part in lowered for part in _SYMBOLS):
        return "" if lowered != "segoe ui symbol" else fonts.GOTHIC
    proportional = any(part in lowered for part in ("udp", "ｐ", "mspgothic", "ms p")) and "proxy" not in lowered
    if any(part in lowered for part in _GOTHIC):
        return fonts.P_GOTHIC if proportional else fonts.GOTHIC
    return fonts.P_MINCHO if proportional else fonts.MINCHO


def look_of(properties: Properties, *, autospace: bool, pitch: float) -> LetterLook:
    """Return the look of a run; `pitch` is what a character grid adds to each letter, in points."""
    main = family(properties.get("font.eastAsia") or properties.get("font.ascii", ""))
    latin = family(properties.get("font.ascii", "")) if "font.ascii" in properties else main
    size = properties.get("size", 10.0)
    script = properties.get("script", "baseline")
    baseline = -properties.get("raise", 0.0)
    if script in {"superscript", "subscript"}:
        baseline += -0.35 * size if script == "superscript" else 0.12 * size
        size *= 0.62
    return LetterLook(
        family=main or fonts.MINCHO,
        latin=latin if latin != main else "",
        size=size,
        bold=bool(properties.get("bold")),
        colour=properties.get("colour", ""),
        tracking=properties.get("tracking", 0.0) + pitch,
        baseline=baseline,
        autospace=autospace,
    )


def refusals(properties: Properties) -> list[str]:
    """Name what a run or paragraph asks for that is not drawn."""
    found = [name.removeprefix("!") for name, value in properties.items() if name[0] == "!" and value]
    if family(properties.get("font.ascii", "")) == "" or family(properties.get("font.eastAsia", "")) == "":
        found.append("記号フォント")
    if (line := properties.get("underline")) and line not in _UNDERLINES:
        found.append(f"下線 {line}")
    return found


def decorate(code: str, properties: Properties, count: int) -> str:
    """Wrap code by what surrounds letters: underline, strike, shade, scale, fitted width."""
    if line := properties.get("underline"):
        code = f"underline(evade:false,offset:0.14em{_UNDERLINES.get(line, '')},{code})"
        if line == "double":
            code = f"underline(evade:false,offset:0.24em,{code})"
    if properties.get("strike"):
        code = f"strike(offset:-0.3em,{code})"
    if properties.get("dstrike"):
        code = f"double-strike({code})"
    shade = HIGHLIGHTS.get(properties.get("highlight", ""), "") or properties.get("shade", "")
    if shade and shade != "#ffffff":
        code = f"highlight(fill:{paint(shade)},{code})"
    if (ratio := properties.get("scale", 1.0)) != 1.0:
        code = f"scaled({ratio * 100:g}%,{code})"
    if (fit := properties.get("fit", (0.0, ""))[0]) > 0:
        code = f"fit({fit:g}pt,{count},{code})"
    return code
