"""Run the examples of a provision: each is judged by that one clause alone, on each form that declares its fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.definitions.clauses import EXAMPLE_KINDS, Clause
from validators.errors import YoshikiError
from validators.expressions import syntax
from validators.model import Field, Form, Record
from validators.statutes import check_statutes
from validators.statutes.verdicts import judge

if TYPE_CHECKING:
    from validators.rulebook import Rulebook

BESIDE_DATA = frozenset({"papers", "as_of", "at"})  # keys of an example that are not data of the record
_WANTED = {"pass": "kept", "fail": "breach", "na": "not-applicable", "undetermined": "undetermined"}
_TOLD = {
    "kept": "満たす",
    "breach": "違反",
    "not-applicable": "当たらない",
    "not-in-force": "その日は施行されていない",
    "undetermined": "判定できない",
    "broken": "定義の誤り",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not come out as stated."""

    kind: str
    number: int  # 1-based
    form: str
    message: str


def run_examples(clause: Clause, rules: Rulebook) -> list[Failure]:
    """Run every example of a clause; return those that came out otherwise."""
    failures: list[Failure] = []
    for kind in EXAMPLE_KINDS:
        for number, example in enumerate(clause.examples.get(kind, ()), 1):
            try:
                told = {
                    form.slug: _judged(clause, kind, example, form, rules) for form in forms_for(clause, example, rules)
                }
            except YoshikiError as error:  # the form itself is broken, or has no edition of that day
                told = {"・".join(clause.documents): error.message}
            failures += [Failure(kind, number, slug, message) for slug, message in told.items() if message]
    return failures


def forms_for(clause: Clause, example: Mapping[str, Any], rules: Rulebook) -> list[Form]:
    """Return the forms to judge an example on: those of the catalogue that declare its fields, else a form made for it.

    A form that is not in the catalogue yet is stood in for by what the clause and its example name.
    """
    known = set(rules.catalogue.slugs())
    there = [slug for slug in clause.documents if slug in known]
    if not there:
        return [stand_in(clause, rules.reference.constants(), [example])]
    day = example_day(clause, example, rules.today())
    data = {key for key in example if key not in BESIDE_DATA}
    forms = [rules.catalogue.get(slug, on=day) for slug in there]
    return [form for form in forms if data <= set(form.fields)]


def example_day(clause: Clause, example: Mapping[str, Any], today: date) -> date:
    """Return the day an example is judged on where its data has none: `as_of`, else a day on which the clause holds."""
    if "as_of" in example:
        return date.fromisoformat(str(example["as_of"]))
    if clause.effective.holds_on(today):
        return today
    return clause.effective.first or clause.effective.last or today


def _judged(clause: Clause, kind: str, example: Mapping[str, Any], form: Form, rules: Rulebook) -> str:
    """Return what came out otherwise than stated, or nothing."""
    data = {key: value for key, value in example.items() if key not in BESIDE_DATA}
    day = example_day(clause, example, rules.today())
    context = rules.expressions.context(form, data, papers=example.get("papers"), today=day)
    verdicts = judge(clause, form, context, as_of=day)
    broken = next((verdict for verdict in verdicts if verdict.outcome == "broken"), None)
    if broken:
        return broken.reason
    outcomes = {verdict.outcome for verdict in verdicts}
    wanted = _WANTED[kind]
    good = wanted in outcomes and (kind not in {"pass", "na"} or outcomes <= {"kept", "not-applicable"})
    if not good:
        return f"「{_TOLD[wanted]}」となるはずが「{'・'.join(sorted(_TOLD[outcome] for outcome in outcomes))}」となりました"
    return _misplaced(clause, example, form, data, day, rules)


def _misplaced(  # noqa: PLR0917 - what an example is
    clause: Clause, example: Mapping[str, Any], form: Form, data: dict[str, Any], day: date, rules: Rulebook
) -> str:
    if "at" not in example:
        return ""
    papers = [Record(slug, "", each) for slug, group in example.get("papers", {}).items() for each in group]
    findings = check_statutes(form, Record(form.slug, "example", data), rules, case=papers, as_of=day, entries=[clause])
    paths = [finding.path for finding in findings]
    return "" if example["at"] in paths else f"指摘の場所は「{example['at']}」のはずが「{'、'.join(paths)}」でした"


# ---- a form made for an example -----------------------------------------------------------------------------------


def stand_in(clause: Clause, constants: Collection[str], examples: Iterable[Mapping[str, Any]] = ()) -> Form:
    """Return a form that declares what a clause and its examples name, for documents the catalogue has not yet.

    `constants` are the names that are no fields.
    """
    shapes: dict[str, syntax.Shape] = {}
    for source in filter(None, (clause.when, clause.require, clause.soften_when)):
        _read(source, clause, shapes)
    for name in (*clause.needs, *clause.fields, clause.each_in and f"{clause.each_in}[]"):
        root, _, key = name.partition("[]")
        if not root or "." in root:
            continue  # a field of another paper
        shape = shapes.setdefault(root, syntax.Shape())
        shape.is_list |= "[]" in name
        if key:
            shape.keys.setdefault(key.removeprefix("."), syntax.Shape())
    for example in examples:
        for name in set(example) - BESIDE_DATA:
            _learn(shapes.setdefault(name, syntax.Shape()), example[name])
    own = set(shapes) - set(constants) - {"document", "today"}
    slug = clause.documents[0] if clause.documents else clause.source
    return Form(
        slug,
        slug,
        "",
        1,
        clause.source,
        (),
        frozenset(),
        {name: _field(name, shapes[name]) for name in sorted(own)},
        (),
        {},
    )


def _read(source: str, clause: Clause, shapes: dict[str, syntax.Shape]) -> None:
    try:
        item = {clause.each_item: shapes.setdefault(clause.each_in, syntax.Shape())} if clause.each_item else {}
        found = syntax.references(source, item)
    except syntax.ExpressionSyntaxError:
        return  # the linter tells it; the example will be broken
    for name, shape in found.roots.items():
        _join(shapes.setdefault(name, syntax.Shape()), shape)


def _join(into: syntax.Shape, other: syntax.Shape) -> None:
    into.is_list |= other.is_list
    for key, inner in other.keys.items():
        _join(into.keys.setdefault(key, syntax.Shape()), inner)


def _learn(shape: syntax.Shape, value: Any) -> None:
    if isinstance(value, list):
        shape.is_list = True
        for item in value:
            for key, inner in item.items() if isinstance(item, Mapping) else ():
                _learn(shape.keys.setdefault(key, syntax.Shape()), inner)


def _field(name: str, shape: syntax.Shape) -> Field:
    if not shape.is_list:
        return Field(name, name, "string")
    return Field(
        name,
        name,
        "list",
        of="" if shape.keys else "string",
        fields={key: _field(key, inner) for key, inner in shape.keys.items()},
    )
