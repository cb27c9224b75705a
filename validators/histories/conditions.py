"""Conditions of procedures: expressions over the item they stand on, read in one of three ways.

asks      which item is meant, whether something is due: what is not given is blank
weighs    whether an act was done rightly: a fact that is not given breaks no rule, one given blank is weighed
demands   as weighs, but what `filled(…)` asks for must be given
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators.errors import DefinitionError
from validators.expressions import evaluate, syntax
from validators.expressions.compiled import BrokenExpressionError, shaped
from validators.expressions.lookups import UnknownAnswerError
from validators.histories.words import WORDS

if TYPE_CHECKING:
    from validators.expressions.by_cel import Language
    from validators.expressions.functions import Word
    from validators.expressions.syntax import Node, Shape

_PRESENCE = frozenset({"filled", "all_filled", "any_filled"})
BOUND = frozenset({"it", "trigger", "member"})  # the item itself, what set the procedure off, one of its list
_ID = "_id"
_SHAPES: ContextVar[Mapping[str, Shape]] = ContextVar("shapes")

Sight = Mapping[str, Any]  # it, trigger, member, and the constants of the rulebook


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One compiled expression. `asked`: (root, key) pairs that `filled(…)` asks for; key "" is the root itself."""

    source: str
    tree: Node
    run: evaluate.Run
    named: syntax.References
    asked: frozenset[tuple[str, str]]

    def asks(self, scope: Sight) -> bool:
        """Tell whether it is so, what is not given counting as blank; what has no value is not so."""
        return self._truth(self._bound(scope, blanks=True)) is True

    def weighs(self, scope: Sight, *, demanding: bool = False) -> bool | None:
        """Tell whether it is kept; None where it hangs on what is not given."""
        return self._truth(self._bound(scope, blanks=False, asked=self.asked if demanding else frozenset()))

    def empty(self, scope: Sight) -> list[tuple[str, str]]:
        """Return the facts that are not given and each leave it open, all else that is not given being blank: ("it" or "trigger", fact)."""
        bare = [("it", name, (name, "")) for name in self.named.roots if name not in BOUND and name not in scope]
        keyed = [(root, key, (root, key)) for root in ("it", "trigger") for key in self._keys(root)]
        return [
            (root, key)
            for root, key, pair in (*bare, *keyed)
            if key not in scope[root] and pair not in self.asked and not key.endswith(_ID) and self._open(scope, *pair)
        ]

    def _keys(self, root: str) -> Iterable[str]:
        return self.named.roots[root].keys if root in self.named.roots else ()

    def _open(self, scope: Sight, root: str, key: str) -> bool:
        names = self._bound(scope, blanks=True)
        del (names[root] if key else names)[key or root]
        return self._truth(names) is None

    def value(self, scope: Sight) -> Any:
        """Return the value of an expression that gives one; null where it has none."""
        try:
            return self._once(self._bound(scope, blanks=True))
        except evaluate.NoValueError:
            return None

    def names(self, scope: Sight) -> dict[str, Any]:
        """Return the names it is weighed over, for its parts."""
        return self._bound(scope, blanks=False, asked=self.asked)

    def part(self, node: Node, names: Mapping[str, Any]) -> Any:
        """Return the value of a part of it; null where it has none."""
        kept = _SHAPES.set(self.named.papers)
        try:
            return evaluate.build(node, _words())(dict(names))
        except (evaluate.NoValueError, UnknownAnswerError):
            return None
        finally:
            _SHAPES.reset(kept)

    def _truth(self, names: dict[str, Any]) -> bool | None:
        try:
            result = self._once(names)
        except (evaluate.NoValueError, UnknownAnswerError):
            return None
        if result is not None and not isinstance(result, bool):
            raise BrokenExpressionError(f"式が真偽になりません({self.source})")
        return result

    def _once(self, names: dict[str, Any]) -> Any:
        kept = _SHAPES.set(self.named.papers)
        try:
            return self.run(names)
        finally:
            _SHAPES.reset(kept)

    def _bound(self, scope: Sight, *, blanks: bool, asked: frozenset[tuple[str, str]] = frozenset()) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for root, shape in self.named.roots.items():
            if root in BOUND:
                item = scope.get(root)
                names[root] = _keyed(item, shape, root, blanks=blanks, asked=asked) if shape.keys else item
            elif root in scope["it"]:
                names[root] = shaped(scope["it"][root], shape)
            elif root in scope:  # a constant
                names[root] = scope[root]
            elif blanks or (root, "") in asked or root.endswith(_ID):  # a missing id is blank: it differs from none
                names[root] = shaped(None, shape)
        return names


def _keyed(item: Any, shape: Shape, root: str, *, blanks: bool, asked: frozenset[tuple[str, str]]) -> dict[str, Any]:
    """Return the facts of an item that an expression asks for; those not given only where they count as blank."""
    given = item if isinstance(item, Mapping) else {}
    return {
        key: shaped(given.get(key), inner)
        for key, inner in shape.keys.items()
        if key in given or blanks or (root, key) in asked or key.endswith(_ID)
    }


def _presences(node: Node, *, inside: bool = False) -> set[tuple[str, str]]:
    """Return what stands within filled(…): names as (name, ""), facts of a bound item as (item, fact)."""
    if inside and node.kind == "name":
        return {(node.name, "")}
    if inside and node.kind == "member" and node.parts[0].kind == "name":
        return {(node.parts[0].name, node.name)}
    inside = inside or (node.kind == "call" and node.name in _PRESENCE)
    return {pair for part in node.parts for pair in _presences(part, inside=inside)}


def _guarded(word: Word) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        try:
            result = word.call(*arguments)
        except UnknownAnswerError:
            raise evaluate.NoValueError from None
        except DefinitionError:
            raise
        except Exception as error:  # noqa: BLE001 - any error of ours must be seen, however the language swallows it
            raise BrokenExpressionError(f"式の中の関数が失敗しました({word.name}: {type(error).__name__})") from None
        if word.gives == "records":
            shape = _SHAPES.get().get(arguments[0], syntax.Shape())
            return [shaped(item, shape) for item in result]
        return result

    return call


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[Word, Callable[..., Any]]]:
    return {name: (word, _guarded(word)) for name, word in WORDS.items()}


@lru_cache(maxsize=1)
def _language() -> Language:
    from validators.expressions.by_cel import Language  # noqa: PLC0415 - only the build asks CEL

    return Language(_words())


@lru_cache(maxsize=4096)
def compiled(source: str) -> Condition:
    """Compile an expression; raises BrokenExpressionError for bad syntax and unknown functions."""
    try:
        named = syntax.references(source)
        if strange := named.functions - set(WORDS):
            raise BrokenExpressionError(f"関数「{'・'.join(sorted(strange))}」はありません(docs/PROCEDURES.md)")
        tree = syntax.parse(source)
        return Condition(source, tree, evaluate.build(tree, _words()), named, frozenset(_presences(tree)))
    except syntax.ExpressionSyntaxError as error:
        raise BrokenExpressionError(f"式が読めません({error})") from None


def check(condition: Condition, *, truth: bool = True) -> None:
    """Have CEL itself compile an expression; raises BrokenExpressionError with what it says."""
    from validators.expressions.by_cel import UnsoundError  # noqa: PLC0415

    signature = tuple(sorted((root, "scalar") for root in condition.named.roots))
    try:
        _language().check(condition.source, signature)
    except UnsoundError as error:
        if truth or "真偽" not in str(error):
            raise BrokenExpressionError(str(error)) from None
