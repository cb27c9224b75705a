"""What has happened has its day behind it: a birth, a judgment, a receipt cannot lie after today (fields marked `past`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.disclosure import walk
from validators.paths import parts_of
from validators.schema import finding_at
from validators.stored import day_of
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from validators.model import Finding, Form, Record


def not_yet(form: Form, record: Record, findings: Iterable[Finding], *, today: date) -> list[Finding]:
    """Return an error for each day of a `past` item that lies after today, where no provision has spoken of it already.

    A person's own `birth_date` beside the name counts too. Days and moments are typed already (`normalise`).
    """
    told = {finding.path for finding in findings if finding.severity == "error"}
    return [
        finding_at(form, record, list(parts_of(path)), item, "not-yet", _WORDS.format(item.label, format_date(today)))
        for path, item, value in walk(form.fields, record.data)
        if path not in told and (day := day_of(_day(value, past=item.past))) is not None and day > today
    ]


_WORDS = "「{}」は、きょう（{}）までの日を書いてください。"


def _day(value: object, *, past: bool) -> object:
    if isinstance(value, dict):
        return value.get("birth_date")
    return value if past else None
