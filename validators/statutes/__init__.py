"""Judge a record by the provisions in force on the day that governs it: verdicts.py judges, telling.py says, boxes.py points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from validators import waiting
from validators.expressions.functions import filled
from validators.statutes.telling import alone, finding_of
from validators.statutes.verdicts import judge
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from typing import Any

    from validators.definitions.clauses import Clause, Clauses
    from validators.expressions.compiled import Context, Expressions
    from validators.model import Finding, Form, Record
    from validators.rulebook import Rulebook


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
    unread, undated = waiting.unread(prior), waiting.undated(prior, form)
    found: list[tuple[Finding, tuple[str, ...]]] = []
    hanging: list[tuple[Clause, tuple[str, ...]]] = []
    for clause in judged:
        for verdict in judge(clause, form, context, as_of=as_of):
            if verdict.absent:
                hanging.append((clause, verdict.absent))
            elif unread and verdict.outcome != "broken" and waiting.waits(clause, verdict.index, unread):
                continue
            elif verdict.outcome in {"breach", "undetermined", "broken"}:
                told = finding_of(clause, verdict, form, record, context, as_of=as_of)
                if not (undated and verdict.outcome == "breach" and waiting.waits(clause, None, undated - {told.path})):
                    found.append((told, verdict.missing))
    unsure = [] if context.surroundings.absent is None else alone(hanging, form, record, title, rules.clauses.citations)
    return confirm([*merge(prior, found, rules.clauses), *unsure], record)


def merge(
    prior: Sequence[Finding], found: Sequence[tuple[Finding, tuple[str, ...]]], clauses: Clauses
) -> list[Finding]:
    """Join findings of the schema and of the provisions.

    A blank box is said once: the clause of an undetermined verdict whose missing fields all are told as blank already, and
    of a breach that stands at such a box, is added to those findings, which take the graver severity.
    """
    joined = list(prior)
    blank = {finding.path: index for index, finding in enumerate(joined) if finding.code == "required"}
    for finding, missing in found:
        paths = missing or ((finding.path,) if finding.status == "breach" and finding.path else ())
        if paths and all(path in blank for path in paths):
            for path in paths:
                joined[blank[path]] = _with_clauses(joined[blank[path]], finding, clauses)
            continue
        if finding.status == "undetermined":
            blank |= dict.fromkeys((path for path in missing if path not in blank), len(joined))
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
