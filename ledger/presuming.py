"""What a paper is drawn with: its ref, and the number that is next when the rows before it have theirs.

A number is the ledger's to give. What a record holds in its place is kept only where that number was taken over as given by hand
(and no paper has it yet), or where another body gave it; else the ledger's takes its place, and that is told.

The turn of a series is held while papers are out (for some seconds, then others have it), and given back when nothing is. A turn
is a courtesy: whoever is passed over finds in the issuing transaction that the number is gone, and draws again.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ledger.belonging import CLOSED, REOPEN
from ledger.case_marks import case_of, papers_of
from ledger.case_secrets import secrets_of_case
from ledger.cases import case_of as kept_case
from ledger.faults import passing
from ledger.issue import PresumedNumber
from ledger.issuers import own_office
from ledger.numbers import held_from, next_free, presumed, series_of, waits
from ledger.papers import PaperStateError
from ledger.types import new_ref
from validators.errors import YoshikiError
from validators.model import field_named
from validators.normalise import written_day
from validators.numbering import numbering_of
from validators.stored import day_of
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from forms.issue.line import Line
    from forms.issue.units import Item, Unit
    from ledger.engine import Ledger
    from ledger.issue import CaseMark
    from ledger.numbers import Series
    from ledger.types import Actor
    from validators.disclosure import PaperSecrets
    from validators.model import Field, Record
    from validators.numbering import Numbered

_TURN = 3.0  # seconds that papers are handed out for before others may have the series


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What one paper is drawn with. `written`: its number as it is printed; `replaced`: the record held another."""

    office_id: int
    number: PresumedNumber | None = None
    written: str = ""
    replaced: bool = False
    case: CaseMark | None = None


@dataclass(frozen=True, slots=True)
class _NumberBox:
    """The item of a paper's own number, the series it is of, and what the record holds there already."""

    name: str
    series: Series
    typed: str
    elsewhere: bool  # what was typed is another body's number


@dataclass(slots=True)
class Presumptions:
    """The offices and series of one run, and what its papers were stated to be drawn with, by their refs."""

    ledger: Ledger
    line: Line
    actor: Actor
    stated: dict[str, PaperFacts] = field(default_factory=dict)
    _offices: dict[str, int] = field(default_factory=dict)
    _series: dict[tuple[int, str, str], Series] = field(default_factory=dict)
    _claimed: dict[tuple[int, int], int] = field(default_factory=dict)  # (series, number by hand) → its record's place
    _ahead: dict[int, int] = field(default_factory=dict)  # series → the number for the next paper that is handed out
    _held: dict[int, frozenset[int]] = field(default_factory=dict)  # series → what was given by hand further on
    _turns: ExitStack = field(default_factory=ExitStack)
    _since: float = 0.0

    def facts(self, unit: Unit, refs: Mapping[int, str], *, drawing: bool) -> Unit:
        """Return the unit with refs and numbers in its records, in the order of its rows; `refs` are of drafts, by place."""
        boxes = [self._box(item.record) for item in unit.items]
        if drawing:
            self._take_turns({box.series.id for box in boxes if box and not box.elsewhere})
        with self.ledger.read() as connection:
            items = []
            for item, box in zip(unit.items, boxes, strict=True):
                record = deepcopy(item.record)
                record.ref = refs.get(item.ordinal) or new_ref()
                items.append(replace(item, record=record))
                self._state(connection, items[-1], box, drawing=drawing)
            beside, hidden = self._beside(connection, unit)
        if drawing:
            passing("issue.drawing")
        return replace(unit, items=tuple(items), beside=(*unit.beside, *beside), hidden=hidden)

    def _state(self, connection: Connection, item: Item, box: _NumberBox | None, *, drawing: bool) -> None:
        """Write a paper's number into its record, and remember what it is drawn with; for judging any number will do."""
        record, number, written, replaced = item.record, None, "", False
        if (box is not None and box.elsewhere) or (
            box is not None and (number := self._by_hand(connection, item.ordinal, box)) is not None
        ):
            written = box.typed
        elif box is not None:
            n = self._ahead[box.series.id] if drawing else box.series.next
            written = record.data[box.name] = box.series.written(n)
            replaced = bool(box.typed) and box.typed != written
            if drawing:
                self._ahead[box.series.id] = next_free(self._held[box.series.id], n)
                number = PresumedNumber(box.series.id, n)
        if drawing:
            office = self.office_of(record)
            case = case_of(connection, office, record.case)
            if case is not None and case.state == "closed":  # since it was asked; what is closed stays as it is
                raise PaperStateError(CLOSED, action=REOPEN)
            self.stated[record.ref] = PaperFacts(office, number, written, replaced, case)

    def _by_hand(self, connection: Connection, ordinal: int, box: _NumberBox) -> PresumedNumber | None:
        """Return the number that a record holds, where it was taken over as given by hand and waits for its paper."""
        n = box.series.read(box.typed) if box.typed else None
        if n is None or not waits(connection, box.series.id, n):
            return None
        mine = self._claimed.setdefault((box.series.id, n), ordinal) == ordinal
        return PresumedNumber(box.series.id, n, by_hand=True) if mine else None

    def _beside(self, connection: Connection, unit: Unit) -> tuple[list[Record], PaperSecrets]:
        """Return the standing papers of the case, which are weighed beside these, and what the case itself keeps secret."""
        record = unit.items[0].record
        mark = case_of(connection, self.office_of(record), record.case) if unit.case else None
        if mark is None:
            return [], ((), ())
        hidden = secrets_of_case(connection, self.ledger, self.line.rules, kept_case(connection, self.ledger, mark.id))
        return papers_of(connection, self.ledger, mark), hidden

    def office_of(self, record: Record) -> int:
        """Return the row of the office that issues, kept when it is first met."""
        name = self.line.bound or self.line.office_of(record).get("name", "")
        if name not in self._offices:
            self._offices[name] = own_office(self.ledger, self.actor, name)
        return self._offices[name]

    def _box(self, record: Record) -> _NumberBox | None:
        """Return the item of a paper's own number, as its form stands on its day."""
        try:
            form = self.line.catalogue.get(record.form)
            form = self.line.catalogue.get(record.form, day_of(written_day(form, record)) or self.line.as_of)
        except YoshikiError:
            return None
        if (item := form.numbered()) is None:
            return None
        office = self.line.office_of(record)
        numbered = numbering_of(self.line.rules.reference, office, item.series)
        series, typed = self._series_of(record, item, numbered), _typed(record, item)
        elsewhere = numbered.elsewhere and bool(typed) and series.read(typed) is None
        return _NumberBox(item.name, series, typed, elsewhere)

    def _series_of(self, record: Record, item: Field, numbered: Numbered) -> Series:
        key = (self.office_of(record), item.series, numbered.period_of(self.line.as_of))
        if key not in self._series:
            self._series[key] = series_of(self.ledger, self.actor, key[0], numbered, self.line.as_of)
        return self._series[key]

    # ---- turns ----------------------------------------------------------------------------------------------------

    def _take_turns(self, wanted: set[int]) -> None:
        for series_id in sorted(wanted - self._ahead.keys()):
            passing("issue.turn-waiting")
            self._turns.enter_context(self.ledger.turn(series_id))
            self._since = self._since or time.monotonic()
            passing("issue.turn-taken")
            with self.ledger.read() as connection:
                n = self._ahead[series_id] = presumed(connection, series_id).next
                self._held[series_id] = held_from(connection, series_id, n)
            passing("issue.presumed")

    def tired(self) -> bool:
        """Tell whether others should have the series."""
        return bool(self._since) and time.monotonic() - self._since > _TURN

    def give_back(self) -> None:
        """Give every turn back; what is next is asked anew."""
        self._turns.close()
        if self._ahead:
            passing("issue.turn-returned")
        self._ahead.clear()
        self._since = 0.0


def _typed(record: Record, item: Field) -> str:
    """Return the number that the record holds already, under any name of its item; blank where it holds none."""
    named = (value for name, value in record.data.items() if field_named({item.name: item}, name) is not None)
    return next((str(value).strip() for value in named if not blank(value)), "")
