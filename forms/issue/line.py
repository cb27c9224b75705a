"""The one straight line from a record to its document; every step knows only the steps before it.

    entry → normalise → schema → statutes → disclosure → fill → typeset → finish → final read

`Judge` (validators/judging.py) goes as far as the verdict, `Line.draw` from there to the finished files; forms/issue/issuing.py issues what was drawn.
"""

from __future__ import annotations

import copy
import logging
import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self

from forms.entry.reading import limits
from validators.errors import InputError, YoshikiError, why
from validators.judging import Judge
from validators.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from forms.paper.templates import Template
    from forms.paper.zips import Filled
    from forms.press.typeset import Memory
    from validators.judging import Judged
    from validators.model import Form
    from validators.review import Fate
    from validators.rulebook import Rulebook

FORMATS = ("pdf", "docx")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Finished files by format ("pdf", "docx", further copies "pdf-副本", "pdf-写し"), and what the final read says of them."""

    files: dict[str, bytes]
    pages: int
    findings: tuple[Finding, ...]


class Line(Judge):
    """Judge records, and draw those that may be issued."""

    def __init__(
        self,
        rules: Rulebook,
        *,
        office: dict[str, str] | None = None,
        as_of: date | None = None,
        templates: Path | None = None,
    ) -> None:
        """Judge by a rulebook; `templates` is a folder of an office's own papers (forms/own_templates/shelf.py)."""
        super().__init__(rules, office=office, as_of=as_of)
        self.alike = limits.most("ALIKE")
        self.templates = templates
        self._in_a_run = False
        self._memory: Memory | None = None

    def for_a_run(self) -> Self:
        """Return this line with a memory of its own for what its papers share: it goes with the run, and values with it."""
        line = copy.copy(self)
        line._in_a_run, line._memory = True, None  # noqa: SLF001 - a copy of this one
        return line

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
        from forms.finish.pdf_text import page_count  # noqa: PLC0415
        from forms.paper.fill import fill  # noqa: PLC0415 - drawing packages are slow to import
        from forms.press.typeset import Memory  # noqa: PLC0415

        record, form = judged.record, judged.form
        if form is None:
            raise InputError("様式のない記録は文書にできません。")
        if self._in_a_run and self._memory is None:
            self._memory = Memory()
        office = self.office_of(record)
        template, findings = self.own_template(form)
        files: dict[str, bytes] = {}
        own = form.copies or ("",)
        marks = dict.fromkeys((*(own if copies else own[:1]), *further)) if "pdf" in formats else own[:1]
        for mark in marks:
            paper, first = fill(form, record, office, copy=mark, template=template), mark == own[0]
            docx = paper.docx()
            pdf, noted = _pressed(form, judged, paper, self._memory) if "pdf" in formats else (b"", [])
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
        return Drawn(files, pages, tuple(self.cited(found) for found in placed))

    def own_template(self, form: Form) -> tuple[Template | None, list[Finding]]:
        """Return the office's own paper for the form, if it has one, and a note when it has one for other editions only."""
        if self.templates is None:
            return None, []
        from forms.own_templates.shelf import Shelf  # noqa: PLC0415 - drawing packages are slow to import

        shelf = Shelf(self.templates)
        template = shelf.find(form, self.as_of)
        if template is None and (others := shelf.other_editions(form, self.as_of)):
            editions = "、".join(f"第{edition}版" for edition in others)
            told = f"自所の様式は{editions}のもので、この記録に使う第{form.edition}版にはないため、既定の様式で作りました。"
            return None, [Finding("info", (), told, code="built-in-paper")]
        return template, []


def _pressed(form: Form, judged: Judged, paper: Filled, memory: Memory | None) -> tuple[bytes, list[Finding]]:
    """Typeset and finish a filled paper; the findings are the press's notes."""
    from forms.finish.finish import finish  # noqa: PLC0415
    from forms.press.engines import press  # noqa: PLC0415 - drawing packages are slow to import

    pressed = press(paper, title=form.title, memory=memory)
    made = datetime.fromisoformat(judged.fate.law_as_of)
    known_by = judged.record.ref or form.slug
    return finish(pressed.pdf, title=form.title, identifier=known_by, created=made), list(pressed.findings)


def _read_back(form: Form, judged: Judged, pdf: bytes, docx: bytes, mark: str) -> Sequence[Finding]:
    """Read the finished files of one paper as their reader will; `mark` says which copy it must call itself."""
    from forms.finish.final_read import final_read  # noqa: PLC0415
    from forms.paper.fill import expected_texts  # noqa: PLC0415 - drawing packages are slow to import

    expected = expected_texts(form, judged.record) | ({"正本・副本・写しの別": mark} if mark else {})
    return final_read(pdf, docx, expected=expected, protected=judged.secrets)


def _secrecy(form: Form, finding: Finding) -> tuple[str, ...]:
    return form.secrecy if finding.code == "protected-value" else ()


log = logging.getLogger("yoshiki.line")


def failure(fate: Fate, error: Exception) -> Fate:
    """Log the kind and place of a failure (its text may hold personal data) and return the fate of the record."""
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    log.error("%s: %s at %s", fate.form, type(error).__name__, f"{place.filename}:{place.lineno}" if place else "?")
    if isinstance(error, YoshikiError):
        message, code = str(error), error.code
    elif isinstance(error, OSError):
        message, code = (
            f"ファイルを書けませんでした（{why(error)}）。空き容量と書込みの権限を確かめてください。",
            "cannot-write",
        )
    else:
        message, code = f"処理中に誤りが起きました（{type(error).__name__}）。管理者へお知らせください。", "internal"
    finding = Finding(
        severity="error", clauses=(), form=fate.form, record=fate.record, code=code, message=message, status="broken"
    )
    return replace(fate, verdict="failed", findings=[*fate.findings, finding], files={}, sha256={}, pages=0)
