"""Check a layout: known blocks and keys only, and no name in a text that the form does not declare (layout_names.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import nodes

from forms.paper.layout_faces import FACES, check_notes
from forms.paper.layout_names import Bound, TextNames
from validators.definitions.yamlio import Keys, broken

if TYPE_CHECKING:
    from validators.model import Form

FailAt = Callable[[Keys, str], NoReturn]

_TEXT_BLOCKS = frozenset(
    {"number", "right", "left", "center", "paragraph", "note", "title", "heading", "subheading", "addressee"}
)
_BARE_BLOCKS = frozenset({"number", "title", "page_break"})
_TEXT_OPTIONS = frozenset({"size", "bold", "indent", "before", "after"})
_CELL_KEYS = frozenset(
    {"text", "span", "down", "align", "valign", "size", "bold", "label", "box", "shade", "borders", "vertical"}
)
_CELL_CHOICES = {
    "align": ("left", "center", "right", "spread"),
    "valign": ("top", "center"),
    "borders": ("none",),
}
_LENGTHS = frozenset({"size", "indent", "before", "after", "width", "height", "label_width"})
_COUNTS = frozenset({"span", "down", "box", "least", "count", "tiers"})
_SWITCHES = frozenset({"bold", "label", "seal", "vertical", "framed", "own_page"})
_MOST = 1000  # of any length or count: more is no sheet of paper
_ROW_KEYS = frozenset({"cells", "each", "height", "least", "when", "below"})
_BELOW = ("dashed", "dotted", "none")  # the rule under a row, other than the table's own
_ROWS_KEYS = frozenset({"rows", "each", "least", "when"})
_TABLE_KEYS = frozenset({"columns", "head", "rows"})

_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")


def check_layout(form: Form) -> None:
    """Check every block of the form's layout; raises DefinitionError with file and line."""

    def fail(keys: Keys, message: str) -> NoReturn:
        raise broken(form.path, form.written_at(keys), message)

    LayoutCheck(form, fail).blocks(("layout",), form.layout, {})
    check_notes(form.layout, str(form.page.get("house", "")), fail)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _MOST


class LayoutCheck:
    """Walks the blocks, carrying the loop variables in force."""

    def __init__(self, form: Form, fail: FailAt) -> None:
        self.form = form
        self.fail = fail

    def blocks(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a list of blocks."""
        if not isinstance(value, (list, tuple)):
            self.fail(keys, "ここには部品(ブロック)の一覧を書いてください。")
        for i, block in enumerate(value):
            self.block((*keys, i), block, bound)

    def block(self, keys: Keys, block: Any, bound: Mapping[str, Bound]) -> None:
        """Check one block: its kind, its keys, and what stands in it."""
        if isinstance(block, str):
            if block not in _BARE_BLOCKS:
                self.fail(keys, f"「{block}」という部品はありません。")
            return
        if not isinstance(block, dict) or not block:
            self.fail(keys, "部品は「種類: 内容」の形で書いてください。")
        kind = next((k for k in block if k in _TEXT_BLOCKS), None) or next(iter(block))
        here = (*keys, kind)
        if kind in _TEXT_BLOCKS:
            self.only(keys, block, {kind, *_TEXT_OPTIONS})
            self.text(here, block[kind], bound)
        elif kind in {"when", "then", "else"}:
            self.only(keys, block, {"when", "then", "else"}, needed=("when", "then"))
            self.condition((*keys, "when"), block["when"], bound)
            for branch in ("then", "else"):
                if branch in block:
                    self.blocks((*keys, branch), block[branch], bound)
        elif kind in {"each", "do"}:
            self.only(keys, block, {"each", "do"}, needed=("each", "do"))
            self.blocks((*keys, "do"), block["do"], self.each((*keys, "each"), block["each"], bound))
        elif kind in _SIMPLE:
            self.only(keys, block, {kind})
            _SIMPLE[kind](self, here, block[kind], bound)
        else:
            self.fail(here, f"「{kind}」という部品はありません。")

    def only(self, keys: Keys, value: Any, allowed: Any, needed: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """Return the mapping at `keys`, refusing other keys than `allowed` and the lack of a needed one."""
        if not isinstance(value, dict):
            self.fail(keys, "ここは「キー: 値」の形で書いてください。")
        for key in value:
            if key not in allowed:
                self.fail((*keys, key), f"「{key}」はここでは使えません。使えるもの: {'、'.join(sorted(allowed))}")
        for key in needed:
            if key not in value:
                self.fail(keys, f"「{key}」がありません。")
        for key, said in value.items():
            self.measured((*keys, key), said)
        return value

    def measured(self, keys: Keys, said: Any) -> None:
        """Refuse what is no length, count or switch where one is meant."""
        if keys[-1] in _LENGTHS and not _is_number(said):
            self.fail(keys, f"「{keys[-1]}」は0以上の数で書いてください。")
        if keys[-1] in _COUNTS and not (_is_number(said) and isinstance(said, int)):
            self.fail(keys, f"「{keys[-1]}」は0以上の整数で書いてください。")
        if keys[-1] in _SWITCHES and not isinstance(said, bool):
            self.fail(keys, f"「{keys[-1]}」は true か false で書いてください。")
        if keys[-1] == "shade" and not (isinstance(said, bool) or (isinstance(said, str) and _COLOUR.fullmatch(said))):
            self.fail(keys, "「shade」は true か、色（RRGGBB、引用符で囲みます）で書いてください。")

    def issuer(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check the issuer's lines."""
        self.only(keys, value, {"lines", "seal"}, needed=("lines",))
        self.texts((*keys, "lines"), value["lines"], bound)

    def space(self, keys: Keys, value: Any, _: Mapping[str, Bound]) -> None:
        """Check a number of blank lines."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fail(keys, "「space」には行数を書いてください。")

    def page_break(self, keys: Keys, value: Any, _: Mapping[str, Bound]) -> None:
        """Check that nothing is written beside it."""
        if value not in (None, True):
            self.fail(keys, "「page_break」には何も書きません。")

    def stamp_box(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a stamp's box."""
        self.only(keys, value, {"text", "width", "height"}, needed=("text",))
        self.text((*keys, "text"), value["text"], bound)

    def texts(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a list of texts."""
        if not isinstance(value, list):
            self.fail(keys, "ここには文の一覧を書いてください。")
        for i, text in enumerate(value):
            self.text((*keys, i), text, bound)

    def table(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a table: widths of its columns, head and rows."""
        self.only(keys, value, _TABLE_KEYS, needed=("columns", "rows"))
        columns = value["columns"]
        if not isinstance(columns, list) or not columns or not all(_is_number(c) and c for c in columns):
            self.fail((*keys, "columns"), "「columns」には列の幅(mm)を並べてください。")
        for part in ("head", "rows"):
            self.rows((*keys, part), value.get(part, []), bound)

    def rows(self, keys: Keys, rows: Any, bound: Mapping[str, Bound]) -> None:
        """Check a list of rows."""
        if not isinstance(rows, list):
            self.fail(keys, f"「{keys[-1]}」には行の一覧を書いてください。")
        for i, row in enumerate(rows):
            self.row((*keys, i), row, bound)

    def row(self, keys: Keys, row: Any, bound: Mapping[str, Bound]) -> None:
        """Check one row, or a group of rows, with its loop and its condition."""
        cells = row
        if isinstance(row, dict):
            grouped = "rows" in row
            self.only(keys, row, _ROWS_KEYS if grouped else _ROW_KEYS, needed=("rows" if grouped else "cells",))
            if "each" in row:
                bound = self.each((*keys, "each"), row["each"], bound)
            if "when" in row:
                self.condition((*keys, "when"), row["when"], bound)
            if grouped:
                self.rows((*keys, "rows"), row["rows"], bound)
                return
            if row.get("below", "none") not in _BELOW:
                self.fail((*keys, "below"), f"「below」は {'、'.join(_BELOW)} のどれかです。")
            cells, keys = row["cells"], (*keys, "cells")
        self.cells(keys, cells, bound)

    def cells(self, keys: Keys, cells: Any, bound: Mapping[str, Bound]) -> None:
        """Check a row's cells."""
        if not isinstance(cells, list):
            self.fail(keys, "行にはセルの一覧を書いてください。")
        for i, cell in enumerate(cells):
            here = (*keys, i)
            if isinstance(cell, dict):
                self.only(here, cell, _CELL_KEYS, needed=("text",))
                for key, allowed in _CELL_CHOICES.items():
                    if key in cell and cell[key] not in allowed:
                        self.fail((*here, key), f"「{key}」は {'、'.join(allowed)} のどれかです。")
                self.text((*here, "text"), cell["text"], bound)
            else:
                self.text(here, cell, bound)

    def each(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> dict[str, Bound]:
        """Check `c in consultations` and return the names bound inside."""
        if not isinstance(value, str) or " in " not in value:
            self.fail(keys, "「each」は「c in 項目名」の形で書いてください。")
        names = TextNames(self.form, partial(self.fail, keys), bound)
        tree = names.parse(f"{{% for {value} %}}{{% endfor %}}")
        loop = next(tree.find_all(nodes.For))
        return names.bind(loop)

    def condition(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a condition."""
        if not isinstance(value, str):
            self.fail(keys, "条件は文字で書いてください(引用符で囲みます)。")
        self.text(keys, f"{{% if {value} %}}{{% endif %}}", bound)

    def text(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        """Check a text: the names in it."""
        if not isinstance(value, str):
            self.fail(keys, "ここには文を書いてください(数字だけのときは引用符で囲みます)。")
        if "{{" in value or "{%" in value:
            names = TextNames(self.form, partial(self.fail, keys), bound)
            names.visit(names.parse(value), printing=True)


_SIMPLE: dict[str, Callable[[LayoutCheck, Keys, Any, Mapping[str, Bound]], None]] = {
    **FACES,
    "issuer": LayoutCheck.issuer,
    "space": LayoutCheck.space,
    "page_break": LayoutCheck.page_break,
    "stamp_box": LayoutCheck.stamp_box,
    "table": LayoutCheck.table,
    "remarks": LayoutCheck.texts,
    "keep": LayoutCheck.blocks,
}
