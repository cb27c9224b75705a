"""Compile the expressions of our definitions, by CEL, and run them, by `evaluate`: the only importer of the CEL package.

Every declared field is bound (`context_of`): a blank scalar is null, a blank list [], every declared key of every item is
there. What is not a boolean in the end, or a function that raised, is a broken definition and never passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from cel_expr_python import cel

from validators.errors import DefinitionError
from validators.expressions import blame, evaluate, functions, syntax
from validators.expressions.functions import VOCABULARY
from validators.expressions.lookups import SURROUNDINGS, AbsentPapersError, Surroundings, UnknownAnswerError

if TYPE_CHECKING:
    from datetime import date

    from validators.definitions.reference import Reference
    from validators.model import Field, Form

_TYPES = {
    "any": (cel.Type.STRING, cel.Type.NULL, cel.Type.BOOL, cel.Type.INT, cel.Type.DOUBLE, cel.Type.LIST, cel.Type.MAP),
    "text": (cel.Type.STRING, cel.Type.NULL, cel.Type.MAP, cel.Type.LIST, cel.Type.INT),
    "date": (cel.Type.STRING, cel.Type.NULL),
    "number": (cel.Type.INT, cel.Type.NULL, cel.Type.DOUBLE),
    "list": (cel.Type.LIST,),
    "some": (cel.Type.LIST, cel.Type.STRING, cel.Type.NULL, cel.Type.MAP),
    "name": (cel.Type.STRING,),
}
_RECORDS = cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))
_GIVES = {
    "bool": cel.Type.BOOL,
    "value": cel.Type.DYN,
    "number": cel.Type.DYN,
    "words": cel.Type.List(cel.Type.STRING),
    "records": _RECORDS,
}
_KINDS = {"scalar": cel.Type.DYN, "list": cel.Type.List(cel.Type.DYN), "records": _RECORDS}


class BrokenExpressionError(DefinitionError):
    """An expression of ours that cannot be compiled, or gave no boolean; the message holds no value of the record."""

    code = "broken-expression"


@dataclass(slots=True)
class Context:
    """What an expression sees: the values of all declared names, the record's surroundings; and what compiles it."""

    values: dict[str, Any]
    surroundings: Surroundings
    expressions: Expressions


@dataclass(slots=True)
class _Notes:
    """What happened inside functions during one run: the language swallows errors in `… || true`."""

    mistakes: list[str] = field(default_factory=list)
    unknown: bool = False  # some lookup had no answer
    no_value: bool = False  # … one that gives a value, for which nothing can be assumed
    absent: bool = False  # papers were asked for that are not at hand: the rest of the expression may still decide
    assume: bool = False
    shapes: Mapping[str, syntax.Shape] = field(default_factory=dict)


_Signature = tuple[tuple[str, str], ...]  # name → how it is declared
_NOTES: ContextVar[_Notes] = ContextVar("notes")


# ---- declaring ----------------------------------------------------------------------------------------------------


def kind_of(field_: Field) -> str:
    """Return how a field is declared: "scalar", "list" (of plain values) or "records" (a list of groups)."""
    if field_.type != "list":
        return "scalar"
    return "records" if field_.fields else "list"


def _guarded(word: functions.Word) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        notes = _NOTES.get()
        try:
            result = word.call(*arguments)
        except AbsentPapersError:
            notes.absent = True
            raise evaluate.NoValueError from None
        except UnknownAnswerError:
            notes.unknown = True
            notes.no_value |= word.gives != "bool"
            return notes.assume if word.gives == "bool" else None
        except Exception as error:  # noqa: BLE001 - any error of ours must be seen, however the language swallows it
            reason = error.message if isinstance(error, DefinitionError) else type(error).__name__
            notes.mistakes.append(f"{word.name}: {reason}")
            return None
        if word.gives == "records":
            shape = notes.shapes.get(arguments[0], syntax.Shape())
            return [_shaped(item, shape) for item in result]
        return result

    return call


def _shaped(value: Any, shape: syntax.Shape) -> Any:
    """Fill blanks of another paper's record with what the expression asks of it: its form is not at hand here."""
    if shape.is_list and isinstance(value, list):
        return [_shaped(item, syntax.Shape(keys=shape.keys)) for item in value]
    if shape.is_list and value is None:
        return []
    if shape.keys and isinstance(value, Mapping):
        return {**value, **{key: _shaped(value.get(key), inner) for key, inner in shape.keys.items()}}
    return value


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[functions.Word, Callable[..., Any]]]:
    return {name: (word, _guarded(word)) for name, word in VOCABULARY.items()}


@lru_cache(maxsize=1)
def _declarations() -> list[cel.FunctionDecl]:
    declared = []
    for word, guarded in _words().values():
        overloads = [
            cel.Overload(f"{word.name}_{number}", return_type=_GIVES[word.gives], parameters=list(types), impl=guarded)
            for number, types in enumerate(product(*(_TYPES[kind] for kind in word.takes)))
        ]
        declared.append(cel.FunctionDecl(word.name, overloads))
    return declared


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A form as a key: itself, not what equals it. The key keeps the form alive, so that its id stays its own."""

    form: Form

    def __hash__(self) -> int:
        return id(self.form)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.form is self.form


# ---- compiling and running ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression over one form's fields; compile once, run for every record."""

    source: str
    environment: cel.Env
    program: cel.Expression
    function: evaluate.Run
    names: tuple[str, ...]  # what it asks for
    shapes: Mapping[str, syntax.Shape]

    def judge(self, context: Context, **bound: Any) -> bool | None:
        """Return the verdict, or None when it hangs on a reference table without answer or on papers that are not at hand.

        `bound` gives the variables named at compilation (the item of a list). Raises BrokenExpressionError.
        """
        return self._judge({**context.values, **bound} if bound else context.values, context, self._value)

    def judge_by_cel(self, context: Context, **bound: Any) -> bool | None:
        """Return the verdict as the CEL package itself gives it: what `judge` is held against."""
        known = {**context.values, **bound}
        values = {name: known[name] for name in self.names if name in known}
        return self._judge(values, context, self._value_of_cel)

    def _judge(self, values: dict[str, Any], context: Context, run: evaluate.Run) -> bool | None:
        notes = _Notes(shapes=self.shapes)
        verdict = self._once(values, context, notes, run)
        if not notes.unknown:
            return verdict
        second = _Notes(shapes=self.shapes, assume=True)
        opposite = self._once(values, context, second, run)
        if verdict is not None and verdict == opposite and (verdict or not (notes.no_value or second.no_value)):
            return verdict
        return None

    def blamed(self, context: Context, scope: Mapping[str, str], **bound: Any) -> blame.Blame:
        """Return what the part of the expression that is not met asks about (blame.py)."""
        notes = _Notes(shapes=self.shapes)
        kept, around = _NOTES.set(notes), SURROUNDINGS.set(context.surroundings)
        try:
            return blame.blamed(self.source, _words(), {**context.values, **bound}, dict(scope))
        finally:
            SURROUNDINGS.reset(around)
            _NOTES.reset(kept)

    def run(self, context: Context, **bound: Any) -> bool:
        """Return the verdict; one that nobody can reach counts as false."""
        return self.judge(context, **bound) is True

    def _value(self, values: dict[str, Any]) -> Any:
        try:
            return self.function(values)
        except evaluate.NoValueError:
            raise BrokenExpressionError("式が真偽になりません(値がありません)") from None

    def _value_of_cel(self, values: dict[str, Any]) -> Any:
        result = self.program.eval(self.environment.Activation(values))
        if result.type() == cel.Type.ERROR:
            raise BrokenExpressionError("式が真偽になりません(値がありません)")
        return result.value()

    def _once(self, values: dict[str, Any], context: Context, notes: _Notes, run: evaluate.Run) -> bool | None:
        """Run once; None when papers that are not at hand would decide."""
        kept, around = _NOTES.set(notes), SURROUNDINGS.set(context.surroundings)
        try:
            result = run(values)
        except BrokenExpressionError:
            if not (notes.mistakes or notes.absent):
                raise
            result = None
        finally:
            SURROUNDINGS.reset(around)
            _NOTES.reset(kept)
        if notes.mistakes:
            raise BrokenExpressionError(f"式の中の関数が失敗しました({'、'.join(sorted(set(notes.mistakes)))})")
        if result is None and notes.absent:
            return None
        if not isinstance(result, bool):
            raise BrokenExpressionError(f"式が真偽になりません({type(result).__name__})")
        return result


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:")


class Expressions:
    """The expressions of one rulebook: compiled over a form's fields and the rulebook's constants, and kept."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._of_form = lru_cache(maxsize=16384)(self._of_form_anew)
        self._of_names = lru_cache(maxsize=16384)(self._of_names_anew)
        self._environment = lru_cache(maxsize=1024)(_environment)

    def compile(self, source: str, form: Form, variables: Iterable[str] = ()) -> Expression:
        """Compile an expression over a form's fields, the constants, `document`, `today` and the named variables.

        Raises BrokenExpressionError: bad syntax, an undeclared name, a wrong number or type of arguments.
        """
        return self._of_form(source, _Same(form), tuple(variables))

    def context(
        self,
        form: Form,
        data: Mapping[str, Any],
        *,
        today: date,
        papers: Mapping[str, list[dict[str, Any]]] | None = None,
        office: Mapping[str, str] | None = None,
        absent: bool = False,
    ) -> Context:
        """Bind every field of the form, blanks as null or [], for one record; build once and run many expressions.

        `data` is normalised (docs/ARCHITECTURE.md, Records); `papers` are the case's other records by form,
        `absent` says that there is a case but none of its papers are at hand.
        """
        values: dict[str, Any] = {**self.reference.constants(), "document": form.slug, "today": today.isoformat()}
        for name, declared in form.fields.items():
            values[name] = total(declared, data.get(name))
        return Context(values, Surroundings(self.reference, papers or {}, office or {}, [] if absent else None), self)

    def _of_form_anew(self, source: str, same: _Same, variables: tuple[str, ...]) -> Expression:
        names = dict.fromkeys(("document", "today"), "scalar") | dict.fromkeys(self.reference.constants(), "list")
        names |= {field_.name: kind_of(field_) for field_ in same.form.fields.values()}
        names |= dict.fromkeys(variables, "scalar")
        return self._of_names(source, tuple(sorted(names.items())))

    def _of_names_anew(self, source: str, signature: _Signature) -> Expression:
        environment = self._environment(signature)
        try:
            named = syntax.references(source)
            if strange := named.functions - set(VOCABULARY):
                raise BrokenExpressionError(f"関数「{'・'.join(sorted(strange))}」はありません(docs/CLAUSES.md)")
            program = environment.compile(source)
            function = evaluate.build(syntax.parse(source), _words())
        except syntax.ExpressionSyntaxError as error:
            raise BrokenExpressionError(f"式が読めません({error})") from None
        except RuntimeError as error:  # the package says the column in its text
            raise BrokenExpressionError(f"式が通りません({_first_line(error)})") from None
        if program.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
            raise BrokenExpressionError("式が真偽になりません")
        return Expression(source, environment, program, function, tuple(named.roots), named.papers)


def _environment(signature: _Signature) -> cel.Env:
    return cel.NewEnv(variables={name: _KINDS[kind] for name, kind in signature}, functions=_declarations())


def references(source: str) -> frozenset[str]:
    """Return the names an expression uses that are neither functions nor its own loop variables."""
    return frozenset(syntax.references(source).roots)


# ---- the values ---------------------------------------------------------------------------------------------------


def total(declared: Field, value: Any) -> Any:
    """Return a field's value with blanks as null or [] and every declared key of every item present."""
    if declared.type != "list":
        return None if value == "" else value
    items = [] if value is None or value == "" else value if isinstance(value, list) else [value]
    return [total_item(declared, item) for item in items] if declared.fields else items


def total_item(declared: Field, item: Any) -> dict[str, Any]:
    """Return one item of a list of groups with every declared key present."""
    written = item if isinstance(item, Mapping) else {}
    return {key: total(inner, written.get(key)) for key, inner in declared.fields.items()}
