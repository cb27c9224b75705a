"""Issue into a place that gives numbers and keeps papers in transactions: any process draws, the one that owns the run keeps.

Such a sink speaks twice: `facts` before drawing (by what name the paper is known, which number is presumed for it), `keep`
after. All records are judged first, so that those that may not be issued use no number; the others are handed out, and taken
back, in the order of their rows. What was drawn with a number that is no longer the next is drawn again. A place that answers no
more ends the run (PlaceLostError): the records that are left have no fate yet.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from forms.issue.issuing import issue_unit, judge, silent
from forms.issue.line import failure
from forms.issue.passing import nobody
from forms.issue.pool import POOL_FROM
from forms.issue.sink import DrawnUnit, MemorySink
from forms.issue.units import Unit, weight
from validators.errors import PlaceLostError, YoshikiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forms.issue.issuing import Progress
    from forms.issue.line import Line
    from forms.issue.passing import Ended
    from forms.issue.sink import Keeper, Wanted
    from forms.issue.units import Item
    from validators.review import Fate

CHUNK = 16  # records of a unit, by weight
_TRIES = 3  # of a unit whose number others took


class NumberTakenError(YoshikiError):
    """Others took the number of a paper again and again while it was drawn."""

    code = "number-taken"
    http_status = 503


def issue_kept(
    line: Line,
    units: Iterable[Unit],
    keeper: Keeper,
    *,
    jobs: int = 1,
    progress: Progress = silent,
    ended: Ended = nobody,
) -> list[Fate]:
    """Judge every record, keep the papers of those that may be issued, and return the fates in their order."""
    asked: list[Unit] = []
    told: dict[int, Fate] = {}
    stated = _stated(units, keeper, asked, told)
    judged = judge(line, stated, jobs=jobs, progress=progress, ended=ended)
    fates = dict(zip(sorted(item.ordinal for unit in asked for item in unit.items), judged, strict=True))
    going: list[Unit] = []
    for unit in asked:
        mine = keeper.leave(unit, [fates[item.ordinal] for item in unit.items])
        told |= {item.ordinal: fate for item, fate in zip(unit.items, mine, strict=True)}
        if go := _only(unit, [item for item in unit.items if told[item.ordinal].verdict == "checked"]):
            going.append(go)
    rows = _Rows(line, deque(in_rows(going)), keeper, told, progress)
    rows.run(jobs)
    for unit in asked:
        keeper.note(unit, [told[item.ordinal] for item in unit.items])
    return [told[ordinal] for ordinal in sorted(told)]


def _stated(units: Iterable[Unit], keeper: Keeper, asked: list[Unit], told: dict[int, Fate]) -> Iterator[Unit]:
    """Hand on what is to be judged, with its facts; what was answered before goes to `told`, the rest to `asked`."""
    for unit in units:
        known = keeper.answered(unit)
        told |= known
        if known:
            keeper.note(_only(unit, [i for i in unit.items if i.ordinal in known]) or unit, list(known.values()))
        if rest := _only(unit, [item for item in unit.items if item.ordinal not in known]):
            asked.append(rest)
            yield keeper.facts(rest, drawing=False)


def _only(unit: Unit, items: Sequence[Item]) -> Unit | None:
    """Return a unit of some of its items, the others beside them where they are of one case; None without any."""
    if len(items) == len(unit.items):
        return unit
    others = tuple(item.record for item in unit.items if item not in items) if unit.case else ()
    return Unit(tuple(items), unit.case, (*unit.beside, *others)) if items else None


def in_rows(units: Iterable[Unit]) -> Iterator[Unit]:
    """Cut units anew by the order of their rows, whatever the forms: numbers follow it. A case stays whole, at its first row."""
    parts = [part for unit in units for part in ([unit] if unit.case else [Unit((item,)) for item in unit.items])]
    chunk: list[Item] = []
    heavy = 0
    for part in sorted(parts, key=lambda part: part.items[0].ordinal):
        if chunk and (part.case or heavy >= CHUNK):
            yield Unit(tuple(chunk))
            chunk, heavy = [], 0
        if part.case:
            yield part
        else:
            chunk += part.items
            heavy += weight(part.items[0].record)
    if chunk:
        yield Unit(tuple(chunk))


def draw_unit(line: Line, unit: Unit, *, wanted: Wanted) -> DrawnUnit:
    """Judge and draw the papers of a unit, and keep them nowhere."""
    sink = MemorySink(wanted)
    return DrawnUnit(issue_unit(line, unit, tray=sink), sink.papers)


@dataclass(slots=True)
class _Out:
    """A unit that was handed out: as it was asked for, as it was stated, and what came back."""

    asked: Unit
    stated: Unit
    drawn: DrawnUnit | None = None


class _Rows:
    """Hand units out in their order, as often as is asked, and take them back in their order."""

    def __init__(
        self, line: Line, waiting: deque[Unit], keeper: Keeper, told: dict[int, Fate], progress: Progress
    ) -> None:
        self._line, self._waiting, self._keeper, self._told, self._progress = line, waiting, keeper, told, progress
        self._out: dict[int, _Out] = {}  # by the stated unit's identity, in the order of rows
        self._tries = 0
        self._all = sum(len(unit.items) for unit in waiting)
        self._done = 0

    def run(self, jobs: int) -> None:
        """Draw all, here or in processes, and keep it."""
        task = partial(draw_unit, wanted=self._keeper.wanted)
        if jobs > 1 and self._all >= POOL_FROM:
            from forms.issue.processes import in_processes  # noqa: PLC0415 - few records need none

            for unit, drawn in in_processes(self._line, self, task, jobs):
                self.take(unit, drawn if isinstance(drawn, DrawnUnit) else DrawnUnit(drawn))
        else:
            line = self._line.for_a_run()
            for unit in self:
                self.take(unit, task(line, unit))

    def __iter__(self) -> Iterator[Unit]:
        return self

    def __next__(self) -> Unit:
        """Return the next unit with its facts; StopIteration only says that nothing is to be had now."""
        while self._waiting and not (self._out and self._keeper.tired()):
            if not self._out:
                self._keeper.rest()
            asked = self._waiting.popleft()
            try:
                stated = self._keeper.facts(asked, drawing=True)
            except PlaceLostError:
                raise
            except Exception as error:  # noqa: BLE001 - one unit's failure is its fate, never the batch's
                unjudged = [self._line.unjudged(item.record, item.found) for item in asked.items]
                self._tell(asked, [failure(fate, error) for fate in unjudged])
            else:
                self._out[id(stated)] = _Out(asked, stated)
                return stated
        raise StopIteration

    def take(self, unit: Unit, drawn: DrawnUnit) -> None:
        """Take back what was drawn, and keep whatever is first in the order of rows by now."""
        if id(unit) not in self._out:  # it was handed out anew meanwhile, with other facts
            return
        self._out[id(unit)].drawn = drawn
        while self._out and (first := next(iter(self._out.values()))).drawn is not None:
            if not self._settled(first, first.drawn):
                break

    def _settled(self, out: _Out, drawn: DrawnUnit) -> bool:
        """Keep a unit; False where it, or what is left of it, and all behind it is to be drawn again."""
        fates = [fate for _, fate in drawn.told]
        issued = [item for item, fate in zip(out.asked.items, fates, strict=True) if fate.verdict == "issued"]
        if len(issued) < len(fates):  # refused by the final read, or failed: the numbers behind it move up
            others = [(i, f) for i, f in zip(out.asked.items, fates, strict=True) if f.verdict != "issued"]
            unit = Unit(tuple(item for item, _ in others), out.asked.case)
            self._tell(unit, self._keeper.leave(unit, [fate for _, fate in others]))
            self._again(_only(out.asked, issued))
            return False
        try:
            kept = self._keeper.keep(out.stated, drawn)
        except PlaceLostError:
            raise
        except Exception as error:  # noqa: BLE001 - one unit's failure is its fate, never the batch's
            kept = [failure(fate, error) for fate in fates]
            self._tell(out.asked, kept)
            self._again(None)
            return False
        if kept is not None:
            self._tries = 0
            del self._out[id(out.stated)]
            self._tell(out.asked, kept)
            return True
        self._tries += 1
        if self._tries < _TRIES:
            self._again(out.asked)
            return False
        busy = NumberTakenError(
            "ほかの処理と番号の取り合いが続いたため、発行しませんでした。",
            action="少し待ってから、もう一度お試しください。",
        )
        self._tries = 0
        self._tell(out.asked, [failure(fate, busy) for fate in fates])
        self._again(None)
        return False

    def _tell(self, unit: Unit, fates: Sequence[Fate]) -> None:
        self._told |= {item.ordinal: fate for item, fate in zip(unit.items, fates, strict=True)}
        self._done += len(fates)
        self._progress(self._done, self._all, fates[-1].title if fates else "")

    def _again(self, first: Unit | None) -> None:
        """Put everything that is out back in front, `first` in the place of the first: what comes back of it is nobody's."""
        _, *behind = self._out.values()
        self._waiting.extendleft(reversed([*([first] if first else []), *(out.asked for out in behind)]))
        self._out.clear()
