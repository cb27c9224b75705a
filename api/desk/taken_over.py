"""A row of a spreadsheet in the boxes of the desk: what was read as its value, what could not be read as it was written."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api.desk.filled import edition_of, form_of
from api.desk.judged import take_over, weigh
from api.desk.steps import steps_of
from api.desk.widgets import answer_of, answers_of, control, widget_of
from validators.model import field_named
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.desk.drafts import Draft, Drafts
    from api.desk.widgets import TypedAnswer
    from forms.issue.line import Line
    from validators.model import Field, Form, Record


def begin(line: Line, store: Drafts, record: Record) -> Draft:
    """Begin a draft that says what a record says; all that is wrong with it is told, as with one that was saved to its end."""
    form = edition_of(line, record)
    draft = store.new(form.slug, record.office, case=record.case, answers=answers_in(form, record))
    with draft.lock:
        take_over(line, draft, record.confirmations)
        draft.done = {step.number for step in steps_of(form_of(line, draft))}
        draft.visited = set(weigh(line, draft).told)
    return draft


def first_fault(line: Line, draft: Draft) -> tuple[int, str]:
    """Return the step and the control where the first fault of a draft is told; step 0 where nothing stops it."""
    weighed = weigh(line, draft)
    wrong = {name for name, found in weighed.told.items() if any(each.severity == "error" for each in found)}
    for step in weighed.steps:
        for field in step.fields:
            for name in sorted(wrong):
                if name.partition(".")[0] == control(field.name):
                    return step.number, name
    return 0, ""


def answers_in(form: Form, record: Record) -> dict[str, TypedAnswer]:
    """Return the answers that say what a record says, however it was written."""
    trial = replace(record, data=deepcopy(record.data), cells={})
    normalise(form, trial)
    return _answers(form.fields, record.data, trial.data)


def _answers(
    fields: Mapping[str, Field], written: Mapping[str, Any], read: Mapping[str, Any]
) -> dict[str, TypedAnswer]:
    found = answers_of(fields, read)
    for key, value in written.items() if isinstance(written, dict) else ():
        field = field_named(fields, key) if isinstance(key, str) else None
        if field is None or value in (None, ""):
            continue
        if field.name not in read and field.name not in found:
            found[field.name] = _as_written(field, value)
        elif field.fields and isinstance(value, list) and len(value) == len(read.get(field.name, ())):
            found[field.name] = [
                _answers(field.fields, row, one) for row, one in zip(value, read[field.name], strict=True)
            ]
    return found


def _as_written(field: Field, value: Any) -> TypedAnswer:
    """Return an answer that holds what could not be read; of what no box can hold, its text where it has one."""
    widget = widget_of(field)
    if isinstance(value, str) and widget not in {"rows", "ticks", "several"}:
        return answer_of(field, value)
    if isinstance(value, int | float) and widget not in {"rows", "ticks", "several", "yesno"}:
        return answer_of(field, str(value))
    return [value] if isinstance(value, str) and widget == "several" else None
