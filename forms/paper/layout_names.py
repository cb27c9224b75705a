"""Follow the names in a text of a layout: no name that the form does not declare, and none that must not be printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes

from validators.kinds import KINDS
from validators.labels import OFFICE_LABELS
from validators.model import PERSON_KEYS, Field, Form, field_called

Fail = Callable[[str], NoReturn]

# docs/FORMS.md, "Names in layouts"; Jinja's own filters and tests may be used as well.
FILTERS = frozenset(
    {"wareki", "wareki_time", "clock", "era", "era_digits", "kana", "voiced", "birth"}
    | {"or_none", "or_text", "yen", "yes_no", "zen"}
)
_CHOICES = frozenset({"checks", "checklist", "circled", "either", "label"})
FUNCTIONS = _CHOICES | {"check", "joined", "zen"}
FORM_KEYS = frozenset({"title", "printed_title", "number", "edition", "slug", "legal_basis", "copy"})

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


class WrongNameError(Exception):
    """An expression of a template names what the form does not have, or what may not be printed."""


def follow(
    form: Form, node: nodes.Node, bound: Mapping[str, Bound], *, printing: bool, printed: set[tuple[str, str]]
) -> Bound:
    """Check one expression of a template; add label and name of every field it prints to `printed`.

    `bound` are the loop variables in force. Returns the field it stands for, if it stands for one. Raises WrongNameError.
    """
    return _PrintedNames(form, bound, printed).visit(node, printing=printing)


def follow_loop(
    form: Form, loop: nodes.For, bound: Mapping[str, Bound], *, printed: set[tuple[str, str]]
) -> dict[str, Bound]:
    """Check what a loop of a template goes over and its condition; return the names in force inside. Raises WrongNameError."""
    return _PrintedNames(form, bound, printed).bind(loop)


class TextNames:
    """Follows the names of one text; whatever is printed must be a field that may be printed."""

    def __init__(self, form: Form, fail: Fail, bound: Mapping[str, Bound]) -> None:
        self.form = form
        self.fail = fail
        self.bound = dict(bound)

    def parse(self, text: str) -> nodes.Template:
        """Return the tree of a text."""
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
            TextNames(self.form, self.fail, inner).visit(loop.test, printing=False)
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
        """Check `a[0]`, `a["key"]`, `a[:2]`."""
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
        """Check a loop and what stands in it."""
        inner = TextNames(self.form, self.fail, self.bind(node))
        for child in [*node.body, *node.else_]:
            inner.visit(child, printing=printing)
        return None

    def choice(self, node: nodes.If | nodes.CondExpr, printing: bool) -> Bound:  # noqa: FBT001
        """Check `if`: what decides is not printed."""
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
        """Check a filter and what it is given."""
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
        """Return the field a name stands for, None for what else may be named."""
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
        """Check `owner.key`."""
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
        if function not in _CHOICES:
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


def _refuse(message: str) -> NoReturn:
    raise WrongNameError(message)


class _PrintedNames(TextNames):
    """Follows names and remembers which fields are printed."""

    def __init__(self, form: Form, bound: Mapping[str, Bound], printed: set[tuple[str, str]]) -> None:
        super().__init__(form, _refuse, bound)
        self.printed = printed

    def printable(self, found: Field, *, printing: bool, whole: bool = False) -> None:
        super().printable(found, printing=printing, whole=whole)
        if printing:
            self.printed.add((found.label, found.name))


_VISITORS: dict[type[nodes.Node], Callable[[TextNames, Any, bool], Bound]] = {
    nodes.Name: TextNames.name,
    nodes.Getattr: lambda names, node, printing: names.attribute(node.node, node.attr, printing=printing),
    nodes.Getitem: TextNames.getitem,
    nodes.For: TextNames.loop,
    nodes.Call: TextNames.call,
    nodes.If: TextNames.choice,
    nodes.CondExpr: TextNames.choice,
    nodes.Compare: TextNames.question,
    nodes.Test: TextNames.question,
    nodes.Not: TextNames.question,
    nodes.Filter: TextNames.filtered,
}
