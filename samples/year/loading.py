"""Keep the year in a ledger: as it would have been kept, every event in its turn on the clock of its day, or taken over at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cases import CaseTold, open_case
from ledger.engine import open_ledger
from ledger.events import tell
from ledger.offices import save_office
from ledger.persons import PartyTold, PlaceKept, Spelling
from ledger.taking_over import take_over
from ledger.tick import tick
from ledger.types import Actor
from validators.office import load_office

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.engine import Ledger
    from samples.year.people import Party
    from samples.year.stories import Case
    from validators.rulebook import Rulebook

CLERK = Actor("岸　みなみ", role="係員")
SINCE = "2020-04-01"
OFFICES = {  # code → its name, the procedures it goes by
    "生安": ("汐見県警察 生活安全課", ("kanagawa-stalker", "akita-contact")),
    "DV": ("汐見県警察 配偶者暴力担当", ("osaka-dv",)),
    "人身": ("汐見県警察 人身安全少年課", ("ibaraki-revictimization",)),
    "支援": ("汐見市配偶者暴力相談支援センター", ("dv-act",)),
}
_WITHOUT_A_TIME = time(17, 30)  # when the clock stands for what is told of a day only
_DAY = len("2025-04-01")


@dataclass(slots=True)
class Clock:
    """The clock of the year: it goes on with what happens, never back."""

    now: datetime = datetime(2020, 4, 1, 9)  # noqa: DTZ001 - Japanese time, as the doors give it

    def __call__(self) -> datetime:
        """Return the moment it stands on."""
        return self.now

    def until(self, moment: str) -> None:
        """Go on to a moment of the year, at least a second."""
        there = datetime.fromisoformat(moment)
        if len(moment) == _DAY:
            there = datetime.combine(there.date(), _WITHOUT_A_TIME)
        self.now = max(there, self.now + timedelta(seconds=1))


@dataclass(slots=True)
class Loaded:
    """What was kept: the ref of each case, and of each event by its place in the case's history."""

    cases: dict[str, str] = field(default_factory=dict)
    events: dict[tuple[str, int], str] = field(default_factory=dict)


def load(place: Path | str, cases: Sequence[Case], rules: Rulebook) -> Loaded:
    """Keep cases in a new ledger, their events in the order of the year, a tick at the end of each month and at the end."""
    clock, loaded = Clock(), Loaded()
    turns = sorted(
        (item["on"][:_DAY], case.number, at, case, item) for case in cases for at, item in enumerate(case.history)
    )
    with open_ledger(place, clock=clock) as ledger:
        _keep_offices(ledger)
        month = ""
        for day, number, at, case, item in turns:
            if month and month != day[:7]:
                tick(ledger, rules)
            month = day[:7]
            clock.until(item["on"])
            if number not in loaded.cases:
                loaded.cases[number] = open_case(ledger, rules, CLERK, _opened(case, day), although="別の事案").ref
            loaded.events[number, at] = tell(ledger, rules, CLERK, loaded.cases[number], item).ref
        clock.until(max(case.as_of for case in cases).isoformat())
        tick(ledger, rules)
    return loaded


def taken_over(place: Path | str, cases: Sequence[Case], rules: Rulebook, *, one_by_one: bool = False) -> Loaded:
    """Keep cases in a new ledger as an office takes them over at the end of the year: each with its history in one act.

    `one_by_one`: as somebody would tell the same events after one another on that day.
    """
    clock, loaded = Clock(), Loaded()
    with open_ledger(place, clock=clock) as ledger:
        _keep_offices(ledger)
        clock.until(max(case.as_of for case in cases).isoformat())
        for case in cases:
            told = _opened(case, case.history[0]["on"][:_DAY])
            history = () if one_by_one else case.history
            taken = take_over(ledger, rules, CLERK, told, history, although="別の事案")
            ref, refs = taken.case.ref, taken.events
            if one_by_one:
                refs = tuple(tell(ledger, rules, CLERK, ref, item).ref for item in case.history)
            loaded.cases[case.number] = ref
            loaded.events |= {(case.number, at): told_as for at, told_as in enumerate(refs)}
    return loaded


def _keep_offices(ledger: Ledger) -> None:
    profile = load_office(Path(__file__).parent / "office.yaml", date.fromisoformat(SINCE))
    for code, (name, sources) in OFFICES.items():
        told = {**profile, "name": name, "sources": "\n".join(sources)}
        save_office(ledger, CLERK, code, name, kind="station", told=told, from_on=SINCE)


def _opened(case: Case, day: str) -> CaseTold:
    """Return a case as it is opened: under the first of its sources, with its people."""
    office = next(code for code, (_, sources) in OFFICES.items() if case.sources[0] in sources)
    parties = tuple(_told(each) for each in case.parties)
    return CaseTold(office, case.sources[0], day, case.number, case.story, parties=parties)


def _told(party: Party) -> PartyTold:
    names = [Spelling("registered", party.name), Spelling("kana", party.kana)]
    names += [Spelling("as_written", each) for each in party.spellings]
    places = [*_places("address", party.addresses), PlaceKept("phone", party.phone)]
    return PartyTold(party.role, names, places, party.birth_date.isoformat(), party.sex)


def _places(kind: str, texts: Iterable[str]) -> list[PlaceKept]:
    return [PlaceKept(kind, text) for text in texts]
