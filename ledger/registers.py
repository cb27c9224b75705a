"""Registers of an office: which there are, and one of them as it is read, filtered and sorted; each reading is recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.audit.register_events import RegisterRead
from ledger.offices import office_id, profile_of
from ledger.register_rows import Asked, KnownUntil, RegisterRow, cuts_of, rows_of_month
from ledger.types import day_of
from ledger.write import record
from validators.errors import InputError
from validators.office import sources_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.histories.registers import Register
    from validators.rulebook import Rulebook

CASE, MARK, DAY = "事案", "記載", "日"
_MONTH = "YYYY-MM"


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register as it is read. `closed_at`: its month was closed then; `headings` are those of the whole row."""

    register: Register
    office: str
    month: str
    rows: tuple[RegisterRow, ...]
    as_of: str
    closed_on: str = ""

    @property
    def headings(self) -> list[str]:
        """Return the headings: the case, the official columns, what kind of row it is."""
        return [CASE, *(column.label for column in self.register.columns), MARK]

    def cells(self, row: RegisterRow) -> list[str]:
        """Return a row under the headings."""
        return [row.called, *row.cells, row.mark]

    def digest(self) -> bytes:
        """Return what a closing keeps of the rows; a case's number, which may come later, is none of it."""
        told = "\n".join("\x1f".join((row.day, row.ref, row.case, *row.cells, row.mark)) for row in self.rows)
        return sha256(f"{self.register.slug}\n{self.office}\n{self.month}\n{told}".encode()).digest()


def registers_of(ledger: Ledger, rules: Rulebook, office_code: str) -> list[Register]:
    """Return the registers that an office keeps: those of the sources it goes by, of all where its profile names none."""
    with ledger.read() as connection:
        profile = profile_of(connection, office_of(connection, office_code), day_of(ledger.now()))
    sources = sources_of(profile)
    return [each for each in rules.procedures.registers() if not sources or each.source in sources]


def read_register(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    slug: str,
    *,
    office_code: str,
    month: str = "",
    having: Mapping[str, str] | None = None,
    by: str = "",
) -> RegisterView:
    """Return a register and record that it was read. `having`: column → a text it holds; `by`: the column it is sorted by.

    Raises InputError for an unknown register, office, month or column.
    """
    with ledger.read() as connection:
        seen = view(connection, ledger, rules, slug, office_code=office_code, month=month)
    seen = replace(seen, rows=tuple(_sorted(seen, _having(seen, having or {}), by)))
    record(ledger, actor, RegisterRead(register=slug, office=office_code, month=month, rows=len(seen.rows)))
    return seen


def view(
    connection: Connection,
    ledger: Ledger,
    rules: Rulebook,
    slug: str,
    *,
    office_code: str,
    month: str = "",
    cut: KnownUntil | None = None,
) -> RegisterView:
    """Return a register as it stands; of a closed month as it was closed. `cut`: as a closing about to be made sees it."""
    register, of, today = rules.procedures.register(slug), office_of(connection, office_code), day_of(ledger.now())
    check_month(month)
    made = cuts_of(connection, slug, of).get(month)
    known = cut or made
    closed = cuts_of(connection, slug, of, before=known.at if known else None)
    as_of = day_of(known.at) if known else today
    asked = Asked(register, of, month or None, known, closed)
    rows = rows_of_month(connection, ledger, rules, asked, profile_of(connection, of, as_of), today=today)
    return RegisterView(register, office_code, month, tuple(rows), as_of, as_of if made else "")


def office_of(connection: Connection, code: str) -> int:
    """Return the row of an office; raises InputError where the ledger does not have it."""
    found = office_id(connection, code)
    if found is None:
        raise InputError(f"「{code}」という所属が台帳にありません。", action="yoshiki office list で確かめてください。")
    return found


def check_month(month: str) -> None:
    """Raise InputError for what is no month."""
    year, _, of = month.partition("-")
    if month and not (len(month) == len(_MONTH) and year.isdecimal() and of.isdecimal() and 1 <= int(of) <= 12):  # noqa: PLR2004
        raise InputError(f"「{month}」という月が読めません。", action="2026-04 のように書いてください。")


def definition_of(register: Register) -> bytes:
    """Return what names a register's very definition: another one shows other cells."""
    row, where = register.row, register.row.where
    columns = [
        (each.name, each.label, each.value.source if each.value else "", sorted(each.options.items()))
        for each in register.columns
    ]
    told = [register.title, row.names, where.source if where else "", row.each, columns]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).digest()


def column_of(register: Register, name: str) -> int:
    """Return the place of a column by its name or heading; raises InputError that names those there are."""
    for place, column in enumerate(register.columns):
        if name in {column.name, column.label}:
            return place
    known = "、".join(column.label for column in register.columns)
    raise InputError(f"「{name}」という欄は、この帳簿にありません。", action=f"欄: {known}")


def _having(seen: RegisterView, wanted: Mapping[str, str]) -> Sequence[RegisterRow]:
    rows: Sequence[RegisterRow] = seen.rows
    for name, text in wanted.items():
        place, key = column_of(seen.register, name), fold(text)
        rows = [row for row in rows if key in fold(row.cells[place])]
    return rows


def _sorted(seen: RegisterView, rows: Sequence[RegisterRow], by: str) -> Sequence[RegisterRow]:
    if not by or by == DAY:
        return rows
    place = column_of(seen.register, by)
    return sorted(rows, key=lambda row: (not row.cells[place], row.cells[place]))
