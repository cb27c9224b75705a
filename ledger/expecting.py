"""Write only if what the caller read still stands: asked at the beginning of the next write, in its transaction, the row locked.

Whoever changes what others may change meanwhile says `only_if("case_file", ref, version=17)` around the call; the functions that
write need know nothing of it. It holds for the first write that comes to stand, and for every try of that one.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from ledger.tables import case_file, paper
from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Table


class ChangedError(LedgerError):
    """What the caller had read has changed since: nothing was written."""

    code = "changed"
    http_status = 412

    def __init__(self) -> None:
        super().__init__(
            "読んだ後に、ほかの人が変えています。何も書き込んでいません。",
            action="もう一度読んでから、直してください。",
        )


@dataclass(frozen=True, slots=True)
class _Expected:
    table: Table
    ref: str
    values: Mapping[str, Any]


_TABLES = {table.name: table for table in (case_file, paper)}
_EXPECTED: ContextVar[_Expected | None] = ContextVar("expected", default=None)


@contextmanager
def only_if(noun: Literal["case_file", "paper"], ref: str, **values: Any) -> Iterator[None]:
    """Let the next write stand only if a row has these values in the clear. That write raises ChangedError where it has not."""
    token = _EXPECTED.set(_Expected(_TABLES[noun], ref, values))
    try:
        yield
    finally:
        _EXPECTED.reset(token)


def hold_expected(connection: Connection) -> None:
    """Hold the row against what is expected of it, and lock it. Raises ChangedError."""
    expected = _EXPECTED.get()
    if expected is None:
        return
    table = expected.table
    wanted = select(*(table.c[name] for name in expected.values)).where(table.c.ref == expected.ref).with_for_update()
    row = connection.execute(wanted).one_or_none()
    if row is None or tuple(row) != tuple(expected.values.values()):
        raise ChangedError


def spent() -> None:
    """Expect nothing more: the write stands, and has changed the row itself."""
    _EXPECTED.set(None)
