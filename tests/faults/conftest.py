"""The ledgers of both databases, as the ledger's own tests have them."""

from tests.ledger.conftest import made_database, made_folder, place, postgresql

__all__ = ["made_database", "made_folder", "place", "postgresql"]
