"""Fill the next paper of a case with what the case knows, and say of each value where it came from.

What the case knows as of the paper's day: its facts (facts.py), then what its events told under the same name. A value that
the form cannot read is left out; the paper's own date, what stands on each paper for itself (number, addressee, name of the
issuer) and what was ticked are never taken from another paper: who confirmed once has not confirmed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from ledger.audit.case_events import ValuesRevealed
from ledger.cases import CaseFile, case_named, matter_of
from ledger.facts import common_name, facts_of, is_fact
from ledger.history import told_of
from ledger.offices import profile_of
from ledger.tables import paper
from ledger.write import record as told_to_audit
from validators.definitions.vocabulary import vocabularies
from validators.model import Record
from validators.normalise import normalise
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.facts import CaseFact
    from ledger.types import Actor
    from validators.definitions.source import Matter
    from validators.model import Field, Form
    from validators.rulebook import Rulebook

_OF_EACH_PAPER: Final = "document"  # the vocabulary of what every paper says for itself


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value the case knows for a box: since when it holds, and in words where it came from."""

    value: Any
    since: str
    origin: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The record of the next paper as far as the case knows it, and for each box where its value came from."""

    form: Form
    record: Record
    origins: Mapping[str, KnownValue]


def prefill(
    ledger: Ledger, rules: Rulebook, actor: Actor, case: str, slug: str, *, day: date, why: str = "次の書面の記載"
) -> Prefilled:
    """Return the record of a case's next paper as of its day; that protected values were given is told to the audit first.

    Raises InputError: no such case or form, no edition on that day.
    """
    with ledger.read() as connection:
        found = case_named(connection, ledger, case)
        form = rules.catalogue.get(slug, day)
        matter = matter_of(rules, found.kind)
        known = dict(_known(connection, ledger, rules, found, day.isoformat()))
        office = profile_of(connection, found.office_id, day.isoformat())
    wanted = {name: _value(known, matter, item) for name, item in _boxes(rules, form)}
    kept = {name: value for name, value in wanted.items() if value is not None}
    record = Record(
        form.slug, f"{found.shown()}-{form.slug}", {name: each.value for name, each in kept.items()}, case=found.shown()
    )
    record = replace(record, data=_readable(form, record), office=office)
    origins = {name: kept[name] for name in record.data}
    if revealed := sorted(name for name in record.data if form.fields[name].holds_protected):
        told_to_audit(ledger, actor, ValuesRevealed(case=found.ref, fields=tuple(revealed), why=why))
    return Prefilled(form, record, origins)


def _boxes(rules: Rulebook, form: Form) -> Iterator[tuple[str, Field]]:
    own = vocabularies(rules.places.catalogue).get(_OF_EACH_PAPER)
    for name, item in form.fields.items():
        each_papers_own = not item.once and (item.type == "boolean" or bool(own and name in own.fields))
        if is_fact(item) and name != form.basis and not each_papers_own:
            yield name, item


def _value(known: Mapping[str, KnownValue], matter: Matter | None, item: Field) -> KnownValue | None:
    names = (common_name(matter, item), item.name, *item.aliases)
    return next((known[name] for name in names if name in known), None)


def _known(
    connection: Connection, ledger: Ledger, rules: Rulebook, case: CaseFile, day: str
) -> Iterator[tuple[str, KnownValue]]:
    """Yield what a case knows as of a day, its facts last: they go before what events told."""
    vocabulary = rules.procedures.vocabulary
    for told in told_of(connection, ledger, case.id):
        if told.at[:10] <= day and not vocabulary.is_paper(told.name) and told.name in vocabulary.kinds:
            origin = f"{vocabulary.kinds[told.name].label}（{_wareki(told.at)}）"
            for name, value in told.facts.items():
                yield name, KnownValue(value, told.at[:10], origin)
    facts = facts_of(connection, case, day=day)
    papers = _papers(connection, rules, facts)
    for name, fact in facts.items():
        yield (
            name,
            KnownValue(fact.value, fact.since, papers.get(fact.origin_ref) or f"事案（{_wareki(fact.since)}から）"),
        )


def _papers(connection: Connection, rules: Rulebook, facts: Mapping[str, CaseFact]) -> dict[str, str]:
    """Return the papers that facts came from, in words, by ref."""
    refs = {fact.origin_ref for fact in facts.values() if fact.origin == "paper"}
    rows = (
        connection.execute(select(paper.c.ref, paper.c.form, paper.c.day).where(paper.c.ref.in_(refs))) if refs else ()
    )
    titles = {each.slug: each.title for each in rules.catalogue.headings()}
    return {row.ref: f"{titles.get(row.form, row.form)}（{_wareki(row.day or '')}）" for row in rows}


def _readable(form: Form, record: Record) -> dict[str, Any]:
    """Return what the form can read of the data, as the form has it."""
    trial = replace(record, data=dict(record.data))
    faults = {
        each.path.partition(".")[0].partition("[")[0] for each in normalise(form, trial) if each.severity == "error"
    }
    return {name: value for name, value in trial.data.items() if name not in faults}


def _wareki(day: str) -> str:
    return format_date(date.fromisoformat(day[:10])) if day else "日付なし"
