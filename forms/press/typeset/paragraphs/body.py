"""Write the letters of a paragraph: neighbours that look the same joined, cut at page breaks, set between tabs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import group, hold_trailing_blanks, join, pt, quote, say, say_within
from forms.press.typeset.letters.runs import decorate, refusals
from forms.press.typeset.letters.stretch import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.engine.emit import LetterLook
    from forms.press.typeset.reading.styles import Properties

_OPENING = frozenset("‘“（［｛〔〈《「『【〖｟〝")
_CLOSING = frozenset("’”）］｝〕〉》」』】〗｠〟、。，．")
# What nobody reads in two halves: a time, a date, a choice with its box; and the last two letters, of which one alone on a line
# is a mishap.
_FIGURE = "[0-9０-９]{1,2}"
KEPT = re.compile(
    f"(午[前後]{_FIGURE}時(?:{_FIGURE}分)?|(?:明治|大正|昭和|平成|令和)(?:{_FIGURE}|元)年{_FIGURE}月{_FIGURE}日"
    "|[☑□](?![をがの])[^\u3000\\s☑□]{1,30}(?=\u3000|$)|[\u3041-\u30ff\u3400-\u9fff]{2}[。、．，）」』]*$)"
)
_BLANKS = re.compile("(\u3000+)")
_LEADERS = {"dot": ".", "middleDot": "・", "hyphen": "-", "underscore": "_", "heavy": "_"}
_DECORATIONS = ("underline", "strike", "dstrike", "shade", "highlight", "scale", "fit")


def width_of(text: str) -> float:
    """Return how wide a text is, in letters."""
    return sum(0.5 if character < "\u0100" else 1.0 for character in text)


def merge(
    drawing: Drawing, pieces: list[Stretch], look: Callable[[Properties], LetterLook]
) -> list[tuple[Stretch, LetterLook]]:
    """Join neighbours that look the same, so that a name split by Word over runs stays one text."""
    merged: list[tuple[Stretch, LetterLook]] = []
    seen: dict[int, LetterLook] = {}
    for piece in pieces:
        own = seen.get(id(piece.properties))
        if own is None:
            own = seen[id(piece.properties)] = look(piece.properties)
            for name in refusals(piece.properties):
                drawing.refuse(name)
        if piece.kind == "text":
            if not piece.text:
                continue
            drawing.characters.append(piece.text)
            if (
                merged
                and merged[-1][0].kind == "text"
                and merged[-1][1] == own
                and _same_decoration(merged[-1][0], piece)
            ):
                last = merged[-1][0]
                merged[-1] = (Stretch("text", last.text + piece.text, last.properties), own)
                continue
        merged.append((piece, own))
    return merged


def _same_decoration(one: Stretch, other: Stretch) -> bool:
    return one.properties is other.properties or all(
        one.properties.get(key) == other.properties.get(key) for key in _DECORATIONS
    )


def _code(drawing: Drawing, piece: Stretch, own: LetterLook, base: LetterLook, room: float) -> str:
    if piece.kind == "code":
        code = piece.text
    else:
        text, blanks = hold_trailing_blanks(piece.text)
        code = join((_said(text, own, room / own.size), f"h({blanks:g}em)" if blanks else ""))
    code = decorate(code, piece.properties, len(piece.text)) if piece.kind == "text" else code
    if own != base and (arguments := own.arguments(base)):
        return f"{drawing.presets.name('t', f'letters.with({group(arguments)})')}({code})"
    return code


def _said(text: str, own: LetterLook, room: float) -> str:
    """Return code that says a text; in one longer than its line (`room` ems), no time is broken and no letter ends it alone."""
    if width_of(text) <= room or width_of(text) == len(text) / 2:
        return say_within(text, own.tracking, room) if text else ""
    parts = KEPT.split(text)
    between = f"h({pt(own.tracking)})" if own.tracking else ""
    said: list[str] = []
    for n, part in enumerate(parts):
        if n % 2 and width_of(part) < room:
            said.append(f"whole({say(part, own.tracking)})")
        elif part:
            said.append(say_within(part, own.tracking, room))
    return join([code for each in said for code in (between, each)][1:])


def bodies(
    drawing: Drawing,
    merged: list[tuple[Stretch, LetterLook]],
    base: LetterLook,
    properties: Properties,
    *,
    left: float,
    first: float,
    edge: float,
    room: float,
    flush: bool,
) -> list[str]:
    """Return the code of the paragraph, cut at page breaks; the blanks before a cut, a tab or the end keep their width."""
    pages: list[list[list[list[str]]]] = [[[[]]]]  # pages, lines, what stands between tabs, pieces
    tabs = any(piece.kind == "tab" for piece, _ in merged)
    spread = 0.0  # what the letters before put between themselves and what follows
    for piece, own in merged:
        if piece.kind == "page":
            pages.append([[[]]])
        elif piece.kind == "line":
            pages[-1].append([[]])
        elif piece.kind == "tab":
            pages[-1][-1].append([])
        else:
            pieces = pages[-1][-1][-1]
            if spread and pieces:
                pieces.append(f"h({pt(spread)})")
            pieces += _whole_brackets(piece, _code(drawing, piece, own, base, room), begins=not pieces, ends=flush)
            spread = own.tracking
    if not tabs:
        return [_one_below_the_other([line[0] for line in lines]) for lines in pages]
    stops = dict(properties.get("tabs", {}))
    if first < 0:
        stops.setdefault(round(left, 2), ("left", "none"))
    for kind, _ in stops.values():
        if kind not in {"left", "right", "center", "bar"}:
            drawing.refuse(f"タブ {kind}")
    listed = "".join(
        f"({pt(position)},{quote(kind)},{quote(_LEADERS.get(leader, ''))}),"
        for position, (kind, leader) in sorted(stops.items())
        if kind != "bar"
    )
    step = pt(drawing.settings.tab_step)
    beyond = drawing.context.text_width + (0.0 if drawing.context.nested else drawing.context.margin)
    return [
        f"tabbed({pt(left + first)},{pt(left)},{pt(edge)},{pt(beyond)},({listed}),{step},("
        + "".join("(" + "".join(f"{join(cell) or chr(34) * 2}," for cell in line) + ")," for line in lines)
        + "))"
        for lines in pages
    ]


def _one_below_the_other(lines: list[list[str]]) -> str:
    """Return code that sets lines; the one behind a last break has its height in Word, Typst would drop it when it is empty."""
    if len(lines) > 1 and not lines[-1]:
        lines[-1].append("strut")
    return join([code for line in lines for code in ("linebreak()", *line)][1:])


def steady_blanks(piece: Stretch, own: LetterLook) -> list[tuple[Stretch, LetterLook]]:
    """Keep full-width blanks as wide as a letter: Typst would stretch them alone to fill a line, Word stretches all alike."""
    if piece.kind != "text" or "\u3000" not in piece.text.rstrip(" \u3000"):
        return [(piece, own)]
    end = len(piece.text.rstrip(" \u3000"))
    parts = _BLANKS.split(piece.text[:end])
    parts[-1] += piece.text[end:]
    return [
        (Stretch("code", f"blanks({len(part)})", piece.properties), own)
        if part[0] == "\u3000"
        else (replace(piece, text=part), own)
        for part in parts
        if part
    ]


def _whole_brackets(piece: Stretch, code: str, *, begins: bool, ends: bool) -> list[str]:
    """Keep the blank half of a bracket that begins a line, or ends one set to the right, which Typst would cut."""
    text = piece.text if piece.kind == "text" else ""
    return [
        *(["gap"] if begins and text[:1] in _OPENING and text else []),
        code,
        *(["gap"] if ends and text[-1:] in _CLOSING and text else []),
    ]
