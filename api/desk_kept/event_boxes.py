"""The boxes of an event: its day, its time, what the vocabulary lets be told of it; read, and filled with what was told before."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from api.kept.reach import rules, today
from validators.wareki import format_date, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.desk_kept.boxes import TypedBoxes
    from ledger.history import ToldEvent
    from validators.histories.vocabulary import Fact

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3])[:時]([0-5][0-9])分?")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def facts_asked(name: str, told: Iterable[str] = ()) -> list[Fact]:
    """Return what may be told of an event, with what was told of it besides."""
    vocabulary = rules().procedures.vocabulary
    kind = vocabulary.kinds.get(name)
    names = dict.fromkeys((*(kind.facts if kind else ()), *told))
    return [found for each in names if (found := vocabulary.fact(name, each))]


def event_told(boxes: TypedBoxes, name: str, before: ToldEvent | None = None) -> dict[str, Any]:
    """Return the event that the boxes tell, as histories write it. A box that stands as it was tells what was told `before`."""
    vocabulary = rules().procedures.vocabulary
    item: dict[str, Any] = {"paper" if vocabulary.is_paper(name) else "event": name}
    on, clock = boxes.day("on", "いつ", must=True, until=today()), boxes.text("clock")
    if clock:
        found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", clock))
        if found is None:
            boxes.refuse("clock", "「時刻」は、14:30 のように書いてください。")
        else:
            on = f"{on}T{int(found[1]):02d}:{found[2]}"
    item["on"] = on
    kept = before.facts if before else {}
    shown = facts_asked(name, kept)
    known = _typed_facts(shown, kept)
    for fact in shown:
        box = f"f-{fact.name}"
        typed = boxes.text(box)
        if fact.name in known and typed == known[fact.name].strip():
            item[fact.name] = kept[fact.name]
        elif typed:
            item[fact.name] = _read(boxes, box, fact, typed)
    item |= {each: value for each, value in kept.items() if each not in {fact.name for fact in shown}}
    return item


def _read(boxes: TypedBoxes, box: str, fact: Fact, typed: str) -> Any:
    match fact.type:
        case "list":
            return [line.strip() for line in typed.splitlines() if line.strip()]
        case "bool":
            return typed == "true"
        case "date":
            return boxes.day(box, fact.label)
        case "number":
            plain = unicodedata.normalize("NFKC", typed)
            if not _NUMBER.fullmatch(plain):
                boxes.refuse(box, f"「{fact.label}」は、数で書いてください。")
                return 0
            return float(plain) if "." in plain else int(plain)
        case _:
            return typed


def event_known(told: ToldEvent) -> dict[str, str]:
    """Return the boxes filled with what was told."""
    shown = facts_asked(told.name, told.facts)
    return {
        "on": format_date(parse_date(told.at[:10])),
        "clock": told.at[11:16],
        **{f"f-{name}": text for name, text in _typed_facts(shown, told.facts).items()},
    }


def _typed_facts(facts: Sequence[Fact], told: Mapping[str, Any]) -> dict[str, str]:
    return {fact.name: _written(fact, told[fact.name]) for fact in facts if told.get(fact.name) is not None}


def _written(fact: Fact, value: Any) -> str:
    """Return a fact as it would be typed, one of its listed values as its box offers it: as a key of a choice, else in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(_written(fact, each) for each in value)
    if isinstance(value, str) and fact.listed:
        key = fact.spelt(value)
        return key if fact.chosen else fact.offered().get(key, value)
    if isinstance(value, dict):
        return "　".join(str(part) for part in value.values() if part not in (None, ""))
    text = str(value)
    return format_date(parse_date(text)) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else text
