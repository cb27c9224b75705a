"""Hand a case over, refer it, or ask another office for measures: offered, accepted, rejected, done, withdrawn.

The receiver sees a copy of the named fields alone, from accepting until it ends; state and expiry are asked at every reading.
The copy lies under a key of its own, which goes when the handover ends: what was handed over cannot be read again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from ledger import keys, seal
from ledger.audit.handover_events import HandoverExpired, HandoverMoved, HandoverOffered, HandoverRead
from ledger.cases import case_named, case_of
from ledger.events import touch
from ledger.facts import facts_of
from ledger.faults import passing
from ledger.offices import office_id
from ledger.tables import case_access, case_file, data_key, handover, holding, office
from ledger.tables.cases import HANDOVER_KINDS
from ledger.types import LAW, Instant, Miss, day_of, must_have_come, new_ref
from ledger.write import write
from validators.errors import InputError
from validators.labels import HANDOVER_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from ledger.cases import CaseFile
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.rulebook import Rulebook

OPEN = ("offered", "accepted")
LONGEST = 366  # days a copy may be open
SECTION = "handover"  # of case_access: the copy, and nothing else of the case
# state → the states it may move to, and whose act that is
_MOVES = {
    ("offered", "accepted"): "to",
    ("offered", "rejected"): "to",
    ("offered", "withdrawn"): "from",
    ("accepted", "done"): "to",
    ("accepted", "withdrawn"): "from",
}
_NEEDS_REASON = frozenset({"rejected", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered. One of `to` (an office's code) and `receiver` (somebody outside); one of consent and override.

    `consent`: who consented, and on which day; `reason`: why it is done without consent.
    """

    case: str
    kind: str
    fields: Sequence[str]
    expires_on: str
    to: str = ""
    receiver: str = ""
    consent: tuple[str, str] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as its two sides see it. `copy`: what the receiver may read, empty for whoever may not (any more)."""

    ref: str
    case: str
    kind: str
    state: str
    from_office: str
    to: str
    fields: tuple[str, ...]
    basis: str
    expires_on: str
    offered_at: Instant
    expired: bool
    outside: bool  # its receiver is none of the ledger's offices: the offering office notes the answer
    words: Mapping[str, Any] = field(repr=False)  # reason, consent, receiver, answer
    copy: Mapping[str, Any] = field(repr=False, default_factory=dict)


# ---- offering -----------------------------------------------------------------------------------------------------


def offer(ledger: Ledger, actor: Actor, told: Offer) -> str:
    """Offer a handover and return its ref; raises InputError for what is missing, or offered to that office already."""
    _check(told)

    def work(writing: Writing) -> str:
        connection, today = writing.connection, day_of(writing.now)
        case = case_named(connection, ledger, told.case, lock=True)
        if case.state != "open":
            raise InputError("終結した事案は引き渡せません。")
        to = _receiver(connection, told, case)
        if not today <= told.expires_on <= _days_after(today, LONGEST):
            raise InputError(f"いつまでの引渡しかを、今日から{LONGEST}日のうちで書いてください。")
        if told.consent is not None:
            must_have_come(told.consent[1], writing.now, "同意")
        copy = _copied(connection, case, told.fields)
        ref, key = new_ref(), keys.make(writing, ledger)
        words = {"receiver": told.receiver, "reason": told.reason, "consent": list(told.consent or ())}
        writing.insert(
            handover,
            ref=ref,
            case_file_id=case.id,
            kind=told.kind,
            state="offered",
            from_office_id=case.office_id,
            to_office_id=to,
            fields=json.dumps(list(copy), ensure_ascii=False),
            basis="consent" if told.consent else "override",
            expires_on=told.expires_on,
            offered_at=writing.now,
            key_id=key.id,
            sealed=seal.close(key, "handover", ref, {**words, "copy": copy}),
            **writing.actor.columns(),
        )
        passing("handover.copied")
        writing.tell(
            HandoverOffered(
                case=case.ref,
                handover=ref,
                kind=told.kind,
                to=told.to,
                fields=tuple(copy),
                basis="consent" if told.consent else "override",
                expires_on=told.expires_on,
            )
        )
        return ref

    return write(ledger, actor, work)


def _check(told: Offer) -> None:
    if told.kind not in HANDOVER_KINDS:
        known = "、".join(f"{kind}（{HANDOVER_LABELS[kind]}）" for kind in HANDOVER_KINDS)
        raise InputError(f"「{told.kind}」という引渡しはありません。", action=f"使えるもの: {known}")
    if bool(told.to) == bool(told.receiver):
        raise InputError("渡す先を、台帳にある所属か、外の相手のどちらか一つで書いてください。")
    if not told.fields:
        raise InputError("渡す項目を、一つずつ名前で書いてください。", action="要るものだけにしてください。")
    if told.consent is None and not told.reason.strip():
        raise InputError(
            "本人の同意がありません。", action="同意した人と日を書くか、同意なしに渡す理由を書いてください。"
        )
    if told.consent is not None and not all(part.strip() for part in told.consent):
        raise InputError("誰がいつ同意したかを書いてください。")


def _receiver(connection: Connection, told: Offer, case: CaseFile) -> int | None:
    if not told.to:
        return None
    to = office_id(connection, told.to)
    if to is None:
        raise InputError(f"「{told.to}」という所属が台帳にありません。")
    if to == case.office_id:
        raise InputError("この事案は、その所属が持っています。")
    same = (handover.c.case_file_id == case.id, handover.c.to_office_id == to, handover.c.kind == told.kind)
    if connection.scalar(select(handover.c.id).where(*same, handover.c.state.in_(OPEN)).limit(1)) is not None:
        raise InputError("同じ引渡しが、まだ終わっていません。", action="前の引渡しを終えるか、取り下げてください。")
    return to


def _copied(connection: Connection, case: CaseFile, names: Sequence[str]) -> dict[str, Any]:
    """Return the named facts as they stand; raises InputError that names those that are not known."""
    known = facts_of(connection, case)
    if missing := [name for name in dict.fromkeys(names) if name not in known]:
        raise InputError(
            f"「{'」「'.join(missing)}」は、この事案で分かっていません。", action="渡せるのは、事案にある項目だけです。"
        )
    return {name: known[name].value for name in dict.fromkeys(names)}


# ---- answering, ending --------------------------------------------------------------------------------------------


def move(
    ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, *, to_state: str, by_office: str, reason: str = ""
) -> None:
    """Accept, reject, end or withdraw a handover, as the office whose act it is. Raises InputError, Miss("handover").

    A transfer that is done makes the case the receiver's. With a receiver outside, the offering office notes the answer.
    """
    state = to_state
    if state in _NEEDS_REASON and not reason.strip():
        raise InputError("理由を書いてください。")

    def work(writing: Writing) -> None:
        row, case = _locked(writing, ledger, ref)
        whose = _MOVES.get((row.state, state))
        if whose is None:
            raise InputError(
                f"この引渡しは「{HANDOVER_LABELS[row.state]}」です。「{HANDOVER_LABELS[state]}」にはできません。"
            )
        actor_is = row.from_code if whose == "from" or row.to_code is None else row.to_code
        if by_office != actor_is:
            name = writing.connection.scalar(select(office.c.name).where(office.c.code == actor_is))
            raise InputError(f"「{HANDOVER_LABELS[state]}」にできるのは、{name}です。")
        if row.expires_on < day_of(writing.now) and state != "withdrawn":
            raise InputError("この引渡しは、期限が過ぎています。", action="要るなら、改めて引き渡してください。")
        _moved(writing, ledger, row, case, state=state, reason=reason)
        writing.tell(HandoverMoved(case=case.ref, handover=ref, state=state))
        if state == "done" and row.kind == "transfer" and row.to_office_id is not None:
            _transferred(writing, ledger, rules, case, row.to_office_id)

    write(ledger, actor, work)


def expire(ledger: Ledger) -> int:
    """End the handovers that ran out; they were closed to their receivers already. Return how many this call ended."""
    with ledger.read() as connection:
        over = (handover.c.state.in_(OPEN), handover.c.expires_on < day_of(ledger.now()))
        living = select(handover.c.ref).join(case_file).where(*over, case_file.c.state != "destroyed")
        refs = list(connection.scalars(living.order_by(handover.c.id)))

    ended = 0
    for ref in refs:
        with suppress(Miss):  # somebody was there first
            write(ledger, LAW, partial(_expired, ledger, ref))
            ended += 1
    return ended


def _expired(ledger: Ledger, ref: str, writing: Writing) -> None:
    row, case = _locked(writing, ledger, ref)
    if row.state not in OPEN:
        raise Miss("handover")
    _moved(writing, ledger, row, case, state="withdrawn", reason="期限の経過")
    writing.tell(HandoverExpired(case=case.ref, handover=ref))


def _moved(writing: Writing, ledger: Ledger, row: Row[Any], case: CaseFile, *, state: str, reason: str) -> None:
    if state == "accepted":
        writing.execute(update(handover).where(handover.c.id == row.id).values(state=state))
        if row.to_office_id is not None:
            of = {"case_file_id": case.id, "office_id": row.to_office_id, "handover_id": row.id}
            writing.insert(case_access, **of, section=SECTION, from_at=writing.now, why=row.kind)
        return
    words = _words(writing.connection, ledger, row)
    words.pop("copy", None)
    kept = seal.close(case.key, "handover", row.ref, {**words, "answer": reason, "by": writing.actor.name})
    ended = {"state": state, "ended_at": writing.now, "key_id": case.key.id, "sealed": kept}
    writing.execute(update(handover).where(handover.c.id == row.id).values(**ended))
    writing.witness("handover", row.ref, kept)
    gone = {"wrapped": None, "shredded_at": writing.now}
    writing.execute(update(data_key).where(data_key.c.id == row.key_id, data_key.c.id != case.key.id).values(**gone))
    granted = (case_access.c.handover_id == row.id, case_access.c.until_at.is_(None))
    writing.execute(update(case_access).where(*granted).values(until_at=writing.now))


def _transferred(writing: Writing, ledger: Ledger, rules: Rulebook, case: CaseFile, to: int) -> None:
    """Make the case the receiver's: who held it until when stays written, the first since ever."""
    held = (holding.c.case_file_id == case.id, holding.c.until_at.is_(None))
    if not writing.execute(update(holding).where(*held).values(until_at=writing.now)).rowcount:
        writing.insert(holding, case_file_id=case.id, office_id=case.office_id, since_at=0, until_at=writing.now)
    writing.insert(holding, case_file_id=case.id, office_id=to, since_at=writing.now)
    writing.execute(update(case_file).where(case_file.c.id == case.id).values(office_id=to))
    touch(writing, ledger, rules, case.id)


# ---- reading ------------------------------------------------------------------------------------------------------


def opened(ledger: Ledger, actor: Actor, ref: str, *, by_office: str) -> Handover:
    """Return a handover with its copy, as its receiver reads it; the reading is recorded before it is answered.

    Raises InputError where it is not the receiver's to read: before accepting, after its end, after its expiry.
    """

    def work(writing: Writing) -> Handover:
        row, case = _locked(writing, ledger, ref)
        if row.to_code is None or by_office != row.to_code:
            raise InputError("この写しを読めるのは、渡された所属だけです。")
        if row.state != "accepted":
            raise InputError(f"この引渡しは「{HANDOVER_LABELS[row.state]}」なので、写しは読めません。")
        if row.expires_on < day_of(writing.now):
            raise InputError("この引渡しは、期限が過ぎています。写しは読めません。")
        found = _shown(writing.connection, ledger, row, writing.now, whole=True)
        writing.tell(HandoverRead(case=case.ref, handover=ref, office=by_office, fields=found.fields))
        return found

    return write(ledger, actor, work)


def listed(ledger: Ledger, *, office_code: str = "", case: str = "", states: Sequence[str] = ()) -> list[Handover]:
    """Return handovers that an office gives or receives, or those of a case, the newest first; no copies."""
    wanted = _wanted()
    if office_code:
        wanted = wanted.where(or_(_FROM.c.code == office_code, _TO.c.code == office_code))
    if case:
        wanted = wanted.where(case_file.c.ref == case)
    if states:
        wanted = wanted.where(handover.c.state.in_(states))
    with ledger.read() as connection:
        rows = connection.execute(wanted.order_by(handover.c.id.desc())).all()
        return [_shown(connection, ledger, row, ledger.now()) for row in rows]


_FROM, _TO = office.alias("from_office"), office.alias("to_office")


def _wanted() -> Any:
    return (
        select(
            handover, case_file.c.ref.label("case_ref"), _FROM.c.code.label("from_code"), _TO.c.code.label("to_code")
        )
        .join(case_file, case_file.c.id == handover.c.case_file_id)
        .join(_FROM, _FROM.c.id == handover.c.from_office_id)
        .outerjoin(_TO, _TO.c.id == handover.c.to_office_id)
    )


def _locked(writing: Writing, ledger: Ledger, ref: str) -> tuple[Row[Any], CaseFile]:
    """Return a handover and its case, both locked, the case first; raises InputError where there is none."""
    case_id = writing.connection.scalar(select(handover.c.case_file_id).where(handover.c.ref == ref))
    if case_id is None:
        raise InputError("この引渡しはありません。", action="yoshiki handover list でご覧になれます。")
    case = case_of(writing.connection, ledger, case_id, lock=True)
    wanted = _wanted().where(handover.c.ref == ref).with_for_update(of=handover)
    return writing.execute(wanted).one(), case


def _shown(connection: Connection, ledger: Ledger, row: Row[Any], now: Instant, *, whole: bool = False) -> Handover:
    words = _words(connection, ledger, row)
    copy = words.pop("copy", {})
    return Handover(
        ref=row.ref,
        case=row.case_ref,
        kind=row.kind,
        state=row.state,
        from_office=row.from_code,
        to=row.to_code or str(words.get("receiver", "")),
        fields=tuple(json.loads(row.fields)),
        basis=row.basis,
        expires_on=row.expires_on,
        offered_at=Instant(row.offered_at),
        expired=row.state in OPEN and row.expires_on < day_of(now),
        outside=row.to_code is None,
        words=words,
        copy=copy if whole else {},
    )


def _words(connection: Connection, ledger: Ledger, row: Row[Any]) -> dict[str, Any]:
    if row.sealed is None:
        return {}
    key = keys.load(connection, ledger, seal.key_id_of(row.sealed))
    return seal.open_(key, "handover", row.ref, row.sealed)


def _days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
