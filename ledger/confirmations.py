"""Confirmations of warnings are acts: by name, with a reason, bound to the values the warning weighed; another value, and they lapse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ledger import seal
from ledger.audit.paper_events import ConfirmationLapsed, WarningConfirmed
from ledger.records import digest_of
from ledger.tables import confirmation
from ledger.types import new_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from ledger.keys import DataKey
    from ledger.papers import PaperRow, Revision
    from ledger.write import Writing
    from validators.model import Confirmation
    from validators.rulebook import Rulebook


_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class GivenConfirmation:
    """A standing confirmation of a draft."""

    id: int
    clause: str
    by: str
    at: int
    reason: str
    ref: str
    weighed: str  # digest of the values


def weighed(rules: Rulebook, clause: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record that a provision weighs: all of them where the provision does not say which."""
    data = kept["data"]
    try:
        entry = rules.clauses.get(clause)
    except KeyError:
        return dict(data)
    said = " ".join((*entry.fields, *entry.needs, entry.when, entry.require, entry.each_in, entry.soften_when))
    return {name: data.get(name) for name in sorted(set(_NAME.findall(said)))} or dict(data)


def _digest(rules: Rulebook, clause: str, kept: Mapping[str, Any]) -> str:
    """Return what a confirmation is of; sealed with it, so another key (a rotation) changes nothing."""
    return digest_of(weighed(rules, clause, kept)).hex()


def confirm(
    writing: Writing,
    key: DataKey,
    rules: Rulebook,
    of: Revision,
    given: Iterable[Confirmation],
    *,
    person_ref: str = "",
) -> None:
    """Keep who answers for which warning of a revision, and why."""
    for each in given:
        ref = new_ref()
        writing.insert(
            confirmation,
            ref=ref,
            paper_id=of.paper_id,
            rev=of.rev,
            clause=each.clause,
            person=each.by,
            person_ref=person_ref,
            at=writing.now,
            sealed=seal.close(
                key, "confirmation", ref, {"reason": each.reason, "of": _digest(rules, each.clause, of.kept)}
            ),
        )
        writing.tell(WarningConfirmed(paper=of.paper_ref, rev=of.rev, clause=each.clause))


def standing(connection: Connection, key: DataKey, paper_id: int) -> list[GivenConfirmation]:
    """Return the confirmations of a paper that have not lapsed, in their order."""
    wanted = select(confirmation).where(confirmation.c.paper_id == paper_id, confirmation.c.lapsed_at.is_(None))
    rows = connection.execute(wanted.order_by(confirmation.c.id)).all()
    opened = [(row, seal.open_(key, "confirmation", row.ref, bytes(row.sealed))) for row in rows]
    return [
        GivenConfirmation(row.id, row.clause, row.person, row.at, str(said["reason"]), row.ref, str(said["of"]))
        for row, said in opened
    ]


def lapse(writing: Writing, key: DataKey, rules: Rulebook, of: Revision) -> list[str]:
    """Let lapse what was confirmed of values that are others in this revision; return the provisions."""
    gone = [
        each
        for each in standing(writing.connection, key, of.paper_id)
        if _digest(rules, each.clause, of.kept) != each.weighed
    ]
    return _let_lapse(writing, [(each.id, each.clause) for each in gone], of.paper_ref, of.rev)


def lapse_all(writing: Writing, row: PaperRow) -> list[str]:
    """Let lapse whatever was confirmed of a draft: it is weighed beside another case from now on; return the provisions."""
    stands = select(confirmation.c.id, confirmation.c.clause).where(
        confirmation.c.paper_id == row.id, confirmation.c.lapsed_at.is_(None)
    )
    return _let_lapse(writing, [(each.id, each.clause) for each in writing.execute(stands)], row.ref, row.rev)


def _let_lapse(writing: Writing, gone: Iterable[tuple[int, str]], ref: str, rev: int) -> list[str]:
    clauses = []
    for id_, clause in gone:
        writing.execute(update(confirmation).where(confirmation.c.id == id_).values(lapsed_at=writing.now))
        writing.tell(ConfirmationLapsed(paper=ref, rev=rev, clause=clause))
        clauses.append(clause)
    return clauses
