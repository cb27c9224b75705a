"""The one straight line from a record to its document; every step knows only the steps before it.

    entry → normalise → schema → statutes → disclosure → fill → typeset → finish → final read

`Line.judge` goes as far as the verdict, `Line.draw` from there to the finished files. forms/batch_run.py runs whole inputs.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forms.catalogue import load_catalogue
from validators.clauses import citation, load_clauses
from validators.disclosure import Secrets, check_disclosure, collect, exposed
from validators.errors import InputError, YoshikiError
from validators.model import Finding
from validators.normalise import normalise, written_day
from validators.review import Fate, Verdict
from validators.schema import check_schema
from validators.statutes import check_statutes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forms.catalogue import Catalogue
    from forms.templates import Template
    from forms.zips import Filled
    from validators.clauses import Clauses
    from validators.model import Form, Record

FORMATS = ("pdf", "docx")


@dataclass(slots=True)
class Prepared:
    """A record whose values are typed, with what schema and entry already say of it. `form` is None when unknown."""

    record: Record
    form: Form | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its verdict, and the secrets the final read will look for."""

    record: Record
    form: Form | None
    fate: Fate
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Drawn:
    """Finished files by format ("pdf", "docx", further copies "pdf-副本", "pdf-写し"), and what the final read says of them."""

    files: dict[str, bytes]
    pages: int
    findings: tuple[Finding, ...]


class Line:
    """Hold what every record needs: the catalogue, the provisions, the office, the day to judge by."""

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        *,
        clauses: Clauses | None = None,
        office: dict[str, str] | None = None,
        as_of: date | None = None,
        templates: Path | None = None,
    ) -> None:
        """Read what is not given; `templates` is a folder of an office's own papers (forms/own/shelf.py)."""
        self.templates = templates
        self.catalogue = catalogue if catalogue is not None else load_catalogue()
        self.clauses = clauses if clauses is not None else load_clauses()
        self.office = office or {}
        self.as_of = as_of or date.today()  # noqa: DTZ011 - offices and their machines keep Japanese local time

    def prepare(self, record: Record, found: Sequence[Finding] = ()) -> Prepared:
        """Type the record's values in place and check them against the edition in force on its governing date.

        `found` is what entry says of the record already. A character that no font has is found here, before anything is drawn.
        """
        from forms.printable import check_printable  # noqa: PLC0415 - drawing packages are slow to import

        try:
            form = self.catalogue.get(record.form)
        except InputError as error:
            return Prepared(record, None, [*found, _unusable(record, error)])
        try:
            in_force = self.catalogue.get(record.form, _day(written_day(form, record)) or self.as_of)
        except InputError as error:
            return Prepared(record, None, [*found, *normalise(form, record), _unusable(record, error)])
        findings = [*found, *normalise(in_force, record)]
        findings += check_printable(in_force, record, {**self.office, **record.office})
        return Prepared(record, in_force, findings + check_schema(in_force, record, findings))

    def decide(self, prepared: Prepared, case: Sequence[Prepared] = ()) -> Judged:
        """Weigh statutes and secrecy, and give the verdict. `case`: the other papers of the same case."""
        record, form = prepared.record, prepared.form
        if form is None:
            fate = Fate(
                record.id,
                record.form,
                self._title(record.form),
                "refused",
                list(prepared.findings),
                source=record.source,
            )
            return Judged(record, None, fate, collect(()))
        office = {**self.office, **record.office}
        findings = check_statutes(
            form,
            record,
            case=[other.record for other in case],
            as_of=self.as_of,
            office=office,
            prior=prepared.findings,
            entries=self.clauses.for_form(form.slug),
        )
        papers = [(form, record), *((other.form, other.record) for other in case if other.form is not None)]
        secrets = collect(papers) if exposed(form) else collect(())
        findings = [_cited(found) for found in [*findings, *check_disclosure(form, record, secrets)]]
        fate = Fate(
            record=record.id,
            form=form.slug,
            title=form.title,
            verdict=_verdict(findings),
            findings=findings,
            confirmations=record.confirmations,
            case=record.case,
            source=record.source,
            edition=form.edition,
            law_as_of=(_day(record.data.get(form.basis)) or self.as_of).isoformat(),
        )
        return Judged(record, form, fate, secrets)

    def judge(self, record: Record, case: Sequence[Prepared] = ()) -> Judged:
        """Prepare and decide in one go."""
        return self.decide(self.prepare(record), case)

    def draw(
        self,
        judged: Judged,
        formats: Sequence[str] = FORMATS,
        *,
        copies: bool = False,
        further: Sequence[str] = (),
    ) -> Drawn:
        """Fill, typeset, finish and read back a record whose verdict allows it.

        With `copies`, the PDF is made once for each copy of the form (正本, 副本), each marked; without, the first only.
        `further` are the marks of copies beside these.
        Raises CannotDrawError or another YoshikiError; `findings` of the result holds what the final read refuses.
        """
        from forms.fill import fill  # noqa: PLC0415 - drawing packages are slow to import
        from forms.finish import page_count  # noqa: PLC0415

        record, form = judged.record, judged.form
        if form is None:
            raise InputError("様式のない記録は文書にできません。")
        office = {**self.office, **record.office}
        template, findings = self._own_template(form)
        files: dict[str, bytes] = {}
        own = form.copies or ("",)
        marks = dict.fromkeys((*(own if copies else own[:1]), *further)) if "pdf" in formats else own[:1]
        for mark in marks:
            paper, first = fill(form, record, office, copy=mark, template=template), mark == own[0]
            docx = paper.docx()
            pdf, noted = _pressed(form, judged, paper) if "pdf" in formats else (b"", [])
            findings += [*noted, *_read_back(form, judged, pdf, docx, mark)]
            if pdf:
                files["pdf" if first else f"pdf-{mark}"] = pdf
            if first and "docx" in formats:
                files["docx"] = docx
        pages = page_count(files["pdf"]) if "pdf" in files else 0
        placed = (
            replace(found, form=form.slug, record=record.id, clauses=found.clauses or _secrecy(form, found))
            for found in dict.fromkeys(findings)
        )
        return Drawn(files, pages, tuple(_cited(found) for found in placed))

    def _own_template(self, form: Form) -> tuple[Template | None, list[Finding]]:
        """Return the office's own paper for the form, if it has one, and a note when it has one for other editions only."""
        if self.templates is None:
            return None, []
        from forms.own.shelf import Shelf  # noqa: PLC0415 - drawing packages are slow to import

        shelf = Shelf(self.templates)
        template = shelf.find(form, self.as_of)
        if template is None and (others := shelf.other_editions(form, self.as_of)):
            editions = "、".join(f"第{edition}版" for edition in others)
            told = f"自所の様式は{editions}のもので、この記録に使う第{form.edition}版にはないため、既定の様式で作りました。"
            return None, [Finding("info", (), told, code="built-in-paper")]
        return template, []

    def _title(self, slug: str) -> str:
        return self.catalogue.get(slug).title if slug in self.catalogue.slugs() else slug


def _pressed(form: Form, judged: Judged, paper: Filled) -> tuple[bytes, list[Finding]]:
    """Typeset and finish a filled paper; the findings are the press's notes."""
    from forms.engines import press  # noqa: PLC0415 - drawing packages are slow to import
    from forms.finish import finish  # noqa: PLC0415

    pressed = press(paper, title=form.title)
    made = datetime.fromisoformat(judged.fate.law_as_of)
    return finish(pressed.pdf, title=form.title, identifier=form.slug, created=made), list(pressed.findings)


def _read_back(form: Form, judged: Judged, pdf: bytes, docx: bytes, mark: str) -> Sequence[Finding]:
    """Read the finished files of one paper as their reader will; `mark` says which copy it must call itself."""
    from forms.fill import expected_texts  # noqa: PLC0415 - drawing packages are slow to import
    from forms.final_read import final_read  # noqa: PLC0415

    expected = expected_texts(form, judged.record) | ({"正本・副本・写しの別": mark} if mark else {})
    return final_read(pdf, docx, expected=expected, protected=judged.secrets)


def _cited(finding: Finding) -> Finding:
    """Say the source behind a finding's clauses where it does not say so itself."""
    return finding if finding.citation or not finding.clauses else replace(finding, citation=citation(finding.clauses))


def _secrecy(form: Form, finding: Finding) -> tuple[str, ...]:
    return form.secrecy if finding.code == "protected-value" else ()


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _verdict(findings: Sequence[Finding]) -> Verdict:
    """Refuse on any error or broken provision; wait on a warning of a clause that nobody has confirmed."""
    if any(f.severity == "error" or f.status == "broken" for f in findings):
        return "refused"
    if any(f.severity == "warning" and f.clauses and not f.confirmed_by for f in findings):
        return "waiting"
    return "checked"


def _unusable(record: Record, error: YoshikiError) -> Finding:
    return Finding(
        severity="error",
        clauses=(),
        form=record.form,
        record=record.id,
        code=error.code,
        message=str(error),
        supervisor="使える様式がないため、点検も発行もしていません。",
    )


log = logging.getLogger("yoshiki.line")


def failure(fate: Fate, error: Exception) -> Fate:
    """Log the kind and place of a failure (its text may hold personal data) and return the fate of the record."""
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    log.error("%s: %s at %s", fate.form, type(error).__name__, f"{place.filename}:{place.lineno}" if place else "?")
    if isinstance(error, YoshikiError):
        message, code = str(error), error.code
    elif isinstance(error, OSError):
        message, code = (
            f"ファイルを書けませんでした（{error.strerror or type(error).__name__}）。空き容量と書込みの権限を確かめてください。",
            "cannot-write",
        )
    else:
        message, code = f"処理中に誤りが起きました（{type(error).__name__}）。管理者へお知らせください。", "internal"
    finding = Finding(
        severity="error", clauses=(), form=fate.form, record=fate.record, code=code, message=message, status="broken"
    )
    return replace(fate, verdict="failed", findings=[*fate.findings, finding], files={}, sha256={}, pages=0)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a finished file in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
