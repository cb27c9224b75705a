"""The case a paper belongs to, as issuing looks at it: where it stands, and what papers it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from ledger.issue import CaseMark
from ledger.papers import STANDING, contents_of, rows_of
from ledger.records import record_of
from ledger.tables import case_file, paper
from validators.text import case_key

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from ledger.engine import Ledger
    from validators.model import Record


def case_of(connection: Connection, office_id: int, number: str) -> CaseMark | None:
    """Return an office's case by its number in any spelling, or its ref, as a record writes it, at the version it has; None where none is kept."""
    if not number.strip():
        return None
    columns = (case_file.c.id, case_file.c.ref, case_file.c.version, case_file.c.key_id, case_file.c.state)
    named = (case_file.c.office_id == office_id, _called(number), case_file.c.state != "destroyed")
    row = connection.execute(
        select(*columns).where(*named).order_by(case_file.c.ref != number.strip(), case_file.c.id.desc())
    ).first()
    return CaseMark(**row._asdict()) if row else None


def _called(name: str) -> ColumnElement[bool]:
    return or_(case_file.c.number_key == case_key(name), case_file.c.ref == name.strip())


def papers_of(connection: Connection, ledger: Ledger, mark: CaseMark) -> list[Record]:
    """Return the records of a case's standing papers, the oldest first."""
    rows = rows_of(connection, paper.c.case_file_id == mark.id, paper.c.state.in_(STANDING))
    return [record_of(contents_of(connection, ledger, row)["record"], row.ref) for row in reversed(rows)]
