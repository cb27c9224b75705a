"""Enter rows of a register by hand, and correct rows by a further entry: what was written stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ledger import keys, seal
from ledger.audit.register_events import EntryMade
from ledger.register_rows import cuts_of
from ledger.registers import column_of, office_of
from ledger.tables import entry, event, office
from ledger.types import day_of, must_have_come, new_ref
from ledger.write import write
from validators.errors import InputError
from validators.values import read_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.histories.registers import Register
    from validators.rulebook import Rulebook


def add_entry(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    slug: str,
    *,
    values: Mapping[str, str],
    office_code: str,
    day: str = "",
) -> str:
    """Enter a row and return its ref. `values`: column → text. Raises InputError for an unknown column, a closed month, a day to come."""
    register = rules.procedures.register(slug)
    told = _read(register, values)
    return write(ledger, actor, lambda writing: _made(writing, ledger, register, office_code, told=told, day=day))


def correct_row(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    slug: str,
    ref: str,
    *,
    values: Mapping[str, str],
    office_code: str,
    reason: str,
) -> str:
    """Correct a row, an entry's or one that an event makes, by a further entry of today; return its ref.

    Raises InputError: no such row, corrected already, no reason.
    """
    register = rules.procedures.register(slug)
    told = _read(register, values)
    if not reason.strip():
        raise InputError("訂正には理由が要ります。", action="理由を書いてください。")

    def work(writing: Writing) -> str:
        before = _entry(writing.connection, slug, ref)
        of_event = None if before else writing.connection.scalar(select(event.c.id).where(event.c.ref == ref))
        if before is None and of_event is None:
            raise InputError(
                "この行は帳簿にありません。", action="yoshiki register show --json の ref で指定してください。"
            )
        corrected = (
            entry.c.corrects == before if before else (entry.c.event_id == of_event) & (entry.c.register == slug)
        )
        if writing.connection.scalar(select(entry.c.id).where(corrected).limit(1)) is not None:
            raise InputError("この行は、すでに訂正されています。", action="訂正の行を、さらに訂正してください。")
        return _made(
            writing,
            ledger,
            register,
            office_code,
            told=told,
            reason=reason.strip(),
            corrects=before,
            of_event=of_event,
            of=ref,
        )

    return write(ledger, actor, work)


def _made(
    writing: Writing,
    ledger: Ledger,
    register: Register,
    office_code: str,
    *,
    told: Mapping[str, str],
    day: str = "",
    reason: str = "",
    corrects: int | None = None,
    of_event: int | None = None,
    of: str | None = None,
) -> str:
    connection, on = writing.connection, read_date(day)[:10] if day else day_of(writing.now)
    must_have_come(on, writing.now, "行")
    of_office = office_of(connection, office_code)
    if on[:7] in cuts_of(connection, register.slug, of_office):
        raise InputError("この月は締めてあります。", action="今の月の行として書き、元の日は欄に書いてください。")
    key = keys.load(connection, ledger, connection.scalar(select(office.c.key_id).where(office.c.id == of_office)) or 0)
    ref = new_ref()
    writing.insert(
        entry,
        ref=ref,
        register=register.slug,
        office_id=of_office,
        event_id=of_event,
        corrects=corrects,
        day=on,
        recorded_at=writing.now,
        key_id=key.id,
        sealed=seal.close(key, "entry", ref, {"values": dict(told), "reason": reason}),
        **writing.actor.columns(),
    )
    writing.tell(
        EntryMade(
            register=register.slug,
            office=office_code,
            entry=ref,
            day=on,
            corrects=of if corrects else None,
            event=of if of_event else None,
        )
    )
    return ref


def _read(register: Register, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values by the names of the columns."""
    told = {register.columns[column_of(register, name)].name: text.strip() for name, text in values.items()}
    if not any(told.values()):
        raise InputError("書く欄がありません。", action="欄=内容 の形で書いてください。")
    return told


def _entry(connection: Connection, slug: str, ref: str) -> int | None:
    return connection.scalar(select(entry.c.id).where(entry.c.ref == ref, entry.c.register == slug))
