"""Find what is wrong in one expression before any record meets it; docs/CLAUSES.md says what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from validators import periods
from validators.errors import DefinitionError
from validators.expressions import functions, syntax
from validators.expressions.functions import VOCABULARY
from validators.expressions.lookups import Surroundings, surrounded
from validators.kinds import KINDS
from validators.model import Field
from validators.stored import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validators.definitions.reference import ReferenceTables
    from validators.expressions.syntax import Node
    from validators.model import Form

_TRUTH = {"==", "!=", "in", "&&", "||"}
_CHECKED = {"date", "number", "list", "text"}  # what a function may take; the rest is taken as it comes


@dataclass(slots=True)
class DeclaredNames:
    """What the names of an expression stand for: a field, or None when it is declared but nothing is known of it."""

    fields: dict[str, Field | None]
    constants: Mapping[str, list[Any]] = field(default_factory=dict)
    papers: Mapping[str, Form] = field(default_factory=dict)  # forms asked by papers("slug"), where in the catalogue

    def bound(self, variable: str, declared: Field | None) -> DeclaredNames:
        """Return the names with a loop variable added."""
        return replace(self, fields={**self.fields, variable: declared})


def lint_syntax(source: str, reference: ReferenceTables, *, in_case: bool = True) -> list[str]:
    """Return what is wrong with an expression whatever the form: operators, functions, arity, truth values, words."""
    try:
        tree = syntax.parse(source)
    except syntax.ExpressionSyntaxError as error:
        return [str(error)]
    problems = [*_truth(tree)]
    for node in tree.walk():
        problems += _operators(node)
        if node.kind == "call":
            problems += _call(node, reference, in_case=in_case)
        if node.kind == "macro" and node.name != "map":
            problems += _truth(node.parts[1])
    return list(dict.fromkeys(problems))


def lint_names(source: str, names: DeclaredNames) -> list[str]:
    """Return what is wrong with an expression on one form: undeclared names and keys, wrong types, misspelt values."""
    try:
        tree = syntax.parse(source)
    except syntax.ExpressionSyntaxError:
        return []  # lint_syntax tells it
    problems: list[str] = []
    _resolve(tree, names, problems)
    return list(dict.fromkeys(problems))


# ---- whatever the form --------------------------------------------------------------------------------------------


def _truth(node: Node) -> Iterator[str]:
    """Yield a problem for each place that needs a truth value and holds something else."""
    if node.kind == "binary" and node.name in {"&&", "||"}:
        for part in node.parts:
            yield from _truth(part)
    elif node.kind == "unary" and node.name == "!":
        yield from _truth(node.parts[0])
    elif node.kind == "ternary":
        for part in node.parts:
            yield from _truth(part)
    elif not _is_truth(node):
        name = node.name or str(node.value)
        yield f"{node.column}文字目: 「{name}」は真偽ではありません。真偽の項目は「{name} == true」と書きます"


def _is_truth(node: Node) -> bool:
    if node.kind == "binary":
        return node.name in _TRUTH or node.name in {"<", "<=", ">", ">="}  # these are refused by _operators
    if node.kind == "call":
        return node.name not in VOCABULARY or VOCABULARY[node.name].gives == "bool"
    if node.kind == "macro":
        return node.name in {"exists", "all", "exists_one"}
    return node.kind == "literal" and isinstance(node.value, bool)


def _operators(node: Node) -> Iterator[str]:
    if node.kind == "binary" and node.name in {"<", "<=", ">", ">="}:
        yield f"{node.column}文字目: 「{node.name}」は使えません。日付は before・not_after、数は at_least・at_most で比べます"
    elif node.kind == "binary" and node.name not in _TRUTH:
        yield f"{node.column}文字目: 計算「{node.name}」は使えません"
    elif node.kind == "unary" and node.name == "-" and node.parts[0].kind != "literal":
        yield f"{node.column}文字目: 計算「-」は使えません"
    if node.kind == "binary" and node.name in {"==", "!=", "in"}:
        for part in node.parts:
            if part.kind == "unary" and part.name == "!" and not part.bracketed:
                yield f"{part.column}文字目: 「!a in b」は「(!a) in b」と読まれます。「!(a in b)」と書きます"
            if part.kind == "binary" and part.name in {"==", "!=", "in"} and not part.bracketed:
                yield f"{node.column}文字目: 比べるものは二つずつです。括弧で分けます"


def _call(node: Node, reference: ReferenceTables, *, in_case: bool) -> Iterator[str]:
    word = VOCABULARY.get(node.name)
    if word is None:
        yield f"{node.column}文字目: 関数「{node.name}」はありません(docs/CLAUSES.md)"
        return
    if len(node.parts) != len(word.takes):
        yield f"{node.column}文字目: 「{node.name}」は引数 {len(word.takes)} 個です({len(node.parts)} 個あります)"
        return
    if node.name == "papers" and not in_case:
        yield f"{node.column}文字目: papers は scope: case の条項でだけ使えます"
    for part, takes in zip(node.parts, word.takes, strict=True):
        if takes == "name" and not (part.kind == "literal" and isinstance(part.value, str)):
            yield f"{part.column}文字目: 「{node.name}」のここには引用符で囲んだ語を書きます"
        elif takes == "list" and part.kind == "literal":
            yield f"{part.column}文字目: 「{node.name}」のここには一覧を書きます([…])"
        elif takes == "date" and part.kind == "literal" and part.value is not None and day_of(part.value) is None:
            yield f'{part.column}文字目: 日付は "2024-04-01" のように書きます'
        elif takes == "number" and part.kind == "literal" and not _is_number(part.value):
            yield f"{part.column}文字目: ここには数を書きます"
    yield from _known_words(node, reference)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _known_words(node: Node, reference: ReferenceTables) -> Iterator[str]:
    """Try the literal arguments that name something: patterns, settings, word lists, periods, countings."""
    literals = [part.value for part in node.parts if part.kind == "literal" and isinstance(part.value, str)]
    try:
        with surrounded(Surroundings(reference)):
            _try(node.name, literals)
    except DefinitionError as error:
        yield f"{node.column}文字目: {error.message}"
    except ValueError as error:
        yield f"{node.column}文字目: {error}"


def _try(name: str, literals: list[str]) -> None:
    if not literals:
        return
    if name == "looks_like":
        functions.looks_like("", literals[-1])
    elif name in {"setting", "words"}:
        VOCABULARY[name].call(literals[0])
    elif name in {"last_day", "renewed_last_day"}:
        period = literals[-2] if name == "last_day" and len(literals) > 1 else literals[-1]
        periods.last_day(date(2024, 4, 1), period, "start_day_counts")
        if name == "last_day":
            periods.last_day(date(2024, 4, 1), period, literals[-1])  # type: ignore[arg-type]  # that is what is tried


# ---- on one form --------------------------------------------------------------------------------------------------


def _resolve(node: Node, names: DeclaredNames, problems: list[str]) -> Field | None:
    """Return the field a part stands for, if it is one; write what is wrong into `problems`."""
    match node.kind:
        case "name":
            return _named(node, names, problems)
        case "member":
            return _key(node, _resolve(node.parts[0], names, problems), problems)
        case "macro":
            return _macro(node, names, problems)
        case "call":
            return _called(node, names, problems)
        case "binary" if node.name in {"==", "!=", "in"}:
            _compared(node, [_resolve(part, names, problems) for part in node.parts], names, problems)
            return None
        case _:
            for part in node.parts:
                _resolve(part, names, problems)
            return None


def _named(node: Node, names: DeclaredNames, problems: list[str]) -> Field | None:
    if node.name not in names.fields:
        if node.name not in names.constants and node.name not in {"document", "today"}:
            problems.append(f"{node.column}文字目: 「{node.name}」という項目がありません")
        return None
    return names.fields[node.name]


def _key(node: Node, holder: Field | None, problems: list[str]) -> Field | None:
    if holder is None:
        return None
    if not holder.fields:
        problems.append(f"{node.column}文字目: 「{holder.name}」に「.{node.name}」はありません({holder.type})")
        return None
    if node.name not in holder.fields:
        problems.append(f"{node.column}文字目: 「{holder.name}」の各件に「{node.name}」という項目がありません")
        return None
    return holder.fields[node.name]


def _macro(node: Node, names: DeclaredNames, problems: list[str]) -> Field | None:
    target = _resolve(node.parts[0], names, problems)
    if target is not None and target.type != "list":
        problems.append(f"{node.column}文字目: 「{target.name}」は一覧ではないので「.{node.name}」は使えません")
        target = None
    item = None if target is None else item_of(target)
    body = _resolve(node.parts[1], names.bound(str(node.value), item), problems)
    if node.name == "map":
        return Field(body.name, body.label, "list", of=body.type, options=body.options) if body else None
    return target if node.name == "filter" else None


def item_of(target: Field) -> Field | None:
    """Return what one item of a list is."""
    if target.fields:
        return Field(target.name, target.label, "group", fields=target.fields)
    return Field(target.name, target.label, target.of, options=target.options) if target.of else None


def _called(node: Node, names: DeclaredNames, problems: list[str]) -> Field | None:
    parts = [_resolve(part, names, problems) for part in node.parts]
    word = VOCABULARY.get(node.name)
    if word is None or len(parts) != len(word.takes):
        return None
    for part, declared, takes in zip(node.parts, parts, word.takes, strict=True):
        if declared is not None and not _fits(declared, takes):
            problems.append(
                f"{part.column}文字目: 「{node.name}」のここに「{declared.name}」({declared.type})は置けません"
            )
    if node.name in {"has_any", "has_all", "only"}:
        _compared(node, [parts[0], parts[1]], names, problems)
    if node.name == "papers" and node.parts[0].value in names.papers:
        form = names.papers[str(node.parts[0].value)]
        return Field(form.slug, form.title, "list", fields=form.fields)
    return None


def _fits(declared: Field, takes: str) -> bool:
    return takes not in _CHECKED or (declared.type in KINDS and takes in KINDS[declared.type].words)


def _compared(node: Node, sides: list[Field | None], names: DeclaredNames, problems: list[str]) -> None:
    """Check the values an enumeration is compared with, and that the types can ever be equal."""
    for side, declared in enumerate(sides):
        other = node.parts[1 - side]
        if declared is None:
            continue
        if node.name == "in" and side == 1 and declared.type != "list":
            problems.append(f"{node.column}文字目: 「in」の右の「{declared.name}」は一覧ではありません")
        for literal in _literals(other, names):
            problems += _member(declared, literal, other)


def _literals(node: Node, names: DeclaredNames) -> list[object]:
    if node.kind == "literal":
        return [node.value]
    if node.kind == "list":
        return [part.value for part in node.parts if part.kind == "literal"]
    return list(names.constants.get(node.name, ())) if node.kind == "name" else []


def _member(declared: Field, literal: object, at: Node) -> Iterator[str]:
    kind = declared.of if declared.type == "list" else declared.type
    if literal is None or kind not in KINDS:
        return
    shape, is_number = KINDS[kind].shape, isinstance(literal, int | float) and not isinstance(literal, bool)
    if shape == "option" and literal not in declared.options:
        yield f"{at.column}文字目: 「{literal}」は「{declared.name}」の選択肢にありません({'・'.join(list(declared.options)[:12])})"
    elif shape == "truth" and not isinstance(literal, bool):
        yield f"{at.column}文字目: 「{declared.name}」は真偽の項目です。「{literal}」とは比べられません"
    elif shape == "number" and not is_number:
        yield f"{at.column}文字目: 「{declared.name}」は数の項目です。「{literal}」とは比べられません"
    elif shape not in {"option", "truth", "number"} and not isinstance(literal, str):
        yield f"{at.column}文字目: 「{declared.name}」は文字の項目です。「{literal}」とは比べられません"
    elif shape == "moment" or (
        shape == "day" and isinstance(literal, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", literal)
    ):
        yield f"{at.column}文字目: 日時「{declared.name}」は == でなく関数で比べます"
