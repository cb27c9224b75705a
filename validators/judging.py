"""Whether a record may be issued: its values typed, its provisions and secrets weighed, its verdict given.

    entry → normalise → schema → statutes → disclosure → verdict

`forms/issue/line.py` goes on from there.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from validators.answers import left_blank, unanswered
from validators.days_past import not_yet
from validators.disclosure import check_disclosure, exposed, for_paper, gather, together
from validators.errors import InputError, YoshikiError
from validators.expressions.lookups import Surroundings, surrounded
from validators.grouping import fewer
from validators.labels import OFFICE_LABELS
from validators.lines import check_lines
from validators.model import Finding
from validators.normalise import normalise, written_day
from validators.office import check_boxes, fill_boxes
from validators.paths import cell_of, label_of, parts_of
from validators.printable import check_printable
from validators.review import Ending, Fate
from validators.schema import check_schema
from validators.secrecy import Secrets
from validators.statutes import check_statutes, confirm
from validators.stored import day_of
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from validators.definitions.catalogue import Catalogue
    from validators.disclosure import PaperSecrets
    from validators.model import Form, Record
    from validators.rulebook import Rulebook


@dataclass(slots=True)
class Prepared:
    """A record whose values are typed, with what schema and entry already say of it. `form` is None when unknown."""

    record: Record
    form: Form | None
    findings: list[Finding] = field(default_factory=list)
    _gathered: PaperSecrets | None = None

    def gathered(self) -> PaperSecrets:
        """Return what is protected in the record and what is known: asked for by every paper of its case, found once."""
        if self._gathered is None:
            self._gathered = gather(self.form, self.record) if self.form else ((), ())
        return self._gathered


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its verdict, and the secrets the final read will look for."""

    record: Record
    form: Form | None
    fate: Fate
    secrets: Secrets


class Judge:
    """Hold what every record is judged by: the rulebook, the office, the day."""

    bound = ""  # the code of the office that no record may speak for otherwise than its profile does
    alike = 50  # findings of one sort that are told of one record, item by item; the others are counted

    def __init__(self, rules: Rulebook, *, office: dict[str, str] | None = None, as_of: date | None = None) -> None:
        """Judge as of a day, or of each day as it comes when none is given."""
        self.rules = rules
        self.office = office or {}
        check_boxes(self.office, rules.catalogue)
        self._as_of = as_of
        self._titles: dict[str, str] = {}

    def bound_to(self, office: dict[str, str], code: str) -> Self:
        """Return this with the profile of an office (`code`: the ledger's) that issues in its own name alone."""
        own = copy.copy(self)
        own.office, own.bound = office, code
        return own

    def office_of(self, record: Record) -> dict[str, str]:
        """Return the profile a paper is judged and drawn by: this one, with what its record says of its office.

        Where the office is bound, a record says only posts and names that the profile leaves out, and never whose paper it is.
        """
        if not self.bound:
            return {**self.office, **record.office}
        said = {key: text for key, text in record.office.items() if key in OFFICE_LABELS}
        return {**said, "name": "", **self.office}

    @property
    def catalogue(self) -> Catalogue:
        """Return the rulebook's catalogue."""
        return self.rules.catalogue

    @property
    def as_of(self) -> date:
        """Return the day records are judged as of where they have no date of their own."""
        return self._as_of or self.rules.today()

    def prepare(self, record: Record, found: Sequence[Finding] = ()) -> Prepared:
        """Type the record's values in place and check them against the edition in force on its governing date.

        `found` is what entry says of the record already. A character that no font has is found here, before anything is drawn.
        """
        try:
            form = self.catalogue.get(record.form)
        except InputError as error:
            return Prepared(record, None, [*found, _unusable(record, error)])
        try:
            in_force = self.catalogue.get(record.form, day_of(written_day(form, record)) or self.as_of)
        except InputError as error:
            told = [*found, *normalise(form, record)]
            return Prepared(record, None, [*told, self.cited(_unusable(record, error, form))])
        office = self.office_of(record)
        fill_boxes(self.office, in_force, record)
        findings = [*found, *self._overruled(record, office), *normalise(in_force, record)]
        findings += check_printable(in_force, record, office)
        findings += check_lines(in_force, record, office)
        findings += check_schema(in_force, record, self.rules.expressions, today=self.as_of, prior=findings)
        return Prepared(record, in_force, findings)

    def decide(self, prepared: Prepared, case: Sequence[Prepared] = (), *, hidden: PaperSecrets = ((), ())) -> Judged:
        """Weigh statutes and secrecy, and give the verdict.

        `case`: the other papers of the same case; `hidden`: what the case itself keeps secret, and what is known of it.
        """
        record, form = prepared.record, prepared.form
        if form is None:
            return Judged(record, None, self.unjudged(record, prepared.findings), Secrets())
        office = self.office_of(record)

        def weighed(copy: Record, *also: Finding) -> list[Finding]:
            return check_statutes(
                form,
                copy,
                self.rules,
                case=[other.record for other in case],
                as_of=self.as_of,
                office=office,
                prior=[*prepared.findings, *also],
                title=self._title,
            )

        findings = weighed(record)
        with surrounded(Surroundings(self.rules.reference)):  # words that say none or are no secret: the rulebook's
            findings += not_yet(form, record, findings, today=self.as_of)
            findings += unanswered(form, record, self.rules.expressions, findings, today=self.as_of)
            findings += left_blank(form, record, findings, lambda copy: weighed(copy, *check_lines(form, copy, office)))
            self.rules.expressions.keep()
            shown = exposed(form, record)
            papers = [each.gathered() for each in (prepared, *case)] if shown else []
            secrets = for_paper(form, record, together((*papers, hidden))) if shown else Secrets()
            leaks = confirm(check_disclosure(form, record, secrets, findings), record)
        told = [*findings, *leaks]
        wishes = [found for found in told if _of_no_sheet(form, record, found)]
        findings = [self.cited(found) for found in fewer([each for each in told if each not in wishes], self.alike)]
        fate = Fate(
            record=record.id,
            form=form.slug,
            title=form.title,
            verdict=verdict_on(findings),
            findings=findings,
            confirmations=record.confirmations,
            case=record.case,
            source=record.source,
            edition=form.edition,
            law_as_of=(day_of(record.data.get(form.basis)) or self.as_of).isoformat(),
            wishes=tuple(dict.fromkeys(clause for each in wishes for clause in each.clauses)),
        )
        return Judged(record, form, fate, secrets)

    def judge(self, record: Record, case: Sequence[Prepared] = ()) -> Judged:
        """Prepare and decide in one go."""
        return self.decide(self.prepare(record), case)

    def unjudged(self, record: Record, findings: Sequence[Finding]) -> Fate:
        """Return the fate of a record that no provision has weighed: it is refused."""
        title = self._title(record.form)
        return Fate(record.id, record.form, title, "refused", list(findings), case=record.case, source=record.source)

    def cited(self, finding: Finding) -> Finding:
        """Say the source behind a finding's clauses where it does not say so itself."""
        if finding.citation or not finding.clauses:
            return finding
        return replace(finding, citation=self.rules.clauses.citations(finding.clauses))

    def _overruled(self, record: Record, office: Mapping[str, str]) -> list[Finding]:
        """Say what a record writes of its office otherwise than the profile that is bound."""
        written = [
            label for key, label in OFFICE_LABELS.items() if record.office.get(key, office.get(key)) != office.get(key)
        ]
        if not written:
            return []
        told = f"所属の{'、'.join(written)}は、書かれたものではなく、所属の設定のとおりにしました。"
        return [Finding("warning", (), told, form=record.form, record=record.id, code="office-bound")]

    def _title(self, slug: str) -> str:
        if slug not in self._titles:
            self._titles[slug] = self.catalogue.get(slug).title if slug in self.catalogue.slugs() else slug
        return self._titles[slug]


def verdict_on(findings: Sequence[Finding]) -> Ending:
    """Refuse on any error or broken provision; wait on a warning of a clause that nobody has confirmed."""
    if any(f.severity == "error" or f.status == "broken" for f in findings):
        return "refused"
    if any(f.severity == "warning" and f.clauses and not f.confirmed_by for f in findings):
        return "waiting"
    return "checked"


def _of_no_sheet(form: Form, record: Record, finding: Finding) -> bool:
    """Tell whether a finding only wishes for a box that nobody is asked to fill, and that is blank: it is the office's, told once a run."""
    name = str(next(iter(parts_of(finding.path)), ""))
    item = form.fields.get(name)
    return finding.severity == "info" and item is not None and not item.asked and blank(record.data.get(name))


def _unusable(record: Record, error: YoshikiError, form: Form | None = None) -> Finding:
    """Say that no form can be used: at the day that its editions go by, with the form's own provisions, where it is known."""
    where = form.basis if form else ""
    return Finding(
        severity="error",
        clauses=form.clauses if form else (),
        path=where,
        label=label_of(form.fields, where) if form else "",
        cell=cell_of(record.cells, where) if where else "",
        form=record.form,
        record=record.id,
        code=error.code,
        message=str(error),
        supervisor="使える様式がないため、点検も発行もしていません。",
    )
