"""The editions, oldest first; the first is written by `python -m ledger.tables.ddl`."""
