"""Judge by one provision: effective → when → needs → require or check, one verdict, or with `each` one for every item."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from validators.errors import DefinitionError
from validators.expressions import lookups
from validators.expressions.compiled import Context, references
from validators.expressions.functions import filled
from validators.expressions.lookups import AbsentPapersError, Surroundings, UnknownAnswerError, surrounded
from validators.stored import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from validators.definitions.clauses import Clause
    from validators.model import Form

Outcome = Literal["not-in-force", "not-applicable", "kept", "breach", "undetermined", "broken"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one provision says of a record, or of one item of a list (`index`, 0-based)."""

    outcome: Outcome
    index: int | None = None
    missing: tuple[str, ...] = ()  # paths that are blank and without which nothing can be said
    reason: str = ""  # of a broken one: what is wrong with the definition
    softened: bool = False
    at: str = ""  # where a check in Python found the breach; "": at the first field of the clause that is present
    absent: tuple[str, ...] = ()  # papers of the case on which it hangs and which are not at hand, by form


_NOT_IN_FORCE, _NOT_APPLICABLE = Verdict("not-in-force"), Verdict("not-applicable")  # most provisions, of most records


class Facts:
    """What a Python check sees: every declared field as an attribute (blank: None or []), and the case's papers."""

    def __init__(self, context: Context, clause: Clause) -> None:
        self._values = context.values
        self.clause = clause.id
        self.at = ""

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"項目「{name}」はこの様式にありません") from None

    def get(self, name: str) -> Any:
        """Return a field's value, None where the form has no such field: for checks that serve several papers."""
        return self._values.get(name)

    def breach_at(self, name: str) -> bool:
        """Return False, and let the finding point at this field: for a check of several fields that are alike."""
        self.at = name
        return False

    def papers(self, slug: str) -> list[dict[str, Any]]:
        """Return the case's other records of that form (blanks are absent); ends the check where they are not at hand."""
        return lookups.papers(slug)


def law_date(clause: Clause, form: Form, values: Mapping[str, Any], as_of: date) -> date:
    """Return the day by which the law is chosen: the clause's basis, else the form's, else `as_of`."""
    for name in (clause.effective.basis, form.basis):
        if name and (day := day_of(values.get(name))):
            return day
    return as_of


def judge(clause: Clause, form: Form, context: Context, *, as_of: date) -> list[Verdict]:
    """Judge one provision; one verdict, or with `each` one for every item of the list. Never raises."""
    law = clause.effective
    if (law.first or law.last) and not law.holds_on(law_date(clause, form, context.values, as_of)):
        return [_NOT_IN_FORCE]
    absent = context.surroundings.absent
    if clause.scope == "case" and not context.surroundings.papers and absent is None:
        return [_NOT_APPLICABLE]
    if absent:
        absent.clear()
    try:
        verdicts = list(_verdicts(clause, form, context))
    except DefinitionError as error:
        return [Verdict("broken", reason=error.message)]
    if not absent:
        return verdicts
    asked = tuple(dict.fromkeys(absent))
    return [replace(v, absent=asked) if v.outcome == "undetermined" and not v.missing else v for v in verdicts]


def _verdicts(clause: Clause, form: Form, context: Context) -> Iterator[Verdict]:
    names = [clause.each_item] if clause.each_item else []
    when_of_item = bool(clause.when) and bool(names) and clause.each_item in references(clause.when)
    if clause.when and not when_of_item:
        applies = context.expressions.compile(clause.when, form).judge(context)
        if not applies:
            yield _NOT_APPLICABLE if applies is False else Verdict("undetermined")
            return
    if not names:
        yield _one(clause, form, context, {}, None)
        return
    if clause.each_in not in form.fields:
        raise DefinitionError(f"each の一覧「{clause.each_in}」がこの様式にありません")
    if blank := _missing(clause, form, context, None):
        yield Verdict("undetermined", missing=blank, softened=_softens(clause, form, context, {}, needs_item=False))
        return
    items = context.values[clause.each_in]
    if not items:
        yield Verdict("not-applicable")
    for index, item in enumerate(items):
        bound = {clause.each_item: item}
        if when_of_item:
            applies = context.expressions.compile(clause.when, form, names).judge(context, **bound)
            if not applies:
                yield Verdict("not-applicable" if applies is False else "undetermined", index=index)
                continue
        yield _one(clause, form, context, bound, index)


def _one(clause: Clause, form: Form, context: Context, bound: Mapping[str, Any], index: int | None) -> Verdict:
    blank, at = _missing(clause, form, context, index), ""
    if blank:
        outcome: Outcome = "undetermined"
    else:
        held, at = _holds(clause, form, context, bound)
        outcome = "undetermined" if held is None else "kept" if held else "breach"
    softened = outcome != "kept" and _softens(clause, form, context, bound)
    return Verdict(outcome, index, blank, softened=softened, at=at)


def _holds(clause: Clause, form: Form, context: Context, bound: Mapping[str, Any]) -> tuple[bool | None, str]:
    """Return whether the provision is kept (None: nobody can say) and where a check found the breach, if it said so."""
    if clause.require:
        return context.expressions.compile(clause.require, form, tuple(bound)).judge(context, **bound), ""
    check, facts = python_check(clause.check), Facts(replace_values(context, bound), clause)
    try:
        return _run(check, facts, context.surroundings), facts.at
    except AbsentPapersError:
        # what the record breaks by itself, as a name that must not stand there, it breaks whatever its case holds
        alone = (
            None
            if clause.scope == "case"
            else _run(check, facts, Surroundings(context.surroundings.reference, office=context.surroundings.office))
        )
        return (False if alone is False else None), facts.at


def _run(check: Callable[[Facts], bool | None], facts: Facts, surroundings: Surroundings) -> bool | None:
    try:
        with surrounded(surroundings):
            return check(facts)
    except AbsentPapersError:
        raise
    except UnknownAnswerError:
        return None
    except Exception as error:  # noqa: BLE001 - a check that fails must stop the record, whatever it raised
        raise DefinitionError(f"検査 {check.__name__} が失敗しました({type(error).__name__})") from None


def replace_values(context: Context, bound: Mapping[str, Any]) -> Context:
    """Return the context with some names bound anew."""
    return replace(context, values={**context.values, **bound}) if bound else context


@lru_cache(maxsize=1024)
def python_check(name: str) -> Callable[[Facts], bool | None]:
    """Return the function that `check: rules.<module>.<function>` names; raises DefinitionError."""
    module, _, function = name.rpartition(".")
    if not module.startswith("rules."):
        raise DefinitionError(f"check は rules.<module>.<function> と書きます(「{name}」)")
    try:
        found: Callable[[Facts], bool | None] = getattr(importlib.import_module(f"validators.{module}"), function)
    except (ImportError, AttributeError):
        raise DefinitionError(f"検査 {name} が validators/ にありません") from None
    return found


def _softens(
    clause: Clause, form: Form, context: Context, bound: Mapping[str, Any], *, needs_item: bool = True
) -> bool:
    if not clause.soften_when or (not needs_item and clause.each_item in references(clause.soften_when)):
        return False
    return context.expressions.compile(clause.soften_when, form, tuple(bound)).run(context, **bound)


def _missing(clause: Clause, form: Form, context: Context, index: int | None) -> tuple[str, ...]:
    """Return the paths of the `needs` that are blank; a key of the list's items is looked at for this item only."""
    found: list[str] = []
    for need in clause.needs:
        name, _, key = need.partition("[].")
        if name not in form.fields:
            raise DefinitionError(f"needs の「{name}」がこの様式にありません")
        value = context.values[name]
        if not key:
            if not filled(value):
                found.append(name)
        elif name != clause.each_in:
            found += [f"{name}[{n}].{key}" for n, item in enumerate(value) if not filled(item.get(key))]
        elif index is not None and not filled(value[index].get(key)):
            found.append(f"{name}[{index}].{key}")
    return tuple(found)
