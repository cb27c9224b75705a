"""A matter told as data (samples/matters/*.yaml): the papers to be issued and the history to be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.definitions.papers import FOLDER, read_papers
from validators.histories.items import read_item
from validators.histories.judging import judge_history
from validators.office import load_office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.histories.procedure import CaseFinding
    from validators.rulebook import Rulebook

HERE = Path(__file__).resolve().parent
_BESIDE = frozenset(
    {"like", "data", "tell", "quiet", "confirmations", "office", "case"}
)  # keys of an item that are no facts of the history


@dataclass(frozen=True, slots=True)
class Look:
    """A day on which the case is looked at: what is told then, and what was otherwise (`of` which items, `on` which day)."""

    as_of: date
    tell: str
    expect: tuple[str, ...]  # "procedure state" of each finding
    changed: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ToldMatter:
    """One matter from its first contact to its end; `records` are its papers as JSON input has them."""

    title: str
    case: str
    office: dict[str, str]
    as_of: date
    items: tuple[dict[str, Any], ...]
    records: tuple[dict[str, Any], ...]
    moments: tuple[Look, ...]
    sources: tuple[str, ...] = ()  # whose procedures it goes by; left out: all

    def at(self, moment: Look) -> list[dict[str, Any]]:
        """Return the items as they stand at a moment: those it changes on their other day, or left out."""
        items: list[dict[str, Any]] = []
        for item in self.items:
            change = next((c for c in moment.changed if c["of"].items() <= _plain(item).items()), None)
            if change is None:
                items.append(item)
            elif "on" in change:
                items.append({**item, "on": change["on"]})
        return items

    def judged(
        self, rules: Rulebook, as_of: date | None = None, items: Sequence[dict[str, Any]] | None = None
    ) -> list[CaseFinding]:
        """Return what the procedures say of the history at the end of a day."""
        chosen = self.items if items is None else items
        vocabulary = rules.procedures.vocabulary
        read = [
            read_item(vocabulary, {key: value for key, value in item.items() if key not in _BESIDE}, place)
            for place, item in enumerate(chosen)
        ]
        return judge_history(rules, read, as_of or self.as_of, sources=self.sources, office=self.office)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if isinstance(value, str | int)}


def read_matter(path: Path, rules: Rulebook) -> ToldMatter:
    """Read a matter; its papers are the samples beside the forms (`like`) with what differs and what the case shares.

    A paper of another office than the matter's names that office's profile (`office`); one written after a shared
    fact has changed (a new home) names the row of 事案 that says so (`case`, `further`).
    """
    told = yamlio.load(path)
    matter = rules.catalogue.matter(told["authority"], told["matter"])
    as_of = date.fromisoformat(told["as_of"])
    office = load_office(HERE / "profiles" / told["office"], as_of)
    records: list[dict[str, Any]] = []
    for item in told["history"]:
        if "like" not in item:
            continue
        form = rules.catalogue.get(item["paper"])
        beside = rules.catalogue.file_of(form.slug).parent / FOLDER / f"{form.slug}.yaml"
        sample = next(paper for paper in read_papers(beside) if paper.name == item["like"])
        names = {name: matter.common(field) for name, field in form.fields.items()}
        case = item.get("case", told["case"])
        facts = {**told["common"], **told.get("further", {}).get(case, {})}
        shared = {name: facts[common] for name, common in names.items() if common in facts}
        issuer = load_office(HERE / "profiles" / item["office"], as_of) if "office" in item else office
        words = {alias: name for name, field in form.fields.items() for alias in field.aliases}
        there, here = (
            {words.get(key, key): value for key, value in told_as.items()}
            for told_as in (sample.raw()["data"], item.get("data", {}))
        )
        data = {**there, **shared, **here}
        records.append(
            {
                "form": form.slug,
                "record": f"{len(records) + 1:02}",
                "case": case,
                "office": {key: value for key, value in issuer.items() if "." not in key},
                "confirmations": item.get("confirmations", []),
                "data": {key: value for key, value in data.items() if value is not None},
            }
        )
    moments = tuple(
        Look(date.fromisoformat(each["as_of"]), each["tell"], tuple(each["expect"]), tuple(each.get("changed", ())))
        for each in told.get("moments", ())
    )
    return ToldMatter(
        told["title"],
        told["case"],
        office,
        as_of,
        tuple(told["history"]),
        tuple(records),
        moments,
        tuple(told.get("sources", ())),
    )
