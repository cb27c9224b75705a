"""What the tests of papers share: the papers beside the forms, judged with changes, and what the finished files say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from forms.finish.final_read import docx_texts
from forms.finish.pdf_text import pdf_pages
from forms.finish.pdf_told import pdf_properties
from forms.paper.fill import fill
from forms.press.typeset.package import read_package
from tests.rulebooks import line_on
from validators.definitions.papers import SamplePaper, paper_files, read_papers
from validators.linting.papers import judge_paper
from validators.secrecy import Value, secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from forms.issue.line import Line
    from validators.judging import Judged

PAPERS = {paper.name: paper for path in paper_files() for paper in read_papers(path)}


@cache
def line_of(day: date) -> Line:
    """Return the line as of a day."""
    return line_on(day)


def pictured() -> list[str]:
    """Return the papers marked `picture: true` (another edition's words, a narrative that outgrows its box), and of a form without one its first good paper."""
    good = [paper for paper in PAPERS.values() if paper.expect == "checked"]
    marked = {paper.form for paper in good if paper.picture}
    first = {paper.form: paper.name for paper in reversed(good)}
    return [
        paper.name for paper in good if paper.picture or (paper.form not in marked and first[paper.form] == paper.name)
    ]


def changed(paper: SamplePaper, **changes: Any) -> SamplePaper:
    """Return a paper with other values; a change to None leaves an item out."""
    data = {key: value for key, value in {**paper.data, **changes}.items() if value is not None}
    return replace(paper, data=data)


def judged(name: str, rest: Sequence[SamplePaper] | None = None, **changes: Any) -> Judged:
    """Judge a paper with the others of its case, or with `rest`; with none it is no paper of a case."""
    paper = changed(PAPERS[name], **changes)
    if rest is None:
        rest = [other for other in PAPERS.values() if other.source == paper.source]
    return judge_paper(line_of(paper.as_of), paper if rest else replace(paper, case=""), rest)


def paper(name: str, **changes: Any) -> str:
    """Return what the filled DOCX of a paper says, blanks taken out; nothing is set for it."""
    found = judged(name, **changes)
    assert found.form is not None
    filled = fill(found.form, found.record, found.record.office)
    return squeezed("".join(docx_texts(read_package(filled.docx()))))


def told(found: Judged) -> set[str]:
    """Return every clause the findings name."""
    return {clause for finding in found.fate.findings for clause in finding.clauses}


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return re.sub(r"\s", "", text)


def drawn(found: Judged) -> tuple[str, str]:
    """Return everything the finished PDF and the finished DOCX say, properties included, blanks taken out."""
    line = line_of(PAPERS[found.record.id].as_of)
    files = line.draw(found)
    assert files.findings == ()
    pdf = "".join(pdf_pages(files.files["pdf"])) + pdf_properties(files.files["pdf"])
    return squeezed(pdf), squeezed("".join(docx_texts(read_package(files.files["docx"]))))


def stands_in(text: str, values: Iterable[str]) -> bool:
    """Tell whether one of these values stands in a text in any notation."""
    return bool(secrets_of(Value("", "address", value) for value in values).found_in(text))
