"""What the whole ledger speaks in: refs, instants, who acts, and what can go wrong."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

from validators.errors import InputError, PlaceLostError, YoshikiError
from validators.rulebook import JAPAN
from validators.text import same_text

Instant = NewType("Instant", int)  # microseconds since 1970, UTC: one size on both databases, no zone to lose

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to be misread
REF_LENGTH = 26
_BITS = 128
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def new_ref() -> str:
    """Make a name for the outside: 128 random bits in 26 letters that nobody guesses and everybody can read aloud."""
    number = secrets.randbits(_BITS)
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(REF_LENGTH)))


def instant(moment: datetime) -> Instant:
    """Return a moment as microseconds since 1970; a moment without a zone is Japanese time."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)
    return Instant((aware - _EPOCH) // _MICROSECOND)


def moment_of(at: Instant) -> datetime:
    """Return an instant as Japanese time, without a zone, as records write it."""
    return (_EPOCH + at * _MICROSECOND).astimezone(JAPAN).replace(tzinfo=None)


def day_of(at: Instant) -> str:
    """Return the Japanese day of an instant, `YYYY-MM-DD`."""
    return moment_of(at).date().isoformat()


def must_have_come(at: str, now: Instant, what: str) -> None:
    """Raise InputError for a day, or a moment, that is still to come; `what` it is the day of."""
    today = moment_of(now).isoformat(timespec="minutes")
    if at > (today if "T" in at else today[:10]):
        raise InputError(f"まだ来ていない日時の{what}は入力できません。", action="日と時刻を確かめてください。")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: name and role are copied into what is written, for they must be readable when the person is gone.

    `ref` is the signed-in person's, blank where nobody signs in; `via` is the door: command, http, worker or law.
    """

    name: str
    role: str = ""
    ref: str = ""
    via: str = "command"

    def columns(self) -> dict[str, str]:
        """Return the columns by which a row tells who acted."""
        return {"person": self.name, "person_ref": self.ref}

    def is_same(self, person: str, person_ref: str) -> bool:
        """Return whether a row's columns name this actor: by ref where both have one, by name in any spelling otherwise."""
        return self.ref == person_ref if self.ref and person_ref else same_text(self.name, person)


LAW = Actor("法令", via="law")  # what the law works alone is told by nobody


class LedgerError(YoshikiError):
    """The ledger cannot be opened, read or written; the text says why and what to do."""

    code = "ledger"
    http_status = 503


class LostLedgerError(LedgerError, PlaceLostError):
    """The database answers no more: what was begun stands whole or not at all, and can be gone on with when it is back."""

    code = "ledger-lost"

    def __init__(
        self,
        message: str = "台帳との接続が切れました。",
        *,
        action: str = "少し待ってから、もう一度お試しください。",
    ) -> None:
        super().__init__(message, action=action)


class BusyLedgerError(LedgerError):
    """Others wrote for so long that this write never had its turn."""

    code = "ledger-busy"


class CannotWriteError(LedgerError):
    """The disk took no more: nothing of the write stands."""

    code = "cannot-write"


class BrokenRuleError(LedgerError):
    """The database refused what would break a rule of the ledger; `rule` is the constraint's or trigger's name."""

    code = "broken-rule"
    http_status = 409

    def __init__(self, rule: str) -> None:
        super().__init__(
            f"台帳の決まり（{rule}）に合わないため、書き込みませんでした。",
            action="ほかの人が先に処理していないか、内容を確かめてください。",
        )
        self.rule = rule


class NothingToldError(Exception):
    """A write told the audit nothing: a defect of ours, and nothing of it is kept."""


class Miss(Exception):  # noqa: N818 - foreseen, caught by the caller, no error
    """What a write built on has changed meanwhile (`what`: fence, request, case, series, …): it is rolled back."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
