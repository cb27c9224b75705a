"""What of an input is not judged, and is told instead: what follows a long run of refused records, a case without end.

What it costs to judge an input that cannot be issued is bounded so, and what is told of it stays whole: every record has its fate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.entry.reading import limits
from forms.issue.units import weight
from validators.model import Finding
from validators.paths import cell_of
from validators.review import Fate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from forms.issue.line import Line
    from forms.issue.units import Item, Unit

    Told = tuple[int, Fate]  # a record's place in the run, and what became of it
    Note = Callable[[Unit, Sequence[Fate]], None]
    Ended = Callable[[str], None]

NOT_JUDGED = "not-judged"
_HOPELESS = 0.9  # of a run of records: the file is wrong as a whole, as with a shifted column


def nobody(_source: str) -> None:
    """Take no notice."""


@dataclass(slots=True)
class _RecordRun:
    """A run of records of one input, in the order they are handed over: as many as the limit."""

    source: str
    number: int
    waiting: int = 0  # units of which nothing is known yet
    judged: int = 0
    refused: int = 0
    full: bool = False


class Passing:
    """Stand between the units and those who judge them."""

    def __init__(self, line: Line, note: Note, ended: Ended = nobody) -> None:
        """`note` is told of what is passed over as of what is judged, `ended` of an input that is judged no further."""
        self.told: list[Told] = []
        self._line = line
        self.note = note
        self._ended = ended
        self._most = limits.most("REFUSED")
        self._handed: Counter[str] = Counter()
        self._runs: defaultdict[str, list[_RecordRun]] = defaultdict(list)
        self._run_of: dict[int, _RecordRun] = {}  # by a record's place in the run
        self._closed: dict[str, _RecordRun] = {}

    def units(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """Hand on the units that are to be judged; the fates of the others go to `told`."""
        for unit in units:
            if unit.case and len(unit.items) > limits.most("PAPERS"):
                self._pass_over(unit, self._endless)
            elif all(item.record.source in self._closed for item in unit.items):
                self._pass_over(unit, self._stopped)
            else:
                for item in unit.items:
                    self._enter(item)
                for run in self._runs_of(unit):
                    run.waiting += 1
                yield unit

    def judged(self, unit: Unit, told: Sequence[Told]) -> None:
        """Take notice of what became of a unit; ends the judging of its input after a run of refused records."""
        mine = self._runs_of(unit)
        for run in mine:
            run.waiting -= 1
        for ordinal, fate in told:
            run = self._run_of[ordinal]
            run.judged += 1
            run.refused += fate.verdict == "refused"
        for run in mine:
            earlier = self._closed.get(run.source)
            hopeless = run.full and not run.waiting and run.refused >= _HOPELESS * run.judged
            if hopeless and (earlier is None or run.number < earlier.number):
                self._closed[run.source] = run
                self._ended(run.source)

    def settled(self, told: Iterable[Told]) -> Iterator[Told]:
        """Yield all fates, in any order: what was judged beyond the end only because it had been handed over stands as not judged."""
        for ordinal, fate in told:
            run = self._run_of[ordinal]
            end = self._closed.get(run.source)
            beyond = end is not None and run.number > end.number and fate.verdict in {"refused", "waiting", "checked"}
            yield ordinal, (_put_back(fate) if beyond else fate)
        yield from self.told

    def _runs_of(self, unit: Unit) -> list[_RecordRun]:
        return list({id(run): run for run in (self._run_of[item.ordinal] for item in unit.items)}.values())

    def _enter(self, item: Item) -> None:
        source = item.record.source
        runs = self._runs[source]
        if not runs or runs[-1].full:
            runs.append(_RecordRun(source, len(runs)))
        self._handed[source] += weight(item.record)
        runs[-1].full = self._handed[source] >= self._most * len(runs)
        self._run_of[item.ordinal] = runs[-1]

    def _pass_over(self, unit: Unit, finding: Callable[[Item], Finding]) -> None:
        fates = [self._line.unjudged(item.record, [finding(item)]) for item in unit.items]
        self.note(unit, fates)
        self.told += zip((item.ordinal for item in unit.items), fates, strict=True)

    def _endless(self, item: Item) -> Finding:
        message = limits.told("PAPERS", item.record.case)
        return _unjudged(
            item.record.form, item.record.id, message, code="too-many-papers", path="case", cells=item.record.cells
        )

    def _stopped(self, item: Item) -> Finding:
        return _unjudged(item.record.form, item.record.id, _WHY)


_WHY = (
    "この記載データは、まだ点検していません。同じ入力の、これより前の記載データがほとんど発行できなかったため、途中で止めました。"
    "先にそれらを直し、もう一度お送りください。"
)


def _put_back(fate: Fate) -> Fate:
    """Return what becomes of a record that is passed over, of one that was judged."""
    unjudged = [_unjudged(fate.form, fate.record, _WHY)]
    return Fate(fate.record, fate.form, fate.title, "refused", unjudged, case=fate.case, source=fate.source)


def stopped(fates: Iterable[Fate]) -> list[Finding]:
    """Return for each input that was not judged to its end one finding: how many records, why, the setting."""
    left = Counter(fate.source for fate in fates if any(found.code == NOT_JUDGED for found in fate.findings))
    return [
        Finding(
            "error",
            (),
            f"残りの{count:,}件は点検していません。{limits.told('REFUSED')}",
            cell=source,
            code="judging-stopped",
        )
        for source, count in left.items()
    ]


def _unjudged(
    form: str,
    record: str,
    message: str,
    *,
    code: str = NOT_JUDGED,
    path: str = "",
    cells: Mapping[str, str] | None = None,
) -> Finding:
    return Finding(
        "error",
        (),
        message,
        supervisor="点検していないため、発行しません。",
        form=form,
        record=record,
        path=path,
        label="事案番号" if path else "",
        cell=cell_of(cells or {}, path),
        code=code,
    )
