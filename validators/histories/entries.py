"""Read the procedures of a source (validators/procedures/<source>.yaml, <source>.<part>.yaml); docs/PROCEDURES.md says how an entry is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from validators.definitions import yamlio
from validators.definitions.clauses import Effective
from validators.definitions.field import Definition
from validators.definitions.source import source_named
from validators.errors import DefinitionError
from validators.expressions.compiled import BrokenExpressionError
from validators.histories.conditions import Condition, compiled
from validators.histories.procedure import STATES, By, Due, Match, Post, Procedure, Route, Trigger, Way, With
from validators.histories.registers import Register, RegisterColumn
from validators.periods import parse_period

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from validators.definitions.yamlio import Keys
    from validators.histories.vocabulary import EventVocabulary

FILE_KEYS = {"closes", "procedures", "registers", "deadlines"}
_NAMES = {"event", "paper"}
_ACT = {"by", "to", "via", "way", "route", "with", "holds", "not_before"}
_ENTRY = {"id", "clauses", "citation", "actor", "trigger", "due", "unless", "forbids", "severity", "severities"} | {
    *("next", "message", "effective", "note", "examples"),
    *_ACT,
}
_BY = {"promptly", "reminder", "period", "first_day", "approx", "or", "date", "before", "same_day_ok", "at_least"} | {
    *("same_day", "after", "holidays"),
}
_Entered = TypeVar("_Entered")
_TRIGGER = "trigger"
_REMINDER = "reminder.open_days"


class Reader:
    """Read the entries of one file; an error names file and line."""

    def __init__(self, path: Path, vocabulary: EventVocabulary) -> None:
        """Read the file's text; raises DefinitionError."""
        self.path, self.vocabulary = path, vocabulary
        content = yamlio.load(path)
        self.d = Definition(path, {})
        self.content = self.d.only((), content, FILE_KEYS)
        if not isinstance(content.get("procedures"), list):
            self.d.fail(("procedures",), "「procedures」に手続の一覧を書いてください。")
        self._registers = self.d.each(("registers",), content.get("registers"))

    @property
    def closes(self) -> tuple[str, ...]:
        """Return the events with which a case of this source is over: what was open without a day is missing then."""
        return self._names(("closes",), {"event": self.content.get("closes")}, needed=False)

    def procedures(self) -> tuple[list[Procedure], list[DefinitionError]]:
        """Return the entries that can be read, and what is wrong with the others."""
        return self._each("procedures", self.content["procedures"], self._procedure)

    def registers(self) -> tuple[list[Register], list[DefinitionError]]:
        """Return the registers that can be read, and what is wrong with the others."""
        return self._each("registers", self._registers, self._register)

    def _each(
        self, part: str, raws: Sequence[Any], read: Callable[[Keys, Any], _Entered]
    ) -> tuple[list[_Entered], list[DefinitionError]]:
        found: list[_Entered] = []
        errors: list[DefinitionError] = []
        for index, raw in enumerate(raws):
            try:
                found.append(read((part, index), raw))
            except DefinitionError as error:
                errors.append(error)
        return found, errors

    def _register(self, keys: Keys, raw: Any) -> Register:
        d = self.d
        d.only(keys, raw, {"slug", "title", "citation", "row", "columns", "note"})
        entered = "row" not in raw  # by people, row by row
        columns = []
        for index, each in enumerate(d.each((*keys, "columns"), raw.get("columns"))):
            at = (*keys, "columns", index)
            d.only(at, each, {"name", "label", "value", "options"})
            value = self._condition((*at, "value"), each.get("value"))
            if (value is None) is not entered:
                d.fail((*at, "value"), "欄に入るものは、row があれば式で書き、なければ書きません。")
            name = d.text((*at, "name"), each.get("name"), needed=True)
            label = d.text((*at, "label"), each.get("label"), needed=True)
            options = d.pairs((*at, "options"), each.get("options"))
            columns.append(RegisterColumn(name, label, value, {key: str(said) for key, said in options.items()}))
        if not columns:
            d.fail((*keys, "columns"), "帳簿の欄を書いてください。")
        return Register(
            slug=d.text((*keys, "slug"), raw.get("slug"), needed=True),
            source=source_named(self.path),
            title=d.text((*keys, "title"), raw.get("title"), needed=True),
            citation=d.text((*keys, "citation"), raw.get("citation"), needed=True),
            row=Trigger(()) if entered else self._trigger((*keys, "row"), raw["row"]),
            columns=tuple(columns),
        )

    def _procedure(self, keys: Keys, raw: Any) -> Procedure:
        d = self.d
        d.only(keys, raw, _ENTRY)
        trigger = self._trigger((*keys, "trigger"), raw.get("trigger"))
        due = enumerate(d.each((*keys, "due"), raw.get("due")))
        dues = tuple(self._due((*keys, "due", i), each, raw, keys) for i, each in due)
        if not dues and _ACT & {key for key in raw if raw[key]}:
            dues = (self._due(keys, {"this": True}, raw, keys),)
        severities = d.only((*keys, "severities"), raw.get("severities") or {}, STATES)
        law = d.only((*keys, "effective"), raw.get("effective") or {}, {"from", "until"})
        procedure = Procedure(
            id=d.text((*keys, "id"), raw.get("id"), needed=True),
            source=source_named(self.path),
            clauses=d.texts((*keys, "clauses"), raw.get("clauses")),
            citation=d.text((*keys, "citation"), raw.get("citation"), needed=True),
            actor=d.text((*keys, "actor"), raw.get("actor"), needed=True),
            trigger=trigger,
            dues=dues,
            unless=self._matches((*keys, "unless"), raw.get("unless")),
            forbids=self._matches((*keys, "forbids"), raw.get("forbids")),
            severity=self._severity((*keys, "severity"), raw.get("severity")),
            severities={
                state: self._severity((*keys, "severities", state), severities[state])
                for state in STATES
                if state in severities
            },
            next=d.text((*keys, "next"), raw.get("next"), needed=True),
            message=d.text((*keys, "message"), raw.get("message")),
            effective=Effective("", *(d.day((*keys, "effective", end), law.get(end)) for end in ("from", "until"))),
            examples=d.each((*keys, "examples"), raw.get("examples")),
            path=self.path,
            keys=keys,
        )
        if not dues and not procedure.forbids:
            d.fail(keys, "何が要るのか（due、with など）も、何をしてはならないか（forbids）もありません。")
        return procedure

    # ---- what is meant --------------------------------------------------------------------------------------------

    def _trigger(self, keys: Keys, raw: Any) -> Trigger:
        self.d.only(keys, raw, _NAMES | {"where", "each"})
        return Trigger(
            self._names(keys, raw),
            self._condition((*keys, "where"), raw.get("where")),
            self._words((*keys, "each"), raw.get("each")),
        )

    def _words(self, keys: Keys, raw: Any) -> tuple[str, ...]:
        """Return one text or a list of them."""
        return tuple(self.d.text(keys, each, needed=True) for each in self.d.each(keys, raw))

    def _names(self, keys: Keys, raw: Any, *, needed: bool = True) -> tuple[str, ...]:
        names: list[str] = []
        for kind in ("event", "paper"):
            for name in self._words((*keys, kind), raw.get(kind)):
                known = self.vocabulary.kinds.get(name)
                if known is None or known.is_paper is not (kind == "paper"):
                    near = self.vocabulary.nearest(name, papers=kind == "paper")
                    hint = f"「{near}」ではありませんか。" if near else ""
                    what = "書面" if kind == "paper" else "出来事"
                    self.d.fail((*keys, kind), f"「{name}」という{what}はありません。{hint}")
                names.append(name)
        if needed and not names:
            self.d.fail(keys, "event か paper を書いてください。")
        return tuple(names)

    def _matches(self, keys: Keys, raw: Any) -> tuple[Match, ...]:
        return tuple(self._match((*keys, i), each) for i, each in enumerate(self.d.each(keys, raw)))

    def _match(self, keys: Keys, raw: Any) -> Match:
        if isinstance(raw, str):
            if raw == _TRIGGER:
                return Match()
            return Match(self._names(keys, {"paper" if self.vocabulary.is_paper(raw) else "event": raw}))
        self.d.only(keys, raw, _NAMES | {"where", "when", "holds", "any_time", "delivered", "this", "says"})
        return Match(
            () if raw.get("this") else self._names(keys, raw),
            self._condition((*keys, "where"), raw.get("where")),
            self._condition((*keys, "when"), raw.get("when")),
            self._condition((*keys, "holds"), raw.get("holds")),
            any_time=bool(raw.get("any_time")),
            delivered=bool(raw.get("delivered")),
            says=self.d.text((*keys, "says"), raw.get("says")),
        )

    def _not_before(self, keys: Keys, raw: Any) -> tuple[Match, ...]:
        """Read what must come before an act; `is`: what must be so of its day."""
        found: list[Match] = []
        for at, each in enumerate(self.d.each(keys, raw)):
            if isinstance(each, dict) and "is" in each:
                said = self.d.only((*keys, at), each, {"is", "when", "says"})
                told = self._condition((*keys, at, "is"), said["is"]), self._condition((*keys, at), said.get("when"))
                found.append(Match(where=told[0], when=told[1], says=self.d.text((*keys, at), said.get("says"))))
            else:
                found.append(self._match((*keys, at), each))
        return tuple(found)

    def _condition(self, keys: Keys, source: Any) -> Condition | None:
        if source is None:
            return None
        try:
            return compiled(self.d.text(keys, source, needed=True))
        except BrokenExpressionError as error:
            self.d.fail(keys, error.message)

    # ---- what is due ----------------------------------------------------------------------------------------------

    def _due(self, keys: Keys, raw: Any, entry: Any, entry_keys: Keys) -> Due:
        """Read one thing due; what it does not say itself it has from its entry."""
        allowed = _NAMES | {"where", "any_time", "delivered", "this", "any", "when", "each", "optional"} | _ACT
        if keys != entry_keys:
            self.d.only(keys, raw, allowed)
        said = {key: (raw[key], (*keys, key)) for key in _ACT if key in raw and keys != entry_keys}
        said |= {key: (entry[key], (*entry_keys, key)) for key in _ACT if key in entry and key not in said}
        where = {key: pair[1] for key, pair in said.items()}
        act = {key: pair[0] for key, pair in said.items()}
        meant = {key: raw[key] for key in raw if key in _NAMES | {"where", "any_time", "delivered", "this"}}
        matches = self._matches((*keys, "any"), raw["any"]) if "any" in raw else (self._match(keys, meant),)
        with_ = enumerate(self.d.each(where.get("with", keys), act.get("with")))
        return Due(
            matches=matches,
            when=self._condition((*keys, "when"), raw.get("when")),
            each=self._words((*keys, "each"), raw.get("each")),
            demands=self._condition(where.get("holds", keys), act.get("holds")),
            by=self._by(where.get("by", keys), act.get("by")),
            route=self._route(where, keys, act),
            with_=tuple(self._with((*where["with"], i), one) for i, one in with_),
            not_before=self._not_before(where.get("not_before", keys), act.get("not_before")),
            this=bool(raw.get("this")),
            optional=bool(raw.get("optional")),
        )

    def _by(self, keys: Keys, raw: Any) -> By:
        if raw is None:
            return By(reminder=_REMINDER)
        self.d.only(keys, raw, _BY)
        before = raw.get("before")
        period = self.d.text((*keys, "period"), raw.get("period"))
        if period:
            try:
                parse_period(period)
            except ValueError as error:
                self.d.fail((*keys, "period"), str(error))
        after = self.d.text((*keys, "after"), raw.get("after"))
        if after:
            self._match((*keys, "after"), after)
        by = By(
            setting=self.d.text((*keys, "promptly"), raw.get("promptly")),
            reminder=self.d.text((*keys, "reminder"), raw.get("reminder")),
            period=period,
            counted=raw.get("first_day") == "counted",
            approx=bool(raw.get("approx")),
            litigation=raw.get("holidays") == "litigation",
            date=self._condition((*keys, "date"), raw.get("date")),
            before=() if before in (None, _TRIGGER) else self._matches((*keys, "before"), before),
            before_trigger=before == _TRIGGER,
            same_day_ok=bool(raw.get("same_day_ok")),
            at_least=self.d.text((*keys, "at_least"), raw.get("at_least")),
            same_day=bool(raw.get("same_day")),
            after=after,
            alternative=self._by((*keys, "or"), raw["or"]) if "or" in raw else None,
        )
        ways = (by.setting, by.reminder, by.period, by.date, by.before or by.before_trigger, by.same_day)
        if sum(map(bool, ways)) != 1:
            self.d.fail(keys, "期限は promptly、reminder、period、date、before、same_day のうち一つで書いてください。")
        return by

    def _route(self, where: dict[str, Keys], keys: Keys, act: dict[str, Any]) -> Route:
        at = {key: where.get(key, keys) for key in ("to", "via", "way", "route")}
        return Route(
            tuple(self._post(at["to"], each) for each in self.d.each(at["to"], act.get("to"))),
            tuple(self._post(at["via"], each) for each in self.d.each(at["via"], act.get("via"))),
            tuple(self._way(at["way"], each) for each in self.d.each(at["way"], act.get("way"))),
            self._condition(at["route"], act.get("route")),
        )

    def _post(self, keys: Keys, raw: Any) -> Post:
        if isinstance(raw, str):
            return Post((raw,))
        self.d.only(keys, raw, {"post", "when"})
        posts = raw.get("post")
        named = () if posts == "any" else (posts,) if isinstance(posts, str) else self.d.texts(keys, posts)
        return Post(named, self._condition(keys, raw.get("when")))

    def _way(self, keys: Keys, raw: Any) -> Way:
        if isinstance(raw, str):
            return Way(raw)
        if not isinstance(raw, dict) or len(raw) != 1:
            self.d.fail(keys, "方法は「名前」か「名前: 要る事実」で書いてください。")
        ((way, given),) = raw.items()
        return Way(way, self.d.text(keys, given, needed=True))

    def _with(self, keys: Keys, raw: Any) -> With:
        self.d.only(keys, raw, {"paper", "fact", "items", "equals", "is", "of", "when"})
        return With(
            papers=self._names(keys, {"paper": raw.get("paper")}, needed=False),
            facts=self._words((*keys, "fact"), raw.get("fact")),
            items=self.d.texts((*keys, "items"), raw.get("items")),
            equals=self._condition((*keys, "equals"), raw.get("equals")),
            holds=self._condition((*keys, "is"), raw.get("is")),
            of_trigger=raw.get("of") == _TRIGGER,
            when=self._condition((*keys, "when"), raw.get("when")),
        )

    def _severity(self, keys: Keys, raw: Any) -> Any:
        if raw not in ("error", "warning", "info"):
            self.d.fail(keys, "重さは error、warning、info のどれかで書いてください。")
        return raw
