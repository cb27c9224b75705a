"""One box that finds a case: by name, kana, birth date in any notation, telephone, address, number; and cases of the same people.

Tokens find (blind.py), then the values are opened and compared: only what truly agrees is shown, at most 50. A family name
alone finds nobody: tokens of it would show whoever has the file which are the commonest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select, tuple_

from ledger import blind, keys
from ledger.audit.case_events import CasesSearched
from ledger.numbers import all_series
from ledger.parties import parties_of, people_of
from ledger.persons import ROLES
from ledger.tables import case_file, number, office, paper, party, token
from ledger.write import record
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from ledger.blind import TokenKind
    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.persons import PartyKept
    from ledger.types import Actor

MOST: Final = 50
_TOO_MANY = 500  # parties opened for one search: a value that more than these share finds the first
BY: Final[dict[TokenKind, str]] = {
    "name": "氏名",
    "kana": "ふりがな",
    "birth": "生年月日",
    "phone": "電話",
    "place": "住所など",
    "number": "番号",
}
_TELLING = frozenset({"name", "phone", "place"})  # what by itself makes two people look the same


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found: who of it, and by what. No place is told."""

    case: str
    number: str
    kind: str
    office: str
    state: str
    opened_on: str
    role: str
    name: str
    by: tuple[TokenKind, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that has somebody of another case: whose role it is there, what is the same, and what is not."""

    case: str
    number: str
    kind: str
    office: str
    role: str
    same: tuple[TokenKind, ...]
    other: tuple[TokenKind, ...]

    def shown(self) -> str:
        """Return it in words, without a value."""
        same = "・".join(BY[kind] for kind in self.same)
        other = f"、{'・'.join(BY[kind] for kind in self.other)}は違います" if self.other else ""
        return f"{self.number or self.case}（{ROLES[self.role]}の{same}が同じです{other}）"


def find(ledger: Ledger, actor: Actor, text: str) -> list[Hit]:
    """Return the cases that a text finds, the newest first, at most 50. The search is told to the audit before it answers."""
    wanted = {kind: blind.folded_forms(kind, text) for kind in blind.KINDS}
    with ledger.read() as connection:
        numbered = [*_numbered(connection, text), *_of_papers(connection, text)]
        hits = [*numbered, *_of_people(connection, ledger, text, wanted)]
    kept = sorted({(hit.case, hit.role, hit.name): hit for hit in hits}.values(), key=lambda hit: hit.opened_on)
    shown = kept[::-1][:MOST]
    by = tuple(sorted({kind for hit in shown for kind in hit.by}))
    record(ledger, actor, CasesSearched(by=by, shown=tuple(dict.fromkeys(hit.case for hit in shown))))
    return shown


def alike(connection: Connection, ledger: Ledger, case: CaseFile) -> list[Alike]:
    """Return the other cases that have somebody of this one, in any notation of what is known of them.

    The same name, number or house is enough; the same kana or birth date only together.
    """
    found: list[Alike] = []
    for person in parties_of(connection, case):
        mine = person.forms()
        for other, row in _candidates(connection, ledger, person.texts(), but=case.id):
            theirs = other.forms()
            both = [kind for kind in BY if mine[kind] and theirs[kind]]
            same = tuple(kind for kind in both if mine[kind] & theirs[kind])
            differ = tuple(kind for kind in both if kind in {"name", "birth"} and kind not in same)
            if _TELLING & set(same) or {"kana", "birth"} <= set(same):
                found.append(Alike(row.ref, row.number or "", row.kind, row.code, other.role, same, differ))
    return list(dict.fromkeys(found))


def _numbered(connection: Connection, text: str) -> list[Hit]:
    """Return the cases whose own number or ref it is."""
    wanted = _heads().where(or_(case_file.c.number_key == case_key(text), case_file.c.ref == text.strip()))
    return [_by_number(row) for row in connection.execute(wanted.limit(MOST))]


def _of_papers(connection: Connection, text: str) -> list[Hit]:
    """Return the cases of the papers whose number it is, as their series writes it."""
    read = [(each.id, n) for each in all_series(connection) if (n := each.read(text)) is not None]
    if not read:
        return []
    papers = select(paper.c.case_file_id).join(number, number.c.id == paper.c.number_id)
    of_series, ns = ({pair[at] for pair in read} for at in (0, 1))  # by these the index finds, the pairs tell which
    found = (number.c.series_id.in_(of_series), number.c.n.in_(ns), tuple_(number.c.series_id, number.c.n).in_(read))
    held = papers.where(*found)
    return [_by_number(row) for row in connection.execute(_heads().where(case_file.c.id.in_(held)).limit(MOST))]


def _by_number(row: Any) -> Hit:
    return Hit(row.ref, row.number or "", row.kind, row.code, row.state, row.opened_on, "", "", ("number",))


def _of_people(
    connection: Connection, ledger: Ledger, text: str, wanted: Mapping[TokenKind, frozenset[str]]
) -> list[Hit]:
    found = []
    for person, row in _candidates(connection, ledger, {kind: {text} for kind in BY}):
        known = person.forms()
        by = tuple(kind for kind in BY if wanted[kind] & known[kind])
        if by:
            found.append(
                Hit(
                    row.ref,
                    row.number or "",
                    row.kind,
                    row.code,
                    row.state,
                    row.opened_on,
                    person.role,
                    person.called(),
                    by,
                )
            )
    return found


def _heads() -> Any:
    columns = (case_file.c.id, case_file.c.ref, case_file.c.number, case_file.c.kind, case_file.c.state)
    more = (case_file.c.opened_on, case_file.c.key_id, office.c.code)
    known = case_file.c.state != "destroyed"
    return select(*columns, *more).join(office, office.c.id == case_file.c.office_id).where(known)


def _candidates(
    connection: Connection, ledger: Ledger, texts: Mapping[TokenKind, Iterable[str]], *, but: int = 0
) -> list[tuple[PartyKept, Any]]:
    """Return the people who share a token with one of the texts, each with the head of their case."""
    macs = {
        (kind, mac)
        for index in blind.index_keys(connection, ledger)
        for kind, several in texts.items()
        for text in several
        for mac in blind.tokens(index, kind, text)
    }
    if not macs:
        return []
    kinds, several = (
        {pair[at] for pair in macs} for at in (0, 1)
    )  # each mac is of one kind: the key of its kind made it
    shared = select(token.c.party_id).where(token.c.kind.in_(kinds), token.c.mac.in_(several))
    owners = select(party.c.id, party.c.case_file_id).where(party.c.id.in_(shared), party.c.case_file_id != but)
    rows = connection.execute(owners.order_by(party.c.id.desc()).limit(_TOO_MANY)).all()
    heads = {
        row.id: row for row in connection.execute(_heads().where(case_file.c.id.in_({r.case_file_id for r in rows})))
    }
    opened = keys.load_all(connection, ledger, {head.key_id for head in heads.values()})
    people = people_of(connection, {head.id: opened[head.key_id] for head in heads.values()})
    wanted = {row.id for row in rows}
    return [(each, heads[case]) for case, several in people.items() for each in several if each.id in wanted]
