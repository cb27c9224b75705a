"""What tests of issuing share: real records of one cheap form, issued through the ledger; and papers ready to be kept, drawn once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.issue.issuing import issue
from forms.issue.journal import fate_as_data
from forms.issue.sink import MemorySink, Wanted
from forms.issue.units import Item, Unit
from ledger.issue import PresumedNumber, ReadyPaper, issue_papers
from ledger.issuers import own_office
from ledger.numbers import presumed, series_of
from ledger.records import receipt_of, record_as_data
from ledger.sink import LedgerSink
from ledger.types import Miss, new_ref
from tests.rulebooks import line_on
from validators.model import Record
from validators.numbering import numbering_of
from validators.office import load_office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.issue.folder import FolderSink
    from forms.issue.line import Line
    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.review import Fate

DAY = date(2026, 4, 1)
FORM = "non-warning-notice"
PDF = Wanted(("pdf",))
_FOLDER = Path(__file__).parents[2] / "samples"
_SAMPLES = _FOLDER / "kanagawa.json"
OFFICE = load_office(_FOLDER / "profiles" / "kanagawa.yaml", DAY)


@cache
def line(**office: str) -> Line:
    """Return the line of the office on the day of the tests' clock."""
    return line_on(DAY, office={**OFFICE, **office})


@cache
def _sample(name: str) -> str:
    rows = json.loads(_SAMPLES.read_text("utf-8"))
    return json.dumps(next(row["data"] for row in rows if row["record"] == name))


def record(n: int, sample: str = "good-notice", form: str = FORM, **data: Any) -> Record:
    """Return a record that may be issued; its number is left to the ledger, values of None are left out."""
    held = json.loads(_sample(sample)) | {"document_no": None} | data
    return Record(form, f"R{n}", {name: value for name, value in held.items() if value is not None})


def unit(*records: Record) -> Unit:
    """Return records as one unit, in their order."""
    return Unit(tuple(Item(each, (), n) for n, each in enumerate(records, 1)))


def fill(
    ledger: Ledger, actor: Actor, *records: Record, by: Line | None = None, folder: FolderSink | None = None
) -> tuple[list[Fate], LedgerSink]:
    """Issue records through the ledger as `yoshiki fill` does; return the fates and the sink."""
    sink = LedgerSink(ledger, by or line(), actor, PDF, folder)
    with sink:
        return issue(by or line(), [unit(*records)], sink), sink


@cache
def drawn() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what is sealed of one real paper, and its files, drawn once: its number is of no paper."""
    sink = MemorySink(PDF)
    given = record(1, document_no="汐見生安第0号")
    kept = record_as_data(given, {**OFFICE, **given.office})
    (fate,) = issue(line(), [unit(given)], sink)
    files = {kind: sink.papers[name] for kind, name in fate.files.items()}
    return {"record": kept, "receipt": receipt_of(line(), fate, kept, PDF), "fate": fate_as_data(fate)}, files


def paper_series(ledger: Ledger, actor: Actor) -> int:
    """Return the series of the office's papers."""
    numbered = numbering_of(line().rules.reference, OFFICE, "paper")
    return series_of(ledger, actor, own_office(ledger, actor, OFFICE["name"]), numbered, DAY).id


def ready(office_id: int, presumed_number: PresumedNumber | None, **more: Any) -> ReadyPaper:
    """Return a paper that only waits to be kept."""
    sealed, files = drawn()
    made = ReadyPaper(new_ref(), office_id, FORM, 1, DAY.isoformat(), sealed, files, number=presumed_number)
    return replace(made, **more)


def write_papers(ledger: Ledger, actor: Actor, count: int) -> Sequence[int]:
    """Issue papers one by one as a writer beside others does: turn, presume, keep; return the numbers had."""
    office_id, series_id = own_office(ledger, actor, OFFICE["name"]), paper_series(ledger, actor)
    had: list[int] = []
    while len(had) < count:
        with ledger.turn(series_id):
            with ledger.read() as connection:
                n = presumed(connection, series_id).next
            try:
                issue_papers(ledger, line().rules, actor, [ready(office_id, PresumedNumber(series_id, n))])
            except Miss:
                continue
            had.append(n)
    return had
