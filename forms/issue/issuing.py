"""`issue(line, units, sink)`: the only way a paper comes to be, and the one place where the final read's word is weighed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from forms.issue.files import digest
from forms.issue.line import failure
from forms.issue.names import volume_name
from forms.issue.passing import Passing, nobody
from forms.issue.pool import run_units
from forms.issue.sink import Keeper
from validators.disclosure import collect, exposed
from validators.errors import YoshikiError
from validators.judging import Judged, Prepared, verdict_on
from validators.model import Finding
from validators.review import Fate, packed
from validators.statutes import confirm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forms.issue.line import Drawn, Line
    from forms.issue.passing import Ended, Told
    from forms.issue.pool import Task
    from forms.issue.sink import Kept, Sink, Tray
    from forms.issue.units import Item, Unit
    from validators.model import Record
    from validators.secrecy import Secrets

Progress = Callable[[int, int, str], None]


def silent(done: int, total: int, what: str) -> None:
    """Show no progress."""


def issue(
    line: Line,
    units: Iterable[Unit],
    sink: Sink | Keeper,
    *,
    jobs: int = 1,
    progress: Progress = silent,
    ended: Ended = nobody,
) -> list[Fate]:
    """Judge every record, put the papers of those that may be issued into the sink, and return the fates in their order.

    `ended` is told the name of an input that is judged no further. A sink that gives numbers keeps by itself (keeping.py).
    """
    if isinstance(sink, Keeper):
        from forms.issue.keeping import issue_kept  # noqa: PLC0415 - it is built upon this module

        return issue_kept(line, units, sink, jobs=jobs, progress=progress, ended=ended)
    passing = Passing(line, sink.note, ended)
    return _run(line.for_a_run(), units, partial(issue_unit, tray=sink.tray), jobs, progress, passing)


def judge(
    line: Line, units: Iterable[Unit], *, jobs: int = 1, progress: Progress = silent, ended: Ended = nobody
) -> list[Fate]:
    """Judge every record and issue nothing; the fates in the order of the records."""
    return _run(line, units, judge_unit, jobs, progress, Passing(line, lambda _unit, _fates: None, ended))


def _run(  # noqa: PLR0917 - the parts of a run
    line: Line, units: Iterable[Unit], task: Task, jobs: int, progress: Progress, passing: Passing
) -> list[Fate]:
    told: list[Told] = []
    with closing(run_units(line, passing.units(units), task, jobs)) as results:
        for unit, fates, known in results:
            passing.note(unit, [fate for _, fate in fates])
            passing.judged(unit, fates)
            told += fates
            over = len(passing.told)
            progress(len(told) + over, known + over, fates[-1][1].title if fates else "")
    return [fate for _, fate in sorted(passing.settled(told), key=lambda pair: pair[0])]


# ---- one unit -----------------------------------------------------------------------------------------------------


def judge_unit(line: Line, unit: Unit) -> list[Told]:
    """Judge the records of a unit, each beside the others of its case."""
    return [(item.ordinal, judged.fate) for item, judged in _judged(line, unit)]


def issue_unit(line: Line, unit: Unit, *, tray: Tray) -> list[Told]:
    """Judge the records of a unit and put away what may be issued; the papers of a whole case are bound too."""
    told, pdfs = [], []
    judged_items = _judged(line, unit)
    with tray.unit(unit) as kept:
        for item, judged in judged_items:
            fate, pdf = _issue(line, judged, item, tray, kept)
            told.append((item.ordinal, fate))
            pdfs.append(pdf)
        if unit.case and not unit.beside and tray.wanted.volume and "pdf" in tray.wanted.formats:
            _bind([judged for _, judged in judged_items], [fate for _, fate in told], pdfs, unit.items[0].ordinal, kept)
    return told


def _judged(line: Line, unit: Unit) -> list[tuple[Item, Judged]]:
    prepared = [_prepare(line, item.record, item.found) for item in unit.items]
    beside = [_prepare(line, record, ()) for record in unit.beside]

    def case_of(paper: Prepared) -> list[Prepared]:
        return [other for other in (*prepared, *beside) if other is not paper] if unit.case else []

    return [
        (item, _decide(line, paper, case_of(paper), unit)) for item, paper in zip(unit.items, prepared, strict=True)
    ]


def _prepare(line: Line, record: Record, found: Sequence[Finding]) -> Prepared:
    try:
        return line.prepare(record, found)
    except Exception as error:  # noqa: BLE001 - one record's failure is its fate, never the batch's
        return Prepared(record, None, failure(line.unjudged(record, found), error).findings)


def _decide(line: Line, paper: Prepared, case: Sequence[Prepared], unit: Unit) -> Judged:
    try:
        return line.decide(paper, case, hidden=unit.hidden)
    except Exception as error:  # noqa: BLE001 - as above
        return Judged(paper.record, None, failure(line.unjudged(paper.record, paper.findings), error), collect(()))


def _issue(line: Line, judged: Judged, item: Item, tray: Tray, kept: Kept) -> tuple[Fate, bytes]:
    """Return the fate of a record, and its PDF where it was issued."""
    from forms.reports.register import values_of  # noqa: PLC0415 - openpyxl is slow to import

    fate = judged.fate
    if fate.verdict != "checked":
        return fate, b""
    wanted = tray.wanted
    try:
        drawn = line.draw(judged, wanted.formats, copies=wanted.copies, further=wanted.further)
        fate = concluded(judged, drawn)
        if fate.verdict != "issued":
            return fate, b""
        if judged.form is not None:
            fate = replace(fate, values=packed(values_of(judged.form, judged.record)))
        return kept.put(item, judged, fate, drawn.files), drawn.files.get("pdf", b"")
    except Exception as error:  # noqa: BLE001 - one record's failure is its fate, never the batch's
        return failure(fate, error), b""


def concluded(judged: Judged, drawn: Drawn) -> Fate:
    """Return the fate of a record that was drawn: what the final read refuses is refused, and so for every door."""
    findings = [*judged.fate.findings, *confirm(drawn.findings, judged.record)]
    verdict = verdict_on(findings)
    return replace(
        judged.fate,
        verdict="issued" if verdict == "checked" else verdict,
        findings=findings,
        pages=drawn.pages if verdict == "checked" else 0,
    )


def _bind(papers: list[Judged], fates: list[Fate], pdfs: list[bytes], ordinal: int, kept: Kept) -> None:
    """Bind the papers of a case into one PDF with a bookmark each, and name it in their fates.

    Only when every paper of the case was issued: a volume from which one is missing would look whole. What the respondent
    may come to read is bound apart from what must not reach them.
    """
    if any(fate.verdict != "issued" for fate in fates):
        return
    for inner in (False, True):
        bound = [
            (fate, pdf)
            for paper, fate, pdf in zip(papers, fates, pdfs, strict=True)
            if paper.form is not None and not paper.form.alone and exposed(paper.form, paper.record) != inner
        ]
        if len(bound) < 2:  # noqa: PLR2004 - one paper is no volume
            continue
        try:
            name = volume_name(((paper.form, paper.record) for paper in papers), ordinal, inner=inner)
            kept_secret = [] if inner else [(each.form, each.record) for each in papers if each.form is not None]
            _bind_into(name, bound, kept, collect(kept_secret))
        except Exception as error:  # noqa: BLE001 - the papers are there; only their volume is not
            why = error.message if isinstance(error, YoshikiError) else type(error).__name__
            told = f"事案の文書を一つにまとめたPDFを作れませんでした（{why}）。文書は一通ずつ発行してあります。"
            for fate, _ in bound:
                fate.findings.append(Finding("info", (), told, form=fate.form, record=fate.record, code="not-bound"))


def _bind_into(name: str, bound: list[tuple[Fate, bytes]], kept: Kept, hidden: Secrets) -> None:
    """Bind, read the volume back and keep it; one in which a protected value stands is not kept."""
    from forms.finish.final_read import read_volume  # noqa: PLC0415
    from forms.finish.rewriting import merge  # noqa: PLC0415 - drawing packages are slow to import

    titles = [f"{fate.title}（{fate.files['pdf'].partition('-' + fate.form)[0]}）" for fate, _ in bound]
    volume = merge([pdf for _, pdf in bound], titles=titles, title="事案の文書")
    if told := read_volume(volume, hidden) if hidden else []:
        labels = "」「".join(dict.fromkeys(found.label for found in told))
        raise YoshikiError(f"相手方に知られてはならない「{labels}」が現れます")
    kept_as = kept.bind(name, volume)
    for fate, _ in bound:
        fate.files["case"], fate.sha256["case"] = kept_as, digest(volume)
