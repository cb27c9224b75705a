"""The kinds of columns that tables are made of, and the names of their constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    literal_column,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.sql.compiler import SQLCompiler

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by INTEGER alone
HASH_SIZE = 32
REF = String(26)
_MONTH = "[0-9][0-9][0-9][0-9]-[01][0-9]"
_DAY = _MONTH + "-[0-3][0-9]"  # as GLOB and as a regular expression
_MINUTE = "T[0-2][0-9]:[0-5][0-9]"


def _plain(length: int) -> String:
    """Return a text that sorts by its bytes on both databases (SQLite does anyway)."""
    return String(length, collation="C").with_variant(String(length), "sqlite")


class HasForm(ColumnElement[bool]):
    """Hold a column to one of several patterns, in the words of each database."""

    inherit_cache = False

    def __init__(self, column: str, *patterns: str) -> None:
        self.column: ColumnElement[str] = literal_column(column)
        self.patterns = patterns


@compiles(HasForm, "sqlite")
def _glob(element: HasForm, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return " OR ".join(f"{column} GLOB '{pattern}'" for pattern in element.patterns)


@compiles(HasForm, "postgresql")
def _regular(element: HasForm, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} ~ '^({'|'.join(element.patterns)})$'"


def id_() -> Column[int]:
    """Return the number by which rows are joined; it never leaves the ledger."""
    return Column("id", BIG, Identity(), primary_key=True)


def ref() -> Column[str]:
    """Return the name by which a row is known outside, and to which its sealed values are bound."""
    return Column("ref", REF, CheckConstraint("length(ref) = 26", name="ref"), nullable=False, unique=True)


def to(table: str, name: str = "", *, maybe: bool = False, unique: bool = False, primary: bool = False) -> Column[int]:
    """Return a reference to a row of another table; that row cannot go while this one stands."""
    target = ForeignKey(f"{table}.id", ondelete="RESTRICT")
    return Column(
        name or f"{table}_id", BIG, target, primary_key=primary, nullable=maybe, unique=unique, autoincrement=False
    )


def at(name: str, *, maybe: bool = False) -> Column[int]:
    """Return an instant: microseconds since 1970, UTC."""
    return Column(name, BigInteger, nullable=maybe)


def day(name: str, *, maybe: bool = False) -> Column[str]:
    """Return a Japanese day, `YYYY-MM-DD`."""
    return Column(name, _plain(10), CheckConstraint(HasForm(name, _DAY), name=name), nullable=maybe)


def moment(name: str) -> Column[str]:
    """Return a Japanese day, with or without hour and minute."""
    return Column(name, _plain(16), CheckConstraint(HasForm(name, _DAY, _DAY + _MINUTE), name=name), nullable=False)


def month(name: str) -> Column[str]:
    """Return a month, `YYYY-MM`."""
    return Column(name, _plain(7), CheckConstraint(HasForm(name, _MONTH), name=name), nullable=False)


def one_of(name: str, values: Sequence[str], *, maybe: bool = False) -> Column[str]:
    """Return a text that is one of a few words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return Column(name, Text, CheckConstraint(f"{name} IN ({listed})", name=name), nullable=maybe)


def words(name: str, *, maybe: bool = False, **more: Any) -> Column[str]:
    """Return a text of any length."""
    return Column(name, Text, nullable=maybe, **more)


def count(name: str, *, maybe: bool = False, **more: Any) -> Column[int]:
    """Return a whole number."""
    return Column(name, BigInteger, nullable=maybe, **more)


def hash_(name: str, *, maybe: bool = False) -> Column[bytes]:
    """Return a digest of 32 bytes."""
    rule = CheckConstraint(f"length({name}) = {HASH_SIZE}", name=name)
    return Column(name, LargeBinary(HASH_SIZE), rule, nullable=maybe)


def blob(name: str = "sealed", *, maybe: bool = False) -> Column[bytes]:
    """Return bytes: of the column `sealed`, every personal value of the row (seal.py)."""
    return Column(name, LargeBinary, nullable=maybe)


def acted() -> tuple[Column[str], Column[str]]:
    """Return who acted: the name as it was, and the signed-in person's ref or blank."""
    return words("person"), words("person_ref", server_default="")


def one_where(condition: str, name: str, *columns: str) -> Index:
    """Return the rule that of rows with a condition there is one for each value of some columns."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))
