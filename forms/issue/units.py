"""Cut inputs into units: a chunk of single records of one form, or all the papers of one case."""

from __future__ import annotations

import logging
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.entry import read_input
from forms.issue.names import place_key
from validators.errors import InputError
from validators.model import Finding
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from forms.entry import Batch
    from validators.definitions.catalogue import Catalogue
    from validators.disclosure import PaperSecrets
    from validators.model import Record

log = logging.getLogger("yoshiki.units")

ITEMS_OF_A_RECORD = 8  # items of lists that cost as much as a record


@dataclass(frozen=True, slots=True)
class Source:
    """One input: the file, and the name people know it by."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Item:
    """A record, what entry found in it, its place in the run, and how many before it bear the same id and form."""

    record: Record
    found: tuple[Finding, ...] = ()
    ordinal: int = 1
    twins: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """Records that are judged and issued together. `beside` are other papers of their case: weighed, not issued here.

    `hidden`: what their case keeps secret besides, and what the respondent knows of it.
    """

    items: tuple[Item, ...]
    case: str = ""  # the key of the case (validators.text.case_key)
    beside: tuple[Record, ...] = ()
    hidden: PaperSecrets = ((), ())


class Inputs:
    """Several inputs read as one: one that cannot be used, at its opening or midway, becomes a finding; the others go on."""

    def __init__(self, sources: Sequence[Source], catalogue: Catalogue, form: str | None) -> None:
        """Open every input."""
        self.findings: list[Finding] = []
        self._batches: list[tuple[Source, Batch]] = []
        for source in sources:
            try:
                batch = read_input(source.path, name=source.name, catalogue=catalogue, form=form)
            except Exception as error:  # noqa: BLE001 - one part that cannot be read never ends the run
                self.findings.append(_unreadable(source, error))
            else:
                self._batches.append((source, batch))

    def records(self) -> Iterator[tuple[Record, Sequence[Finding]]]:
        """Yield every record with what reading found in it; `findings` are complete at the end."""
        for source, batch in self._batches:
            try:
                for record in batch.iter_records():
                    yield record, batch.findings_of(record)
                self.findings += batch.findings
            except Exception as error:  # noqa: BLE001 - as above
                self.findings.append(_unreadable(source, error))

    def skim(self, name: str) -> None:
        """Read no values of an input of which nothing further is judged; where it is one of several, cases may hang on it."""
        for source, batch in self._batches if len(self._batches) == 1 else ():
            if source.name == name:
                batch.skim()


def _unreadable(source: Source, error: Exception) -> Finding:
    if isinstance(error, InputError):
        message = f"{error.message}\n{error.action}" if error.action else error.message
        return Finding("error", (), message, cell=source.name, code=error.code)
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    log.error("input: %s at %s", type(error).__name__, f"{place.filename}:{place.lineno}" if place else "?")
    told = f"{source.name}: 読み取りの途中で誤りが起きました（{type(error).__name__}）。保存し直して、もう一度お試しください。"
    return Finding("error", (), told, cell=source.name, code="unusable-input")


def weight(record: Record) -> int:
    """Return how many records one counts as: what judging it costs grows with the items of its lists."""
    return 1 + sum(len(value) for value in record.data.values() if isinstance(value, list)) // ITEMS_OF_A_RECORD


def cut(records: Iterable[tuple[Record, Sequence[Finding]]], size: int) -> Iterator[Unit]:
    """Cut records into units, each of one form: papers of a form drawn in a row take two thirds of the time.

    `size` is the weight of a unit: a record with long lists counts as several. The papers of a case come together, after the whole input has been read.
    """
    chunks: dict[str, list[Item]] = defaultdict(list)
    weights: Counter[str] = Counter()
    cases: dict[str, list[Item]] = defaultdict(list)
    seen: Counter[tuple[str, str]] = Counter()
    for ordinal, (record, found) in enumerate(records, 1):
        key = place_key(record.id, record.form)
        item = Item(record, tuple(found), ordinal, seen[key])
        seen[key] += 1
        if case := case_key(record.case):
            cases[case].append(item)
            continue
        chunks[record.form].append(item)
        weights[record.form] += weight(record)
        if weights[record.form] >= size:
            weights[record.form] = 0
            yield Unit(tuple(chunks.pop(record.form)))
    yield from (Unit(tuple(items)) for items in chunks.values())
    yield from (Unit(tuple(items), case) for case, items in cases.items())
