"""Registers: rows over the events and papers of a case, in the official columns; nothing in them is entered.

Their data stand under `registers` in `validators/procedures/<source>.yaml` (docs/PROCEDURES.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from validators.expressions.lookups import Surroundings, surrounded
from validators.histories.history import history_as_of
from validators.histories.matching import is_so, members_of
from validators.histories.sight import seen
from validators.histories.spelling import with_listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from validators.histories.conditions import Condition
    from validators.histories.items import Happening
    from validators.histories.procedure import Trigger
    from validators.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column: its name, its heading, and what stands in it, an expression over the row's item (`today`: the day it is printed).

    None: people enter it.
    """

    name: str
    label: str
    value: Condition | None
    options: Mapping[str, str] = field(default_factory=dict)  # what a value is called


@dataclass(frozen=True, slots=True)
class Register:
    """A register of a source: what makes a row of it (no names: people enter the rows), and its columns in their order."""

    slug: str
    source: str
    title: str
    citation: str
    row: Trigger
    columns: tuple[RegisterColumn, ...]


def rows_of(
    rules: Rulebook,
    register: Register,
    items: Iterable[Happening],
    as_of: date,
    *,
    office: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows that a history gives as of the end of a day, in the order of time: column → value, blank ones null."""
    return [row for _, row in rows_by_item(rules, register, items, as_of, office=office)]


def rows_by_item(
    rules: Rulebook,
    register: Register,
    items: Iterable[Happening],
    as_of: date,
    *,
    office: Mapping[str, str] | None = None,
) -> list[tuple[Happening, dict[str, Any]]]:
    """Return the rows as `rows_of`, each with the item that makes it."""
    constants = {**rules.reference.constants(), "today": as_of.isoformat()}
    rows: list[tuple[Happening, dict[str, Any]]] = []
    with surrounded(Surroundings(rules.reference, office=office or {})):
        vocabulary = rules.procedures.vocabulary
        view = history_as_of(vocabulary, with_listed_values(vocabulary, items), as_of)
        for item in (each for each in view.items if each.name in register.row.names):
            with seen(view.seen_from(item)):
                scope = {**constants, "it": item.facts, "trigger": item.facts}
                if is_so(register.row.where, scope):
                    for one in members_of(register.row.each, item):
                        row = {**scope, "member": one.get("member")}
                        told = {each.name: each.value.value(row) if each.value else None for each in register.columns}
                        rows.append((item, told))
    return rows
