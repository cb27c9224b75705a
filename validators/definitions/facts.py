"""Which names the provisions of a form weigh: those it does not declare itself are bound from the vocabularies."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from validators.errors import DefinitionError
from validators.expressions import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from validators.definitions.clauses import Clause, Clauses

DatesInForce: TypeAlias = "tuple[date | None, date | None]"


def weighed(slug: str, clauses: Clauses) -> dict[str, list[Clause]]:
    """Return the names that the provisions of a form weigh, whenever in force, each with those provisions."""
    found: dict[str, list[Clause]] = {}
    for clause in _concerning(slug, clauses):
        for name in named(clause):
            found.setdefault(name, []).append(clause)
    return found


def in_force(clause: Clause, period: DatesInForce) -> bool:
    """Tell whether a provision holds on some day of a period."""
    first, last = period
    law = clause.effective
    return not ((law.last and first and law.last < first) or (law.first and last and last < law.first))


def _concerning(slug: str, clauses: Clauses) -> Iterator[Clause]:
    try:
        entries = list(clauses.naming(slug))
    except DefinitionError:  # a broken provision is told by whoever reads the provisions; forms stay readable
        return
    yield from (clause for clause in entries if slug in clause.documents)


@lru_cache(maxsize=16_384)
def _roots(source: str) -> frozenset[str]:
    try:
        return frozenset(syntax.references(source).roots)
    except syntax.ExpressionSyntaxError:
        return frozenset()


def named(clause: Clause) -> list[str]:
    """Return the record's names that a provision weighs, in the order of its `fields`, then of its expressions."""
    own = [name.partition("[].")[0] for name in (*clause.fields, *clause.needs)]
    names = [name for name in own if "." not in name]
    names += [name for name in (clause.each_in, clause.effective.basis) if name]
    for source in (clause.when, clause.require, clause.soften_when):
        names += sorted(_roots(source) - {clause.each_item}) if source else []
    return list(dict.fromkeys(names))
