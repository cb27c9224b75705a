"""Check a layout: known blocks and keys only, and no name in a text that the form does not declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes

from validators.definitions.yamlio import Keys, broken
from validators.kinds import KINDS
from validators.labels import OFFICE_LABELS
from validators.model import PERSON_KEYS, Field, Form, field_called

Fail = Callable[[Keys, str], NoReturn]

# docs/FORMS.md, "Names in layouts"; Jinja's own filters and tests may be used as well.
FILTERS = frozenset({"wareki", "wareki_time", "clock", "kana", "birth", "or_none", "or_text", "yen", "yes_no", "zen"})
FUNCTIONS = frozenset({"checks", "check", "either", "label", "joined", "zen"})
FORM_KEYS = frozenset({"title", "printed_title", "number", "edition", "slug", "legal_basis", "copy"})

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
_LENGTHS = frozenset({"size", "indent", "before", "after", "width", "height"})
_COUNTS = frozenset({"span", "down", "box", "least"})
_SWITCHES = frozenset({"bold", "label", "seal", "vertical"})
_MOST = 1000  # of any length or count: more is no sheet of paper
_ROW_KEYS = frozenset({"cells", "each", "height", "least", "when"})
_ROWS_KEYS = frozenset({"rows", "each", "least", "when"})
_TABLE_KEYS = frozenset({"columns", "head", "rows"})

_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")

_ENVIRONMENT = jinja2.Environment(autoescape=True)
# What an expression may be made of; anything else is refused by name: a value that must not be printed has many ways out.
_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Concat,
    nodes.Operand,
)
_BUILT_IN_FILTERS = frozenset(
    {"default", "d", "length", "count", "first", "last", "join", "trim", "upper", "lower", "int"}
)
_CLOSED = frozenset({"enum", "boolean"})  # types whose values tell no more than the form's own options
_LOOP_KEYS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_SHEET_KEYS = frozenset({"heading", "label", "text"})
_TEXT_ONLY = frozenset({"length", "count"})  # filters that print a number of what they are given
_EXPRESSIONS = {
    "Mul": "掛け算", "Add": "足し算", "Sub": "引き算", "Div": "割り算", "FloorDiv": "割り算", "Mod": "書式の%", "Pow": "べき乗",
    "Dict": "{ } の組", "List": "[ ] の並び", "Tuple": "( ) の並び", "Slice": "[ : ] の切り出し", "Assign": "set", "Macro": "macro",
    "CallBlock": "call", "FilterBlock": "filter", "Include": "include", "Import": "import", "FromImport": "from", "Extends": "extends",
    "Block": "block", "With": "with", "Scope": "with", "ScopedEvalContextModifier": "autoescape", "Neg": "符号", "Pos": "符号",
}  # fmt: skip

# What a name stands for: a field or the item of a list field; None: something we know nothing about.
Bound = Field | None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _MOST


def check_layout(form: Form) -> None:
    """Check every block of the form's layout; raises DefinitionError with file and line."""

    def fail(keys: Keys, message: str) -> NoReturn:
        raise broken(form.path, form.written_at(keys), message)

    _Layout(form, fail).blocks(("layout",), form.layout, {})


class WrongNameError(Exception):
    """An expression of a template names what the form does not have, or what may not be printed."""


def follow(
    form: Form, node: nodes.Node, bound: Mapping[str, Bound], *, printing: bool, printed: set[tuple[str, str]]
) -> Bound:
    """Check one expression of a template; add label and name of every field it prints to `printed`.

    `bound` are the loop variables in force. Returns the field it stands for, if it stands for one. Raises WrongNameError.
    """
    return _seen(form, bound, printed).visit(node, printing=printing)


def follow_loop(
    form: Form, loop: nodes.For, bound: Mapping[str, Bound], *, printed: set[tuple[str, str]]
) -> dict[str, Bound]:
    """Check what a loop of a template goes over and its condition; return the names in force inside. Raises WrongNameError."""
    return _seen(form, bound, printed).bind(loop)


def _seen(form: Form, bound: Mapping[str, Bound], printed: set[tuple[str, str]]) -> _PrintedNames:
    def fail(_: Keys, message: str) -> NoReturn:
        raise WrongNameError(message)

    names = _PrintedNames(_Layout(form, fail), (), bound)
    names.printed = printed
    return names


class _Layout:
    """Walks the blocks, carrying the loop variables in force."""

    def __init__(self, form: Form, fail: Fail) -> None:
        self.form = form
        self.fail = fail

    def blocks(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        if not isinstance(value, (list, tuple)):
            self.fail(keys, "ここには部品(ブロック)の一覧を書いてください。")
        for i, block in enumerate(value):
            self.block((*keys, i), block, bound)

    def block(self, keys: Keys, block: Any, bound: Mapping[str, Bound]) -> None:
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
        self.only(keys, value, {"lines", "seal"}, needed=("lines",))
        self.texts((*keys, "lines"), value["lines"], bound)

    def space(self, keys: Keys, value: Any, _: Mapping[str, Bound]) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fail(keys, "「space」には行数を書いてください。")

    def page_break(self, keys: Keys, value: Any, _: Mapping[str, Bound]) -> None:
        if value not in (None, True):
            self.fail(keys, "「page_break」には何も書きません。")

    def stamp_box(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        self.only(keys, value, {"text", "width", "height"}, needed=("text",))
        self.text((*keys, "text"), value["text"], bound)

    def texts(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        if not isinstance(value, list):
            self.fail(keys, "ここには文の一覧を書いてください。")
        for i, text in enumerate(value):
            self.text((*keys, i), text, bound)

    def table(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        self.only(keys, value, _TABLE_KEYS, needed=("columns", "rows"))
        columns = value["columns"]
        if not isinstance(columns, list) or not columns or not all(_is_number(c) and c for c in columns):
            self.fail((*keys, "columns"), "「columns」には列の幅(mm)を並べてください。")
        for part in ("head", "rows"):
            self.rows((*keys, part), value.get(part, []), bound)

    def rows(self, keys: Keys, rows: Any, bound: Mapping[str, Bound]) -> None:
        if not isinstance(rows, list):
            self.fail(keys, f"「{keys[-1]}」には行の一覧を書いてください。")
        for i, row in enumerate(rows):
            self.row((*keys, i), row, bound)

    def row(self, keys: Keys, row: Any, bound: Mapping[str, Bound]) -> None:
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
            cells, keys = row["cells"], (*keys, "cells")
        self.cells(keys, cells, bound)

    def cells(self, keys: Keys, cells: Any, bound: Mapping[str, Bound]) -> None:
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
        names = _Names(self, keys, bound)
        tree = names.parse(f"{{% for {value} %}}{{% endfor %}}")
        loop = next(tree.find_all(nodes.For))
        return names.bind(loop)

    def condition(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        if not isinstance(value, str):
            self.fail(keys, "条件は文字で書いてください(引用符で囲みます)。")
        self.text(keys, f"{{% if {value} %}}{{% endif %}}", bound)

    def text(self, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
        if not isinstance(value, str):
            self.fail(keys, "ここには文を書いてください(数字だけのときは引用符で囲みます)。")
        if "{{" in value or "{%" in value:
            names = _Names(self, keys, bound)
            names.visit(names.parse(value), printing=True)


_SIMPLE: dict[str, Callable[[_Layout, Keys, Any, Mapping[str, Bound]], None]] = {
    "issuer": _Layout.issuer,
    "space": _Layout.space,
    "page_break": _Layout.page_break,
    "stamp_box": _Layout.stamp_box,
    "table": _Layout.table,
    "remarks": _Layout.texts,
    "keep": _Layout.blocks,
}


class _Names:
    """Follows the names of one text; whatever is printed must be a field that may be printed."""

    def __init__(self, layout: _Layout, keys: Keys, bound: Mapping[str, Bound]) -> None:
        self.form = layout.form
        self.keys = keys
        self.bound = dict(bound)
        self._fail = layout.fail

    def fail(self, message: str) -> NoReturn:
        self._fail(self.keys, message)

    def parse(self, text: str) -> nodes.Template:
        try:
            return _ENVIRONMENT.parse(text.replace("{{r ", "{{ "))
        except jinja2.TemplateSyntaxError as error:
            self.fail(f"書式の式が読めません: {error.message}")

    def bind(self, loop: nodes.For) -> dict[str, Bound]:
        """Return the names in force inside a loop."""
        if loop.recursive:
            self.fail("「recursive」は使えません。")
        targets = loop.target.items if isinstance(loop.target, nodes.Tuple) else [loop.target]
        names = [target.name for target in targets if isinstance(target, nodes.Name)]
        source = self.looped(loop.iter, several=len(names) > 1 or isinstance(loop.target, nodes.Tuple))
        inner = {**self.bound, "loop": None, **dict.fromkeys(names, source)}
        if loop.test is not None:
            _Names(_Layout(self.form, self._fail), self.keys, inner).visit(loop.test, printing=False)
        return inner

    def looped(self, source: nodes.Node, *, several: bool) -> Bound:
        """Check what a loop goes over: a list of the form, or words and fields written out, all of which it may print."""
        if isinstance(source, (nodes.List, nodes.Tuple)):
            for row in source.items:
                for item in row.items if several and isinstance(row, (nodes.List, nodes.Tuple)) else [row]:
                    self.visit(item, printing=True)
            return None
        if (
            isinstance(source, nodes.Name)
            and source.name not in self.bound
            and not field_called(self.form.fields, source.name)
        ):
            self.visit(source, printing=False)  # says that there is no such field
        plain = isinstance(source, (nodes.Name, nodes.Getattr)) and not several
        found = self.visit(source, printing=False) if plain else None
        if found is None or found.type != "list":
            self.fail("繰り返しの項目ではありません。繰り返せるのは、この様式の一覧の項目だけです。")
        return found

    def visit(self, node: nodes.Node, *, printing: bool) -> Bound:
        """Check a node and what is under it; return the field it stands for, if it stands for one."""
        visitor = _VISITORS.get(type(node))
        if visitor is not None:
            return visitor(self, node, printing)
        if not isinstance(node, _PLAIN):
            kind = type(node).__name__
            self.fail(
                f"「{_EXPRESSIONS.get(kind, kind)}」という式は使えません。項目の名前と、決まった書式だけが使えます。"
            )
        for child in node.iter_child_nodes():
            self.visit(child, printing=printing)
        return None

    def getitem(self, node: nodes.Getitem, printing: bool) -> Bound:  # noqa: FBT001 - the visitors' common shape
        match node.arg:
            case nodes.Const(value=str() as key):
                return self.attribute(node.node, key, printing=printing)
            case (
                nodes.Const(value=int())
                | nodes.Slice(start=None | nodes.Const(value=int()), stop=None | nodes.Const(value=int()), step=None)
            ):
                pass
            case _:
                self.fail("「[ ]」の中には、決まった番号か項目の名前だけを書けます。")
        return self.visit(node.node, printing=printing)

    def loop(self, node: nodes.For, printing: bool) -> Bound:  # noqa: FBT001
        inner = _Names(_Layout(self.form, self._fail), self.keys, self.bind(node))
        for child in [*node.body, *node.else_]:
            inner.visit(child, printing=printing)
        return None

    def choice(self, node: nodes.If | nodes.CondExpr, printing: bool) -> Bound:  # noqa: FBT001
        for child in node.iter_child_nodes():
            self.visit(child, printing=printing and child is not node.test)
        return None

    def question(self, node: nodes.Node, _: bool) -> Bound:  # noqa: FBT001
        """Visit a comparison or test: what it looks at is not printed."""
        if isinstance(node, nodes.Test) and node.name not in _ENVIRONMENT.tests:
            self.fail(f"「is {node.name}」という判定はありません。")
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Operand) and isinstance(child.expr, (nodes.List, nodes.Tuple)):
                for item in child.expr.items:
                    self.visit(item, printing=False)
            else:
                self.visit(child, printing=False)
        return None

    def filtered(self, node: nodes.Filter, printing: bool) -> Bound:  # noqa: FBT001
        match node:
            case nodes.Filter(name="map", args=[nodes.Const(value=str() as name)]):
                allowed = name in FILTERS
            case _:
                allowed = node.name in FILTERS | _BUILT_IN_FILTERS
        if not allowed:
            self.fail(f"「| {node.name}」という書式はありません。使えるもの: {'、'.join(sorted(FILTERS))}")
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.fail(f"「| {node.name}」の書き方を確かめてください。")
        for child in node.iter_child_nodes():
            self.visit(child, printing=printing and node.name not in _TEXT_ONLY)
        return self.visit(node.node, printing=False) if node.node is not None else None

    def name(self, node: nodes.Name, printing: bool) -> Bound:  # noqa: FBT001
        if node.name in self.bound:
            bound = self.bound[node.name]
            if bound is not None:
                self.printable(bound, printing=printing, whole=True)
            return bound
        found = field_called(self.form.fields, node.name)
        if found is not None:
            self.printable(found, printing=printing, whole=True)
            return found
        if node.name not in {"office", "form", "loop", *FUNCTIONS}:
            self.fail(f"「{node.name}」という項目は、この様式にありません。")
        if node.name == "loop":
            self.fail("「loop」は繰り返しの中だけで使えます。")
        if printing:
            self.fail(f"「{node.name}」だけでは印字できません。")
        return None

    def attribute(self, owner: nodes.Node, key: str, *, printing: bool) -> Bound:
        if isinstance(owner, nodes.Name) and owner.name in {"office", "form"} and owner.name not in self.bound:
            allowed = OFFICE_LABELS if owner.name == "office" else FORM_KEYS
            if key not in allowed:
                self.fail(f"「{owner.name}.{key}」はありません。使えるもの: {'、'.join(sorted(allowed))}")
            return None
        if isinstance(owner, nodes.Name) and owner.name in self.bound and self.bound[owner.name] is None:
            allowed = _LOOP_KEYS if owner.name == "loop" else _SHEET_KEYS
            if key not in allowed:
                self.fail(f"「{owner.name}.{key}」は使えません。使えるもの: {'、'.join(sorted(allowed))}")
            return None
        found = self.visit(owner, printing=False)
        if found is None:
            self.fail(f"「.{key}」は取り出せません。")
        self.printable(found, printing=printing)
        if found.fields:
            if key not in found.fields:
                self.fail(f"「{found.label}」の組に「{key}」という項目はありません。")
            inner = found.fields[key]
            self.printable(inner, printing=printing, whole=True)
            return inner
        if KINDS[found.of or found.type].shape != "name" or key not in PERSON_KEYS:
            self.fail(f"「{found.label}」から「{key}」は取り出せません。")
        return None

    def call(self, node: nodes.Call, printing: bool) -> Bound:  # noqa: FBT001
        """Check the documented functions: `checks("field")`, `label(c, "key", "list")` and so on."""
        function = node.node.name if isinstance(node.node, nodes.Name) and node.node.name not in self.bound else ""
        if function not in FUNCTIONS:
            self.fail(f"「{function or '…'}( )」という関数はありません。使えるもの: {'、'.join(sorted(FUNCTIONS))}")
        if function not in {"checks", "either", "label"}:
            if node.kwargs or node.dyn_args or node.dyn_kwargs:
                self.fail(f"「{function}( )」の書き方を確かめてください。")
            for child in node.args:
                self.visit(child, printing=printing and function != "check")
            return None
        match node.args:
            case [nodes.Const(value=str() as name)]:
                found = field_called(self.form.fields, name)
            case [nodes.Name() as item, nodes.Const(value=str() as name), nodes.Const(value=str() as owner)]:
                self.visit(item, printing=False)
                group = field_called(self.form.fields, owner)
                found = group.fields.get(name) if group else None
                if group and found:
                    self.printable(group, printing=printing)
            case _:
                self.fail(f'{function}("項目名") か、{function}(c, "項目名", "組の項目名") の形で書いてください。')
        if found is None or not found.options:
            self.fail(f"「{name}」は、この様式の選択の項目ではありません。")
        self.printable(found, printing=printing)
        return None

    def printable(self, found: Field, *, printing: bool, whole: bool = False) -> None:
        """Refuse what may not stand on the paper; `whole`: the expression stands for the item itself."""
        if printing and not found.printed:
            self.fail(f"「{found.label}」は紙に出さない項目(printed: false)です。")
        if printing and whole and found.fields:
            self.fail(f"「{found.label}」は組です。組の中の項目の名前を書いてください。")
        if not found.printed and found.sensitivity == "protected" and (found.of or found.type) not in _CLOSED:
            self.fail(f"「{found.label}」は紙に出さない項目(秘匿)です。条件や繰り返しにも使えません。")


class _PrintedNames(_Names):
    """Follows names and remembers which fields are printed."""

    printed: set[tuple[str, str]]

    def printable(self, found: Field, *, printing: bool, whole: bool = False) -> None:
        super().printable(found, printing=printing, whole=whole)
        if printing:
            self.printed.add((found.label, found.name))


_VISITORS: dict[type[nodes.Node], Callable[[_Names, Any, bool], Bound]] = {
    nodes.Name: _Names.name,
    nodes.Getattr: lambda names, node, printing: names.attribute(node.node, node.attr, printing=printing),
    nodes.Getitem: _Names.getitem,
    nodes.For: _Names.loop,
    nodes.Call: _Names.call,
    nodes.If: _Names.choice,
    nodes.CondExpr: _Names.choice,
    nodes.Compare: _Names.question,
    nodes.Test: _Names.question,
    nodes.Not: _Names.question,
    nodes.Filter: _Names.filtered,
}
