"""Make the tables, indexes and guards of the first edition, as the files beside this one have them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BETWEEN = "\n--;\n"


def upgrade() -> None:
    """Run the statements of this database."""
    connection = op.get_bind()
    script = Path(__file__).with_suffix(f".{connection.dialect.name}.sql")
    for statement in script.read_text("utf-8").split(_BETWEEN):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: before the first edition there is nothing to go back to."""
    raise NotImplementedError("the first edition has none before it")
