"""The facts of a case: entered once, by a paper, an event or a person, and superseded, never overwritten.

A fact has the name and the type of the item of a form that says it (home case, docs/FORMS.md), under the name its matter
gives it. Each revision knows since which day it holds and where it came from: a paper of an earlier day is filled with what
held then. A fact of a person makes its party known too (parties.py).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger import seal
from ledger.audit.case_events import FactsEntered
from ledger.parties import note_fact
from ledger.tables import case_fact
from ledger.types import new_ref
from validators.errors import InputError
from validators.model import Record, field_named
from validators.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.types import Instant
    from ledger.write import Writing
    from validators.definitions.source import Matter
    from validators.model import Field, Form
    from validators.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A fact as it holds since a day. `origin`: paper, event or person; `origin_ref` names the paper or event."""

    name: str
    value: Any
    rev: int
    since: str
    origin: str
    origin_ref: str
    recorded_at: Instant
    ref: str


@dataclass(frozen=True, slots=True)
class FactValue:
    """A value of a fact that was read by the item it belongs to."""

    item: Field
    value: Any  # None: withdrawn


@lru_cache(maxsize=16)  # a rulebook's forms stand still while it is open
def fact_fields(rules: Rulebook, kind: str, *, elsewhere: bool = False) -> Mapping[str, Field]:
    """Return the items that are facts of a case of this kind, by the names its matter gives them.

    Those of the matter's own forms go before the other forms' of the source; `elsewhere`: the other sources' last.
    """
    found: dict[str, Field] = {}
    matter, forms = _forms(rules, kind, elsewhere=elsewhere)
    for form in forms:
        for item in form.fields.values():
            if is_fact(item):
                found.setdefault(common_name(matter, item), replace(item, name=common_name(matter, item)))
    return found


def fact_items(rules: Rulebook, kind: str, names: Iterable[str]) -> dict[str, Field | None]:
    """Return the item of each name, alias or label; other sources are looked through only for what this one does not know."""
    fields = fact_fields(rules, kind)
    found = {name: field_named(fields, name) for name in names}
    if None in found.values():
        everywhere = fact_fields(rules, kind, elsewhere=True)
        found = {name: item or field_named(everywhere, name) for name, item in found.items()}
    return found


def is_fact(item: Field) -> bool:
    """Tell whether an item says something of the case, not of the paper alone."""
    return item.once or item.home == "case"


def common_name(matter: Matter | None, item: Field) -> str:
    """Return the name a fact has in a case, whatever the form calls it."""
    return matter.common(item) or item.name if matter else item.name


def _forms(rules: Rulebook, kind: str, *, elsewhere: bool) -> tuple[Matter | None, list[Form]]:
    authority, _, name = kind.partition("/")
    matter = rules.catalogue.matter(authority, name) if name else None
    own = rules.catalogue.with_forms(matter) if matter else []
    rest = [each.slug for each in rules.catalogue.headings() if each.authority == authority and each.slug not in own]
    others = [slug for slug in rules.catalogue.slugs() if slug not in (*own, *rest)] if elsewhere else []
    return matter, [rules.catalogue.get(slug) for slug in (*own, *rest, *others)]


def read_facts(rules: Rulebook, kind: str, given: Mapping[str, Any]) -> dict[str, FactValue]:
    """Read values as a person writes them, by name, alias or label of the item. A blank one withdraws the fact.

    Raises InputError that names every value which cannot be read, and every name that is no fact of any case.
    """
    if not given:
        return {}
    named = fact_items(rules, kind, given)
    if unknown := [name for name, item in named.items() if item is None]:
        raise InputError(
            f"「{'」「'.join(unknown)}」という事柄は、どの様式にもありません。",
            action="yoshiki forms SLUG で、様式の項目の名前をご覧になれます。",
        )
    items = {item.name: item for item in named.values() if item}
    form = replace(rules.catalogue.get(rules.catalogue.slugs()[0]), fields=items)
    blank = {name for name, value in given.items() if value is None or value == ""}
    record = Record(form.slug, "事案", {name: value for name, value in given.items() if name not in blank})
    if faults := [each for each in normalise(form, record) if each.severity == "error"]:
        told = "\n".join(f"{each.label}: {each.message}" for each in faults)
        raise InputError(told, action="書き方を直して、もう一度お試しください。")
    read = {name: FactValue(items[name], value) for name, value in record.data.items()}
    return read | {item.name: FactValue(item, None) for name, item in named.items() if item and name in blank}


def facts_of(
    connection: Connection, case: CaseFile, *, day: str = "", known: Instant | None = None
) -> dict[str, CaseFact]:
    """Return each fact as it held on a day (left out: now), by what was recorded until `known`; withdrawn ones are none."""
    found: dict[str, CaseFact] = {}
    for fact in fact_revisions(connection, case):
        late = (day and fact.since > day) or (known is not None and fact.recorded_at > known)
        if not late and (fact.name not in found or fact.since >= found[fact.name].since):
            found[fact.name] = fact
    return {name: fact for name, fact in found.items() if fact.value is not None}


def fact_revisions(connection: Connection, case: CaseFile, name: str = "") -> list[CaseFact]:
    """Return every revision of the facts of a case, or of one of them, the oldest first."""
    wanted = select(case_fact).where(case_fact.c.case_file_id == case.id).order_by(case_fact.c.id)
    rows = connection.execute(wanted.where(case_fact.c.name == name) if name else wanted)
    return [_fact(case, row) for row in rows]


def _fact(case: CaseFile, row: Any) -> CaseFact:
    told = seal.open_(case.key, "case_fact", row.ref, row.sealed)
    return CaseFact(
        row.name, told["value"], row.rev, told["since"], row.origin, row.origin_ref or "", row.recorded_at, row.ref
    )


def enter_facts(
    writing: Writing,
    ledger: Ledger,
    case: CaseFile,
    values: Mapping[str, FactValue],
    *,
    day: str,
    origin: str,
    origin_ref: str = "",
    paper_id: int | None = None,
) -> list[str]:
    """Enter facts as they hold since a day, within a write that has the case's row; return the names of those that are new.

    What is known already, as of that day, is not entered twice.
    """
    standing = facts_of(writing.connection, case, day=day)
    new = {name: each for name, each in values.items() if _differs(standing.get(name), each.value)}
    for name, each in new.items():
        _enter(writing, case, name, each.value, day=day, origin=origin, origin_ref=origin_ref)
        before = standing[name].value if name in standing else None
        note_fact(writing, ledger, case, each.item, each.value, before=before, day=day, paper_id=paper_id)
    if new:
        writing.tell(FactsEntered(case=case.ref, facts=tuple(sorted(new)), origin=origin))
    return sorted(new)


def learn_from_paper(
    writing: Writing, ledger: Ledger, rules: Rulebook, case: CaseFile, record: Record, *, day: str, paper_id: int
) -> list[str]:
    """Enter what a paper of the case says of it, within the write that issues it; `record` as it was entered, with its ref."""
    name = case.kind.partition("/")[2]
    matter = rules.catalogue.matter(case.authority, name) if name else None
    form = rules.catalogue.get(record.form, date.fromisoformat(day))
    trial = replace(record, data=deepcopy(record.data), cells={})
    normalise(form, trial)
    said = facts_of_paper(matter, form, trial.data)
    return enter_facts(writing, ledger, case, said, day=day, origin="paper", origin_ref=record.ref, paper_id=paper_id)


def facts_of_paper(matter: Matter | None, form: Form, data: Mapping[str, Any]) -> dict[str, FactValue]:
    """Return what a paper's record (typed values) says of the case, by the names of the case."""
    return {
        common_name(matter, item): FactValue(item, data[name])
        for name, item in form.fields.items()
        if is_fact(item) and name != form.basis and data.get(name) is not None
    }


def _differs(standing: CaseFact | None, value: Any) -> bool:
    return value is not None if standing is None else standing.value != value


def _enter(writing: Writing, case: CaseFile, name: str, value: Any, *, day: str, origin: str, origin_ref: str) -> None:
    newest = select(case_fact.c.id, case_fact.c.rev).where(
        case_fact.c.case_file_id == case.id, case_fact.c.name == name
    )
    last = writing.execute(newest.order_by(case_fact.c.rev.desc()).limit(1)).one_or_none()
    ref = new_ref()
    writing.insert(
        case_fact,
        ref=ref,
        case_file_id=case.id,
        name=name,
        rev=last.rev + 1 if last else 1,
        origin=origin,
        origin_ref=origin_ref or None,
        recorded_at=writing.now,
        supersedes=last.id if last else None,
        sealed=seal.close(case.key, "case_fact", ref, {"value": value, "since": day}),
    )
