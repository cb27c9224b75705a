"""The people of a case: every spelling of their names, every place of theirs with its period, and tokens to find them by.

A fact that says something of a person (`applicant_name`, `respondent_address`) makes or completes the party of that role; what
no paper asks for (an alias, a former name, a school) is entered by itself. A name that another takes over from keeps its row,
with the day it ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ledger import blind, seal
from ledger.audit.case_events import PartyEntered
from ledger.persons import ROLES, PartyKept, PartyTold, PlaceKept, Spelling, part_of
from ledger.tables import party, party_name, party_place, token
from ledger.tables.cases import NAME_KINDS, PLACE_KINDS
from ledger.types import new_ref
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.write import Writing
    from validators.model import Field

_FOLLOWS = frozenset({"registered", "kana"})  # names of which somebody bears one at a time
_OPEN = frozenset({"respondent", "perpetrator"})  # whose own places are no secret from him
_HIDDEN = frozenset({"refuge"})  # protected whatever is said of it
_BESIDE = ("birth", "sex", "remarks", "numbers")  # what is known beside names and places


@dataclass(slots=True)
class _PartyRow:
    """A party's row while it is being completed."""

    id: int
    ref: str
    role: str
    told: dict[str, Any] = field(default_factory=dict)


def enter_party(writing: Writing, ledger: Ledger, case: CaseFile, told: PartyTold, *, to: str = "") -> str:
    """Enter a person, or (`to`: the ref of a party of the case) more of one; return the party's ref.

    What is told without a name goes to the one who is there in that role, where it is one alone. Within a write that has the
    case's row. Raises InputError: an unknown role or kind, no such party.
    """
    _check(told)
    named = any(each.kind == "registered" for each in told.names)
    sole = "" if to or named else _sole(writing.connection, case, told.role)
    to = to or sole
    person = _known(writing.connection, case, party.c.ref == to) if to else _new(writing, case, told.role)
    if person is None:
        raise InputError("この人は、この事案にいません。", action="yoshiki case show で確かめてください。")
    _complete(writing, ledger, case, person, told, paper_id=None)
    return person.ref


def note_fact(
    writing: Writing,
    ledger: Ledger,
    case: CaseFile,
    item: Field,
    value: Any,
    *,
    before: Any,
    day: str,
    paper_id: int | None,
) -> None:
    """Let the party of a fact be known by it; nothing where the fact says nothing of a person.

    The place or number that it says in the stead of another (`before`) ends the other; None: none.
    """
    part = part_of(item)
    if part is None:
        return
    role, what = part
    if before is not None and what in PLACE_KINDS:
        _end_place(writing, case, role, what, text=str(before), day=day)
    if value is None:
        return
    own = (party.c.role == role,) if role else ()
    person = _known(writing.connection, case, *own) or _new(writing, case, role or "other")
    said = value if isinstance(value, dict) else {"name": str(value)}
    text = str(said.get("name", ""))
    names = [Spelling(what, text, day)] if what in NAME_KINDS else []
    names += [Spelling("kana", str(said["kana"]), day)] if said.get("kana") else []
    hidden = item.sensitivity == "protected"
    told = PartyTold(
        person.role,
        names,
        [PlaceKept(what, text, day, protected=hidden)] if what in PLACE_KINDS else [],
        birth=text if what == "birth" else str(said.get("birth_date", "")),
        sex=text if what == "sex" else "",
        numbers=[text] if what == "number" else [],
    )
    _complete(writing, ledger, case, person, told, paper_id=paper_id)


def parties_of(connection: Connection, case: CaseFile) -> list[PartyKept]:
    """Return the people of a case, in the order they were entered."""
    return people_of(connection, {case.id: case.key}).get(case.id, [])


def people_of(connection: Connection, cases: Mapping[int, DataKey]) -> dict[int, list[PartyKept]]:
    """Return the people of several cases by case, given the key of each; three queries, however many."""
    rows = connection.execute(select(party).where(party.c.case_file_id.in_(cases)).order_by(party.c.id)).all()
    owners = {row.id: cases[row.case_file_id] for row in rows}
    names, places = (_grouped(connection, table, owners) for table in (party_name, party_place))
    found: dict[int, list[PartyKept]] = {}
    for row in rows:
        told = seal.open_(owners[row.id], "party", row.ref, row.sealed)
        kept = PartyKept(
            row.role,
            [
                Spelling(each.kind, text, each.from_on or "", each.until_on or "")
                for each, text in names.get(row.id, ())
            ],
            [
                PlaceKept(each.kind, text, each.from_on or "", each.until_on or "", each.protected)
                for each, text in places.get(row.id, ())
            ],
            **told,
            id=row.id,
            ref=row.ref,
        )
        found.setdefault(row.case_file_id, []).append(kept)
    return found


def _grouped(connection: Connection, table: Table, owners: Mapping[int, DataKey]) -> dict[int, list[tuple[Any, str]]]:
    found: dict[int, list[tuple[Any, str]]] = {}
    for row in connection.execute(select(table).where(table.c.party_id.in_(owners)).order_by(table.c.id)):
        text = seal.open_(owners[row.party_id], table.name, row.ref, row.sealed)["text"]
        found.setdefault(row.party_id, []).append((row, text))
    return found


def make_tokens(writing: Writing, ledger: Ledger, party_id: int, told: PartyTold) -> None:
    """Make the tokens of what is told of a person, under the index key in force; those that stand stay."""
    wanted = [(kind, text) for kind, texts in told.texts().items() for text in sorted(texts)]
    if not wanted:
        return
    index = blind.index_key(writing, ledger)
    for kind, text in wanted:
        for mac in sorted(blind.tokens(index, kind, text)):
            writing.insert_once(token, kind=kind, mac=mac, party_id=party_id, index_key=index.ref)


def _check(told: PartyTold) -> None:
    for what, given, known in (
        ("立場", [told.role], list(ROLES)),
        ("氏名の種類", [each.kind for each in told.names], NAME_KINDS),
        ("場所の種類", [each.kind for each in told.places], PLACE_KINDS),
    ):
        if wrong := [each for each in given if each not in known]:
            raise InputError(f"「{wrong[0]}」という{what}はありません。", action=f"使えるもの: {'、'.join(known)}")


def _new(writing: Writing, case: CaseFile, role: str) -> _PartyRow:
    ref = new_ref()
    sealed = seal.close(case.key, "party", ref, {})
    return _PartyRow(writing.insert(party, ref=ref, case_file_id=case.id, role=role, sealed=sealed), ref, role)


def _known(connection: Connection, case: CaseFile, *which: Any) -> _PartyRow | None:
    """Return the first party of a case that fits."""
    wanted = select(party).where(party.c.case_file_id == case.id, *which).order_by(party.c.id).limit(1)
    row = connection.execute(wanted).one_or_none()
    return _PartyRow(row.id, row.ref, row.role, seal.open_(case.key, "party", row.ref, row.sealed)) if row else None


def _sole(connection: Connection, case: CaseFile, role: str) -> str:
    """Return the ref of the one person of a role; blank where there is none, or several."""
    wanted = select(party.c.ref).where(party.c.case_file_id == case.id, party.c.role == role).limit(2)
    refs = connection.execute(wanted).scalars().all()
    return refs[0] if len(refs) == 1 else ""


def _complete(
    writing: Writing, ledger: Ledger, case: CaseFile, person: _PartyRow, told: PartyTold, *, paper_id: int | None
) -> None:
    """Add what is told of a person to what is known; a place that is known and is told to have ended ends."""
    said = {key: value for key in _BESIDE if (value := getattr(told, key))}
    if told.numbers:
        said["numbers"] = list(dict.fromkeys((*person.told.get("numbers", ()), *told.numbers)))
    if said:
        person.told |= said
        sealed = seal.close(case.key, "party", person.ref, person.told)
        writing.execute(update(party).where(party.c.id == person.id).values(sealed=sealed))
        writing.witness("party", person.ref, sealed)
    for name in told.names:
        standing = _standing(writing.connection, case, party_name, person, name.kind)
        if name.text not in standing.values():
            if name.kind in _FOLLOWS and not name.until and standing:
                ended = update(party_name).where(party_name.c.id.in_(standing))
                writing.execute(ended.values(until_on=name.since or None))
            _insert(writing, case, party_name, person, name, paper_id=paper_id)
    for place in told.places:
        here = _standing(writing.connection, case, party_place, person, place.kind)
        if place.text not in here.values():
            hidden = person.role not in _OPEN if place.protected is None else place.protected
            hidden = hidden or place.kind in _HIDDEN
            _insert(writing, case, party_place, person, place, paper_id=paper_id, protected=hidden)
        elif place.until:
            same = [row for row, text in here.items() if text == place.text]
            writing.execute(update(party_place).where(party_place.c.id.in_(same)).values(until_on=place.until))
    make_tokens(writing, ledger, person.id, told)
    writing.tell(PartyEntered(case=case.ref, party=person.ref, role=person.role))


def _standing(connection: Connection, case: CaseFile, table: Table, person: _PartyRow, kind: str) -> dict[int, str]:
    """Return the texts of a kind that a person has now, by row."""
    wanted = select(table).where(table.c.party_id == person.id, table.c.kind == kind, table.c.until_on.is_(None))
    rows = connection.execute(wanted)
    return {row.id: seal.open_(case.key, table.name, row.ref, row.sealed)["text"] for row in rows}


def _end_place(writing: Writing, case: CaseFile, role: str, kind: str, *, text: str, day: str) -> None:
    person = _known(writing.connection, case, party.c.role == role)
    standing = _standing(writing.connection, case, party_place, person, kind) if person else {}
    if ended := [row for row, each in standing.items() if each == text]:
        writing.execute(update(party_place).where(party_place.c.id.in_(ended)).values(until_on=day))


def _insert(
    writing: Writing,
    case: CaseFile,
    table: Table,
    person: _PartyRow,
    kept: Spelling | PlaceKept,
    *,
    paper_id: int | None,
    **more: Any,
) -> None:
    ref = new_ref()
    writing.insert(
        table,
        ref=ref,
        party_id=person.id,
        kind=kept.kind,
        from_on=kept.since or None,
        until_on=kept.until or None,
        paper_id=paper_id,
        sealed=seal.close(case.key, table.name, ref, {"text": kept.text}),
        **more,
    )
