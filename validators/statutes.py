"""Judge a record by the provisions in force on the day that governs it: effective → when → needs → require, one by one."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from validators.definitions import clauses as definitions
from validators.errors import DefinitionError
from validators.expressions import compiled as expressions
from validators.expressions import syntax
from validators.expressions.compiled import Context
from validators.expressions.functions import filled
from validators.expressions.lookups import SURROUNDINGS, UnknownAnswerError
from validators.model import Finding, Form, Record
from validators.paths import cell_of, label_of, spot_of

if TYPE_CHECKING:
    from validators.definitions.clauses import Clause

_LOG = logging.getLogger(__name__)

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


class Facts:
    """What a Python check sees: every declared field as an attribute (blank: None or []), and the case's papers."""

    def __init__(self, context: Context, clause: Clause) -> None:
        self._values = context.values
        self._papers = context.surroundings.papers
        self.clause = clause.id
        self.at = ""

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"項目「{name}」はこの様式にありません") from None

    def breach_at(self, name: str) -> bool:
        """Return False, and let the finding point at this field: for a check of several fields that are alike."""
        self.at = name
        return False

    def papers(self, slug: str) -> list[dict[str, Any]]:
        """Return the case's other records of that form, as they were entered (blanks are absent)."""
        return list(self._papers.get(slug, ()))


# ---- the public call ----------------------------------------------------------------------------------------------


def check_statutes(
    form: Form,
    record: Record,
    *,
    case: Sequence[Record] = (),
    as_of: date | None = None,
    office: Mapping[str, str] | None = None,
    prior: Sequence[Finding] = (),
    entries: Iterable[Clause] | None = None,
) -> list[Finding]:
    """Judge a normalised record by every provision that concerns its form.

    `case` are the records of the same case (the record itself among them or not), `as_of` the day for records whose
    form has no date of its own (left out: today), `prior` the schema's findings, `entries` the provisions (left out: all).
    Returns `prior` (see `merge`) followed by what the provisions say; confirmed warnings carry `confirmed_by`.
    """
    judged = definitions.load_clauses().for_form(form.slug) if entries is None else entries
    context = record_context(form, record, case=case, as_of=as_of, office=office)
    found: list[tuple[Finding, tuple[str, ...]]] = []
    for clause in judged:
        told = [
            v for v in judge(clause, form, context, as_of=as_of) if v.outcome in {"breach", "undetermined", "broken"}
        ]
        found += [(_finding(clause, verdict, form, record, context, as_of=as_of), verdict.missing) for verdict in told]
    return confirm(merge(prior, found), record)


def merge(prior: Sequence[Finding], found: Sequence[tuple[Finding, tuple[str, ...]]]) -> list[Finding]:
    """Join findings of the schema and of the provisions.

    An undetermined verdict whose missing fields all carry a "required" finding already is not said twice: its clause is
    added to those findings, which take the graver severity.
    """
    joined = list(prior)
    required = {finding.path: index for index, finding in enumerate(joined) if finding.code == "required"}
    for finding, missing in found:
        if finding.status == "undetermined" and missing and all(path in required for path in missing):
            for path in missing:
                joined[required[path]] = _with_clauses(joined[required[path]], finding)
        else:
            joined.append(finding)
    return joined


def _with_clauses(finding: Finding, other: Finding) -> Finding:
    severity = other.severity if other.severity == "error" else finding.severity
    clauses = tuple(dict.fromkeys((*finding.clauses, *other.clauses)))
    return replace(finding, clauses=clauses, severity=severity, citation=definitions.citation(clauses))


def confirm(findings: Iterable[Finding], record: Record) -> list[Finding]:
    """Write into each warning who confirmed it: a confirmation of one of its clauses with a name and a reason."""
    names = {each.clause: each.by for each in record.confirmations if filled(each.by) and filled(each.reason)}
    return [
        replace(finding, confirmed_by=by)
        if finding.severity == "warning" and (by := next((names[c] for c in finding.clauses if c in names), ""))
        else finding
        for finding in findings
    ]


def record_context(
    form: Form,
    record: Record,
    *,
    case: Sequence[Record] = (),
    as_of: date | None = None,
    office: Mapping[str, str] | None = None,
) -> Context:
    """Bind a record's fields, its office and the other papers of its case."""
    papers: dict[str, list[dict[str, Any]]] = {}
    for other in case:
        if other is not record:
            papers.setdefault(other.form, []).append(other.data)
    return expressions.context_of(form, record.data, papers=papers, office=office or record.office, today=as_of)


# ---- judging ------------------------------------------------------------------------------------------------------


def law_date(clause: Clause, form: Form, values: Mapping[str, Any], as_of: date | None) -> date:
    """Return the day by which the law is chosen: the clause's basis, else the form's, else `as_of`, else today."""
    for name in (clause.effective.basis, form.basis):
        written = values.get(name) if name else None
        if isinstance(written, str):
            try:
                return date.fromisoformat(written[:10])
            except ValueError:
                continue
    return as_of or date.today()  # noqa: DTZ011 - local date of Japan


def judge(clause: Clause, form: Form, context: Context, *, as_of: date | None = None) -> list[Verdict]:
    """Judge one provision; one verdict, or with `each` one for every item of the list. Never raises."""
    if not clause.effective.holds_on(law_date(clause, form, context.values, as_of)):
        return [Verdict("not-in-force")]
    if clause.scope == "case" and not context.surroundings.papers:
        return [Verdict("not-applicable")]
    try:
        return list(_verdicts(clause, form, context))
    except DefinitionError as error:
        return [Verdict("broken", reason=error.message)]


def _verdicts(clause: Clause, form: Form, context: Context) -> Iterator[Verdict]:
    names = [clause.each_item] if clause.each_item else []
    when_of_item = bool(clause.when) and bool(names) and clause.each_item in expressions.references(clause.when)
    if clause.when and not when_of_item:
        applies = expressions.compile_expression(clause.when, form).judge(context)
        if not applies:
            yield Verdict("not-applicable" if applies is False else "undetermined")
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
            applies = expressions.compile_expression(clause.when, form, names).judge(context, **bound)
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
        return expressions.compile_expression(clause.require, form, tuple(bound)).judge(context, **bound), ""
    check = python_check(clause.check)
    kept = SURROUNDINGS.set(context.surroundings)
    facts = Facts(replace_values(context, bound), clause)
    try:
        return check(facts), facts.at
    except UnknownAnswerError:
        return None, ""
    except Exception as error:  # noqa: BLE001 - a check that fails must stop the record, whatever it raised
        raise DefinitionError(f"検査 {clause.check} が失敗しました({type(error).__name__})") from None
    finally:
        SURROUNDINGS.reset(kept)


def replace_values(context: Context, bound: Mapping[str, Any]) -> Context:
    """Return the context with some names bound anew."""
    return Context({**context.values, **bound}, context.surroundings) if bound else context


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
    if not clause.soften_when or (not needs_item and clause.each_item in expressions.references(clause.soften_when)):
        return False
    return expressions.compile_expression(clause.soften_when, form, tuple(bound)).run(context, **bound)


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


# ---- telling ------------------------------------------------------------------------------------------------------


def _finding(
    clause: Clause, verdict: Verdict, form: Form, record: Record, context: Context, *, as_of: date | None
) -> Finding:
    path = _path(clause, verdict, form, context)
    common = Finding(
        severity=clause.soften_to if verdict.softened else clause.severity,
        clauses=(clause.id,),
        message="",
        form=form.slug,
        record=record.id,
        path=path,
        label=label_of(form.fields, path),
        cell=cell_of(record.cells, path),
        citation=clause.citation or clause.id,
        law_as_of=law_date(clause, form, context.values, as_of).isoformat(),
    )
    number = "" if verdict.index is None else str(verdict.index + 1)
    if verdict.outcome == "broken":
        _LOG.error("provision %s is broken: %s", clause.id, verdict.reason)
        return replace(
            common,
            severity="error",
            status="broken",
            message=f"点検「{clause.id}」の定義に誤りがあり、判定できませんでした。管理者にお知らせください。",
            supervisor=f"定義の誤り: {verdict.reason}",
        )
    if verdict.outcome == "undetermined":
        return replace(
            common,
            status="undetermined",
            message=_numbered(clause.undetermined, number) or _unknown_message(clause, verdict, form),
            supervisor=f"判定できないため、満たすものとして扱いません。{_numbered(clause.supervisor, number)}",
        )
    return replace(common, message=_numbered(clause.clerk, number), supervisor=_numbered(clause.supervisor, number))


def _numbered(message: str, number: str) -> str:
    return message.replace("{n}", number)


def _unknown_message(clause: Clause, verdict: Verdict, form: Form) -> str:
    duty = clause.duty.rstrip("。")
    if verdict.missing:
        labels = "".join(dict.fromkeys(spot_of(form.fields, path).words for path in verdict.missing))
        return f"{labels}の記入がないため、次の定めを満たすか判定できません。記入してください。({duty})"
    return f"記入された裁判所・警察署・住所が対照表にないため、次の定めを満たすか判定できません。人が確かめてください。({duty})"


def _path(clause: Clause, verdict: Verdict, form: Form, context: Context) -> str:
    """Return where the finding points: a missing need, where the check said, a blank of `fields`, the first of them."""
    if verdict.missing or verdict.at:
        return verdict.missing[0] if verdict.missing else verdict.at
    prefix = f"{clause.each_in}[].".removeprefix("[].")
    if verdict.index is not None:
        row = f"{clause.each_in}[{verdict.index}]"
        item = context.values[clause.each_in][verdict.index]
        keys = [name.removeprefix(prefix) for name in clause.fields if name.startswith(prefix)]
        blank = [key for key in keys if isinstance(item, Mapping) and not filled(item.get(key))]
        return f"{row}.{(blank or keys)[0]}" if keys else row
    told = [name for name in clause.fields if name.partition("[")[0] in form.fields]
    asked = _asked(clause.require)
    telling = [name for name in told if name.partition("[")[0] in asked] or told
    for name in telling:
        root, _, key = name.partition("[].")
        if not key and not filled(context.values[root]):
            return name
        for index, item in enumerate(context.values[root] if key else ()):
            if not filled(item.get(key)):
                return f"{root}[{index}].{key}"
    return telling[0].partition("[")[0] if telling else ""


@lru_cache(maxsize=8192)
def _asked(require: str) -> frozenset[str]:
    try:
        return frozenset(syntax.references(require).roots) if require else frozenset()
    except syntax.ExpressionSyntaxError:
        return frozenset()
