"""Enter facts and people in a case that is open: a write of its own each, that counts as a change of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger.cases import IS_CLOSED, REOPEN_IT, CaseFile, case_named, changed
from ledger.facts import enter_facts, fact_revisions, read_facts
from ledger.parties import enter_party
from ledger.types import Miss, must_have_come
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.engine import Ledger
    from ledger.persons import PartyTold
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

_NOTHING = "facts"


def tell_facts(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    case: str,
    given: Mapping[str, Any],
    *,
    day: str,
    revisions: int | None = None,
) -> list[str]:
    """Enter facts, as a person writes them, that hold since a day; return the names of those that are new (none: nothing is written).

    `revisions`: how many the teller saw of them; raises Miss("revisions") where there are others by now.
    Raises InputError: no such case, a closed one, a day to come, what `read_facts` refuses.
    """
    with ledger.read() as connection:
        kind = case_named(connection, ledger, case).kind
    values = read_facts(rules, kind, given)

    def work(writing: Writing) -> list[str]:
        must_have_come(day, writing.now, "事柄")
        found = open_to_change(writing, ledger, case)
        if revisions is not None and revisions != sum(
            len(fact_revisions(writing.connection, found, name)) for name in values
        ):
            raise Miss("revisions")
        new = enter_facts(writing, ledger, found, values, day=day, origin="person", origin_ref=actor.ref)
        if not new:
            raise Miss(_NOTHING)
        changed(writing, found)
        return new

    try:
        return write(ledger, actor, work)
    except Miss as miss:
        if miss.what != _NOTHING:
            raise
        return []


def tell_party(
    ledger: Ledger, actor: Actor, case: str, told: PartyTold, *, to: str = "", version: int | None = None
) -> str:
    """Enter a person, or (`to`: a party's ref) more of one; return the party's ref. Raises InputError.

    `version`: of the case, as the teller saw it; raises Miss("case") where it has changed.
    """

    def work(writing: Writing) -> str:
        found = open_to_change(writing, ledger, case)
        if version not in (None, found.version):
            raise Miss("case")
        ref = enter_party(writing, ledger, found, told, to=to)
        changed(writing, found)
        return ref

    return write(ledger, actor, work)


def open_to_change(writing: Writing, ledger: Ledger, case: str) -> CaseFile:
    """Return a case with its row locked. Raises InputError where it is closed: it is opened again first."""
    found = case_named(writing.connection, ledger, case, lock=True)
    if found.state != "open":
        raise InputError(IS_CLOSED, action=REOPEN_IT)
    return found
