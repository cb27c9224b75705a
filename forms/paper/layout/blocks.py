"""The blocks of a layout, each a function from its YAML to paragraphs and tables."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from forms.paper.layout.faces import plainer
from forms.paper.layout.ooxml import ParagraphLook, control, el, paragraph, paragraph_properties, spread_runs
from forms.paper.layout.paper import POINTS_PER_MM, Paper, text_of
from forms.paper.layout.styles import SMALL
from forms.paper.layout.table import beside_table, gap, table
from forms.paper.measure import width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validators.definitions.yamlio import Keys

# block: (paragraph style, whose type size it has: the paper's, that of its small print, of its title)
_TEXTS: Final[dict[str, tuple[str, Literal["base", "small", "title"]]]] = {
    "number": ("FormNumber", "small"),
    "right": ("Right", "base"),
    "left": ("Left", "base"),
    "center": ("Center", "base"),
    "paragraph": ("Paragraph", "base"),
    "note": ("Note", "small"),
    "title": ("Title", "title"),
    "heading": ("Heading1", "base"),
    "subheading": ("Heading2", "base"),
    "addressee": ("Addressee", "base"),
    "cut_line": ("StampText", "small"),
}

# Millimetres, for the seal of an office (公印) and for a person's own.
OFFICIAL_SEAL: Final = 24.0
OWN_SEAL: Final = 12.0

# Text that ends at its last line: a table right after it gets a little air.
_CLOSE: Final = frozenset({"right", "left", "paragraph", "note"})


def blocks(paper: Paper, layout: Sequence[Any], keys: Keys, *, keep: bool = False, on: bool = False) -> list[str]:
    """Return the XML of every block; `keep` binds each to the next one, the last only where what follows is kept too (`on`)."""
    out: list[str] = []
    parts = [part for n, block in enumerate(layout) for part in _plain(paper, block, (*keys, n))]
    layout = [block for block, _ in parts]
    i = 0
    while i < len(layout):
        block, here = parts[i]
        following = layout[i + 1] if i + 1 < len(layout) else None
        bound = keep and (on or following is not None)
        if i and _kind(block) == "table" and _kind(layout[i - 1]) in _CLOSE:
            out.append(gap(keep=True))
        tables = list(itertools.takewhile(lambda each: _kind(each) == "table", layout[i:]))
        if len(tables) > 1:  # tables right after each other are parts of one frame
            specs = [(each["table"], (*at, "table")) for each, at in parts[i : i + len(tables)]]
            following = layout[i + len(tables)] if i + len(tables) < len(layout) else None
            bound = keep and (on or following is not None)
            out.append(table(paper, specs, keep=bound) + gap(keep=bound))
            i += len(tables)
            continue
        if _kind(block) == "number" and isinstance(following, dict) and _kind(following) == "stamp_box":
            out.append(_stamp_box(paper, following, parts[i + 1][1], bound, beside=[block]))
            i += 1
        else:
            noted = _kind(block) in _TEXTS and _kind(following) == "remarks"  # notes do not stand on a page alone
            out += _block(paper, block, here, keep=keep or noted, last=following is None and not on)
        i += 1
    return out


def _plain(paper: Paper, block: Any, here: Keys) -> list[tuple[Any, Keys]]:
    """Return the plain blocks that stand for a block, each with where it was written."""
    plain = plainer(paper, block, here)
    if plain is None:
        return [(block, here)]
    return [part for each in plain for part in _plain(paper, each, here)]


def _kind(block: Any) -> str:
    if isinstance(block, str):
        return block
    return (
        next((key for key in block if key in _TEXTS or key in _OTHERS or key in {"when", "each", "keep"}), "")
        if block
        else ""
    )


def _block(paper: Paper, block: Any, keys: Keys, *, keep: bool, last: bool) -> list[str]:
    kind = _kind(block)
    mapping: dict[str, Any] = block if isinstance(block, dict) else {kind: None}
    bound = keep and not last
    if kind in _TEXTS:
        return [_text(paper, kind, mapping, keys, bound)]
    if kind in _OTHERS:
        return [_OTHERS[kind](paper, mapping, keys, bound)]
    if kind == "keep":
        return blocks(paper, mapping["keep"], (*keys, "keep"), keep=True, on=bound)
    if kind == "when":
        inner = [
            _statement(paper, f"if {mapping['when']}", keys),
            *blocks(paper, mapping["then"], (*keys, "then"), keep=keep, on=bound),
        ]
        if mapping.get("else"):
            inner += [control("p", "else"), *blocks(paper, mapping["else"], (*keys, "else"), keep=keep, on=bound)]
        return [*inner, control("p", "endif")]
    if kind == "each":
        loop = _statement(paper, f"for {mapping['each']}", keys)
        return [loop, *blocks(paper, mapping["do"], (*keys, "do"), keep=keep, on=bound), control("p", "endfor")]
    return paper.refuse(keys, "知らない部品です。")


def _statement(paper: Paper, statement: str, keys: Keys) -> str:
    if set(statement) & set("{}%"):
        paper.refuse(keys, "条件と繰り返しには { } % を使えません。")
    return control("p", statement)


def _look(paper: Paper, mapping: dict[str, Any], keys: Keys, base: float, *, keep: bool) -> ParagraphLook:
    size = mapping.get("size")
    if size is not None and float(size) < SMALL:
        paper.refuse((*keys, "size"), f"文字は{SMALL:g}ポイントより小さくできません。")
    return ParagraphLook(
        size=None if size is None else float(size),
        bold=bool(mapping.get("bold")),
        before=mapping.get("before"),
        after=mapping.get("after"),
        indent=float(mapping.get("indent", 0)),
        line=None if size is None or float(size) <= paper.pitch / 1.3 else float(size) * 1.6,
        keep_next=keep,
        base=base,
    )


def _text(paper: Paper, kind: str, mapping: dict[str, Any], keys: Keys, keep: bool) -> str:  # noqa: FBT001
    style, size = _TEXTS[kind]
    look = _look(paper, mapping, keys, getattr(paper, size), keep=keep)
    text = text_of(mapping[kind])
    if "{%-" in text or "-%}" in text:
        paper.refuse((*keys, kind), "「{%-」「-%}」は段落をまたいで詰めてしまうため使えません。")
    if kind == "number":
        return paragraph(style, text or paper.form.printed_number or paper.form.number, look)
    if kind == "cut_line":
        look = replace(look, before=18, after=10, below="dashed")  # here the paper is cut, in any house
    if kind == "title":
        return _title(paper, text or paper.form.printed_title or paper.form.title, look)
    room = paper.text_width - look.indent * look.base * 25.4 / 72
    return paragraph(style, paper.measured(text, room, look.size or look.base, look.line or paper.line, keys), look)


def _title(paper: Paper, text: str, look: ParagraphLook) -> str:
    """Return the title with its letters spread: the fewer, the wider; one too long for its line in the type of the text, if that does."""
    if "{" in text:
        return paragraph("Title", text, look)
    size, line = look.size or paper.title, paper.text_width * POINTS_PER_MM
    # two letters of a title on a line of their own are a mishap
    if width(text) * size > line >= width(text) * paper.base:
        size = max(paper.base, line * 2 / width(text) // 1 / 2)
        look = replace(look, size=size)
    free = line - width(text) * size
    wish = 15.0 if len(text) <= 4 else 6.0 if len(text) <= 8 else 2.0  # noqa: PLR2004 - 通知書, 連絡経過票, longer names
    spread = max(0.0, min(wish, free / max(len(text), 1) - 0.1))
    spaced = ParagraphLook(**{**{name: getattr(look, name) for name in ParagraphLook.__slots__}, "spread": spread})
    return el("p", paragraph_properties("Title", look), spread_runs(text, spaced))


def _space(paper: Paper, mapping: dict[str, Any], _: Keys, keep: bool) -> str:  # noqa: FBT001
    """Return blank lines as one empty paragraph, so that a screen reader meets one and not many."""
    return paragraph(
        "Left", "", ParagraphLook(line=paper.line * int(mapping["space"]), keep_next=keep, base=paper.base)
    )


def _page_break(_: Paper, __: dict[str, Any], ___: Keys, ____: bool) -> str:  # noqa: FBT001
    return el("p", paragraph_properties("TableGap"), el("r", el("br", type="page")))


def _remarks(paper: Paper, mapping: dict[str, Any], keys: Keys, keep: bool) -> str:  # noqa: FBT001
    """Return 備考, numbered when there are several, every line under the first one's text."""
    texts = [text_of(text) for text in mapping["remarks"]]
    if any("{%-" in text or "-%}" in text for text in texts):
        paper.refuse(keys, "「{%-」「-%}」は段落をまたいで詰めてしまうため使えません。")
    if len(texts) == 1:
        return paragraph(
            "Remark", f"備考　{texts[0]}", ParagraphLook(hanging=3, before=6, base=paper.small, keep_next=keep)
        )
    figures = str.maketrans("0123456789", "０１２３４５６７８９")
    out = []
    for n, text in enumerate(texts, 1):
        number = str(n).translate(figures) if n < 10 else str(n)  # noqa: PLR2004 - two half-width digits are as wide as one full
        if n == 1:
            out.append(
                paragraph(
                    "Remark",
                    f"備考　{number}　{text}",
                    ParagraphLook(hanging=5, before=6, base=paper.small, keep_next=True),
                )
            )
        else:
            bound = keep or n < len(texts)
            out.append(
                paragraph(
                    "Remark", f"{number}　{text}", ParagraphLook(indent=3, hanging=2, base=paper.small, keep_next=bound)
                )
            )
    return "".join(out)


def _issuer(paper: Paper, mapping: dict[str, Any], keys: Keys, keep: bool) -> str:  # noqa: FBT001
    """Return the issuer's lines at the right: an office's beside the place for its seal, of a person's the last one."""
    issuer = mapping["issuer"]
    lines = [text_of(line) for line in issuer["lines"]]
    if not lines:
        return paper.refuse(keys, "「issuer」に一行以上書いてください。")
    if not issuer.get("seal"):
        return "".join(
            paragraph("Issuer", line, ParagraphLook(keep_next=keep or n + 1 < len(lines)))
            for n, line in enumerate(lines)
        )
    official = any("office." in line for line in lines)
    side, beside = (OFFICIAL_SEAL, lines) if official else (OWN_SEAL, lines[-1:])
    above = "".join(paragraph("Issuer", line) for line in lines[: len(lines) - len(beside)])
    names = "".join(
        paragraph("Issuer", line, ParagraphLook(keep_next=keep or line is not beside[-1])) for line in beside
    )
    seal = paragraph("SealMark", "印", ParagraphLook(colour="7F7F7F", keep_next=keep))
    return above + beside_table(paper, names, seal, right=side, height=side, borders="dotted", keep=keep)


def _stamp_box(paper: Paper, mapping: dict[str, Any], keys: Keys, keep: bool, beside: Sequence[Any] = ()) -> str:  # noqa: FBT001
    """Return a box at the right; the form number written just before it stands beside it."""
    box = mapping["stamp_box"]
    left = "".join(blocks(paper, beside, keys)) or paragraph("Left")
    text = "".join(paragraph("StampText", line) for line in text_of(box["text"]).split("\n"))
    right, height = float(box.get("width", 40)), float(box.get("height", 24))
    made = beside_table(paper, left, text, right=right, height=height, borders="single", keep=keep, top=True)
    if not paper.form.copies:
        return made
    # A stamp is put on the original alone; what stands beside the box is on every copy.
    original = control("p", f'if form.copy == "{paper.form.copies[0]}"')
    return "".join((original, made, control("p", "else"), left, control("p", "endif")))


def _table(paper: Paper, mapping: dict[str, Any], keys: Keys, keep: bool) -> str:  # noqa: FBT001
    return table(paper, [(mapping["table"], (*keys, "table"))], keep=keep) + gap(keep=keep)


_OTHERS: Final[dict[str, Callable[[Paper, dict[str, Any], Keys, bool], str]]] = {
    "issuer": _issuer,
    "space": _space,
    "stamp_box": _stamp_box,
    "table": _table,
    "remarks": _remarks,
    "page_break": _page_break,
}
