"""Write the tables down as SQL for each database: what the first migration runs (`python -m ledger.tables.ddl`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from ledger.tables import METADATA
from ledger.tables.guards import GUARDS

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

DIALECTS: dict[str, type[Dialect]] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
FIRST = Path(__file__).parent.parent / "migrations" / "versions" / "e0001_first"
BETWEEN = "\n--;\n"  # parts the statements of a file: a function's body has semicolons of its own


def statements(dialect: str) -> list[str]:
    """Return what makes an empty database ours: tables, indexes, guards, in an order that runs."""
    speaks = DIALECTS[dialect]()
    made = []
    for table in METADATA.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=speaks)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=speaks)) for index in indexes]
    for guard in GUARDS:
        made += guard.sqlite() if dialect == "sqlite" else guard.postgresql()
    return ["\n".join(line.rstrip() for line in statement.strip().splitlines()) for statement in made]


def script(dialect: str) -> str:
    """Return the statements as one file."""
    return BETWEEN.join(statements(dialect)) + "\n"


if __name__ == "__main__":
    for name in DIALECTS:
        FIRST.with_suffix(f".{name}.sql").write_text(script(name), encoding="utf-8")
