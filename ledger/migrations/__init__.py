"""Where Alembic finds how the tables moved from edition to edition; nothing here imports the ledger."""
