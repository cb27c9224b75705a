"""Read the closed subset of CEL that our definitions use, so that the linter and the engine know what an expression names.

The evaluator shows no syntax tree; this one holds only what docs/CLAUSES.md allows and refuses everything else by column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

MACROS = frozenset({"exists", "all", "exists_one", "filter", "map"})
RECORDS = frozenset({"papers", "events", "everywhere"})  # functions that give records by a name
RESERVED = frozenset(
    {"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"}
    | {"let", "loop", "package", "namespace", "return", "var", "void", "while"}
)

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>==|!=|<=|>=|&&|\|\||[<>!?:.,()\[\]+\-*/%{}])""",
    re.VERBOSE,
)


class ExpressionSyntaxError(Exception):
    """An expression that is not in the closed subset; `column` is 1-based."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{column}文字目: {message}")
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression. `name` is the identifier, key, function, macro or operator; `value` a literal's."""

    kind: Literal["literal", "list", "name", "member", "call", "macro", "unary", "binary", "ternary"]
    column: int
    name: str = ""
    value: str | int | float | bool | None = None
    parts: tuple[Node, ...] = ()
    bracketed: bool = False

    def walk(self) -> Iterator[Node]:
        """Yield the node and everything inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class Shape:
    """What expressions ask of a value: that it is a list, and the keys of it (of its items, when it is a list)."""

    is_list: bool = False
    keys: dict[str, Shape] = field(default_factory=dict)


@dataclass(slots=True)
class References:
    """The names an expression uses: roots (fields, constants), functions, and the forms it asks papers of."""

    roots: dict[str, Shape] = field(default_factory=dict)
    papers: dict[str, Shape] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)


def _tokens(source: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if not match:
            raise ExpressionSyntaxError(f"「{source[at]}」は式に書けません", at + 1)
        if match.lastgroup != "blank":
            tokens.append(_Token(str(match.lastgroup), match.group(), at + 1))
        at = match.end()
    tokens.append(_Token("end", "", len(source) + 1))
    return tokens


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = _tokens(source)
        self.at = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def refuse(self, message: str) -> NoReturn:
        raise ExpressionSyntaxError(message, self.token.column)

    def take(self, text: str = "") -> _Token:
        token = self.token
        if text and (token.text != text or token.kind == "text"):
            self.refuse(f"ここに「{text}」が要ります(「{token.text or '式の終わり'}」があります)")
        self.at += 1
        return token

    def meets(self, *texts: str) -> bool:
        return self.token.kind in {"sign", "name"} and self.token.text in texts

    def whole(self) -> Node:
        node = self.ternary()
        if self.token.kind != "end":
            self.refuse(f"「{self.token.text}」から先が読めません")
        return node

    def ternary(self) -> Node:
        node = self.binary(0)
        if not self.meets("?"):
            return node
        column = self.take().column
        yes = self.binary(0)
        self.take(":")
        return Node("ternary", column, "?:", parts=(node, yes, self.ternary()))

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        node = self.binary(level + 1)
        while self.meets(*_LEVELS[level]):
            operator = self.take()
            node = Node("binary", operator.column, operator.text, parts=(node, self.binary(level + 1)))
        return node

    def unary(self) -> Node:
        if self.meets("!", "-"):
            operator = self.take()
            return Node("unary", operator.column, operator.text, parts=(self.unary(),))
        return self.postfix()

    def postfix(self) -> Node:
        node = self.primary()
        while True:
            if self.meets("["):
                self.refuse("添字 [ ] は使えません")
            if not self.meets("."):
                return node
            self.take(".")
            name = self.take()
            if name.kind != "name":
                self.refuse("「.」の後には名前が要ります")
            if not self.meets("("):
                node = Node("member", name.column, name.text, parts=(node,))
                continue
            if name.text not in MACROS:
                raise ExpressionSyntaxError(f"「.{name.text}(…)」は使えません", name.column)
            self.take("(")
            variable = self.take()
            if variable.kind != "name" or variable.text in RESERVED:
                raise ExpressionSyntaxError(f"「.{name.text}(」の後には一件を指す名前が要ります", variable.column)
            self.take(",")
            body = self.ternary()
            self.take(")")
            node = Node("macro", name.column, name.text, value=variable.text, parts=(node, body))

    def listed(self, closing: str) -> tuple[Node, ...]:
        parts: list[Node] = []
        while not self.meets(closing):
            if parts:
                self.take(",")
            parts.append(self.ternary())
        self.take(closing)
        return tuple(parts)

    def primary(self) -> Node:  # noqa: PLR0911 - one return for each kind of value
        token = self.take()
        if token.kind == "number":
            return Node("literal", token.column, value=float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return Node("literal", token.column, value=re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "name":
            constants: dict[str, bool | None] = {"true": True, "false": False, "null": None}
            if token.text in constants:
                return Node("literal", token.column, value=constants[token.text])
            if token.text in RESERVED:
                raise ExpressionSyntaxError(f"「{token.text}」は名前に使えません", token.column)
            if self.meets("("):
                self.take("(")
                return Node("call", token.column, token.text, parts=self.listed(")"))
            return Node("name", token.column, token.text)
        if token.text == "(" and token.kind == "sign":
            inner = self.ternary()
            self.take(")")
            return Node(inner.kind, inner.column, inner.name, inner.value, inner.parts, bracketed=True)
        if token.text == "[" and token.kind == "sign":
            return Node("list", token.column, parts=self.listed("]"))
        raise ExpressionSyntaxError(f"「{token.text or '式の終わり'}」の所に値がありません", token.column)


@lru_cache(maxsize=8192)
def parse(source: str) -> Node:
    """Return the tree of an expression; raises ExpressionSyntaxError with the column."""
    return _Parser(source).whole()


def references(source: str, shapes: dict[str, Shape] | None = None) -> References:
    """Return the names an expression uses.

    `shapes` are names bound outside it (the item of an `each`): what is asked of them is written into them, and they
    are not among the roots. Raises ExpressionSyntaxError.
    """
    found = References()
    _visit(parse(source), dict(shapes or {}), found)
    return found


def _visit(node: Node, scope: dict[str, Shape], found: References) -> Shape:
    match node.kind:
        case "name":
            return scope[node.name] if node.name in scope else found.roots.setdefault(node.name, Shape())
        case "member":
            return _visit(node.parts[0], scope, found).keys.setdefault(node.name, Shape())
        case "macro":
            target = _visit(node.parts[0], scope, found)
            target.is_list = True
            item = Shape(keys=target.keys)
            result = _visit(node.parts[1], {**scope, str(node.value): item}, found)
            return (
                target if node.name == "filter" else Shape(is_list=True, keys=result.keys if node.name == "map" else {})
            )
        case "call":
            found.functions.add(node.name)
            if node.name in RECORDS and len(node.parts) == 1 and isinstance(node.parts[0].value, str):
                return found.papers.setdefault(node.parts[0].value, Shape(is_list=True))
        case "binary" if node.name == "in":
            _visit(node.parts[0], scope, found)
            _visit(node.parts[1], scope, found).is_list = True
            return Shape()
        case _:
            pass
    for part in node.parts:
        _visit(part, scope, found)
    return Shape()
