"""The case a paper belongs to, as issuing looks at it: where it stands, and what papers it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger.issue import CaseMark
from ledger.papers import STANDING, contents_of, rows_of
from ledger.records import record_of
from ledger.tables import case_file, paper

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from validators.model import Record


def case_of(connection: Connection, office_id: int, number: str) -> CaseMark | None:
    """Return an office's case by its number as a record writes it, at the version it has; None where none is kept."""
    if not number.strip():
        return None
    columns = (case_file.c.id, case_file.c.ref, case_file.c.version, case_file.c.key_id)
    named = (case_file.c.office_id == office_id, case_file.c.number == number.strip(), case_file.c.state != "destroyed")
    row = connection.execute(select(*columns).where(*named).order_by(case_file.c.id.desc())).first()
    return CaseMark(**row._asdict()) if row else None


def papers_of(connection: Connection, ledger: Ledger, mark: CaseMark) -> list[Record]:
    """Return the records of a case's standing papers, the oldest first."""
    rows = rows_of(connection, paper.c.case_file_id == mark.id, paper.c.state.in_(STANDING))
    return [record_of(contents_of(connection, ledger, row)["record"], row.ref) for row in reversed(rows)]
