"""What is not issued is not lost: it stays as a draft, with what was found of it, until it is issued or withdrawn."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from forms.issue.passing import NOT_JUDGED
from ledger import keys
from ledger.case_marks import case_of
from ledger.confirmations import confirm
from ledger.papers import Revision, drafted
from ledger.records import record_as_data
from ledger.requests import keep_answer
from ledger.types import Miss, new_ref
from ledger.write import write
from validators.model import Finding
from validators.office import needs_approval
from validators.review import NEEDS_APPROVAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.issue.line import Line
    from forms.issue.units import Item
    from ledger.engine import Ledger
    from ledger.requests import RequestKey
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Record
    from validators.review import Fate


class DraftKeeper(Protocol):
    """What drafting asks of the sink."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def actor(self) -> Actor:
        """Who issues."""

    def office_of(self, record: Record) -> int:
        """Return the row of the office that issues."""

    def request_of(self, item: Item) -> RequestKey | None:
        """Return the key of a record's request."""

    def drafted_before(self, item: Item, fate: Fate) -> bool:
        """Tell whether a draft of the record, or an item of a batch, keeps it already."""

    def approved(self, item: Item) -> bool:
        """Tell whether the record is of a draft that was approved."""


def leave_drafts(line: Line, told: Sequence[tuple[Item, Fate]], keeper: DraftKeeper) -> list[Fate]:
    """Return the fates, those changed that wait for approval; keep drafts of what is not issued."""
    fates = [_weighed(line, item, fate, keeper) for item, fate in told]
    left = [
        (item, fate)
        for (item, _), fate in zip(told, fates, strict=True)
        if fate.verdict in {"refused", "waiting"}
        and not keeper.drafted_before(item, fate)
        and not any(found.code == NOT_JUDGED for found in fate.findings)
    ]

    def work(writing: Writing) -> None:
        kept = [
            keep_draft(writing, keeper.ledger, line, item.record, fate, office_id=own, asked=keeper.request_of(item))
            for (item, fate), own in zip(left, offices, strict=True)
        ]
        if not any(kept):
            raise Miss("request")

    offices = [keeper.office_of(item.record) for item, _ in left]
    if left:
        with suppress(Miss):  # another run kept them meanwhile
            write(keeper.ledger, keeper.actor, work)
    return fates


def _weighed(line: Line, item: Item, fate: Fate, keeper: DraftKeeper) -> Fate:
    if fate.verdict != "checked":
        return fate
    office = line.office_of(item.record)
    if needs_approval(office, item.record.form) and not keeper.approved(item):
        told = "決裁を受けてから発行します。下書きとして台帳に残しました。"
        found = Finding("info", (), told, form=fate.form, record=fate.record, code=NEEDS_APPROVAL)
        return replace(fate, verdict="waiting", findings=[*fate.findings, found])
    return fate


def keep_draft(
    writing: Writing,
    ledger: Ledger,
    line: Line,
    record: Record,
    fate: Fate,
    *,
    office_id: int,
    asked: RequestKey | None = None,
    corrects: int | None = None,
) -> str:
    """Keep a record as a draft with what was found of it, under its case's key or its own; return its ref.

    Blank where another paper answers the request already.
    """
    mark = case_of(writing.connection, office_id, record.case)
    key = keys.load(writing.connection, ledger, mark.key_id) if mark else keys.make(writing, ledger)
    ref, kept = new_ref(), record_as_data(record, line.office_of(record))
    if asked is not None and not keep_answer(writing, ledger, key, asked, ref, issued=False):
        return ""
    row = drafted(
        writing,
        key,
        ref=ref,
        office_id=office_id,
        case_file_id=mark.id if mark else None,
        form=record.form,
        edition=fate.edition,
        rulebook=line.rules.hash,
        kept=kept,
        findings=fate.findings,
        corrects=corrects,
    )
    confirm(writing, key, line.rules, Revision(row, ref, 1, kept), record.confirmations)
    return ref
