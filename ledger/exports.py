"""Give a register out: to a named receiver, for a purpose, recorded before it is handed over; the same given out again says so."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forms.issue.scratch import private_folder
from forms.reports.listing import Listing, as_csv, listing_as_pdf, write_listing
from ledger.audit.register_events import RegisterExported
from ledger.exporting import Receiver, keep_export
from ledger.registers import RegisterView, office_of, view
from ledger.tables import export
from ledger.types import Instant, Miss, moment_of
from ledger.write import write
from validators.errors import InputError
from validators.wareki import format_date, format_datetime

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

KINDS = ("xlsx", "csv", "pdf")
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """Which register is wanted, as what, by whom and for what."""

    register: str
    office: str
    month: str  # blank: all of it
    kind: str
    receiver: str
    purpose: str

    @property
    def to(self) -> Receiver:
        """Return who receives it, and for what; raises NoReceiverError for a blank."""
        return Receiver(self.receiver, self.purpose)

    @property
    def what(self) -> str:
        """Return what names the same register again, whatever the file's kind."""
        return f"register/{self.register}/{self.office}/{self.month or 'all'}"


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A register as it was given out: its bytes, its rows, and how often the same has been, this time included."""

    ref: str
    content: bytes
    rows: int
    times: int


def export_register(ledger: Ledger, rules: Rulebook, actor: Actor, wish: Wish) -> GivenOut:
    """Return a register as a file; the export is recorded. Raises InputError without receiver or purpose, or for an unknown kind."""
    if wish.kind not in KINDS:
        raise InputError(f"「{wish.kind}」という形では出せません。", action=f"使えるもの: {'、'.join(KINDS)}")
    if not wish.receiver.strip() or not wish.purpose.strip():
        raise InputError("帳簿を出すには、渡す相手と目的が要ります。")
    for _ in range(_TRIES):
        with suppress(Miss):  # somebody gave the same out meanwhile: this one is a reprint now
            return _given_out(ledger, rules, actor, wish)
    raise InputError("ほかの人が同じ帳簿を出しています。", action="もう一度お試しください。")


def _given_out(ledger: Ledger, rules: Rulebook, actor: Actor, wish: Wish) -> GivenOut:
    with ledger.read() as connection:
        seen = view(connection, ledger, rules, wish.register, office_code=wish.office, month=wish.month)
        times = _times(connection, wish) + 1
    content = _content(_listing(seen, wish, times, ledger.now()), wish.kind)

    def work(writing: Writing) -> str:
        if _times(writing.connection, wish) + 1 != times:
            raise Miss("export")
        of, digest = office_of(writing.connection, wish.office), sha256(content).digest()
        ref = keep_export(writing, ledger, of, wish.what, wish.to, rows=len(seen.rows), digest=digest)
        writing.tell(
            RegisterExported(
                export=ref,
                register=wish.register,
                office=wish.office,
                month=wish.month,
                kind=wish.kind,
                rows=len(seen.rows),
                times=times,
            )
        )
        return ref

    return GivenOut(write(ledger, actor, work), content, len(seen.rows), times)


def _times(connection: Connection, wish: Wish) -> int:
    return int(connection.scalar(select(func.count()).select_from(export).where(export.c.what == wish.what)) or 0)


def _listing(seen: RegisterView, wish: Wish, times: int, now: Instant) -> Listing:
    moment = moment_of(now)
    remarks = [
        f"{seen.register.citation}　{seen.office}　{f'{seen.month}分' if seen.month else '全部'}　{len(seen.rows)}行",
        f"{format_datetime(moment)} 現在"
        if not seen.closed_on
        else f"締めた月です（{_day(seen.closed_on)}に締めました）。",
        f"渡す相手: {wish.receiver.strip()}　目的: {wish.purpose.strip()}",
    ]
    title = seen.register.title if times == 1 else f"{seen.register.title}（再出力・{times}回目）"
    return Listing(title, remarks, seen.headings, [seen.cells(row) for row in seen.rows], moment)


def _day(day: str) -> str:
    return format_date(date.fromisoformat(day))


def _content(listing: Listing, kind: str) -> bytes:
    if kind == "csv":
        return as_csv(listing)
    if kind == "pdf":
        return listing_as_pdf(listing)
    with private_folder() as folder:
        path = folder / "register.xlsx"
        write_listing(listing, path)
        return path.read_bytes()
