"""The rulebook: forms, provisions, reference tables and a clock, opened once at the door and passed down from there.

Whoever judges, draws, describes or lints is given one; nothing below the doors looks a definition up by itself or asks what
day it is. Two rulebooks in one process share nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from validators.definitions import clauses, reference, source
from validators.definitions.catalogue import Catalogue
from validators.definitions.clauses import Clauses
from validators.definitions.files import Files
from validators.definitions.reference import ReferenceTables
from validators.errors import DefinitionError, InputError
from validators.expressions.compiled import Expressions
from validators.histories import book
from validators.histories.book import Procedures

if TYPE_CHECKING:
    from pathlib import Path

JAPAN = timezone(timedelta(hours=9), "JST")  # the zone every law of ours means; no summer time since 1951

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders a rulebook is read from: its name among processes."""

    catalogue: Path = source.DIRECTORY
    clauses: Path = clauses.DIRECTORY
    reference: Path = reference.DIRECTORY
    procedures: Path = book.DIRECTORY

    @classmethod
    def within(cls, folder: Path) -> Places:
        """Return the folders `catalogue`, `clauses`, `reference`, `procedures` of one folder; ours for a missing `reference`.

        Raises InputError where there is no catalogue.
        """
        if not (folder / "catalogue").is_dir():
            raise InputError(f"「{folder}」に catalogue がありません。", action="YOSHIKI_RULES を確かめてください。")
        own = folder / "reference"
        tables = own if own.is_dir() else reference.DIRECTORY
        return cls(folder / "catalogue", folder / "clauses", tables, folder / "procedures")


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """What every record is judged by, whatever the office. `hash` names the very content of all its files."""

    places: Places
    clock: Clock
    catalogue: Catalogue
    clauses: Clauses
    reference: ReferenceTables
    expressions: Expressions
    procedures: Procedures
    hash: str

    def now(self) -> datetime:
        """Return the moment, in Japanese local time without zone."""
        moment = self.clock()
        return (moment.astimezone(JAPAN) if moment.tzinfo else moment).replace(tzinfo=None)

    def today(self) -> date:
        """Return the day in Japan."""
        return self.now().date()


def clock_on(day: date) -> Clock:
    """Return a clock that stands on a day: what a run that names its day goes by."""
    return partial(datetime.combine, day, time())


def open_rulebook(*, clock: Clock, places: Places | None = None, expected: str = "") -> Rulebook:
    """Open a rulebook; forms, provisions and tables are read when they are asked for.

    `clock` is asked for the moment whenever a day is needed that nobody gave. `expected` is the hash another process works
    with: raises DefinitionError when the files are others by now.
    """
    at = places or Places()
    files = Files(
        {"catalogue": at.catalogue, "clauses": at.clauses, "reference": at.reference, "procedures": at.procedures}
    )
    if expected and files.hash != expected:
        raise DefinitionError(
            "様式・条項・対照表のファイルが処理の途中で書き換えられました。終えてから、もう一度始めてください。",
            place=str(at.catalogue),
        )
    tables = ReferenceTables(at.reference, files)
    provisions = Clauses(at.clauses, at.catalogue, files)
    catalogue = Catalogue(at.catalogue, provisions, tables, files)
    procedures = Procedures(at.procedures, catalogue, tables, files)
    return Rulebook(at, clock, catalogue, provisions, tables, Expressions(tables, files), procedures, files.hash)
