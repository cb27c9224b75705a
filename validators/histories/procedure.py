"""A procedure: what sets it off, what is due, by when, to whom, by which way, with what, and what must not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from validators.definitions.clauses import Effective
    from validators.definitions.yamlio import Keys
    from validators.histories.conditions import Condition
    from validators.model import Severity

CaseState = Literal["missing", "late", "out-of-order", "misrouted", "incomplete", "forbidden", "due"]
STATES: tuple[CaseState, ...] = ("forbidden", "out-of-order", "missing", "late", "misrouted", "incomplete", "due")


@dataclass(frozen=True, slots=True)
class Match:
    """Which items are meant. No names: the triggering item itself. `any_time`: before the trigger too.

    `when`: of what must come before an act, only where the act is so. `holds`: what an item may not deny to count.
    """

    names: tuple[str, ...] = ()
    where: Condition | None = None
    when: Condition | None = None
    holds: Condition | None = None
    any_time: bool = False
    delivered: bool = False  # the delivery of that paper, not the paper
    says: str = ""  # what is told where a condition (`is`) does not hold


@dataclass(frozen=True, slots=True)
class By:
    """Until when. Exactly one of setting, period, date, before, same_day; none: no day, until the reminder.

    `setting` counts hours where its name ends with _hours, else days; `reminder`: open until it has passed, never late.
    `alternative` takes its place where it ends later (`after`: from the newest such item).
    """

    setting: str = ""
    reminder: str = ""
    period: str = ""
    counted: bool = False  # the first day
    approx: bool = False  # おおむね: contact.after_days more
    litigation: bool = False  # its last day moves off rest days (CCP 95(3))
    date: Condition | None = None
    before: tuple[Match, ...] = ()
    before_trigger: bool = False
    same_day_ok: bool = False
    at_least: str = ""
    same_day: bool = False
    after: str = ""
    alternative: By | None = None

    @property
    def sets_day(self) -> bool:
        """Tell whether it can set a day at all."""
        own = self.setting or self.same_day or self.period or self.date
        return bool(own) or bool(self.alternative and self.alternative.sets_day)


@dataclass(frozen=True, slots=True)
class Post:
    """Who may receive, when that is so. `posts` empty: whoever."""

    posts: tuple[str, ...]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way that may be taken; `given`: the fact that has to be written where it is."""

    way: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class With:
    """What belongs to an act: papers enclosed, a fact written (one of several), points dealt with, or what must be so."""

    papers: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    equals: Condition | None = None
    holds: Condition | None = None
    of_trigger: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """How an act goes: to whom, through whom, by which way, and what else must be so of the place that acts."""

    to: tuple[Post, ...] = ()
    via: tuple[Post, ...] = ()
    way: tuple[Way, ...] = ()
    holds: Condition | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One thing due; of several `matches` one is enough. `demands`: what it has to say to count as whole."""

    matches: tuple[Match, ...]
    when: Condition | None
    each: tuple[str, ...]
    demands: Condition | None
    by: By
    route: Route
    with_: tuple[With, ...]
    not_before: tuple[Match, ...]
    this: bool = False
    optional: bool = False  # a right: weighed where it is done, never asked for

    @property
    def sets_day(self) -> bool:
        """Tell whether it can have a deadline."""
        return not self.optional and not self.this and self.by.sets_day


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets the procedure off: items of these names; `each`: once for every member of that list."""

    names: tuple[str, ...]
    where: Condition | None = None
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One entry of `validators/procedures/<source>.yaml`; `severities`: state → severity where it is not `severity`."""

    id: str
    source: str
    clauses: tuple[str, ...]
    citation: str
    actor: str
    trigger: Trigger
    dues: tuple[Due, ...]
    unless: tuple[Match, ...]
    forbids: tuple[Match, ...]
    severity: Severity
    severities: Mapping[CaseState, Severity]
    next: str
    message: str
    effective: Effective
    examples: tuple[Mapping[str, Any], ...]
    path: Path
    keys: Keys  # where it stands in the file


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """What a procedure says of a history."""

    procedure: str
    state: CaseState
    due_on: str | None
    clauses: tuple[str, ...]
    message: str
    next: str
    severity: Severity
    citation: str = ""
    lacking: frozenset[str] = field(default=frozenset(), compare=False)  # events and papers that are not there
    matter: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)  # the trigger's ids and offices

    def as_json(self) -> dict[str, Any]:
        """Return the finding in the shape of the public contract (docs/PROCEDURES.md)."""
        return {
            "procedure": self.procedure,
            "state": self.state,
            "due_on": self.due_on,
            "clauses": list(self.clauses),
            "message": self.message,
            "next": self.next,
            "severity": self.severity,
            "citation": self.citation,
        }
