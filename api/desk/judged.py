"""A draft's verdict as every other door would give it, its confirmations, and the paper issued of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.desk.asked import placed
from api.desk.drafts import Confirmed, IssuedPaper
from api.desk.filled import form_of, record_of
from api.desk.steps import steps_of
from api.desk.telling import told
from api.desk.widgets import control
from forms.issue.issuing import issue
from forms.issue.sink import MemorySink, Wanted
from forms.issue.units import Item as Unissued
from forms.issue.units import Unit
from validators.definitions.facts import named
from validators.model import Finding
from validators.paths import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from api.desk.drafts import Draft
    from api.desk.steps import FormStep
    from forms.issue.line import Line
    from validators.expressions.compiled import Context
    from validators.judging import Judged
    from validators.model import Confirmation, Form
    from validators.review import Fate


_NUMBER: Final = "様式-番号"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A draft with what its rulebook says of it now. `told`: the findings by control."""

    draft: Draft
    form: Form
    judged: Judged
    told: dict[str, list[Finding]]
    context: Context

    @property
    def steps(self) -> tuple[FormStep, ...]:
        """Return the pages of the form."""
        return steps_of(self.form)

    @property
    def findings(self) -> list[Finding]:
        """Return all that is told, in the order of the boxes."""
        order = {control(each.name): i for i, each in enumerate(self.form.fields.values())}
        by_place = sorted(self.told, key=lambda name: order.get(name.partition(".")[0], len(order)))
        return [finding for name in by_place for finding in self.told[name]]

    def of(self, severity: str) -> list[Finding]:
        """Return what stops (`error`), waits for somebody (`warning`, not confirmed yet), or is only said (`info`)."""
        return [each for each in self.findings if each.severity == severity and not each.confirmed_by]

    def confirmed(self) -> list[Finding]:
        """Return the warnings somebody has confirmed."""
        return [each for each in self.findings if each.confirmed_by]


def weigh(line: Line, draft: Draft) -> Weighed:
    """Judge a draft as it stands."""
    form = form_of(line, draft)
    judged = line.judge(record_of(form, draft))
    if lapse(line, draft, judged.fate.findings):
        judged = line.judge(record_of(form, draft))
    form = judged.form or form
    findings = [
        told(form, draft, each) for each in judged.fate.findings if not (draft.kept and _NUMBER in each.clauses)
    ]
    context = line.rules.expressions.context(form, judged.record.data, today=line.as_of)
    return Weighed(draft, form, judged, placed(form, draft, findings), context)


# ---- confirmations -------------------------------------------------------------------------------------------------


def confirm(line: Line, draft: Draft, finding: Finding, *, by: str, reason: str) -> None:
    """Write down that somebody takes a warning upon themselves, for as long as what it weighs stays the same."""
    for clause in finding.clauses:
        digest = _weighed(draft, _weighs(line, clause, finding))
        draft.confirmed[clause] = Confirmed(clause, by, reason, digest)


def take_over(line: Line, draft: Draft, given: Iterable[Confirmation]) -> None:
    """Write down what was confirmed of a draft before, as it stands now."""
    for each in given:
        finding = Finding("warning", (each.clause,), "")
        confirm(line, draft, finding, by=each.by, reason=each.reason)


def lapse(line: Line, draft: Draft, findings: Iterable[Finding]) -> list[str]:
    """Take back the confirmations whose provision weighs something that has changed since; return their clauses."""
    at = {clause: finding for finding in findings for clause in finding.clauses}
    gone = [
        clause
        for clause, said in draft.confirmed.items()
        if clause not in at or said.of != _weighed(draft, _weighs(line, clause, at[clause]))
    ]
    for clause in gone:
        del draft.confirmed[clause]
    return gone


def _weighs(line: Line, clause: str, finding: Finding) -> list[str]:
    entry = line.rules.clauses.entries.get(clause)
    place = [str(part) for part in parts_of(finding.path)[:1]]
    return sorted({*(named(entry) if entry else ()), *place})


def _weighed(draft: Draft, names: list[str]) -> str:
    answers: list[Any] = [[name, draft.answers.get(name)] for name in names]
    return hashlib.sha256(json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# ---- issuing -------------------------------------------------------------------------------------------------------


def issue_draft(line: Line, draft: Draft, now: datetime) -> Fate:
    """Issue a draft's paper as every door does and keep its files with the draft.

    The ledger takes this place: number, register row, artifact and approval are made where the sink commits.
    """
    record = record_of(form_of(line, draft), draft)
    with MemorySink(Wanted(copies=True)) as sink:
        (fate,) = issue(line, [Unit((Unissued(record),))], sink)
    if fate.verdict == "issued":
        files = {kind: sink.papers[name] for kind, name in fate.files.items()}
        draft.issued = IssuedPaper(now, files, fate.pages, fate.title)
    return fate
