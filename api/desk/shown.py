"""How far each step of a draft has come, and answers as words: where no box is filled but something is told of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from api.desk import dates
from api.desk.asked import shown_at
from api.desk.widgets import control, nothing, widget_of

if TYPE_CHECKING:
    from api.desk.judged import Weighed
    from api.desk.steps import FormStep
    from api.desk.widgets import TypedAnswer
    from validators.model import Field

StepState = Literal["直す", "要確認", "済", "途中", "まだ"]


def states_of(weighed: Weighed) -> list[tuple[StepState, FormStep]]:
    """Return each step with its state; only boxes somebody has left count as wrong."""
    told = shown_at(weighed.told, weighed.draft.visited)
    graver = {
        name.partition(".")[0]: {each.severity for each in found if not each.confirmed_by}
        for name, found in told.items()
    }
    return [(_state(weighed, step, graver), step) for step in weighed.steps]


def _state(weighed: Weighed, step: FormStep, told: dict[str, set[Any]]) -> StepState:
    found = set().union(*(told.get(control(each.name), set()) for each in step.fields))
    if "error" in found:
        return "直す"
    if "warning" in found:
        return "要確認"
    if step.number in weighed.draft.done:
        return "済"
    begun = any(not nothing(weighed.draft.answers.get(each.name)) for each in step.fields)
    return "途中" if begun else "まだ"


def words_of(field: Field, answer: TypedAnswer, kind: str = "") -> str:  # noqa: PLR0911 - one line a widget
    """Return an answer as people would read it."""
    if nothing(answer):
        return "（なし）"
    match widget_of(field, kind):
        case "rows":
            return "／".join(
                "、".join(
                    words_of(inner, row.get(name)) for name, inner in field.fields.items() if not nothing(row.get(name))
                )
                for row in answer
            )
        case "ticks":
            return "、".join(field.options.get(key, key) for key in answer)
        case "several":
            return "／".join(words_of(field, each, field.of) for each in answer)
        case "yesno":
            return "はい" if answer == "true" else "いいえ"
        case "choice" | "pick":
            return field.options.get(answer, str(answer))
        case "date" | "moment":
            return dates.written(answer)
        case "person":
            return "　".join(dates.written(part) if isinstance(part, dict) else part for part in answer.values())
        case _:
            return str(answer)
