"""Other systems that are told of what happens: let in by an administrator, for one office, for some kinds; and what waits for them.

The address and the secret it is signed with are sealed. What cannot be delivered is tried again, later each time, and given up
at the end (`dead`): an administrator sees it and may send it once more.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update

from ledger import keys, seal
from ledger.audit.hook_events import HookEnded, HookMade, OutgoingAgain, OutgoingPruned, OutgoingTried
from ledger.cases import office_named
from ledger.outbox import KINDS
from ledger.tables import hook, office, outgoing
from ledger.types import Instant, new_ref
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing

_SECOND = 1_000_000  # microseconds
_PAUSES: Final = (
    60,
    300,
    1800,
    7200,
    21600,
    43200,
    86400,
)  # seconds before the second try, the third, …: about two days
KEPT_SECONDS: Final = 30 * 86400  # after which what was sent, or given up, is kept no more
_LONGEST = 100  # letters of a label
_PREFIX = "whsec_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class HookKept:
    """Another system that is told, or was until `ended_at`; `waiting` and `dead` count what it has not been told."""

    ref: str
    label: str
    office: str
    kinds: tuple[str, ...]
    made_at: Instant
    ended_at: Instant | None
    url: str
    secret: str = field(repr=False)
    waiting: int = 0
    dead: int = 0

    @property
    def host(self) -> str:
        """Return where it is, without what may be secret in its address."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Sending:
    """Something that is to be sent now: where, signed with what, the bytes, and the how manieth try it will be."""

    ref: str
    hook: str
    url: str
    secret: str = field(repr=False)
    body: str
    tries: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Something that was given up."""

    ref: str
    label: str
    kind: str
    tries: int
    outcome: str
    ended_at: Instant


def make_hook(ledger: Ledger, actor: Actor, *, label: str, office_code: str, kinds: Sequence[str], url: str) -> str:
    """Let another system be told; return the ref. The address was looked at by the door. Raises InputError."""
    if not label.strip():
        raise InputError("知らせる先の名前を書いてください。")
    if len(label) > _LONGEST or not label.strip().isprintable():
        raise InputError(f"知らせる先の名前は、一行で{_LONGEST}字までにしてください。")
    if not kinds or any(each not in KINDS for each in kinds):
        raise InputError("知らせることを選んでください。", action=f"使えるもの: {'、'.join(KINDS)}")
    secret = _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()

    def work(writing: Writing) -> str:
        ref, key = new_ref(), keys.make(writing, ledger)
        place, told = office_named(writing.connection, office_code), " ".join(sorted(set(kinds)))
        sealed = seal.close(key, "hook", ref, {"url": url, "secret": secret})
        values = {"label": label.strip(), "kinds": told, "made_by": actor.name, "made_at": writing.now}
        writing.insert(hook, ref=ref, office_id=place, key_id=key.id, sealed=sealed, **values)
        writing.tell(HookMade(hook=ref, office=office_code, kinds=told, host=urlsplit(url).hostname or ""))
        return ref

    return write(ledger, actor, work)


def end_hook(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Tell another system no more; what waits for it is given up. Raises InputError where it ended before or is unknown."""

    def work(writing: Writing) -> None:
        living = (hook.c.ref == ref) & hook.c.ended_at.is_(None)
        found = writing.execute(select(hook.c.id).where(living).with_for_update()).scalar()
        if found is None:
            raise InputError("その知らせる先は、もう終わっています。")
        writing.execute(update(hook).where(living).values(ended_at=writing.now))
        waits = (outgoing.c.hook_id == found) & (outgoing.c.state == "waiting")
        gone = {"state": "dead", "ended_at": writing.now, "outcome": "ended"}
        waiting = writing.execute(update(outgoing).where(waits).values(**gone)).rowcount
        writing.tell(HookEnded(hook=ref, waiting=waiting))

    write(ledger, actor, work)


def all_hooks(ledger: Ledger) -> list[HookKept]:
    """Return every system that is or was told, the newest first."""
    counts = select(outgoing.c.hook_id, outgoing.c.state, func.count()).group_by(outgoing.c.hook_id, outgoing.c.state)
    with ledger.read() as connection:
        rows = connection.execute(_HOOKS.order_by(hook.c.id.desc())).all()
        opened = keys.load_all(connection, ledger, [row.key_id for row in rows])
        held = {(of, state): n for of, state, n in connection.execute(counts)}
    return [
        HookKept(
            *(row.ref, row.label, row.code, tuple(row.kinds.split()), row.made_at, row.ended_at),
            **seal.open_(opened[row.key_id], "hook", row.ref, row.sealed),
            waiting=held.get((row.id, "waiting"), 0),
            dead=held.get((row.id, "dead"), 0),
        )
        for row in rows
    ]


def due_now(ledger: Ledger, most: int) -> list[Sending]:
    """Return what is to be sent now, the oldest first."""
    columns = (outgoing.c.ref, outgoing.c.body, outgoing.c.tries, hook.c.ref.label("of"), hook.c.key_id, hook.c.sealed)
    wanted = (
        select(*columns)
        .join(hook, outgoing.c.hook_id == hook.c.id)
        .where(outgoing.c.state == "waiting", outgoing.c.next_at <= ledger.now())
        .order_by(outgoing.c.next_at, outgoing.c.id)
    )
    with ledger.read() as connection:
        rows = connection.execute(wanted.limit(most)).all()
        opened = keys.load_all(connection, ledger, [row.key_id for row in rows])
    sealed = {row.of: seal.open_(opened[row.key_id], "hook", row.of, row.sealed) for row in rows}
    return [Sending(row.ref, row.of, **sealed[row.of], body=row.body, tries=row.tries + 1) for row in rows]


def tried(ledger: Ledger, actor: Actor, sending: Sending, outcome: str, *, taken: bool, hopeless: bool = False) -> str:
    """Record what came of a try and return the state: sent, waiting for the next, dead after the last or where it is hopeless."""
    last = sending.tries > len(_PAUSES)
    state = "sent" if taken else "dead" if last or hopeless else "waiting"

    def work(writing: Writing) -> str:
        pause = _PAUSES[sending.tries - 1] * _SECOND if state == "waiting" else 0
        values: dict[str, Any] = {"state": state, "tries": sending.tries, "outcome": outcome}
        values |= {"next_at": writing.now + pause, "ended_at": None if state == "waiting" else writing.now}
        which = (outgoing.c.ref == sending.ref) & (outgoing.c.state == "waiting")
        writing.execute(update(outgoing).where(which).values(**values))
        writing.tell(OutgoingTried(hook=sending.hook, outgoing=sending.ref, state=state, outcome=outcome))
        return state

    return write(ledger, actor, work)


def given_up(ledger: Ledger, most: int = 50) -> list[GivenUp]:
    """Return what was given up, the newest first."""
    columns = (outgoing.c.ref, hook.c.label, outgoing.c.kind, outgoing.c.tries, outgoing.c.outcome, outgoing.c.ended_at)
    wanted = select(*columns).join(hook, outgoing.c.hook_id == hook.c.id).where(outgoing.c.state == "dead")
    with ledger.read() as connection:
        rows = connection.execute(wanted.order_by(outgoing.c.ended_at.desc(), outgoing.c.id.desc()).limit(most)).all()
    return [GivenUp(*row) for row in rows]


def send_again(ledger: Ledger, actor: Actor, ref: str) -> None:
    """Send once more what was given up, from the first try on. Raises InputError where it was not, or its hook has ended."""

    def work(writing: Writing) -> None:
        living = select(hook.c.id).where(hook.c.ended_at.is_(None))
        which = (outgoing.c.ref == ref) & (outgoing.c.state == "dead") & outgoing.c.hook_id.in_(living)
        fresh = {"state": "waiting", "tries": 0, "next_at": writing.now, "ended_at": None, "outcome": ""}
        if not writing.execute(update(outgoing).where(which).values(**fresh)).rowcount:
            raise InputError("それは送り直せません。知らせる先が終わったか、もう送ってあります。")
        writing.tell(OutgoingAgain(outgoing=ref))

    write(ledger, actor, work)


def prune(ledger: Ledger, actor: Actor) -> int:
    """Keep no more what was sent, or given up, a month ago; return how many."""
    old = outgoing.c.ended_at < ledger.now() - KEPT_SECONDS * _SECOND
    with ledger.read() as connection:
        if connection.scalar(select(outgoing.c.id).where(old).limit(1)) is None:
            return 0

    def work(writing: Writing) -> int:
        rows: int = writing.execute(delete(outgoing).where(old)).rowcount
        writing.tell(OutgoingPruned(rows=rows))
        return rows

    return write(ledger, actor, work)


_HOOKS = select(hook, office.c.code).join(office, hook.c.office_id == office.c.id)
