"""Run whole inputs along the line: each record's fate is told, one bad item never stops the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from validators.text import fold

from forms.entry import read_input
from forms.files import safe_stem, write_whole
from forms.line import FORMATS, Line, Prepared, digest, failure
from validators.errors import InputError
from validators.model import Finding
from validators.review import Fate, Review, summarise

if TYPE_CHECKING:
    from pathlib import Path

    from forms.entry import Batch
    from forms.line import Judged

Progress = Callable[[int, int, str], None]


def _silent(done: int, total: int, what: str) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input as it was given: a path, or bytes that came another way, with the name people know it by."""

    name: str
    path: Path


def read_sources(
    line: Line, sources: Sequence[Source], *, form: str | None = None
) -> tuple[list[Batch], list[Finding]]:
    """Open every input; one that cannot be used at all becomes a finding naming it, the others go on."""
    batches, findings = [], []
    for source in sources:
        try:
            batch = read_input(source.path, name=source.name, catalogue=line.catalogue, form=form)
        except InputError as error:
            findings.append(
                Finding(
                    severity="error", clauses=(), code=error.code, cell=source.name, message=f"{source.name}: {error}"
                )
            )
            continue
        batches.append(batch)
    return batches, findings


def judge_all(line: Line, batches: Iterable[Batch]) -> Iterator[Judged]:
    """Judge every record; those of a case wait until their whole case has been read."""
    cases: dict[str, list[Prepared]] = defaultdict(list)
    for batch in batches:
        for record in batch.iter_records():
            prepared = line.prepare(record)
            if record.case:
                cases[record.case].append(prepared)
            else:
                yield line.decide(prepared)
    for papers in cases.values():
        for paper in papers:
            yield line.decide(paper, [other for other in papers if other is not paper])


def check(line: Line, sources: Sequence[Source], *, form: str | None = None) -> Review:
    """Judge every record and issue nothing."""
    batches, findings = read_sources(line, sources, form=form)
    fates = [judged.fate for judged in judge_all(line, batches)]
    return _review(line, fates, [*findings, *(f for batch in batches for f in batch.findings)], sources)


def issue(
    line: Line,
    sources: Sequence[Source],
    directory: Path,
    *,
    formats: Sequence[str] = FORMATS,
    form: str | None = None,
    progress: Progress = _silent,
) -> Review:
    """Judge every record, write the documents of those that may be issued, and return the review.

    Files stand in `directory` whole or not at all. Raises InputError when the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"出力先「{directory}」を作れません（{error.strerror}）。",
            action="-o に書込みのできるフォルダを指定してください。",
        ) from None
    batches, findings = read_sources(line, sources, form=form)
    judged = list(judge_all(line, batches))
    names = _Names()
    fates = []
    for done, one in enumerate(judged):
        progress(done, len(judged), f"{one.fate.record} {one.fate.title}")
        fates.append(_issue_one(line, one, directory, names, formats))
    progress(len(judged), len(judged), "終わりました")
    return _review(line, fates, [*findings, *(f for batch in batches for f in batch.findings)], sources)


def _issue_one(line: Line, judged: Judged, directory: Path, names: _Names, formats: Sequence[str]) -> Fate:
    fate = judged.fate
    if fate.verdict != "checked":
        return fate
    written: list[Path] = []
    try:
        drawn = line.draw(judged, formats)
        refused = [finding for finding in drawn.findings if finding.severity == "error"]
        if refused:
            return replace(fate, verdict="refused", findings=[*fate.findings, *drawn.findings])
        stem = names.stem(judged)
        for kind, content in drawn.files.items():
            path = directory / f"{stem}.{kind}"
            write_whole(path, content)
            written.append(path)
    except Exception as error:  # noqa: BLE001 - one record's failure is its fate, never the batch's
        for path in written:
            path.unlink(missing_ok=True)
        return failure(fate, error)
    return replace(
        fate,
        verdict="issued",
        findings=[*fate.findings, *drawn.findings],
        pages=drawn.pages,
        files={path.suffix[1:]: path.name for path in written},
        sha256={kind: digest(content) for kind, content in drawn.files.items()},
    )


class _Names:
    """Give each document of a run its own file name, `<record>-<slug>`, never with a person's name or address in it."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def stem(self, judged: Judged) -> str:
        record = judged.record
        base = "record" if _tells(judged) else safe_stem(record.id)
        stem = f"{base}-{record.form}"
        self._used[stem] += 1
        return stem if self._used[stem] == 1 else f"{stem}-{self._used[stem]}"


def _tells(judged: Judged) -> bool:
    """Tell whether the record's id holds a personal or protected value of the record."""
    if judged.form is None:
        return False
    key = fold(judged.record.id)
    for name, field in judged.form.fields.items():
        value = judged.record.data.get(name)
        text = value.get("name") if isinstance(value, dict) else value
        if field.sensitivity != "none" and isinstance(text, str) and len(fold(text)) > 1 and fold(text) in key:
            return True
    return False


def _review(line: Line, fates: Sequence[Fate], findings: Sequence[Finding], sources: Sequence[Source]) -> Review:
    return summarise(
        fates,
        input_findings=findings,
        made_at=datetime.now().isoformat(timespec="seconds"),  # noqa: DTZ005 - local time of Japan
        as_of=line.as_of.isoformat(),
        sources=[source.name for source in sources],
    )
