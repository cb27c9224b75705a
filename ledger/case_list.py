"""Cases of an office in a list, the newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger.tables import case_file, office
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.engine import Ledger

STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What stands in clear of a case."""

    case: str
    number: str
    kind: str
    office: str
    state: str
    opened_on: str
    closed_on: str | None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}


def list_cases(ledger: Ledger, office_code: str, *, state: str = "", after: str = "", most: int = 50) -> list[CaseRow]:
    """Return cases of an office, the newest first, those entered before the case `after`. Raises InputError for an unknown state."""
    if state and state not in STATES:
        raise InputError(f"「{state}」という状態はありません。", action=f"使えるもの: {'、'.join(STATES)}")
    columns = (case_file.c.ref, case_file.c.number, case_file.c.kind, office.c.code, case_file.c.state)
    wanted = (
        select(*columns, case_file.c.opened_on, case_file.c.closed_on).join(office).where(office.c.code == office_code)
    )
    if state:
        wanted = wanted.where(case_file.c.state == state)
    if after:
        own = select(case_file.c.id).join(office).where(office.c.code == office_code)
        before = own.where(case_file.c.ref == after).scalar_subquery()
        wanted = wanted.where(case_file.c.id < before)
    with ledger.read() as connection:
        rows = connection.execute(wanted.order_by(case_file.c.id.desc()).limit(most)).all()
    return [CaseRow(ref, number or "", *rest) for ref, number, *rest in rows]
