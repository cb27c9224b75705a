"""Judge a record by the provisions in force on the day that governs it: effective → when → needs → require, one by one."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from validators import waiting
from validators.disclosure import exposed
from validators.errors import DefinitionError
from validators.expressions import lookups
from validators.expressions.compiled import Context, references
from validators.expressions.functions import filled
from validators.expressions.lookups import SURROUNDINGS, AbsentPapersError, Surroundings, UnknownAnswerError
from validators.model import Finding, Form, Record
from validators.paths import cell_of, label_of, spot_of
from validators.text import case_key

if TYPE_CHECKING:
    from validators.definitions.clauses import Clause, Clauses
    from validators.expressions.blame import Blame
    from validators.expressions.compiled import Expressions
    from validators.rulebook import Rulebook

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
    absent: tuple[str, ...] = ()  # papers of the case on which it hangs and which are not at hand, by form


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

    def breach_at(self, name: str) -> bool:
        """Return False, and let the finding point at this field: for a check of several fields that are alike."""
        self.at = name
        return False

    def papers(self, slug: str) -> list[dict[str, Any]]:
        """Return the case's other records of that form (blanks are absent); ends the check where they are not at hand."""
        return lookups.papers(slug)


# ---- the public call ----------------------------------------------------------------------------------------------


def check_statutes(
    form: Form,
    record: Record,
    rules: Rulebook,
    *,
    case: Sequence[Record] = (),
    as_of: date | None = None,
    office: Mapping[str, str] | None = None,
    prior: Sequence[Finding] = (),
    entries: Iterable[Clause] | None = None,
    title: Callable[[str], str] = str,
) -> list[Finding]:
    """Judge a normalised record by every provision of the rulebook that concerns its form.

    `case` are the records of the same case (the record itself among them or not), `as_of` the day for records whose
    form has no date of its own (left out: today), `prior` the schema's findings, `entries` the provisions (left out: all),
    `title` gives the words for a form. A record that names a case, without any other paper of it, is not judged as if it
    were alone: what hangs on the case is one undetermined finding. What hangs on a box that `prior` calls unreadable waits.
    Returns `prior` (see `merge`) followed by what the provisions say; confirmed warnings carry `confirmed_by`.
    """
    judged = rules.clauses.for_form(form.slug) if entries is None else entries
    as_of = as_of or rules.today()
    context = record_context(form, record, rules.expressions, case=case, as_of=as_of, office=office)
    unread = waiting.unread(prior)
    found: list[tuple[Finding, tuple[str, ...]]] = []
    hanging: list[tuple[Clause, tuple[str, ...]]] = []
    for clause in judged:
        for verdict in judge(clause, form, context, as_of=as_of):
            if verdict.absent:
                hanging.append((clause, verdict.absent))
            elif unread and verdict.outcome != "broken" and waiting.waits(clause, verdict.index, unread):
                continue
            elif verdict.outcome in {"breach", "undetermined", "broken"}:
                told = _finding(clause, verdict, form, record, context, as_of=as_of)
                found.append((told, verdict.missing))
    alone = [] if context.surroundings.absent is None else _alone(hanging, form, record, title, rules.clauses.citations)
    return confirm([*merge(prior, found, rules.clauses), *alone], record)


def merge(
    prior: Sequence[Finding], found: Sequence[tuple[Finding, tuple[str, ...]]], clauses: Clauses
) -> list[Finding]:
    """Join findings of the schema and of the provisions.

    An undetermined verdict whose missing fields all carry a "required" finding already is not said twice: its clause is
    added to those findings, which take the graver severity.
    """
    joined = list(prior)
    required = {finding.path: index for index, finding in enumerate(joined) if finding.code == "required"}
    for finding, missing in found:
        if finding.status == "undetermined" and missing and all(path in required for path in missing):
            for path in missing:
                joined[required[path]] = _with_clauses(joined[required[path]], finding, clauses)
        else:
            joined.append(finding)
    return joined


def _with_clauses(finding: Finding, other: Finding, clauses: Clauses) -> Finding:
    severity = other.severity if other.severity == "error" else finding.severity
    both = tuple(dict.fromkeys((*finding.clauses, *other.clauses)))
    return replace(finding, clauses=both, severity=severity, citation=clauses.citations(both))


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
    expressions: Expressions,
    *,
    as_of: date,
    case: Sequence[Record] = (),
    office: Mapping[str, str] | None = None,
) -> Context:
    """Bind a record's fields, its office and the other papers of its case."""
    papers: dict[str, list[dict[str, Any]]] = {}
    for other in case:
        if other is not record:
            papers.setdefault(other.form, []).append(other.data)
    absent = bool(case_key(record.case)) and not papers
    return expressions.context(
        form, record.data, papers=papers, office=office or record.office, today=as_of, absent=absent
    )


# ---- judging ------------------------------------------------------------------------------------------------------


def law_date(clause: Clause, form: Form, values: Mapping[str, Any], as_of: date) -> date:
    """Return the day by which the law is chosen: the clause's basis, else the form's, else `as_of`."""
    for name in (clause.effective.basis, form.basis):
        written = values.get(name) if name else None
        if isinstance(written, str):
            try:
                return date.fromisoformat(written[:10])
            except ValueError:
                continue
    return as_of


def judge(clause: Clause, form: Form, context: Context, *, as_of: date) -> list[Verdict]:
    """Judge one provision; one verdict, or with `each` one for every item of the list. Never raises."""
    if not clause.effective.holds_on(law_date(clause, form, context.values, as_of)):
        return [Verdict("not-in-force")]
    absent = context.surroundings.absent
    if clause.scope == "case" and not context.surroundings.papers and absent is None:
        return [Verdict("not-applicable")]
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
    kept = SURROUNDINGS.set(surroundings)
    try:
        return check(facts)
    except AbsentPapersError:
        raise
    except UnknownAnswerError:
        return None
    except Exception as error:  # noqa: BLE001 - a check that fails must stop the record, whatever it raised
        raise DefinitionError(f"検査 {check.__name__} が失敗しました({type(error).__name__})") from None
    finally:
        SURROUNDINGS.reset(kept)


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


# ---- telling ------------------------------------------------------------------------------------------------------


def _finding(clause: Clause, verdict: Verdict, form: Form, record: Record, context: Context, *, as_of: date) -> Finding:
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


def _alone(
    hanging: Sequence[tuple[Clause, tuple[str, ...]]],
    form: Form,
    record: Record,
    title: Callable[[str], str],
    cite: Callable[[Iterable[str]], str],
) -> list[Finding]:
    """Tell what cannot be judged because the case's other papers are not at hand: one cause, one finding.

    It is confirmed rather than refused, for a case may have no other paper yet; a named person says so (PITFALLS 5, 11).
    """
    secrecy = form.secrecy if exposed(form) else ()
    clauses = tuple(dict.fromkeys((*(clause.id for clause, _ in hanging), *secrecy)))
    if not clauses:
        return []
    weighty = bool(secrecy) or any(clause.severity != "info" for clause, _ in hanging)
    titles = dict.fromkeys(title(slug) for _, papers in hanging for slug in papers if title(slug) != slug)
    asked = "、".join(f"「{name}」" for name in titles)
    beside = f"{asked}など、" if asked else ""
    leak = "ほかの文書で秘匿とされた住所などが書かれていないかも確かめられません。" if secrecy else ""
    duties = "".join(dict.fromkeys(f"{clause.duty.rstrip('。')}。" for clause, _ in hanging))
    return [
        Finding(
            severity="warning" if weighty else "info",
            clauses=clauses,
            form=form.slug,
            record=record.id,
            path="case",
            label="事案番号",
            cell=cell_of(record.cells, "case"),
            citation=cite(clauses),
            status="undetermined",
            code="papers-absent",
            message=f"事案のほかの文書がここにないため、照らし合わせができません。{leak}{beside}同じ事案の文書を一緒に渡してください。"
            "ほかに文書がないときは、それを確かめた方の氏名と「ほかに文書はない」旨の理由を、確認として書いてください。",
            supervisor=f"事案の文書がそろわず判定できないため、満たすものとして扱いません。{duties}",
        )
    ]


def _numbered(message: str, number: str) -> str:
    return message.replace("{n}", number)


def _unknown_message(clause: Clause, verdict: Verdict, form: Form) -> str:
    duty = clause.duty.rstrip("。")
    if verdict.missing:
        labels = "".join(dict.fromkeys(spot_of(form.fields, path).words for path in verdict.missing))
        return f"{labels}の記入がないため、次の定めを満たすか判定できません。記入してください。({duty})"
    return f"記入された裁判所・警察署・住所が対照表にないため、次の定めを満たすか判定できません。人が確かめてください。({duty})"


def _path(clause: Clause, verdict: Verdict, form: Form, context: Context) -> str:
    """Return where the finding points: a missing need, where the check said, what the failing part of it asks about."""
    if verdict.missing or verdict.at:
        return verdict.missing[0] if verdict.missing else verdict.at
    told = [name for name in clause.fields if name.partition("[")[0] in form.fields]
    if clause.require and verdict.outcome == "breach":
        blame = _blame(clause, verdict, form, context)
        places = [place for name in told for path in blame.paths if (place := _place(name, path, context))]
        telling = [place for place in places if filled(_value(place, context)) is blame.forbids]
        if places:
            return places[0] if blame.alternatives or not telling else telling[0]
    row = f"{clause.each_in}[{verdict.index}]" if verdict.index is not None else ""
    for name in told if not clause.check else ():
        place = _place(name, name.replace(f"{clause.each_in}[]", row) if row else name, context)
        if place and not filled(_value(place, context)):
            return place
    if row:
        return next((name.replace(f"{clause.each_in}[]", row) for name in told if f"{clause.each_in}[]." in name), row)
    return told[0].partition("[")[0] if told else ""


def _blame(clause: Clause, verdict: Verdict, form: Form, context: Context) -> Blame:
    bound = {} if verdict.index is None else {clause.each_item: context.values[clause.each_in][verdict.index]}
    scope = {} if verdict.index is None else {clause.each_item: f"{clause.each_in}[{verdict.index}]"}
    return context.expressions.compile(clause.require, form, tuple(bound)).blamed(context, scope, **bound)


def _place(name: str, path: str, context: Context) -> str:
    """Return the box at which a path stands, when it is the one (or of the list) that `fields` names; "" otherwise.

    incidents[].place without an item stands at the first item that leaves it blank, else at the list.
    """
    if name == path.partition("[")[0]:
        return re.sub(r"(?<=\])\..*|\[\].*", "", path)
    if name != re.sub(r"\[[0-9]+\]", "[]", path):
        return ""
    root, unsettled, key = path.partition("[].")
    if not unsettled:
        return path.removesuffix("[]")
    items = context.values.get(root)
    blank = (n for n, item in enumerate(items if isinstance(items, list) else ()) if not filled(item.get(key)))
    return next((f"{root}[{n}].{key}" for n in blank), root)


def _value(path: str, context: Context) -> Any:
    value: Any = context.values
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value
