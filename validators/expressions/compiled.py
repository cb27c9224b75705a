"""Compile the expressions of our definitions, checked by CEL (by_cel.py), and run them, by `evaluate`.

Every declared field is bound (`Expressions.context`): a blank scalar is null, a blank list [], every declared key of every item is
there. What is not a boolean in the end, or a function that raised, is a broken definition and never passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators.errors import DefinitionError
from validators.expressions import blame, evaluate, functions, syntax
from validators.expressions.functions import VOCABULARY
from validators.expressions.lookups import SURROUNDINGS, AbsentPapersError, Surroundings, UnknownAnswerError
from validators.of_form import OfForm

if TYPE_CHECKING:
    from datetime import date

    from validators.definitions.files import Files
    from validators.definitions.reference import ReferenceTables
    from validators.expressions.by_cel import Language, Signature
    from validators.model import Field, Form


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
class _RunNotes:
    """What happened inside functions during one run: the language swallows errors in `… || true`."""

    shapes: Mapping[str, syntax.Shape]
    mistakes: tuple[str, ...] = ()
    unknown: bool = False  # some lookup had no answer
    no_value: bool = False  # … one that gives a value, for which nothing can be assumed
    absent: bool = False  # papers were asked for that are not at hand: the rest of the expression may still decide
    assume: bool = False


_NOTES: ContextVar[_RunNotes] = ContextVar("notes")


# ---- declaring ----------------------------------------------------------------------------------------------------


def kind_of(field_: Field) -> str:
    """Return how a field is declared: "scalar", "list" (of plain values) or "records" (a list of groups)."""
    if field_.type != "list":
        return "scalar"
    return "records" if field_.fields else "list"


def _guarded(word: functions.Word) -> Callable[..., Any]:
    function, gives_records = word.call, word.gives == "records"

    def call(*arguments: Any) -> Any:
        try:
            result = function(*arguments)
        except AbsentPapersError:
            _NOTES.get().absent = True
            raise evaluate.NoValueError from None
        except UnknownAnswerError:
            notes = _NOTES.get()
            notes.unknown = True
            notes.no_value |= word.gives != "bool"
            return notes.assume if word.gives == "bool" else None
        except Exception as error:  # noqa: BLE001 - any error of ours must be seen, however the language swallows it
            reason = error.message if isinstance(error, DefinitionError) else type(error).__name__
            _NOTES.get().mistakes += (f"{word.name}: {reason}",)
            return None
        if gives_records:
            shape = _NOTES.get().shapes.get(arguments[0], syntax.Shape())
            return [shaped(item, shape) for item in result]
        return result

    return call


def shaped(value: Any, shape: syntax.Shape) -> Any:
    """Fill blanks of another paper's record with what the expression asks of it: its form is not at hand here."""
    if shape.is_list and isinstance(value, list):
        return [shaped(item, syntax.Shape(keys=shape.keys)) for item in value]
    if shape.is_list and value is None:
        return []
    if shape.keys and isinstance(value, Mapping):
        return {**value, **{key: shaped(value.get(key), inner) for key, inner in shape.keys.items()}}
    return value


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[functions.Word, Callable[..., Any]]]:
    return {name: (word, _guarded(word)) for name, word in VOCABULARY.items()}


@lru_cache(maxsize=1)
def _language() -> Language:
    from validators.expressions.by_cel import Language  # noqa: PLC0415 - what is known to be sound needs no package

    return Language(_words())


# ---- compiling and running ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression over one form's fields; compile once, run for every record."""

    source: str
    signature: Signature
    function: evaluate.Run
    names: tuple[str, ...]  # what it asks for
    shapes: Mapping[str, syntax.Shape]

    def judge(self, context: Context, **bound: Any) -> bool | None:
        """Return the verdict, or None when it hangs on a reference table without answer or on papers that are not at hand.

        `bound` gives the variables named at compilation (the item of a list). Raises BrokenExpressionError.
        """
        return self._judge({**context.values, **bound} if bound else context.values, context, self.function)

    def judge_by_cel(self, context: Context, **bound: Any) -> bool | None:
        """Return the verdict as the CEL package itself gives it: what `judge` is held against."""
        known = {**context.values, **bound}
        values = {name: known[name] for name in self.names if name in known}
        return self._judge(values, context, self._value_of_cel)

    def _judge(self, values: dict[str, Any], context: Context, run: evaluate.Run) -> bool | None:
        notes = _RunNotes(self.shapes)
        verdict = self._once(values, context, notes, run)
        if not notes.unknown:
            return verdict
        second = _RunNotes(self.shapes, assume=True)
        opposite = self._once(values, context, second, run)
        if verdict is not None and verdict == opposite and (verdict or not (notes.no_value or second.no_value)):
            return verdict
        return None

    def blamed(self, context: Context, scope: Mapping[str, str], **bound: Any) -> blame.Blame:
        """Return what the part of the expression that is not met asks about (blame.py)."""
        notes = _RunNotes(self.shapes)
        kept, around = _NOTES.set(notes), SURROUNDINGS.set(context.surroundings)
        try:
            return blame.blamed(self.source, _words(), {**context.values, **bound}, dict(scope))
        finally:
            SURROUNDINGS.reset(around)
            _NOTES.reset(kept)

    def run(self, context: Context, **bound: Any) -> bool:
        """Return the verdict; one that nobody can reach counts as false."""
        return self.judge(context, **bound) is True

    def _value_of_cel(self, values: dict[str, Any]) -> Any:
        return _language().value(self.source, self.signature, values)

    def _once(self, values: dict[str, Any], context: Context, notes: _RunNotes, run: evaluate.Run) -> bool | None:
        """Run once; None when papers that are not at hand would decide."""
        kept, around = _NOTES.set(notes), SURROUNDINGS.set(context.surroundings)
        try:
            result = run(values)
        except evaluate.NoValueError:
            if not (notes.mistakes or notes.absent):
                raise BrokenExpressionError("式が真偽になりません(値がありません)") from None
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


class Expressions:
    """The expressions of one rulebook: compiled over a form's fields and the rulebook's constants, and kept."""

    def __init__(self, reference: ReferenceTables, files: Files | None = None) -> None:
        """Compile nothing yet. `files` remember which expressions were found sound."""
        self.reference = reference
        self._files = files
        self._sound: dict[str, set[str]] = {}  # form → its expressions that CEL has compiled, with their signature
        self._found: set[str] = set()  # forms of which more were found since they were last written down
        self._compiled: OfForm[dict[tuple[str, ...], Expression]] = OfForm(lambda _: {})

    def compile(self, source: str, form: Form, variables: Iterable[str] = ()) -> Expression:
        """Compile an expression over a form's fields, the constants, `document`, `today` and the named variables.

        Raises BrokenExpressionError: bad syntax, an undeclared name, a wrong number or type of arguments.
        """
        kept, key = self._compiled(form), (source, *variables)
        found = kept.get(key)
        if found is None:
            found = kept[key] = self._anew(source, form, key[1:])
        return found

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

    def keep(self) -> None:
        """Write down which expressions were found sound, so that the next run need not ask CEL again.

        Several threads judge by one rulebook: what another finds meanwhile is kept the next time.
        """
        found, self._found = self._found, set()
        if self._files is not None:
            for slug in found:
                self._files.keep(f"sound-{slug}", sorted(self._sound[slug]))

    def _anew(self, source: str, form: Form, variables: tuple[str, ...]) -> Expression:
        signature = self._signature(form, variables)
        try:
            named = syntax.references(source)
            if strange := named.functions - set(VOCABULARY):
                raise BrokenExpressionError(f"関数「{'・'.join(sorted(strange))}」はありません(docs/CLAUSES.md)")
            function = evaluate.build(syntax.parse(source), _words())
        except syntax.ExpressionSyntaxError as error:
            raise BrokenExpressionError(f"式が読めません({error})") from None
        self._check(source, form.slug, signature)
        return Expression(source, signature, function, tuple(named.roots), named.papers)

    def _signature(self, form: Form, variables: tuple[str, ...]) -> Signature:
        names = dict.fromkeys(("document", "today"), "scalar") | dict.fromkeys(self.reference.constants(), "list")
        names |= {field_.name: kind_of(field_) for field_ in form.fields.values()}
        return tuple(sorted((names | dict.fromkeys(variables, "scalar")).items()))

    def _check(self, source: str, slug: str, signature: Signature) -> None:
        """Have CEL compile an expression unless it did already, for this rulebook and by this code."""
        if slug not in self._sound:
            self._sound[slug] = set(self._files.recall(f"sound-{slug}", list) if self._files else ())
        key = hashlib.sha256(f"{source}\0{signature}".encode()).hexdigest()
        if key in self._sound[slug]:
            return
        from validators.expressions.by_cel import UnsoundError  # noqa: PLC0415

        try:
            _language().check(source, signature)
        except UnsoundError as error:
            raise BrokenExpressionError(str(error)) from None
        self._sound[slug].add(key)
        self._found.add(slug)


@lru_cache(maxsize=8192)
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
