"""Know a row again that was mended by hand and issued: the workbook that says the same by now would make its paper a second time."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger.papers import STANDING, contents_of, find
from ledger.records import record_of
from ledger.requests import RequestAnswer
from validators.normalise import normalise
from validators.text import case_key
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from validators.model import Record
    from validators.rulebook import Rulebook


class ByHand:
    """The papers that a caller made by hand of rows of their files."""

    def __init__(self, ledger: Ledger, rules: Rulebook, refs: Iterable[str] = ()) -> None:
        """Look at papers by their refs; nothing is read before a record is compared."""
        self._ledger, self._rules, self._refs = ledger, rules, tuple(refs)
        self._said: list[tuple[dict[str, Any], RequestAnswer]] | None = None

    def answer(self, connection: Connection, record: Record) -> RequestAnswer | None:
        """Return the paper, issued and standing, that says what a record says; None where none does."""
        if not self._refs:
            return None
        if self._said is None:
            rows = [row for ref in self._refs if (row := find(connection, ref)).state in STANDING]
            self._said = [
                (
                    self._plain(record_of(contents_of(connection, self._ledger, row)["record"], row.ref)),
                    RequestAnswer(row.ref, issued=True, id=row.id),
                )
                for row in rows
            ]
        said = self._plain(record)
        return next((answer for told, answer in self._said if told == said), None)

    def _plain(self, record: Record) -> dict[str, Any]:
        """Return what a record says, however it was written, without the number that the ledger gives."""
        form, trial = self._rules.catalogue.get(record.form), replace(record, data=deepcopy(record.data), cells={})
        normalise(form, trial)
        numbers = {name for name, item in form.fields.items() if item.series}
        data = {name: value for name, value in trial.data.items() if name not in numbers and not blank(value)}
        return {"form": form.slug, "case": case_key(record.case), "data": data}
