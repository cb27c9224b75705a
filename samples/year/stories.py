"""Tell the stories of stories/*.yaml with people and days: each a case that goes lawfully from its beginning to its end.

A story names its parts in order, each with the day it turns on (`at`) and what it passes on; `$name` stands for what the
case is about or a day, a value that begins with `=` is a day reckoned from others (days.py). `maybe: [name, chance]`: told
in some cases only, all items of a part that share the name together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from samples.year.days import day_of, told_moment
from samples.year.people import Party, party, stations
from validators.definitions import yamlio

if TYPE_CHECKING:
    from random import Random

BEGINS, ENDS = date(2025, 4, 1), date(2026, 3, 31)
_OTHERWISE = 0.12  # how often a name is written in another way
_FOLDER = Path(__file__).parent / "stories"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the year: whose procedures it goes by, its people, its history as plain data, the day it is looked at."""

    number: str
    story: str
    sources: tuple[str, ...]
    parties: tuple[Party, ...]
    history: tuple[dict[str, Any], ...]
    as_of: date


@dataclass(slots=True)
class _Telling:
    """What a story knows while it is told."""

    chance: Random
    names: dict[str, str]
    days: dict[str, date]
    minutes: int
    officers: tuple[str, ...]
    items: list[dict[str, Any]] = field(default_factory=list)

    def moment(self, told: str) -> str:
        day, time = day_of(Template(told).substitute(self.names), self.days, self.chance)
        return told_moment(day, time, self.minutes)

    def day(self, told: str) -> date:
        return day_of(Template(told).substitute(self.names), self.days, self.chance)[0]

    def filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if not isinstance(value, str):
            return value
        if value.startswith("="):
            return self.moment(value[1:])
        known = {**{name: day.isoformat() for name, day in self.days.items()}, **self.names}
        return self.spelled(Template(value).substitute(known))

    def spelled(self, text: str) -> str:
        """Return an office or an officer as another writer might put it, now and then."""
        if text.removesuffix("長") in stations():
            return f"汐見県{text}" if self.chance.random() < _OTHERWISE else text
        if text in self.officers:
            return text.replace("　", self.chance.choice(["", " "])) if self.chance.random() < _OTHERWISE else text
        return text

    def part(self, told: dict[str, Any], of: dict[str, Any]) -> None:
        """Tell one part: `at` and the days it reckons first, then its items."""
        self.names |= {key: value for key, value in told.items() if key not in {"part", "at", "days"}}
        self.days["at"] = self.day(told["at"])
        for name, expression in {**of.get("days", {}), **told.get("days", {})}.items():
            self.days[name] = self.day(expression)
        drawn: dict[str, bool] = {}
        for item in of["items"]:
            name, likely = item.get("maybe", ("", 1))
            if drawn.setdefault(name, self.chance.random() < likely):
                plain = {key: self.filled(value) for key, value in item.items() if key not in {"on", "maybe"}}
                self.items.append({"on": self.moment(item["on"]), **plain})


@cache
def _told() -> tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]:
    """Return (file, story, parts) of every story, in the order of the files."""
    found = []
    for path in sorted(_FOLDER.glob("*.yaml")):
        book = yamlio.load(path)
        found += [(path.stem, {"sources": book["sources"], **story}, book["parts"]) for story in book["stories"]]
    return tuple(found)


def tellings() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (story, parts) as often as each story happens in the year."""
    return [(story, parts) for _, story, parts in _told() for _ in range(story["count"])]


def tell(number: int, story: dict[str, Any], parts: dict[str, Any], chance: Random) -> Case:
    """Return one case of a story; the same chance tells the same case."""
    near, far, third = chance.sample(stations(), 3)
    woman = party("applicant", "女", near, chance)
    people = (woman, party("respondent", "男", far, chance))
    officers = [party("officer", "男", near, chance).name for _ in range(3)]
    names = {
        "station": near,
        "elsewhere": far,
        "third": third,
        "applicant": woman.name,
        "born": woman.birth_date.isoformat(),
        "home": woman.addresses[0],
        "respondent": people[1].name,
        "respondent_born": people[1].birth_date.isoformat(),
        "respondent_home": people[1].addresses[0],
        "chief": officers[0],
        "officer": officers[1],
        "second": officers[2],
        "n": str(number),
    }
    telling = _Telling(chance, names, {"year": BEGINS}, chance.randint(-40, 9), tuple(officers))
    first, last = story["opened"]
    telling.days["opened"] = telling.day(f"year + {first}..{last}" if first >= 0 else f"year - {-last}..{-first}")
    for each in story["tell"]:
        if chance.random() < each.get("likely", 1):
            telling.part({key: value for key, value in each.items() if key != "likely"}, parts[each["part"]])
    ordered = sorted(telling.items, key=lambda item: (item["on"][:10],))  # a day's items stay as they are told
    return Case(
        f"汐見-令7-{number:03}",
        story["name"],
        tuple(story["sources"]),
        people,
        tuple(ordered),
        min(telling.day(story["ends"]), ENDS + timedelta(days=story.get("after", 0))),
    )
