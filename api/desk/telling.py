"""What is said beside a box: the sentence of every door, shorter where the hint stands there already, surer where a day has boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.desk import dates
from api.desk.asked import control_at
from api.desk.widgets import control, widget_of
from validators.paths import parent_of, spot_of
from validators.schema import when_required

if TYPE_CHECKING:
    from api.desk.drafts import Draft
    from api.desk.widgets import TypedAnswer
    from validators.model import Field, Finding, Form

_DOING = {
    "choice": "を一つ選んでください。",
    "pick": "を一つ選んでください。",
    "yesno": "を選んでください。",
    "ticks": "を一つ以上選んでください。",
    "rows": "を一件以上加えてください。",
    "several": "を一件以上書いてください。",
}


def told(form: Form, draft: Draft, finding: Finding) -> Finding:
    """Return a finding in the words of its box."""
    if finding.code == "required":
        return replace(finding, message=_missing(form, finding) or finding.message)
    if finding.code.startswith("unreadable-date"):
        return replace(finding, message=_of_a_day(form, draft, finding) or finding.message)
    return finding


def _missing(form: Form, finding: Finding) -> str:
    spot = spot_of(form.fields, finding.path)
    if spot.field is None:
        return ""
    owner = spot_of(form.fields, parent_of(parent_of(finding.path))).field if "[" in finding.path else None
    when = when_required(spot.field, form, owner)
    doing = _DOING.get(widget_of(spot.field), "を書いてください。")
    return f"{f'{when}は、' if when else ''}{spot.words}{doing}"


def _of_a_day(form: Form, draft: Draft, finding: Finding) -> str:
    """Return what is wrong with a day typed in boxes of its own; nothing where the reading of its text says it as well."""
    outer, _, rest = control_at(form, draft, finding.path).partition(".")
    at = next((each for each in form.fields.values() if control(each.name) == outer), None)
    if at is None:
        return ""
    answer = draft.answers.get(at.name)
    if rest:
        at, answer = _in_row(at, answer, rest)
    return dates.wrong(at.label, answer) if isinstance(answer, dict) else ""


def _in_row(at: Field, answer: TypedAnswer, rest: str) -> tuple[Field, TypedAnswer]:
    place, _, name = rest.partition(".")
    row = answer[int(place)] if isinstance(answer, list) and int(place) < len(answer) else {}
    inner = next((each for each in at.fields.values() if control(each.name) == name), at)
    return inner, row.get(inner.name) if isinstance(row, dict) else None
