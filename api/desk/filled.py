"""The typed answers of a draft and the record they make; what a page sends is taken over, moved, removed and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.desk.widgets import MOST_ITEMS, control, nothing, taken, values_of
from api.figures import figure
from validators.errors import InputError
from validators.model import Confirmation, Record
from validators.normalise import written_day
from validators.stored import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from werkzeug.datastructures import MultiDict

    from api.desk.drafts import Draft
    from forms.issue.line import Line
    from validators.model import Field, Form

SHOWN = "shown"  # the controls a page had: what it did not show stays as it was


def form_of(line: Line, draft: Draft) -> Form:
    """Return the edition of the draft's form in force on its governing date, the newest where that cannot be told."""
    newest = line.catalogue.get(draft.form)
    return edition_of(line, Record(draft.form, draft.id, values_of(newest.fields, draft.answers)))


def edition_of(line: Line, record: Record) -> Form:
    """Return the edition of a record's form in force on its governing date, the newest where that cannot be told."""
    newest = line.catalogue.get(record.form)
    try:
        return line.catalogue.get(record.form, day_of(written_day(newest, record)) or line.as_of)
    except InputError:
        return newest


def record_of(form: Form, draft: Draft) -> Record:
    """Return the record that the answers make, as entry would hand it over."""
    said = tuple(Confirmation(each.clause, each.by, each.reason) for each in draft.confirmed.values())
    values = values_of(form.fields, draft.answers)
    return Record(draft.form, draft.id, values, confirmations=said, case=draft.case, office=dict(draft.office))


def sent_answers(fields: Iterable[Field], sent: MultiDict[str, str], draft: Draft) -> dict[str, Any]:
    """Return the answers to the fields that a page showed."""
    shown = set(sent.get(SHOWN, "").split())
    return {
        field.name: taken(field, control(field.name), sent, draft.answers.get(field.name))
        for field in fields
        if control(field.name) in shown
    }


def quarrels(draft: Draft, answers: dict[str, Any], rev: int, page: str) -> list[str]:
    """Return the fields that another page has changed since `rev` and this one would change back or otherwise."""
    since = {name for name, (at, by) in draft.changed.items() if at > rev and by != page}
    return [name for name, answer in answers.items() if name in since and draft.answers.get(name) != answer]


def act_on_list(draft: Draft, fields: Iterable[Field], act: str, now: datetime) -> str:
    """Add, remove, move or put back an item of a list (`add:b3f0a91c`, `remove:b3f0a91c.2`); return the anchor to go to."""
    verb, _, at = act.partition(":")
    name, _, place = at.partition(".")
    field = next((each for each in fields if control(each.name) == name and each.type == "list"), None)
    if field is None:
        return ""
    items, told = list(draft.answers.get(field.name) or []), figure(place)
    i = -1 if told is None else told
    if verb == "add" and len(items) < MOST_ITEMS:
        items.append({} if field.fields else "")
        i = len(items) - 1
    elif verb == "remove" and 0 <= i < len(items):
        draft.removed = (field.name, i, items.pop(i))
        i = max(min(i, len(items) - 1), 0)
    elif verb == "up" and 0 < i < len(items):
        items[i - 1], items[i] = items[i], items[i - 1]
        i -= 1
    elif verb == "down" and 0 <= i < len(items) - 1:
        items[i + 1], items[i] = items[i], items[i + 1]
        i += 1
    elif verb == "back" and draft.removed and draft.removed[0] == field.name:
        i = min(draft.removed[1], len(items))
        items.insert(i, draft.removed[2])
        draft.removed = None
    draft.put({field.name: items}, now)
    return f"{name}.{i}" if items else name


def without_blank_rows(answers: dict[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Return the answers without the items of lists in which nothing was typed, so that none is missed that was never meant."""
    lists = {field.name for field in fields if field.fields}
    return {
        name: [row for row in answer if not nothing(row)] if name in lists and isinstance(answer, list) else answer
        for name, answer in answers.items()
    }
