"""What stands in the boxes of a field: how it is taken from a page, what value it makes, how a value is shown again.

An answer is kept as it was typed, as plain JSON: a text; the ticked keys; the boxes of a day (api/desk/dates.py); the parts of
a person; for a list the answers of its items, for a list of groups a mapping of answers each. Nothing typed is changed.

Controls have opaque names, so that no browser fills in what was typed for another person: a digest of the field's name, with
the place in a list and the part behind it (`b3f0a91c.2.b77e01d4.year`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from api.desk import dates
from api.figures import figure
from validators.approximate import exact
from validators.kinds import KINDS
from validators.model import PERSON_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from validators.model import Field

WidgetName = Literal[
    "line", "long", "number", "choice", "pick", "ticks", "yesno", "date", "moment", "person", "address", "lines", "several", "rows"
]  # fmt: skip
TypedAnswer = Any  # see above: JSON
RADIOS: Final = 8  # more options than this are picked from a list
_NARROW: Final = {
    "integer": 6,
    "money": 10,
    "phone": 14,
    "time": 8,
    "person": 20,
    "office": 24,
    "post": 24,
    "address": 40,
}
_DATE_BOXES: Final = ("era", "year", "month", "day", "time", "about", "words")
_PERSON_TEXTS: Final = tuple(key for key in PERSON_KEYS if key != "birth_date")


@lru_cache(maxsize=4096)
def control(name: str) -> str:
    """Return the opaque name of a field's control."""
    return "b" + hashlib.blake2s(name.encode(), digest_size=4).hexdigest()


def widget_of(field: Field, kind: str = "") -> WidgetName:  # noqa: C901, PLR0911 - one line a type of value
    """Return which part of the page a field is answered by; `kind`: the type of one item of a list."""
    match kind or field.type:
        case "list" if field.fields:
            return "rows"
        case "list" if field.of == "enum":
            return "ticks"
        case "list" if field.of == "person" or KINDS[field.of].narrative:
            return "several"
        case "list":
            return "lines"
        case "boolean":
            return "yesno"
        case "enum":
            return "choice" if len(field.options) <= RADIOS else "pick"
        case "date" if not field.approximate:
            return "date"
        case "date" | "datetime":
            return "moment"
        case "person" | "address" as own:
            return own
        case "text":
            return "long"
        case "integer" | "money":
            return "number"
        case _:
            return "line"


def width_of(field: Field) -> int:
    """Return how many characters wide the box is."""
    return _NARROW.get(field.of or field.type, 32)


# ---- from a page ---------------------------------------------------------------------------------------------------


def taken(field: Field, name: str, sent: MultiDict[str, str], before: TypedAnswer = None) -> TypedAnswer:
    """Return the answer in a page's controls that begin with a name; `before`: the one that was kept."""
    widget = widget_of(field)
    if widget == "rows":
        return _rows(field, name, sent, before)
    if widget == "ticks":
        ticked, kept = sent.getlist(name), before if isinstance(before, list) else []
        return sorted((key for key in field.options if key in ticked), key=lambda key: _place(kept, key))
    if widget == "several":
        kept = [taken_alone(widget_of(field, field.of), f"{name}.{i}", sent) for i in range(count_sent(sent, name))]
        return [answer for answer in kept if not nothing(answer)]
    return taken_alone(widget, name, sent)


def _place(kept: list[str], key: str) -> int:
    return kept.index(key) if key in kept else len(kept)


def taken_alone(widget: WidgetName, name: str, sent: MultiDict[str, str]) -> TypedAnswer:
    """Return the answer of a field that is no list."""
    if widget in {"date", "moment"}:
        return dates.gathered({part: _text(sent, f"{name}.{part}") for part in _DATE_BOXES})
    if widget == "person":
        texts = {key: _text(sent, f"{name}.{key}") for key in _PERSON_TEXTS}
        born = dates.gathered({part: _text(sent, f"{name}.birth_date.{part}") for part in dates.PARTS})
        return {key: part for key, part in {**texts, "birth_date": born}.items() if part}
    return _text(sent, name)


def _rows(field: Field, name: str, sent: MultiDict[str, str], before: TypedAnswer) -> list[dict[str, TypedAnswer]]:
    kept = before if isinstance(before, list) else []
    rows = []
    for i in range(count_sent(sent, name)):
        row = dict(kept[i]) if i < len(kept) else {}
        shown = _text(sent, f"{name}.{i}.shown").split()
        for inner in field.fields.values():
            if control(inner.name) in shown:
                row[inner.name] = taken(inner, f"{name}.{i}.{control(inner.name)}", sent, row.get(inner.name))
        rows.append(row)
    return rows


def count_sent(sent: MultiDict[str, str], name: str) -> int:
    """Return how many items of a list a page sent."""
    return min(figure(_text(sent, f"{name}.count")) or 0, MOST_ITEMS)


MOST_ITEMS: Final = 200  # of one list on a page


def _text(sent: MultiDict[str, str], name: str) -> str:
    """Return what was typed; browsers send a line's end as two characters."""
    return sent.get(name, "").replace("\r\n", "\n")


def nothing(answer: TypedAnswer) -> bool:
    """Tell whether an answer says nothing: not even blanks are typed."""
    if isinstance(answer, dict):
        return all(nothing(part) for key, part in answer.items() if key != "era")
    if isinstance(answer, list):
        return all(nothing(part) for part in answer)
    return not answer


# ---- to a record's value -------------------------------------------------------------------------------------------


def value_of(field: Field, answer: TypedAnswer, kind: str = "") -> Any:
    """Return the value of an answer as any other door would hand it over; None for a blank. What is wrong stays so and is told."""
    widget = widget_of(field, kind)
    if nothing(answer):
        return None
    if widget == "rows":
        return [values_of(field.fields, row) for row in answer]
    if widget == "several":
        return [value_of(field, each, field.of) for each in answer]
    if widget in {"date", "moment"}:
        return dates.written(answer)
    if widget == "person":
        parts = {key: dates.written(part) if key == "birth_date" else part for key, part in answer.items()}
        return parts["name"] if set(parts) == {"name"} else parts
    return answer


def values_of(fields: Mapping[str, Field], answers: Mapping[str, TypedAnswer]) -> dict[str, Any]:
    """Return the values of a record or of an item of a list; what is told in words only goes to the box meant for it."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        value = value_of(field, answers.get(name))
        if value is None:
            continue
        words = field.approximate and isinstance(answers[name], dict) and answers[name].get("words")
        found[field.approximate if words else name] = value
    return found


# ---- a value shown again -------------------------------------------------------------------------------------------


def answers_of(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, TypedAnswer]:
    """Return the answers that make these normalised values: what is known already is shown as if it had been typed."""
    roughly = {field.approximate for field in fields.values() if field.approximate}
    found = {}
    for name, field in fields.items():
        words = values.get(field.approximate) if field.approximate else None
        if words is not None:
            found[name] = {"words": str(words)}
        elif name in values and name not in roughly:
            found[name] = answer_of(field, values[name])
    return found


def answer_of(field: Field, value: Any, kind: str = "") -> TypedAnswer:  # noqa: PLR0911 - one line a widget
    """Return the answer that makes a normalised value, or one that was kept as it was typed."""
    widget = widget_of(field, kind)
    if widget in {"lines", "yesno"} and isinstance(value, str):
        return value
    if widget == "rows":
        return [answers_of(field.fields, row) for row in value]
    if widget == "ticks":
        return list(value)
    if widget == "several":
        return [answer_of(field, each, field.of) for each in value]
    if widget == "lines":
        return "\n".join(map(str, value))
    if widget == "yesno":
        return "true" if value else "false"
    if widget in {"date", "moment"}:
        clock = (exact(value) or "")[11:]
        return dates.split(value) | ({"time": clock} if clock else {})
    if widget == "person":
        parts = value if isinstance(value, dict) else {"name": value}
        return {key: dates.split(part) if key == "birth_date" else part for key, part in parts.items()}
    return str(value)
