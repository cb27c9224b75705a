"""Add a column, remake a table as SQLite must, and fill: an edition of the tests' own, to be moved to and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy import Connection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a nullable column; on SQLite by making the table anew, which drops its triggers."""
    with op.batch_alter_table(
        "audit", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto"
    ) as table:
        table.add_column(sa.Column("remark", sa.Text, nullable=True))
    op.add_column("data_key", sa.Column("remark", sa.Text, nullable=True))


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("data_key", "remark")
    op.drop_column("audit", "remark")


def fill(connection: Connection) -> int:
    """Fill two rows at a time; return how many were filled."""
    rows = sa.table("data_key", sa.column("id"), sa.column("remark"))
    some = sa.select(rows.c.id).where(rows.c.remark.is_(None)).order_by(rows.c.id).limit(2)
    return connection.execute(sa.update(rows).where(rows.c.id.in_(some)).values(remark="filled")).rowcount
