"""Run whole inputs along the line: each record's fate is told, one bad item never stops the rest.

The input is cut into units (a chunk of single records, or the papers of one case). One function runs a unit, in this
process or in a pool of them: the same results either way.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date, datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING

from forms.entry import read_input
from forms.issue.files import safe_stem, sweep, write_whole
from forms.issue.line import FORMATS, Line, digest, failure
from validators.disclosure import exposed
from validators.errors import InputError
from validators.model import Finding
from validators.review import Fate, Review, packed, summarise
from validators.text import fold

if TYPE_CHECKING:
    from pathlib import Path

    from forms.entry import Batch
    from validators.judging import Judged, Prepared
    from validators.model import Form, Record

Progress = Callable[[int, int, str], None]

CHUNK = 16  # single records in a unit
CHUNK_OF_CHECK = 64  # where nothing is drawn: what it costs to hand a unit over is felt
POOL_FROM = 64  # records from which a pool of processes pays for its start
_AHEAD = 4  # units in flight for each process: enough to keep it busy, few enough to keep memory flat


def silent(done: int, total: int, what: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input: the file, and the name people know it by."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Work:
    """What a unit is to become: nothing but a verdict, or files in a directory."""

    directory: Path | None = None
    formats: tuple[str, ...] = FORMATS
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A record, what entry found in it, its place in the run, and how many before it bear the same id and form."""

    record: Record
    found: tuple[Finding, ...]
    ordinal: int
    twins: int


def check(
    line: Line,
    sources: Sequence[Source],
    *,
    form: str | None = None,
    progress: Progress = silent,
    jobs: int | None = None,
) -> Review:
    """Judge every record and issue nothing. `jobs`: processes (left out: one a core, when there are records enough)."""
    return _run(line, sources, Work(), form=form, progress=progress, jobs=jobs)


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
) -> Review:
    """Judge every record, write the documents of those that may be issued, and return the review.

    `further` are the marks of copies that are made beside a form's own (写し).

    Files stand in `directory` whole or not at all. `jobs`: processes (left out: one a core). Raises InputError when the
    directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        sweep(directory)
    except OSError as error:
        raise InputError(
            f"出力先「{directory}」を作れません（{error.strerror}）。",
            action="-o に書込みのできるフォルダを指定してください。",
        ) from None
    work = Work(directory, tuple(formats), tuple(further))
    return _run(line, sources, work, form=form, progress=progress, jobs=jobs)


def _run(
    line: Line, sources: Sequence[Source], work: Work, *, form: str | None, progress: Progress, jobs: int | None
) -> Review:
    line = line.for_a_run()
    batches, findings = _open(line, sources, form)
    fates: list[tuple[int, Fate]] = []
    records = ((record, batch.findings_of(record)) for batch in batches for record in batch.iter_records())
    units = _units(records, CHUNK if work.directory else CHUNK_OF_CHECK)
    for results, known in _all_units(line, units, work, jobs or os.cpu_count() or 1):
        fates += results
        progress(len(fates), known, results[-1][1].title if results else "")
    fates.sort(key=lambda pair: pair[0])
    findings += [finding for batch in batches for finding in batch.findings]
    return summarise(
        [fate for _, fate in fates],
        input_findings=findings,
        made_at=datetime.now().isoformat(timespec="seconds"),  # noqa: DTZ005 - local time of Japan
        as_of=line.as_of.isoformat(),
        sources=[source.name for source in sources],
    )


def _open(line: Line, sources: Sequence[Source], form: str | None) -> tuple[list[Batch], list[Finding]]:
    """Open every input; one that cannot be used at all becomes a finding naming it, the others go on."""
    batches, findings = [], []
    for source in sources:
        try:
            batches.append(read_input(source.path, name=source.name, catalogue=line.catalogue, form=form))
        except InputError as error:
            findings.append(Finding("error", (), str(error), cell=source.name, code=error.code))
    return batches, findings


def _units(records: Iterable[tuple[Record, Sequence[Finding]]], size: int) -> Iterator[list[Item]]:
    """Cut the input into units, each of one form: papers of a form drawn in a row take two thirds of the time.

    The papers of a case come together, after the whole input has been read.
    """
    chunks: dict[str, list[Item]] = defaultdict(list)
    cases: dict[str, list[Item]] = defaultdict(list)
    seen: Counter[tuple[str, str]] = Counter()
    for ordinal, (record, found) in enumerate(records, 1):
        key = (safe_stem(record.id), record.form)
        item = Item(record, tuple(found), ordinal, seen[key])
        seen[key] += 1
        if record.case:
            cases[record.case].append(item)
            continue
        chunks[record.form].append(item)
        if len(chunks[record.form]) == size:
            yield chunks.pop(record.form)
    yield from chunks.values()
    yield from cases.values()


def _all_units(
    line: Line, units: Iterator[list[Item]], work: Work, jobs: int
) -> Iterator[tuple[list[tuple[int, Fate]], int]]:
    """Yield each unit's results and the number of records known so far; small inputs run here, large ones in a pool."""
    first, known = [], 0
    for unit in units:
        known += len(unit)
        if jobs == 1:
            yield run_unit(line, unit, work), known
            continue
        first.append(unit)
        if known >= POOL_FROM:
            break
    else:
        for unit in first:
            yield run_unit(line, unit, work), known
        return
    context = get_context("forkserver")
    with ProcessPoolExecutor(jobs, context, _begin, (line.office, line.as_of, line.templates)) as pool:
        running: set[Future[list[tuple[int, Fate]]]] = set()
        for n, unit in enumerate(itertools.chain(first, units)):
            running.add(pool.submit(_run_unit_here, unit, work))
            known += len(unit) if n >= len(first) else 0
            if len(running) >= _AHEAD * jobs:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result(), known
        for future in running:
            yield future.result(), known


_line_here: list[Line] = []


def _begin(office: dict[str, str], as_of: date, templates: Path | None) -> None:
    """Build this process's line."""
    _line_here[:] = [Line(office=office, as_of=as_of, templates=templates).for_a_run()]


def _run_unit_here(unit: list[Item], work: Work) -> list[tuple[int, Fate]]:
    return run_unit(_line_here[0], unit, work)


def run_unit(line: Line, unit: list[Item], work: Work) -> list[tuple[int, Fate]]:
    """Judge the records of a unit (each beside the others of its case) and issue what may be issued."""
    prepared = [line.prepare(item.record, item.found) for item in unit]
    results = []
    for item, paper in zip(unit, prepared, strict=True):
        case = [other for other in prepared if other is not paper] if item.record.case else ()
        judged = line.decide(paper, case)
        if work.directory is None:
            results.append((item.ordinal, judged.fate))
        else:
            results.append((item.ordinal, _issue(line, judged, item, work, work.directory)))
    if work.directory is not None and unit[0].record.case and "pdf" in work.formats:
        _bind(line, prepared, unit, [fate for _, fate in results], work.directory)
    return results


def _issue(line: Line, judged: Judged, item: Item, work: Work, directory: Path) -> Fate:
    from forms.reports.register import values_of  # noqa: PLC0415 - openpyxl is slow to import

    fate = judged.fate
    if fate.verdict != "checked":
        return fate
    written: dict[str, Path] = {}
    try:
        drawn = line.draw(judged, work.formats, copies=True, further=work.further)
        findings = [*fate.findings, *drawn.findings]
        if any(finding.severity == "error" for finding in drawn.findings):
            return replace(fate, verdict="refused", findings=findings)
        for kind, content in drawn.files.items():
            ending, _, mark = kind.partition("-")
            path = directory / f"{_stem(judged, item)}{'-' * bool(mark)}{mark}.{ending}"
            write_whole(path, content)
            written[kind] = path
    except Exception as error:  # noqa: BLE001 - one record's failure is its fate, never the batch's
        for path in written.values():
            path.unlink(missing_ok=True)
        return failure(fate, error)
    return replace(
        fate,
        verdict="issued",
        findings=findings,
        pages=drawn.pages,
        files={kind: path.name for kind, path in written.items()},
        sha256={kind: digest(content) for kind, content in drawn.files.items()},
        values=packed(values_of(judged.form, judged.record)) if judged.form is not None else b"",
    )


def _bind(line: Line, papers: list[Prepared], unit: list[Item], fates: list[Fate], directory: Path) -> None:
    """Bind the papers of a case into one PDF with a bookmark each, and name it in their fates.

    Only when every paper of the case was issued: a volume from which one is missing would look whole. What the respondent
    may come to read is bound apart from what must not reach them.
    """
    stem = _case_stem(papers, unit[0])
    whole = all(fate.verdict == "issued" for fate in fates)
    for inner in (False, True):
        path = directory / f"{stem}{'-内部' * inner}.pdf"
        bound = [fate for fate in fates if whole and exposed(line.catalogue.get(fate.form)) != inner]
        try:
            path.unlink(missing_ok=True)  # of an earlier run
            if len(bound) > 1:
                _write_volume(bound, path)
        except Exception as error:  # noqa: BLE001 - the papers are there; only their volume is not
            told = f"事案の文書を一つにまとめたPDFを作れませんでした（{type(error).__name__}）。文書は一通ずつ発行してあります。"
            for fate in bound:
                fate.findings.append(Finding("info", (), told, form=fate.form, record=fate.record, code="not-bound"))


def _write_volume(fates: list[Fate], path: Path) -> None:
    from forms.finish.finish import merge  # noqa: PLC0415 - drawing packages are slow to import

    names = [fate.files["pdf"] for fate in fates]
    titles = [f"{fate.title}（{name.partition('-' + fate.form)[0]}）" for fate, name in zip(fates, names, strict=True)]
    volume = merge([(path.parent / name).read_bytes() for name in names], titles=titles, title="事案の文書")
    write_whole(path, volume)
    for fate in fates:
        fate.files["case"], fate.sha256["case"] = path.name, digest(volume)


def _case_stem(papers: list[Prepared], first: Item) -> str:
    """Name a case's volume by its number, unless that holds what a file name must not tell; no two cases share a name."""
    case = first.record.case
    if any(paper.form is not None and _tells(case, paper.form, paper.record) for paper in papers):
        return f"case{first.ordinal}"
    safe = safe_stem(case)
    return f"case-{safe}" if safe == case else f"case-{safe}-{digest(case.encode())[:6]}"


def _stem(judged: Judged, item: Item) -> str:
    """Name a document `<record>-<slug>`, without a person's name or address even when the record's id holds one."""
    told = judged.form is not None and _tells(judged.record.id, judged.form, judged.record)
    base = f"record{item.ordinal}" if told else safe_stem(judged.record.id)
    return f"{base}-{judged.record.form}" + (f"-{item.twins + 1}" if item.twins else "")


def _tells(name: str, form: Form, record: Record) -> bool:
    """Tell whether a name holds a personal or protected value of the record."""
    key = fold(name)
    for field_name, field in form.fields.items():
        value = record.data.get(field_name)
        text = value.get("name") if isinstance(value, dict) else value
        if field.sensitivity != "none" and isinstance(text, str) and len(fold(text)) > 1 and fold(text) in key:
            return True
    return False
