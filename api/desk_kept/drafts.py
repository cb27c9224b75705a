"""The drafts of the desk by hand, kept in the ledger: what was typed stands there sealed, and outlives the process.

The answers of a draft stay in memory beside, as they were typed; a draft that memory has lost is read back from its record.
A page that is saved is kept as a revision at once; boxes that save themselves meanwhile, at most every `EVERY` seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flask import request

from api.access.visitors import ledger, visitor
from api.desk.drafts import Draft, MemoryDrafts
from api.desk.filled import form_of, record_of
from api.desk.judged import take_over
from api.desk.look import pictures
from api.desk.widgets import answers_of
from api.issuing import line
from api.kept.reach import actor, speaker
from ledger import approvals
from ledger.papers import PaperStateError
from ledger.work_list import draft_kept, own_drafts, records_kept, withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

    from validators.model import Record

EVERY: Final = 15.0  # seconds between two revisions of boxes that save themselves


class LedgerDrafts:
    """The drafts of whoever speaks, in the office they act for."""

    def __init__(self) -> None:
        """Hold nothing in memory yet."""
        self._memory = MemoryDrafts()
        self._kept: dict[str, tuple[int, float]] = {}  # draft → the revision kept, and when
        self._lock = threading.Lock()

    def new(
        self, form: str, office: Mapping[str, str], *, case: str = "", answers: Mapping[str, Any] | None = None
    ) -> Draft:
        """Begin a draft in the ledger; `case`: the number of the case it is of, `answers`: what is known already."""
        begun = Draft("", form, answers=dict(answers or {}), office=dict(office), kept=True, case=case)
        ref, _ = approvals.draft(ledger(), line(), actor(), to_record(begun))
        begun.id = ref
        self._memory.put(begun)
        self._note(begun)
        return begun

    def get(self, key: str) -> Draft | None:
        """Return a draft of theirs as it was typed, else as the ledger kept it; None where there is none that is still a draft."""
        found = draft_kept(ledger(), key, office_code=speaker().office, person_ref=speaker().ref)
        if found is None:
            self.forget(key)
            return None
        return self._memory.get(key) or self._taken_up(found[1])

    def _taken_up(self, record: Record) -> Draft:
        """Take up a draft as the ledger kept it."""
        held = draft_of(record)
        self._memory.put(held)
        self._note(held)
        return held

    def all(self) -> list[Draft]:
        """Return their drafts, the newest first."""
        rows = own_drafts(ledger(), office_code=speaker().office, person_ref=speaker().ref)
        held = {row.ref: self._memory.get(row.ref) for row in rows}
        kept = records_kept(ledger(), [row for row in rows if held[row.ref] is None])
        return [held[row.ref] or self._taken_up(kept[row.ref]) for row in rows]

    def drop(self, key: str) -> None:
        """Withdraw a draft of theirs."""
        if self.get(key) is not None:
            withdraw(ledger(), actor(), key)
            self.forget(key)

    def keep(self, draft: Draft, *, now: bool = True) -> None:
        """Keep a draft as it is typed, where it has changed since; unless `now`, not more often than every few seconds."""
        rev, at = self._kept.get(draft.id, (-1, 0.0))
        if rev == draft.rev or (not now and time.monotonic() - at < EVERY):
            return
        approvals.revise(ledger(), line(), actor(), draft.id, to_record(draft))
        self._note(draft)

    def held(self, key: str) -> Draft | None:
        """Return a draft that memory holds, whosoever: the gate has let nobody but its owner so far."""
        return self._memory.get(key)

    def sent(self, key: str) -> None:
        """Forget what was typed of a draft that went its way: what counts stands in the ledger."""
        pictures().drop(key)
        self.forget(key)

    def _note(self, draft: Draft) -> None:
        with self._lock:
            self._kept[draft.id] = (draft.rev, time.monotonic())

    def forget(self, key: str) -> None:
        """Forget what memory holds of a draft, as a new start of the service would."""
        self._memory.drop(key)
        with self._lock:
            self._kept.pop(key, None)


def to_record(draft: Draft) -> Record:
    """Return the record of a draft as it is kept: issued by the office of whoever speaks and no other."""
    record = record_of(form_of(line(), draft), draft)
    name = line().office.get("name", "")
    return replace(record, id=draft.id or draft.form, office={"name": name} if name else {})


def draft_of(record: Record) -> Draft:
    """Return a draft whose answers make a record that was kept."""
    answers = answers_of(line().catalogue.get(record.form).fields, record.data)
    draft = Draft(record.ref, record.form, answers=answers, kept=True, case=record.case)
    take_over(line(), draft, record.confirmations)
    return draft


def register_keeping(app: Flask, store: LedgerDrafts) -> None:
    """Keep a draft after every page that changed it, before the answer goes out."""

    @app.after_request
    def _keep(response: Response) -> Response:
        key = (request.view_args or {}).get("key")
        if request.method != "POST" or not key or not (request.endpoint or "").startswith("drafts_pages."):
            return response
        if visitor() is None or response.status_code in {403, 404} or response.status_code >= 500:  # noqa: PLR2004
            return response
        draft = store.held(key)
        if draft is not None:
            with draft.lock:
                try:
                    store.keep(draft, now=request.endpoint != "drafts_pages.changed")
                except PaperStateError:
                    store.sent(key)  # somebody else was faster: what stands is what went its way
        return response
