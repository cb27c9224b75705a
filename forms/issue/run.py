"""Run whole inputs: judge them, or issue their papers into a folder. Each record's fate is told; one bad item stops no other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from forms.issue.issuing import issue as issue_units
from forms.issue.issuing import judge, silent
from forms.issue.line import FORMATS
from forms.issue.passing import stopped
from forms.issue.sink import Wanted
from forms.issue.units import Inputs, Source, cut
from validators.model import Finding
from validators.review import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forms.issue.issuing import Progress
    from forms.issue.line import Line
    from forms.issue.sink import Keeper, Sink
    from validators.review import Fate, Review

__all__ = ["Source", "check", "issue", "issue_into", "review_of"]

CHUNK = 16  # single records in a unit
CHUNK_OF_CHECK = 64  # where nothing is drawn: what it costs to hand a unit over is felt


def check(
    line: Line,
    sources: Sequence[Source],
    *,
    form: str | None = None,
    progress: Progress = silent,
    jobs: int | None = None,
) -> Review:
    """Judge every record and issue nothing. `jobs`: processes (left out: one a core, when there are records enough)."""
    inputs = Inputs(sources, line.catalogue, form)
    fates = judge(line, cut(inputs.records(), CHUNK_OF_CHECK), jobs=_jobs(jobs), progress=progress, ended=inputs.skim)
    return review_of(line, [source.name for source in sources], inputs.findings, fates)


def issue(
    line: Line,
    sources: Sequence[Source],
    directory: Path,
    *,
    formats: Sequence[str] = FORMATS,
    further: Sequence[str] = (),
    form: str | None = None,
    progress: Progress = silent,
    jobs: int | None = None,
    reports: Path | None = None,
) -> Review:
    """Judge every record, write the documents of those that may be issued into a folder, and return the review.

    `further` are the marks of copies that are made beside a form's own (写し), `reports` the folder for register and review.
    Files stand whole or not at all. `jobs`: processes (left out: one a core). Raises InputError when the folder cannot be
    made, or another run is using it.
    """
    from forms.issue.folder import FolderSink  # noqa: PLC0415 - a check needs none of it

    wanted = Wanted(tuple(formats), further=tuple(further))
    sink = FolderSink(directory, line.rules, wanted, reports, [source.path for source in sources])
    return issue_into(line, sources, sink, form=form, progress=progress, jobs=jobs)


def issue_into(
    line: Line,
    sources: Sequence[Source],
    sink: Sink | Keeper,
    *,
    form: str | None = None,
    progress: Progress = silent,
    jobs: int | None = None,
) -> Review:
    """Judge every record, put the documents of those that may be issued into a sink, and return the review."""
    with sink:
        inputs = Inputs(sources, line.catalogue, form)
        units = cut(inputs.records(), CHUNK)
        fates = issue_units(line, units, sink, jobs=_jobs(jobs), progress=progress, ended=inputs.skim)
        return sink.close(review_of(line, [source.name for source in sources], inputs.findings, fates))


def _jobs(asked: int | None) -> int:
    return asked or os.cpu_count() or 1


def review_of(line: Line, sources: Sequence[str], found: Sequence[Finding], fates: Sequence[Fate]) -> Review:
    """Return the review of a run: its inputs by name, what was found of them, what became of every record."""
    return summarise(
        fates,
        input_findings=[*found, *stopped(fates), *_wishes(line, fates)],
        cite=line.rules.clauses.citation,
        made_at=line.rules.now().isoformat(timespec="seconds"),
        as_of=line.as_of.isoformat(),
        sources=sources,
    )


def _wishes(line: Line, fates: Sequence[Fate]) -> list[Finding]:
    """Return what an office has not settled for all its papers, each provision once however many records there are."""
    wished = dict.fromkeys(clause for fate in fates for clause in fate.wishes)
    clauses = [line.rules.clauses.get(each) for each in wished]
    return [
        Finding(
            "info", (each.id,), each.clerk, supervisor=each.supervisor, citation=each.citation, code="office-unsettled"
        )
        for each in clauses
    ]
