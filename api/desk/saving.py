"""What a page sends is taken over: which boxes it showed, which it left, what another page changed meanwhile, what is wrong now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.desk.asked import Asking, shown_at
from api.desk.filled import SHOWN, act_on_list, form_of, quarrels, sent_answers, without_blank_rows
from api.desk.judged import weigh
from api.desk.steps import steps_of
from api.desk.widgets import control, count_sent
from api.figures import figure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from werkzeug.datastructures import MultiDict

    from api.desk.asked import BoxGroup
    from api.desk.drafts import Draft
    from api.desk.judged import Weighed
    from api.desk.steps import FormStep
    from forms.issue.line import Line
    from validators.model import Field, Finding


@dataclass(slots=True)
class StepView:
    """A step of a draft as it is shown: its boxes, what is told at them, the controls that are there."""

    step: FormStep
    weighed: Weighed
    groups: list[BoxGroup]
    named: list[str]  # the controls of the fields that are shown
    wrong: list[tuple[str, Finding]]  # control → what stops, of the boxes somebody has left
    rows: list[str] = field(default_factory=list)  # the controls within lists

    def removed(self, draft: Draft) -> str:
        """Return the control of the list from which an item was taken out last; empty where none of this step was."""
        name = control(draft.removed[0]) if draft.removed else ""
        return name if name in self.named else ""


@dataclass(slots=True)
class Saved:
    """What came of a page that was sent."""

    view: StepView
    quarrel: dict[str, object]  # field → what this page would have written, where another has changed it
    anchor: str = ""  # the item of a list to go to
    added: bool = False  # an answer has brought further boxes
    stays: bool = False  # something is wrong that was not told before: the page is shown again


def view_of(line: Line, draft: Draft, number: int) -> StepView:
    """Return a step of a draft as it stands; a number beyond the form's last step is its last."""
    weighed = weigh(line, draft)
    step = _step(weighed.steps, number)
    told = shown_at(weighed.told, draft.visited)
    asking = Asking(weighed, told)
    groups = asking.groups(step)
    boxes = {control(each.name) for each in step.fields}
    wrong = [
        (name, finding)
        for name, found in told.items()
        if name.partition(".")[0] in boxes
        for finding in found
        if finding.severity == "error"
    ]
    order = {name: at for at, name in enumerate([*asking.named, *asking.rows])}
    first = {name: at for at, name in enumerate(asking.named)}
    wrong.sort(key=lambda pair: (first.get(pair[0].partition(".")[0], len(first)), order.get(pair[0], -1)))
    return StepView(step, weighed, groups, asking.named, wrong, asking.rows)


def left_box(line: Line, draft: Draft, number: int, sent: MultiDict[str, str], now: datetime) -> Saved:
    """Save a page while it is being written; only the box that was left is told about."""
    step = _step(steps_of(form_of(line, draft)), number)
    quarrel = _take(draft, step.fields, sent, now)
    if name := _left(step.fields, sent, draft):
        draft.visited.add(name)
    return Saved(view_of(line, draft, number), quarrel)


def save(line: Line, draft: Draft, number: int, sent: MultiDict[str, str], now: datetime) -> Saved:
    """Save a page somebody sends on: all its boxes are told about, but those that only now appear."""
    step = _step(steps_of(form_of(line, draft)), number)
    act = sent.get("act", "")
    quarrel = _take(draft, step.fields, sent, now, whole=act in {"", "next", "paper"})
    if act.partition(":")[0] in {"add", "remove", "up", "down", "back"}:
        anchor = act_on_list(draft, step.fields, act, now)
        return Saved(view_of(line, draft, number), quarrel, anchor=anchor)
    there = _controls(step.fields, sent)
    draft.visited |= there
    view = view_of(line, draft, number)
    added = not {*view.named, *view.rows} <= there
    if not added:
        draft.done.add(step.number)
    wrong = frozenset(finding.message for _, finding in view.wrong)
    stays = bool(wrong) and draft.scolded.get(step.number) != wrong
    draft.scolded[step.number] = wrong
    return Saved(view, quarrel, added=added, stays=stays)


def _step(steps: tuple[FormStep, ...], number: int) -> FormStep:
    return steps[min(max(number, 1), len(steps)) - 1]


def _take(
    draft: Draft, fields: Iterable[Field], sent: MultiDict[str, str], now: datetime, *, whole: bool = False
) -> dict[str, object]:
    """Put what was sent into the draft, except where another page has written since; return that."""
    rev = figure(sent.get("rev", ""))
    answers = sent_answers(fields, sent, draft)
    if whole:
        answers = without_blank_rows(answers, fields)
    window = sent.get("window", "")[:16]
    clash = quarrels(draft, answers, draft.rev if rev is None else rev, window)
    quarrel = {name: answers.pop(name) for name in clash}
    draft.put(answers, now, window)
    return quarrel


def _controls(fields: Iterable[Field], sent: MultiDict[str, str]) -> set[str]:
    """Return every control that a page had, those within lists with their place."""
    there = set(sent.get(SHOWN, "").split())
    for each in fields:
        name = control(each.name)
        for i in range(count_sent(sent, name)):
            there.add(f"{name}.{i}")
            there |= {f"{name}.{i}.{inner}" for inner in sent.get(f"{name}.{i}.{SHOWN}", "").split()}
    return there


def _left(fields: Iterable[Field], sent: MultiDict[str, str], draft: Draft) -> str:
    """Return the box that was left; nothing for one of several boxes of a day that is not whole yet."""
    there, name = _controls(fields, sent), sent.get("left", "")
    part = ""
    while name and name not in there:
        name, _, part = name.rpartition(".")
    dated = part in {"era", "year", "month", "time", "about"}
    whole = all(sent.get(f"{name}.{box}", "").strip() for box in ("month", "day")) or name in draft.visited
    typed_whole = part == "year" and not sent.get(f"{name}.year", "").strip().isdigit()
    figures = sent.get(f"{name}.year", "").strip()
    return name if not dated or whole or typed_whole or len(figures) > 4 else ""  # noqa: PLR2004 - more than a year
