"""Plant faults in the year (plants.yaml): each in one case, with what must be found, frozen before anything judges it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from samples.year.generator import SEED, year
from validators.definitions import yamlio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from samples.year.stories import Case

_DAY = len("2025-04-01")
_DAYS, _LISTS = {"on", "delivered_on", "slot_due_on"}, {"decision_slots"}


@dataclass(frozen=True, slots=True)
class Plant:
    """One fault in one case: the case as it then is, what must be found, and what lawfully follows besides."""

    kind: str
    was: Case
    case: Case
    procedure: str
    state: str
    has_day: bool  # whether the day that is told must be that of the count
    follows: tuple[tuple[str, str], ...] = ()


def matches(item: Mapping[str, Any], of: Mapping[str, Any]) -> bool:
    """Say whether an item bears every fact of a selector (a list: one of its values)."""
    return all(
        item.get(key) in value if isinstance(value, list) else item.get(key) == value for key, value in of.items()
    )


def _shifted(item: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """Return an item so much later, and with it its delivery and the days it sets for what comes next."""
    return {
        key: _moved(value, by) if key in _DAYS else [_shifted(each, by) for each in value] if key in _LISTS else value
        for key, value in item.items()
    }


def _moved(moment: str, by: timedelta) -> str:
    if len(moment) == _DAY:
        return (date.fromisoformat(moment) + by).isoformat()
    return (datetime.fromisoformat(moment) + by).isoformat(timespec="minutes")


def _selected(told: dict[str, Any], case: Case) -> int | None:
    """Return the place of the item that a kind takes in a case, None where it takes none."""
    if told.get("story", "") not in case.story:
        return None
    if "beside" in told and not any(matches(item, told["beside"]) for item in case.history):
        return None
    if "without" in told and any(matches(item, told["without"]) for item in case.history):
        return None
    places = [place for place, item in enumerate(case.history) if matches(item, told["of"])]
    if not places:
        return None
    place = places[-1 if told.get("last") else 0]
    day = date.fromisoformat(case.history[place]["on"][:_DAY])
    return place if (case.as_of - day).days >= told.get("room", 0) else None


def disturbed(case: Case, told: dict[str, Any], place: int) -> Case:
    """Return the case with the fault of a kind at one of its items."""
    change, items, item = told["change"], list(case.history), case.history[place]
    as_of = case.as_of
    if change == "out":
        del items[place]
    elif change == "every out":
        items = [each for each in items if not matches(each, told["of"])]
    elif "delay" in change:
        by = timedelta(days=change["delay"])
        items[place:] = [_shifted(each, by) for each in items[place:]]
        as_of += by
    else:
        if "put" in change:
            added = {key: item[key] if value == "$" else value for key, value in change["put"].items()}
            items.append({"on": _moved(item["on"][:_DAY], timedelta(days=change["days"])), **added})
        if "later" in change:
            by = timedelta(**change["later"])
            along = [
                {key: item[key] if value == "$" else value for key, value in of.items()}
                for of in change.get("along", ())
            ]
            items[place] = _shifted(item, by)
            for at, each in enumerate(items):
                if at != place and each["on"][:_DAY] >= item["on"][:_DAY] and any(matches(each, of) for of in along):
                    items[at] = _shifted(each, by)
        items[place] = {**items[place], **change.get("say", {})}
    items.sort(key=lambda each: each["on"][:_DAY])
    last = date.fromisoformat(items[-1]["on"][:_DAY])
    return replace(case, history=tuple(items), as_of=max(as_of, last))


def _kinds() -> Iterator[tuple[str, dict[str, Any]]]:
    for source, kinds in yamlio.load(Path(__file__).parent / "plants.yaml").items():
        for told in kinds:
            yield source, told


def plants(cases: Sequence[Case] | None = None, seed: int = SEED) -> list[Plant]:
    """Return the faults, each in a case of its own as far as there are enough. Raises ValueError where a kind finds no case."""
    chance, taken, found = Random(seed), set[str](), []  # noqa: S311 - a sample, no secret
    by_kind = []
    for source, told in _kinds():
        open_to = [
            (case, place)
            for case in (cases or year(seed))
            if source in case.sources and (place := _selected(told, case)) is not None
        ]
        by_kind.append((len(open_to), told, open_to))
    for _, told, open_to in sorted(by_kind, key=lambda each: each[0]):
        chance.shuffle(open_to)
        free_first = sorted(open_to, key=lambda each: each[0].number in taken)
        if not free_first:
            msg = f"no case for {told['kind']}"
            raise ValueError(msg)
        for case, place in free_first[: told["count"]]:
            taken.add(case.number)
            procedure, state = told["expect"]
            follows = tuple((each[0], each[1]) for each in told.get("follows", ()))
            now = disturbed(case, told, place)
            found.append(Plant(told["kind"], case, now, procedure, state, told.get("day", False), follows))
    return sorted(found, key=lambda plant: (plant.was.number, plant.kind))
