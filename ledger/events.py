"""Tell what happened in a case: events of the procedures' vocabulary, never overwritten, each moving version and deadlines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from ledger import keys, seal
from ledger.audit.history_events import CaseTouched, EventTold
from ledger.cases import IS_CLOSED, REOPEN_IT
from ledger.deadlines import recompute
from ledger.faults import passing
from ledger.history import RETRACTED, TheCase, the_case
from ledger.tables import case_file, event, paper
from ledger.types import Miss, must_have_come, new_ref
from ledger.write import write
from validators.errors import InputError
from validators.histories.by_law import ENDS
from validators.histories.reading import read_histories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.types import Actor, Instant
    from ledger.write import Writing
    from validators.rulebook import Rulebook

_NO_FACT = ("on", "event")
_PRECISIONS = ("about", "month")  # given with the event; a minute or a day is seen by the moment itself


@dataclass(frozen=True, slots=True)
class EventEntered:
    """An event as it was entered: its ref, the case's version after it, and what no procedure will look at."""

    ref: str
    version: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """An event as the vocabulary has it: `facts` as JSON has them, `notices` on what no procedure will look at."""

    name: str
    at: str
    facts: dict[str, Any]
    notices: tuple[str, ...]


def tell(
    ledger: Ledger,
    rules: Rulebook,
    actor: Actor,
    case: str,
    item: Mapping[str, Any],
    *,
    version: int | None = None,
    precision: str = "",
) -> EventEntered:
    """Enter an event in a case. `version`: what the teller saw; raises Miss("case") where there is none or it has changed.

    Raises InputError for a closed case, what the vocabulary does not know, a time to come, and what only time brings.
    """

    def work(writing: Writing) -> EventEntered:
        found = the_case(writing.connection, case, lock=True)
        if found is None or version not in (None, found.version):
            raise Miss("case")
        _not_closed(found)
        return append(writing, ledger, rules, found.id, item, precision=precision)

    return write(ledger, actor, work)


def correct(
    ledger: Ledger, rules: Rulebook, actor: Actor, event_ref: str, item: Mapping[str, Any], *, reason: str
) -> EventEntered:
    """Enter an event anew in the place of one told before, which stays readable. Raises as `tell`, Miss("event") where that is gone."""

    def work(writing: Writing) -> EventEntered:
        case_id, before = _standing(writing, event_ref)
        _not_closed(_living(writing, case_id))
        return append(writing, ledger, rules, case_id, item, supersedes=before, reason=_given(reason))

    return write(ledger, actor, work)


def retract(ledger: Ledger, rules: Rulebook, actor: Actor, event_ref: str, reason: str) -> EventEntered:
    """Take back an event that never happened; it stays readable. Raises as `correct`."""

    def work(writing: Writing) -> EventEntered:
        case_id, before = _standing(writing, event_ref)
        case = _living(writing, case_id)
        _not_closed(case)
        at = str(writing.connection.scalar(select(event.c.at).where(event.c.id == before)))
        return _put(
            writing, ledger, rules, case, CheckedEvent(RETRACTED, at, {}, ()), supersedes=before, reason=_given(reason)
        )

    return write(ledger, actor, work)


def take_back_paper(
    writing: Writing, ledger: Ledger, rules: Rulebook, case_id: int, paper_id: int, *, reason: str
) -> None:
    """Take back, within a write, what a case was told of a paper that is void: it was never issued as it stands."""
    later = event.alias()
    standing = ~select(later.c.id).where(later.c.supersedes == event.c.id).exists()
    told = select(event.c.id, event.c.at).where(event.c.paper_id == paper_id, event.c.name != RETRACTED, standing)
    for row in writing.execute(told.order_by(event.c.id.desc())).all():
        case = _living(writing, case_id)
        gone = CheckedEvent(RETRACTED, row.at, {}, ())
        _put(writing, ledger, rules, case, gone, supersedes=row.id, reason=_given(reason))


def append(
    writing: Writing,
    ledger: Ledger,
    rules: Rulebook,
    case_id: int,
    item: Mapping[str, Any],
    *,
    paper_id: int | None = None,
    supersedes: int | None = None,
    precision: str = "",
    reason: str = "",
) -> EventEntered:
    """Enter an event within a write (issuing a paper enters the paper): row, version, deadlines, all in its transaction."""
    case = _living(writing, case_id)
    checked = checked_event(rules, item, writing.now if paper_id is None else None)
    return _put(
        writing,
        ledger,
        rules,
        case,
        checked,
        supersedes=supersedes,
        paper_id=paper_id,
        precision=precision,
        reason=reason,
    )


def touch(writing: Writing, ledger: Ledger, rules: Rulebook, case_id: int) -> int:
    """Say that a case changed otherwise than by an event (parties, facts): its version after it, deadlines computed anew."""
    case = _living(writing, case_id)
    version = _next_version(writing, case)
    writing.tell(CaseTouched(case=case.ref, version=version))
    recompute(writing, ledger, rules, case_id)
    return _version(writing, case_id)


def _put(
    writing: Writing,
    ledger: Ledger,
    rules: Rulebook,
    case: TheCase,
    checked: CheckedEvent,
    *,
    supersedes: int | None,
    paper_id: int | None = None,
    precision: str = "",
    reason: str = "",
) -> EventEntered:
    key, ordinal = keys.load(writing.connection, ledger, case.key_id), _ordinal(writing, case.id, supersedes)
    values = event_row(writing, case.id, key, checked, ordinal, precision=precision, reason=reason)
    row = writing.insert(event, **values | {"paper_id": paper_id, "supersedes": supersedes})
    passing("case.event-written")
    version = _next_version(writing, case)
    writing.tell(
        EventTold(
            case=case.ref,
            event=values["ref"],
            kind=checked.name,
            at=checked.at,
            version=version,
            supersedes=_ref_of(writing, event, supersedes),
            paper=_ref_of(writing, paper, paper_id),
        )
    )
    recompute(writing, ledger, rules, case.id, cause=row)
    return EventEntered(values["ref"], _version(writing, case.id), checked.notices)


def event_row(
    writing: Writing,
    case_id: int,
    key: DataKey,
    checked: CheckedEvent,
    ordinal: int,
    *,
    precision: str = "",
    reason: str = "",
) -> dict[str, Any]:
    """Return the row of an event that is told now."""
    ref = new_ref()
    values = {"facts": checked.facts, "by": writing.actor.name, **({"reason": reason} if reason else {})}
    return {
        "ref": ref,
        "case_file_id": case_id,
        "name": checked.name,
        "at": checked.at,
        "precision": _precision(checked.at, precision),
        "ordinal": ordinal,
        "recorded_at": writing.now,
        "sealed": seal.close(key, "event", ref, values),
    }


def checked_event(rules: Rulebook, item: Mapping[str, Any], now: Instant | None) -> CheckedEvent:
    """Return an item by the vocabulary; raises InputError that says what is wrong with it.

    What only time brings is refused too, and what is still to come (`now` None: a paper that this ledger issues may be).
    """
    plain = {key: value for key, value in item.items() if value is not None}
    (told,), _ = read_histories(rules.procedures.vocabulary, {"id": "入力", "history": [plain]}, "入力")
    (happening,) = told.items
    if happening.name in ENDS:
        raise InputError("時が来れば法令により起きることは、自動で記録されます。入力は要りません。")
    if now is not None:
        must_have_come(happening.on, now, "出来事")
    unseen = (*_NO_FACT, "paper") if happening.is_paper else _NO_FACT
    facts = {name: value for name, value in happening.facts.items() if name not in unseen}
    plainly = json.loads(json.dumps(facts, ensure_ascii=False, default=lambda value: value.isoformat()))
    return CheckedEvent(happening.name, happening.on, plainly, tuple(told.notices()))


def _standing(writing: Writing, event_ref: str) -> tuple[int, int]:
    """Return the case and the row of an event that nothing has superseded; raises Miss("event"), InputError for an issued paper's."""
    later = event.alias()
    wanted = select(event.c.case_file_id, event.c.id, event.c.paper_id).where(
        event.c.ref == event_ref,
        event.c.name != RETRACTED,
        ~select(later.c.id).where(later.c.supersedes == event.c.id).exists(),
    )
    row = writing.execute(wanted).one_or_none()
    if row is None:
        raise Miss("event")
    if row.paper_id is not None:  # the paper itself would have to be another one
        raise InputError("発行した文書の記録は、直せません。", action="文書を取り消して、作り直してください。")
    return row.case_file_id, row.id


def _living(writing: Writing, case_id: int) -> TheCase:
    found = the_case(writing.connection, case_id, lock=True)
    if found is None or found.state == "destroyed":
        raise Miss("case")
    return found


def _not_closed(case: TheCase) -> None:
    """Refuse what people tell of a closed case, as `open_to_change` does of its facts: what it was closed on stands.

    What becomes of its papers (delivered, void) and what the law works is told all the same.
    """
    if case.state == "closed":
        raise InputError(IS_CLOSED, action=REOPEN_IT)


def _next_version(writing: Writing, case: TheCase) -> int:
    writing.execute(update(case_file).where(case_file.c.id == case.id).values(version=case.version + 1))
    return case.version + 1


def _version(writing: Writing, case_id: int) -> int:
    """Return the version of a case, which what the law worked meanwhile moved too."""
    return int(writing.connection.scalar(select(case_file.c.version).where(case_file.c.id == case_id)) or 0)


def _ordinal(writing: Writing, case_id: int, supersedes: int | None) -> int:
    """Return the place among the events of a day: that of the superseded one, else behind all."""
    if supersedes is not None:
        return int(writing.connection.scalar(select(event.c.ordinal).where(event.c.id == supersedes)) or 0)
    return int(writing.connection.scalar(select(func.max(event.c.ordinal)).where(event.c.case_file_id == case_id)) or 0) + 1  # fmt: skip


def _precision(at: str, given: str) -> str:
    return given if given in _PRECISIONS else "minute" if "T" in at else "day"


def _ref_of(writing: Writing, table: Any, row: int | None) -> str | None:
    return writing.connection.scalar(select(table.c.ref).where(table.c.id == row)) if row is not None else None


def _given(reason: str) -> str:
    if not reason.strip():
        raise InputError("訂正や取消しには理由が要ります。", action="理由を書いてください。")
    return reason.strip()
