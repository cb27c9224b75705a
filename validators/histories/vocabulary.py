"""The events and papers that histories are written in (validators/procedures/events.yaml): names, facts, what implies what."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.definitions.field import Definition
from validators.text import fold
from validators.values import UnreadableError, read_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from validators.definitions.yamlio import Keys

FILE = "events.yaml"
DELIVERED = "paper_delivered"
TYPES = frozenset({"text", "bool", "number", "date", "id", "office", "person", "list"})
# what every item has, whatever it is
COMMON = frozenset({"on", "event", "paper", "delivered_on"})
_KEYS = {"facts", "events"}
_FACT_KEYS = {"label", "type", "aliases", "options", "spellings", "as_on", "open", "adds_up"}
_EVENT_KEYS = {"label", "facts", "own", "aliases", "implied_by", "inherits", "source", "note"}
_IMPLIED_KEYS = {"event", "paper", "where", "on"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What may be said of an item. `options`: value → label, for the values that have one, told so too; `open`: others may be told.

    `as_on`: the form (and its item, of a list `list.item`) that asks the same as a choice: its values, in any way they are read there, are the fact's too.
    `adds_up`: a list of points that may be dealt with in several acts, one after another.
    """

    name: str
    label: str
    type: str = "text"
    options: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)  # folded spelling → value
    open: bool = True
    adds_up: bool = False
    as_on: str = ""
    choices: Callable[[str], Mapping[str, str]] = field(default=lambda _: {}, compare=False)
    called: Mapping[str, str] = field(default_factory=dict)  # value of the spellings → how people call it

    def offered(self) -> dict[str, str]:
        """Return the values that are listed, here or on a form, each with what people call it."""
        return {**self.called, **self.choices(self.as_on), **self.options}

    @property
    def listed(self) -> bool:
        """Tell whether its values are listed, here or on a form."""
        return bool(self.spellings or self.as_on)

    @property
    def chosen(self) -> bool:
        """Tell whether it is one of the listed values and nothing else."""
        return self.listed and not self.open and self.type != "list"

    def values(self) -> set[str]:
        """Return the values that are listed."""
        return {*self.spellings.values(), *self.choices(self.as_on)}

    def spelt(self, told: str) -> str:
        """Return the value that a text tells in one of its spellings; an unknown one as it is."""
        return self._value(told) or told

    def strange(self, told: Any) -> bool:
        """Tell whether a text is none of the values, where those are listed: no procedure will look at it."""
        return not self.open and isinstance(told, str) and bool(told) and self.unknown(told)

    def unknown(self, told: str) -> bool:
        """Tell whether a text is none of the values in any of their spellings."""
        return self._value(told) is None

    def _value(self, told: str) -> str | None:
        if (value := self.spellings.get(fold(told))) is not None or not self.as_on or not told:
            return value
        try:
            return read_option(self.choices(self.as_on), told)
        except UnreadableError:
            return None


@dataclass(frozen=True, slots=True)
class Implied:
    """An event that another item is already: it is not entered a second time. `on`: the fact that holds its day."""

    event: str
    of: str
    where: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class HappeningKind:
    """An event or a paper: its label, the facts it may have."""

    name: str
    label: str
    is_paper: bool
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an event, with what that name says besides."""

    event: str
    says: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class EventVocabulary:
    """All kinds of items by name. Events bear names like `request_received`, papers slugs like `warning-request`."""

    path: Path
    facts: dict[str, Fact] = field(default_factory=dict)
    kinds: dict[str, HappeningKind] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    paper_names: Mapping[str, str] = field(default_factory=dict)  # as other sources call a paper → its slug
    fact_aliases: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[str, str], Fact] = field(default_factory=dict)  # facts that mean something else on one event
    implied: list[Implied] = field(default_factory=list)
    inherits: dict[str, str] = field(default_factory=dict)  # event → the earlier one whose facts it takes over
    choices: Callable[[str], Mapping[str, str]] = lambda _: {}  # "form.item" → its options
    asked: Callable[[str, tuple[str, ...]], str] = lambda _form, _items: ""  # a form and names of an item → "form.item"
    on_papers: dict[tuple[str, str], Fact] = field(default_factory=dict)  # facts as the forms asked them that were met

    def is_paper(self, name: str) -> bool:
        """Tell whether a name is a paper's slug."""
        return name in self.kinds and self.kinds[name].is_paper

    def label(self, name: str) -> str:
        """Return what people read for an event, a paper or a fact."""
        if name in self.kinds:
            return self.kinds[name].label
        return self.facts[name].label if name in self.facts else name

    def fact(self, kind: str, name: str) -> Fact | None:
        """Return a fact as an item of a kind has it: of a paper, the choices of its form are its values too, as they are read there."""
        found = self.own.get((kind, name)) or self.facts.get(name)
        if found is None or not found.listed or not self.is_paper(kind) or found.as_on.startswith(f"{kind}."):
            return found
        if (kind, name) not in self.on_papers:
            called = (name, *(alias for alias, fact in self.fact_aliases.items() if fact == name))
            self.on_papers[kind, name] = replace(found, as_on=self.asked(kind, called) or found.as_on)
        return self.on_papers[kind, name]

    def all_of(self, name: str) -> list[Fact]:
        """Return a fact as all items have it: its own, and what events mean by it that mean something else."""
        return [self.facts[name], *(fact for (_, own), fact in self.own.items() if own == name)]

    def check(self) -> None:
        """Raise DefinitionError where a fact is told as on a form that asks no such choice."""
        for fact in (*self.facts.values(), *self.own.values()):
            fact.values()

    def nearest(self, name: str, *, papers: bool) -> str:
        """Return the known name that is nearest to a wrong one, or nothing."""
        known = [kind.name for kind in self.kinds.values() if kind.is_paper is papers]
        found = difflib.get_close_matches(name, [*known, *(() if papers else self.aliases)], n=1, cutoff=0.5)
        return found[0] if found else ""

    def knows_fact(self, kind: str, name: str) -> bool:
        """Tell whether an item of a kind may have a fact; papers have what their form has, so any known name does."""
        if name in COMMON:
            return True
        found = self.kinds.get(kind)
        if (kind, name) in self.own:
            return True
        return name in self.facts and (found is None or found.is_paper or kind == DELIVERED or name in found.facts)


def read_vocabulary(
    path: Path,
    titles: Mapping[str, str],
    paper_names: Mapping[str, str],
    choices: Callable[[str], Mapping[str, str]] = lambda _: {},
    asked: Callable[[str, tuple[str, ...]], str] = lambda _form, _items: "",
) -> EventVocabulary:
    """Read the vocabulary; `titles` are those of all papers by slug, `paper_names` their other names. Raises DefinitionError with file:line.

    `choices`: "form.item" → its options, asked for when a fact that is told as on that form is read. `asked`: a form and the
    names of a fact → the choice of the form that asks it, "" where there is none.
    """
    content = yamlio.load(path)
    d = Definition(path, {})
    d.only((), content, _KEYS)
    found = EventVocabulary(path, paper_names=paper_names, choices=choices, asked=asked)
    for name, raw in d.pairs(("facts",), content.get("facts")).items():
        _fact(d, found, name, raw)
    for slug, title in titles.items():
        found.kinds[slug] = HappeningKind(slug, title, is_paper=True)
    for name, raw in d.pairs(("events",), content.get("events")).items():
        _event(d, found, name, raw)
    return found


def _fact(d: Definition, found: EventVocabulary, name: str, raw: Any) -> None:
    keys = ("facts", name)
    found.facts[name] = _read_fact(d, found, keys, name, raw)
    for alias in d.texts((*keys, "aliases"), raw.get("aliases")):
        found.fact_aliases[alias] = name


def _read_fact(d: Definition, of: EventVocabulary, keys: tuple[str, ...], name: str, raw: Any) -> Fact:
    d.only(keys, raw, _FACT_KEYS)
    kind = d.text((*keys, "type"), raw.get("type")) or "text"
    if kind not in TYPES:
        d.fail((*keys, "type"), f"「{kind}」という型はありません。使えるもの: {'、'.join(sorted(TYPES))}")
    options = d.pairs((*keys, "options"), raw.get("options"))
    spellings = {fold(str(called)): str(value) for value, called in options.items()}
    spellings |= {
        fold(told): str(value)
        for value, others in (raw.get("spellings") or {}).items()
        for told in (str(value), *d.texts((*keys, "spellings", str(value)), others))
    }
    label = d.text((*keys, "label"), raw.get("label"), needed=True)
    form, _, item = d.text((*keys, "as_on"), raw.get("as_on")).partition(".")
    return Fact(
        name,
        label,
        kind,
        options,
        spellings,
        bool(raw.get("open", not (raw.get("spellings") or form))),
        adds_up=bool(raw.get("adds_up")),
        as_on=f"{form}.{item or name}" if form else "",
        choices=of.choices,
        called={str(value): _called(str(value), others) for value, others in (raw.get("spellings") or {}).items()},
    )


def _called(value: str, others: Any) -> str:
    """Return what people call a value: itself, but by its first spelling where it is a key of letters and figures."""
    words = [str(each) for each in others] if isinstance(others, list) else [str(others)] if others else []
    return next((each for each in words if not each.isascii()), value) if value.isascii() else value


def _event(d: Definition, found: EventVocabulary, name: str, raw: Any) -> None:
    keys = ("events", name)
    d.only(keys, raw, _EVENT_KEYS)
    facts = d.texts((*keys, "facts"), raw.get("facts"))
    for at, fact in enumerate(facts):
        if fact not in found.facts:
            d.fail((*keys, "facts", at), f"事実「{fact}」が facts にありません。")
    for fact, said in d.pairs((*keys, "own"), raw.get("own")).items():
        found.own[name, fact] = _read_fact(d, found, (*keys, "own", fact), fact, said)
    if name in found.kinds:
        d.fail(keys, f"「{name}」は書面の名前でもあります。")
    found.kinds[name] = HappeningKind(
        name, d.text((*keys, "label"), raw.get("label"), needed=True), is_paper=False, facts=facts
    )
    aliases, place = raw.get("aliases"), (*keys, "aliases")
    told = aliases if isinstance(aliases, dict) else dict.fromkeys(d.texts(place, aliases))
    for alias, says in told.items():
        found.aliases[alias] = Alias(name, d.pairs((*place, alias), says))
    if heir := d.text((*keys, "inherits"), raw.get("inherits")):
        found.inherits[name] = heir
    for index, implied in enumerate(d.each((*keys, "implied_by"), raw.get("implied_by"))):
        found.implied.append(_implied(d, (*keys, "implied_by", index), name, implied))


def _implied(d: Definition, keys: Keys, name: str, raw: Any) -> Implied:
    said = {key: d.text((*keys, key), value) for key, value in d.only(keys, raw, _IMPLIED_KEYS).items()}
    return Implied(name, said.get("event") or said.get("paper", ""), said.get("where", ""), said.get("on", ""))
