"""Tables: rows that repeat, cells merged to the right and downward, labels set evenly, boxes for narrative."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from forms.paper.layout.continuation import boxed, label_of
from forms.paper.layout.ooxml import ParagraphLook, control, el, paragraph, twips
from forms.paper.layout.paper import POINTS_PER_MM, Paper, text_of
from forms.paper.layout.styles import SMALL
from forms.paper.measure import width
from validators.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.definitions.yamlio import Keys

ROW_HEIGHT: Final = 8.0  # mm, at least
PADDING: Final = 1.5  # mm at the left and right of a cell, as in the style Normal Table
FITTED: Final = 0.85  # a table at least this share of the text's width is fitted to it
_WIDE_LABEL: Final = 60.0  # mm; a heading over a wider cell is centred, not pulled apart
_LONG_LABEL: Final = 14  # characters; longer fixed text in a wide cell is text, set from the left
_TOGETHER: Final = 3  # rows
# A box to tick or a row's number and nothing else: it stands in the middle of its cell.
_ALONE: Final = re.compile(r"\{\{ ?(?:check\([^{}]*\)|loop\.index) ?\}\}")
_MIDDLE: Final = el("vAlign", val="center")
_MIDDLE_OR_TOP: Final = el("vAlign", val="{{ 'center' if whole else 'top' }}")
_ALIGN: Final = {"left": "left", "center": "center", "right": "right", "spread": "distribute"}


@dataclass(slots=True)
class _LayoutGrid:
    """The columns of one table (mm) and the cells that reach down into the rows still to come: column → (span, rows)."""

    columns: list[float]
    across: list[int]  # the columns of the whole frame that each of these takes
    down: dict[int, tuple[int, int]] = field(default_factory=dict)
    above: str = ""  # the rule that the row above asked for under itself
    fields: dict[str, Any] = field(default_factory=dict)


def gap(*, keep: bool = False) -> str:
    """Return the thin paragraph after a table, without which Word would join two tables."""
    return paragraph("TableGap", "", ParagraphLook(keep_next=keep))


def table(paper: Paper, specs: Sequence[tuple[dict[str, Any], Keys]], *, keep: bool = False) -> str:
    """Return `<w:tbl>` with one part after the other in one frame, each with columns of its own, given in mm."""
    parts = [_fitted(paper, spec) for spec, _ in specs]
    edges = sorted({edge for columns in parts for edge in _edges(columns)})
    rows = ""
    for (spec, keys), columns in zip(specs, parts, strict=True):
        ends = [edges.index(edge) + 1 for edge in _edges(columns)]
        across = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        grid = _LayoutGrid(columns, across, fields=dict(paper.form.fields))
        for i, cells in enumerate(spec.get("head", [])):
            rows += _row(paper, grid, cells, (*keys, "head", i), head=True)
        grid.down.clear()
        bound = keep or _short(spec["rows"])
        rows += _rows(paper, grid, spec["rows"], (*keys, "rows"), keep=bound)
    widths = [(end - start) / 100 for start, end in zip([0, *edges], edges, strict=False)]
    return _tbl(parts[0] if len(parts) == 1 else widths, "PaperTable", rows, indent=paper.indent)


def _short(rows: Sequence[Any]) -> bool:
    """Tell whether a table is so short that it does not go over a page break."""
    return len(rows) <= _TOGETHER and not any(
        isinstance(row, dict) and {"each", "rows", "height"} & row.keys() for row in rows
    )


def _fitted(paper: Paper, spec: dict[str, Any]) -> list[float]:
    """Return the columns of a table in mm, fitted to the text's width where they nearly fill it."""
    given = [float(mm) for mm in spec["columns"]]
    total, room = sum(given), paper.text_width - paper.indent
    scale = room / total if total >= room * FITTED else 1.0
    return [mm * scale for mm in given]


def _edges(columns: Sequence[float]) -> list[int]:
    """Return the right edge of each column in hundredths of a millimetre; edges a millimetre apart are one."""
    return [round(sum(columns[: n + 1])) * 100 for n in range(len(columns))]


def beside_table(
    paper: Paper,
    left: str,
    right_text: str,
    *,
    right: float,
    height: float,
    borders: str,
    keep: bool,
    top: bool = False,
) -> str:
    """Return a table for layout only: text, and at its right a bordered box of `right` × `height` mm."""
    columns = [paper.text_width - right, right]
    lines = "".join(
        el(side, val=borders, sz=4, space=0, color="7F7F7F" if borders == "dotted" else "000000") for side in _SIDES
    )
    bare = el("tcMar", el("left", w=0, type="dxa"), *(() if top else (el("right", w=113, type="dxa"),)))
    cells = el(
        "tc",
        el("tcPr", el("tcW", w=twips(columns[0]), type="dxa"), bare, el("vAlign", val="top" if top else "center")),
        left,
    ) + el(
        "tc",
        el("tcPr", el("tcW", w=twips(right), type="dxa"), el("tcBorders", lines), el("vAlign", val="center")),
        right_text,
    )
    row = el("tr", el("trPr", el("cantSplit"), el("trHeight", val=twips(height), hRule="atLeast")), cells)
    return _tbl(columns, "LayoutTable", row) + gap(keep=keep)


_SIDES: Final = ("top", "left", "bottom", "right")


def _tbl(columns: Sequence[float], style: str, rows: str, *, indent: float = 0) -> str:
    properties = el(
        "tblPr",
        el("tblStyle", val=style),
        el("tblW", w=sum(twips(mm) for mm in columns), type="dxa"),
        el("tblInd", w=twips(indent), type="dxa") if indent else "",
        el("tblLayout", type="fixed"),
    )
    return el("tbl", properties, el("tblGrid", *(el("gridCol", w=twips(mm)) for mm in columns)), rows)


def _rows(
    paper: Paper, grid: _LayoutGrid, rows: Sequence[Any], keys: Keys, *, keep: bool, repeated: bool = False
) -> str:
    out = []
    for i, row in enumerate(rows):
        here = (*keys, i)
        mapping = row if isinstance(row, dict) else {"cells": row}
        last = i + 1 == len(rows)
        loops = repeated or "each" in mapping
        if "rows" in mapping:
            body = _rows(paper, grid, mapping["rows"], (*here, "rows"), keep=keep or not last, repeated=loops)
        else:
            bound = keep and not last
            height, below = float(mapping.get("height", 0)), str(mapping.get("below", ""))
            cells = mapping["cells"]
            body = _row(paper, grid, cells, here, height=height, keep=bound, repeated=loops, below=below)
        if "each" in mapping:
            body = _looped(paper, mapping, body, here)
        if "when" in mapping:
            body = _statement(paper, f"if {mapping['when']}", here) + body + _control("endif")
        out.append(body)
    return "".join(out)


def _looped(paper: Paper, mapping: dict[str, Any], body: str, keys: Keys) -> str:
    """Repeat rows for every item; an empty list prints one empty row, or as many as `least` says."""
    item, _, source = str(mapping["each"]).partition(" in ")
    name, least = source.strip(), int(mapping.get("least", 1))
    known = paper.form.fields.get(name)
    if known is not None and known.fields:
        name = f'rows({name}, "{name}", {least})'
    return _statement(paper, f"for {item.strip()} in {name}", keys) + body + _control("endfor")


def _halves(line: str, room: float) -> tuple[str, ...]:
    """Break a label that is too long for its cell into lines of like length, after の or ・ where that is near."""
    count = ceil(width(line) / room)
    middle = len(line) / count
    fitting = [i for i in range(1, len(line)) if width(line[:i]) <= room and (count > 2 or width(line[i:]) <= room)]  # noqa: PLR2004
    if not fitting:
        return (line[: len(line) // 2], line[len(line) // 2 :])
    at = min(fitting, key=lambda i: abs(i - middle) - 2 * (line[i - 1] in "の・、をに" or line[i] in "（〔"))
    return (line[:at], line[at:])


def _statement(paper: Paper, statement: str, keys: Keys) -> str:
    if set(statement) & set("{}%"):
        paper.refuse(keys, "条件と繰り返しには { } % を使えません。")
    return _control(statement)


def _control(statement: str) -> str:
    return el("tr", el("tc", control("tr", statement)))


def _row(
    paper: Paper,
    grid: _LayoutGrid,
    cells: Sequence[Any],
    keys: Keys,
    *,
    head: bool = False,
    height: float = 0,
    keep: bool = False,
    repeated: bool = False,
    below: str = "",
) -> str:
    """Return one `<w:tr>`; cells under one that reaches down are added here.

    `below`: the rule under the row, which the cells on both sides of it are given.
    """
    out, column = "", 0
    long: list[tuple[str, float]] = []  # the narrative in the row, with the width of its cell in letters
    bound = keep or any(rows > 1 for _, rows in grid.down.values())
    reaching = max((int(cell.get("down", 1)) for cell in cells if isinstance(cell, dict)), default=1)
    bound = bound or reaching > 1
    pending = list(cells)
    reaching_down: dict[int, tuple[int, int]] = {}
    while column < len(grid.columns):
        if column in grid.down:
            span, rows = grid.down[column]
            under = paragraph("Cell", "", ParagraphLook(keep_next=bound))
            out += _tc(grid, range(column, column + span), el("vMerge"), under)
            if rows > 1:
                reaching_down[column] = (span, rows - 1)
            column += span
            continue
        if not pending:
            return paper.refuse(keys, f"この行のセルは{column}列ぶんで、表の{len(grid.columns)}列に足りません。")
        cell = pending.pop(0)
        mapping = cell if isinstance(cell, dict) else {"text": cell}
        span, rows = int(mapping.get("span", 1)), int(mapping.get("down", 1))
        widths = grid.columns[column : column + span]
        if len(widths) < span or any(column < under < column + span for under in grid.down):
            return paper.refuse(keys, f"この行のセルが表の{len(grid.columns)}列からはみ出しています。")
        made = _LayoutCell(
            paper, mapping, sum(widths), (*keys, column), head=head, keep=bound or head, repeated=repeated
        )
        rules = {side: kind for side, kind in (("top", grid.above), ("bottom", below if rows == 1 else "")) if kind}
        made.rules = rules
        restart = el("vMerge", val="restart") if rows > 1 else ""
        out += _tc(grid, range(column, column + span), restart, made.content(cells, grid), made)
        if made.may_split:
            long.append((made.text, made.ems))
        if rows > 1:
            reaching_down[column] = (span, rows - 1)
        column += span
    if pending:
        return paper.refuse(keys, f"この行のセルが{len(pending)}個多すぎます(表は{len(grid.columns)}列です)。")
    grid.down, grid.above = reaching_down, below
    rule = el("trHeight", val=twips(max(height, ROW_HEIGHT)), hRule="atLeast")
    whole = el("cantSplit")
    if long:
        whole = _short_enough(long) if paper.by_text else ""
        out = out.replace(_MIDDLE, _MIDDLE_OR_TOP) if paper.by_text else out
    return el("tr", el("trPr", whole, rule, el("tblHeader") if head else ""), out)


def _short_enough(long: Sequence[tuple[str, float]]) -> str:
    """Return what keeps a row on one page, as the paper is filled, if its narrative is short: only a long one goes over the break.

    Word and our typesetter would part six lines in the middle of a page as readily as sixty. What a long row says stands at the
    top of its cells, for no typesetter has a middle of a row in two parts.
    """
    texts = "".join(
        f"{{% set told{n} %}}{text.replace('{{r ', '{{ ')}{{% endset %}}" for n, (text, _) in enumerate(long)
    )
    pairs = "".join(f"(told{n}, {ems:.1f})," for n, (_, ems) in enumerate(long))
    return f"{texts}{{% set whole = short(({pairs})) %}}{{% if whole %}}{el('cantSplit')}{{% endif %}}"


def _tc(grid: _LayoutGrid, at: range, merge: str, content: str, cell: _LayoutCell | None = None) -> str:
    properties = el("tcW", w=sum(twips(grid.columns[column]) for column in at), type="dxa")
    across = sum(grid.across[column] for column in at)
    if across > 1:
        properties += el("gridSpan", val=across)
    properties += merge + (cell.properties() if cell else "")
    return el("tc", el("tcPr", properties), content)


@dataclass(slots=True)
class _LayoutCell:
    """One cell: what it says, and how."""

    paper: Paper
    spec: dict[str, Any]
    width: float  # mm
    keys: Keys
    head: bool
    keep: bool
    repeated: bool
    rules: dict[str, str] = field(default_factory=dict)  # sides whose rule is not the table's

    @property
    def text(self) -> str:
        return text_of(self.spec.get("text"))

    @property
    def label(self) -> bool:
        """A heading cell: said so, or fixed text that is no sentence."""
        if "label" in self.spec:
            return bool(self.spec["label"])
        text = self.text
        wide = self.width > _WIDE_LABEL and len(text) > _LONG_LABEL
        return bool(text) and "{" not in text and "。" not in text and not wide

    @property
    def ems(self) -> float:
        """The width of a line in letters of its size."""
        return (self.width - 2 * PADDING) * POINTS_PER_MM / float(self.spec.get("size", self.paper.base))

    @property
    def may_split(self) -> bool:
        """Whether the row may go over a page break: narrative without a box can be longer than a page."""
        names = self.paper.form.fields
        long = {name for name, known in names.items() if KINDS[known.type].narrative}
        long |= {
            f".{key}" for known in names.values() for key, inner in known.fields.items() if KINDS[inner.type].narrative
        }
        return "box" not in self.spec and any(name in self.text for name in long)

    def properties(self) -> str:
        """Return what follows the merges in `<w:tcPr>`, in schema order."""
        out = ""
        if self.spec.get("borders") == "none":
            out += el("tcBorders", *(el(side, val="nil") for side in _SIDES))
        elif self.rules:
            out += el("tcBorders", *(self._rule(side) for side in _SIDES if side in self.rules))
        shade = self.spec.get("shade")
        if shade:
            out += el("shd", val="clear", color="auto", fill=shade if isinstance(shade, str) else "EFEFEF")
        if self.spec.get("vertical"):
            out += el("textDirection", val="tbRlV")
        return out + el("vAlign", val=self.spec.get("valign", "center"))

    def _rule(self, side: str) -> str:
        kind = self.rules[side]
        if kind == "none":
            return el(side, val="nil")
        return el(side, val=kind, sz=self.paper.house.rule, space=0, color="000000")

    def content(self, cells: Sequence[Any], grid: _LayoutGrid) -> str:
        """Return the cell's paragraphs."""
        size = self.spec.get("size")
        if size is not None and float(size) < SMALL:
            self.paper.refuse(self.keys, f"文字は{SMALL:g}ポイントより小さくできません。")
        points = float(size) if size is not None else self.paper.base
        look = ParagraphLook(
            size=None if size is None else points,
            bold=bool(self.spec.get("bold")),
            keep_next=self.keep,
            align=_ALIGN.get(str(self.spec.get("align", "")), "center" if _ALONE.fullmatch(self.text) else ""),
            base=self.paper.base,
            line=None if points <= self.paper.pitch / 1.3 else points * 1.6,
        )
        text = self.text
        if "{%-" in text or "-%}" in text:
            self.paper.refuse(self.keys, "「{%-」「-%}」は段落をまたいで詰めてしまうため使えません。")
        if self.label:
            return "".join(self._label(line, look, points) for line in text.split("\n"))
        if "box" in self.spec:
            name = label_of(list(cells), text, grid.fields)
            text = boxed(text, ems=self.ems, lines=int(self.spec["box"]), label=name, repeated=self.repeated)
        line = look.line or self.paper.house.table_line or self.paper.line
        return paragraph("Cell", self.paper.measured(text, self.width - 2 * PADDING, points, line, self.keys), look)

    def _label(self, line: str, look: ParagraphLook, points: float) -> str:
        """Set a label evenly where it fits on one line; a single letter and a wide heading stand in the middle."""
        if self.spec.get("vertical"):  # set evenly, typesetters do not agree on where the letters stand
            return paragraph("CellLabel", line, replace(look, align=look.align or "center"))
        room = (self.width - 2 * PADDING) * POINTS_PER_MM / points
        wide = width(line)
        if self.head or len(line) <= 1 or self.width > _WIDE_LABEL:
            return paragraph(
                "CellHead" if self.head else "CellLabel", line, replace(look, align=look.align or "center")
            )
        if wide > room:
            return "".join(self._label(part, look, points) for part in _halves(line, room))
        inset = max(0.0, min(1.0, (room - wide) / 2 - 0.1))
        return paragraph("CellLabel", line, replace(look, right_indent=inset, indent=inset))
