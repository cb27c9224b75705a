"""Find what is wrong in the provisions before any record meets them, and run their examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from validators.definitions import clauses as definitions
from validators.definitions.yamlio import line_of
from validators.errors import DefinitionError, YoshikiError
from validators.expressions import syntax
from validators.kinds import KINDS
from validators.linting import fulfilment
from validators.linting.examples import run_examples
from validators.linting.expressions import DeclaredNames, item_of, lint_names, lint_syntax
from validators.linting.problems import Problem, problems_of
from validators.statutes.verdicts import python_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.definitions.clauses import Clause, Clauses
    from validators.definitions.reference import ReferenceTables
    from validators.definitions.yamlio import Keys
    from validators.expressions.compiled import Expressions
    from validators.model import Field, Form
    from validators.rulebook import Rulebook

_ITEM_FREE = frozenset({"document", "today"})


def read_clauses(paths: Iterable[Path], sources: Path) -> tuple[Clauses, list[Problem]]:
    """Return the entries of all files that can be read, and what is wrong with the others: their keys, shapes and ids.

    `sources` is the folder of the headers they inherit from.
    """
    entries: dict[str, Clause] = {}
    problems: list[Problem] = []
    for path in paths:
        found, errors = definitions.read_entries(path, sources)
        problems += [problem for error in errors for problem in problems_of(error, path)]
        for clause in found:
            if clause.id in entries:
                message = f"この id は {entries[clause.id].path.name} にもあります"
                problems.append(Problem(_place(clause, ("id",)), message, clause.id))
            entries.setdefault(clause.id, clause)
    return definitions.collect(list(entries.values())), problems


def lint_clauses(rules: Rulebook, only: Iterable[Clause] | None = None) -> list[Problem]:
    """Return every problem of the provisions (of `only` these, when given) and of their examples, with file and line."""
    entries = list(rules.clauses.entries.values() if only is None else only)
    return [problem for clause in entries for problem in _of_one(clause, rules)] + _families(entries)


def _of_one(clause: Clause, rules: Rulebook) -> Iterator[Problem]:
    for keys, message, pending in _problems(clause, rules):
        yield Problem(_place(clause, keys), message, clause.id, pending)
    for failure in run_examples(clause, rules) if clause.judged else ():
        told = f"例 {failure.kind} {failure.number}（様式 {failure.form}）: {failure.message}"
        yield Problem(_place(clause, ("examples", failure.kind, failure.number - 1)), told, clause.id)


def _place(clause: Clause, keys: Keys) -> str:
    return f"{clause.path}:{line_of(clause.path, (clause.position, *keys))}"


# ---- one clause ----------------------------------------------------------------------------------------------------

_Found: TypeAlias = "Iterator[tuple[Keys, str, bool]]"


def _problems(clause: Clause, rules: Rulebook) -> _Found:
    catalogue = rules.catalogue
    yield from _header(clause, rules.clauses)
    yield from _documents(clause, catalogue)
    for number, item in enumerate(clause.by):
        try:
            message = fulfilment.verify(item, catalogue, rules.procedures)
            pending = False
        except fulfilment.NotThereYetError as error:
            message, pending = str(error), True
        if message:
            yield ("by", number), message, pending
    if clause.judged:
        yield from _judging(clause, rules.reference)
        yield from _on_forms(clause, catalogue, rules.expressions)


def _header(clause: Clause, clauses: Clauses) -> _Found:
    if len(clause.means) != 1:
        told = "・".join(clause.means) or "どれもありません"
        yield (), f"require・check・by・same_as・out_of_reach のうち一つだけを書きます({told})", False
    for key in ("citation", "duty"):
        if not getattr(clause, key):
            yield (), f"{key} がありません", False
    if clause.same_as:
        target = clauses.entries.get(clause.same_as)
        if target is None:
            yield ("same_as",), f"same_as の「{clause.same_as}」という条項がありません", False
        elif target.same_as:
            yield ("same_as",), f"「{clause.same_as}」も same_as です。大元の「{target.same_as}」を指します", False
    for key in ("by", "out_of_reach", "same_as", "require", "check"):
        if key in clause.means and not getattr(clause, key):
            yield (key,), f"{key} の中身がありません", False


def _documents(clause: Clause, catalogue: Catalogue | None) -> _Found:
    known = set(catalogue.slugs()) if catalogue else set()
    for number, slug in enumerate(clause.documents):
        if slug not in known:
            yield ("documents", number), f"様式 {slug} はまだ catalogue にありません", True


def _judging(clause: Clause, reference: ReferenceTables) -> _Found:
    """Look at what a clause that judges must have, whatever the forms."""
    absent = [key for key in ("documents", "clerk", "supervisor", "fields") if not getattr(clause, key)]
    absent += [f"{kind} の例" for kind in ("pass", "fail") if not clause.examples.get(kind)]
    law = clause.effective
    absent += [] if law.first or law.last else ["effective(いつからの定めか)"]
    for thing in absent:
        yield (), f"{thing}がありません", False
    if law.first and law.last and law.first > law.last:
        yield ("effective",), "effective の from が until より後です", False
    yield from _texts(clause)
    for keys, source in _sources(clause):
        for message in lint_syntax(source, reference, in_case=clause.scope == "case"):
            yield keys, message, False
    if clause.require:
        yield from _fields_told(clause, reference)
    if clause.check:
        try:
            python_check(clause.check)
        except DefinitionError as error:
            yield ("check",), error.message, False


def _texts(clause: Clause) -> _Found:
    for key in ("clerk", "supervisor", "undetermined"):
        text: str = getattr(clause, key)
        if set("{}") & set(text.replace("{n}", "") if clause.each_item else text):
            yield (key,), f"{key} に使えない {{ }} があります({{n}} は each のあるときだけ)", False


def _sources(clause: Clause) -> list[tuple[Keys, str]]:
    found: list[tuple[Keys, str]] = [(("when",), clause.when), (("require",), clause.require)]
    return [(key, source) for key, source in [*found, (("soften", "when"), clause.soften_when)] if source]


def _fields_told(clause: Clause, reference: ReferenceTables) -> _Found:
    """Compare `fields` with what the expressions use; what only `when` and `soften` look at may be left out."""
    due = {need.partition("[]")[0] for need in clause.needs} | ({clause.each_in} - {""})
    used, papers = set(due), set()
    for keys, source in _sources(clause):
        try:
            item = {clause.each_item: syntax.Shape()} if clause.each_item else {}
            names = syntax.references(source, item)
        except syntax.ExpressionSyntaxError:
            return
        used |= set(names.roots)
        due |= set(names.roots) if keys == ("require",) else set()
        papers |= set(names.papers)
    due -= _ITEM_FREE | set(reference.constants())
    told = {name.partition("[")[0] for name in clause.fields if "." not in name.partition("[")[0]}
    for name in sorted(due - told):
        yield ("fields",), f"使っている「{name}」が fields にありません", False
    for name in sorted(told - used):
        yield ("fields",), f"fields の「{name}」はどの式でも使っていません", False
    for name in clause.fields:
        slug = name.partition(".")[0]
        if "." in name and "[" not in slug and slug not in papers:
            yield ("fields",), f'fields の「{name}」: papers("{slug}") を使っていません', False


# ---- on the forms -------------------------------------------------------------------------------------------------


def _on_forms(clause: Clause, catalogue: Catalogue, expressions: Expressions) -> _Found:
    known = set(catalogue.slugs())
    seen: set[tuple[Keys, str]] = set()
    for number, slug in enumerate(clause.documents):
        if slug not in known:
            continue
        try:
            editions = [form for form in _widened_editions(catalogue, slug) if _overlap(clause, form)]
        except YoshikiError as error:
            yield ("documents", number), f"様式 {slug} の定義が読めません({error.place})", True
            continue
        if not editions:
            yield ("documents", number), f"様式 {slug} に、この条項の施行期間に当たる版がありません", False
        for form in editions:
            for keys, message in _on_form(clause, form, catalogue, expressions):
                told = f"様式 {slug}: {message}"
                if (keys, told) not in seen:
                    seen.add((keys, told))
                    yield keys, told, False


@lru_cache(maxsize=256)
def _widened_editions(catalogue: Catalogue, slug: str) -> tuple[Form, ...]:
    editions = catalogue.editions(slug)
    return tuple(replace(form, fields=_widened(form.fields, editions)) for form in editions)


def _widened(fields: Mapping[str, Field], editions: Iterable[Form]) -> dict[str, Field]:
    """Return an edition's fields with the options of all editions: an old edition need not know a new value."""
    others = [form.fields for form in editions]
    return {
        name: _with_options(declared, [other[name] for other in others if name in other])
        for name, declared in fields.items()
    }


def _with_options(declared: Field, others: list[Field]) -> Field:
    options = {value: label for other in others for value, label in other.options.items()}
    inner = {
        key: _with_options(item, [other.fields[key] for other in others if key in other.fields])
        for key, item in declared.fields.items()
    }
    return replace(declared, options=options, fields=inner)


def _overlap(clause: Clause, form: Form) -> bool:
    law = clause.effective
    return not (
        (law.last and form.effective_from and law.last < form.effective_from)
        or (law.first and form.effective_until and form.effective_until < law.first)
    )


def _on_form(clause: Clause, form: Form, catalogue: Catalogue, expressions: Expressions) -> Iterator[tuple[Keys, str]]:
    basis = clause.effective.basis
    if basis and basis not in form.fields:
        yield ("effective", "basis"), f"項目「{basis}」がありません"
    elif basis and not KINDS[form.fields[basis].type].dated:
        yield ("effective", "basis"), f"「{basis}」は日付の項目ではありません"
    for key in ("needs", "fields"):
        for number, name in enumerate(getattr(clause, key)):
            message = _declared(name, form, catalogue)
            if message:
                yield (key, number), message
    names = DeclaredNames(dict(form.fields), expressions.reference.constants(), _papers(clause, catalogue))
    yield from _expressions(clause, form, names, expressions)


def _expressions(
    clause: Clause, form: Form, names: DeclaredNames, expressions: Expressions
) -> Iterator[tuple[Keys, str]]:
    variables = [clause.each_item] if clause.each_item else []
    if clause.each_item:
        rows = form.fields.get(clause.each_in)
        if rows is None or rows.type != "list":
            yield ("each",), f"each の「{clause.each_in}」という一覧がありません"
            return
        names = names.bound(clause.each_item, item_of(rows))
    for keys, source in _sources(clause):
        messages = lint_names(source, names)
        if not messages and not lint_syntax(source, expressions.reference):
            try:
                expressions.compile(source, form, variables)
            except DefinitionError as error:
                messages = [error.message]
        yield from ((keys, message) for message in messages)


def _papers(clause: Clause, catalogue: Catalogue) -> dict[str, Form]:
    found: dict[str, Form] = {}
    known = set(catalogue.slugs())
    for _, source in _sources(clause):
        try:
            slugs = set(syntax.references(source, {clause.each_item: syntax.Shape()}).papers)
        except syntax.ExpressionSyntaxError:
            continue
        for slug in slugs & known:
            try:
                found[slug] = list(catalogue.editions(slug))[-1]
            except YoshikiError:
                continue
    return found


def _declared(name: str, form: Form, catalogue: Catalogue) -> str:
    """Return what is wrong with a name of `fields` or `needs`: `field`, `list[].key` or `other-form.field`."""
    root, _, key = name.partition("[].")
    slug, dot, rest = root.partition(".")
    if dot:
        if slug not in set(catalogue.slugs()):
            return ""
        try:
            return _declared(f"{rest}[].{key}" if key else rest, list(catalogue.editions(slug))[-1], catalogue)
        except YoshikiError:
            return ""
    if root not in form.fields:
        return f"項目「{root}」がありません"
    if key and key not in form.fields[root].fields:
        return f"「{root}」の各件に「{key}」という項目がありません"
    return ""


# ---- over time ----------------------------------------------------------------------------------------------------


def _families(entries: Iterable[Clause]) -> list[Problem]:
    """Return gaps and overlaps in the dates of entries that state one duty over time (same `family`)."""
    families: dict[str, list[Clause]] = {}
    for clause in entries:
        if clause.family:
            families.setdefault(clause.family, []).append(clause)
    found: list[Problem] = []
    for family in families.values():
        ordered = sorted(family, key=lambda clause: str(clause.effective.first or ""))
        for earlier, later in pairwise(ordered):
            place = _place(later, ("effective",))
            last, first = earlier.effective.last, later.effective.first
            if last is None or first is None or first <= last:
                message = f"施行期間が「{earlier.id}」と重なります(family {later.family})"
                found.append(Problem(place, message, later.id))
            elif first != last + timedelta(days=1):
                found.append(
                    Problem(place, f"施行期間が「{earlier.id}」から途切れます(family {later.family})", later.id)
                )
    return found
