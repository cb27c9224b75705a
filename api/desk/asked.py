"""Which boxes of a step are shown as the answers are, what must be written in them, and what is said at each."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.desk import dates
from api.desk.following import followers, shown_fields
from api.desk.widgets import control, nothing, value_of, widget_of, width_of
from validators.errors import DefinitionError
from validators.paths import parts_of
from validators.schema import holds, when_required
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from api.desk.drafts import Draft
    from api.desk.judged import Weighed
    from api.desk.steps import FormStep
    from api.desk.widgets import TypedAnswer, WidgetName
    from validators.model import Field, Finding, Form


@dataclass(slots=True)
class BoxItem:
    """One item of a list on a page: of plain values a single box, of groups the boxes of one."""

    name: str
    boxes: list[Box]
    messages: list[Finding] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class Box:
    """One field on a page. `name`: its control; `when`: the words of the condition under which it must be written."""

    name: str
    label: str
    widget: WidgetName
    answer: TypedAnswer
    field: Field
    must: bool = False
    when: str = ""
    echo: str = ""
    origin: str = ""  # where its answer came from, in words, for as long as it is that answer
    messages: list[Finding] = dataclasses.field(default_factory=list)
    items: list[BoxItem] = dataclasses.field(default_factory=list)
    width: int = 32

    @property
    def wrong(self) -> bool:
        """Tell whether what stands here stops the paper."""
        return any(finding.severity == "error" for finding in self.messages)


@dataclass(slots=True)
class BoxGroup:
    """The boxes of one section of a step that are shown, and the names of those that are asked only after an answer."""

    title: str
    boxes: list[Box]
    later: list[str]


class Asking:
    """Judge which boxes a draft asks for; made once for a request."""

    def __init__(self, weighed: Weighed, told: Mapping[str, list[Finding]]) -> None:
        """Take a draft as it was weighed, and the findings to tell by control."""
        self.form, self.draft, self.context = weighed.form, weighed.draft, weighed.context
        self.data, self.told = weighed.judged.record.data, told
        self.wanted = {name for name, found in weighed.told.items() if any(each.severity != "info" for each in found)}
        self.named: list[str] = []  # the controls of the fields that are shown
        self.rows: list[str] = []  # those within lists

    def groups(self, step: FormStep) -> list[BoxGroup]:
        """Return the boxes of a step by section."""
        found = []
        for section in step.sections:
            group = BoxGroup(section.title, [], [])
            for each in section.fields:
                answer = self.draft.answers.get(each.name)
                if self.asked(each, control(each.name), answer):
                    self.named.append(control(each.name))
                    group.boxes.append(self.box(each, control(each.name), answer, each.label))
                else:
                    group.later.append(self.later(each))
            found.append(group)
        return found

    def asked(self, each: Field, name: str, answer: TypedAnswer, owner: tuple[Field, Any] | None = None) -> bool:
        """Tell whether a box is shown: one that follows an answer only when it must be written, holds something or is missed."""
        if each.name not in followers(self.form, owner[0] if owner else None) or not nothing(answer):
            return True
        if name in self.wanted:
            return True
        return self.needed(each, owner)

    def needed(self, each: Field, owner: tuple[Field, Any] | None) -> bool:
        """Tell whether an item must be written as the answers are; one whose condition cannot be judged is shown."""
        if not isinstance(each.required, str):
            return each.required
        try:
            return holds(self.form, each.required, self.context, owner)
        except DefinitionError:
            return True

    def later(self, each: Field) -> str:
        """Return the name of a box that is not shown, with the condition it waits for."""
        when = when_required(each, self.form)
        return f"「{each.label}」（{when}）" if when else f"「{each.label}」"

    def box(
        self, each: Field, name: str, answer: TypedAnswer, label: str, owner: tuple[Field, Any] | None = None
    ) -> Box:
        """Return what a page needs to show a field."""
        widget = widget_of(each)
        box = Box(name, label, widget, answer, each, self.needed(each, owner), width=width_of(each))
        if isinstance(each.required, str):
            box.when = when_required(each, self.form, owner[0] if owner else None)
        if widget in {"date", "moment"} and isinstance(answer, dict):
            box.echo = dates.echo(answer)
        if widget == "rows":
            among = answer or ([{}] if box.must else [])
            box.items = [self._row(each, name, i, row) for i, row in enumerate(among)]
        elif widget == "several":
            among = [*(answer or []), *([] if answer and nothing(answer[-1]) else [None])]
            box.items = [BoxItem(f"{name}.{i}", [self._alone(each, f"{name}.{i}", one)]) for i, one in enumerate(among)]
        box.messages = self.told.get(name, [])
        if owner is None and each.name not in self.draft.changed:
            box.origin = self.draft.origins.get(each.name, "")
        return box

    def _alone(self, each: Field, name: str, answer: TypedAnswer) -> Box:
        widget = widget_of(each, each.of)
        return Box(name, each.label, widget, answer, each, messages=self.told.get(name, []), width=width_of(each))

    def _row(self, each: Field, name: str, i: int, answers: Mapping[str, TypedAnswer]) -> BoxItem:
        places, rows = _written(each, self.draft.answers.get(each.name)), self.data.get(each.name) or []
        nth = places.index(i) if i in places else len(rows)
        owner = (each, rows[nth] if nth < len(rows) else {})
        item = BoxItem(f"{name}.{i}", [], self.told.get(f"{name}.{i}", []))
        self.rows.append(item.name)
        for inner in shown_fields(each.fields.values()):
            answer, at = answers.get(inner.name), f"{item.name}.{control(inner.name)}"
            if self.asked(inner, at, answer, owner):
                self.rows.append(at)
                item.boxes.append(self.box(inner, at, answer, inner.label, owner))
        return item


# ---- where a finding stands ----------------------------------------------------------------------------------------


def placed(form: Form, draft: Draft, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings by the control they stand at; those of no box of this form under an empty name."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(control_at(form, draft, finding.path), []).append(finding)
    return found


def control_at(form: Form, draft: Draft, path: str) -> str:
    """Return the control that a path of the record leads to; empty for none."""
    parts = parts_of(path)
    at = _owner(form.fields, str(parts[0])) if parts else None
    if at is None:
        return ""
    name = control(at.name)
    if len(parts) > 1 and isinstance(parts[1], int) and widget_of(at) in {"rows", "several"}:
        places = _written(at, draft.answers.get(at.name))
        name += f".{places[parts[1]] if parts[1] < len(places) else parts[1]}"
        inner = _owner(at.fields, str(parts[2])) if len(parts) > 2 else None  # noqa: PLR2004 - list, place, item
        name += f".{control(inner.name)}" if inner else ""
    return name


def _owner(fields: Mapping[str, Field], name: str) -> Field | None:
    """Return the field in whose box an item stands: a time told in words stands in that of its time."""
    return next((each for each in fields.values() if each.approximate == name), None) or fields.get(name)


def _written(at: Field, answer: TypedAnswer) -> list[int]:
    """Return the places of the items that hold something: the record counts no others."""
    answers = answer if isinstance(answer, list) else []
    values = [value_of(at, [each]) for each in answers]
    return [place for place, value in enumerate(values) if not blank(value)]


def shown_at(told: Mapping[str, list[Finding]], visited: Collection[str]) -> dict[str, list[Finding]]:
    """Return the findings of the controls that somebody has left or saved: nobody is scolded for what is still to come."""
    return {name: found for name, found in told.items() if name in visited}
