"""What other systems are told: written in the transaction of what happened, so that neither is without the other.

A write tells the audit what it did (`writing.told`). What stands in `KINDS` goes out to the living hooks of the office whose case or
paper it is: the kind and refs, nothing more. Names, dates, numbers, forms, kinds of events stay: who wants them asks, with a key.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from ledger.tables import case_file, hook, outgoing, paper
from ledger.types import moment_of, new_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ledger.audit.types import Audited
    from ledger.write import Writing

# type of the audit's entry → its label, and which of its fields are refs that go out; the first names the case or the paper it is of
KINDS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "case.opened": ("事案の開始", ("case",)),
    "case.facts": ("事案の事実の記入", ("case",)),
    "event.told": ("出来事の記録", ("case", "event", "supersedes", "paper")),
    "law.worked": ("法律による満了など", ("case", "event")),
    "deadlines.computed": ("期限の変化", ("case",)),
    "case.closed": ("事案の終了", ("case",)),
    "handover.offered": ("引継ぎの申入れ", ("case", "handover")),
    "handover.moved": ("引継ぎの受入れ・終了など", ("case", "handover")),
    "paper.drafted": ("書面の起案", ("paper",)),
    "paper.moved": ("書面の点検・決裁・交付など", ("paper",)),
    "paper.issued": ("書面の発行", ("paper", "case")),
    "paper.voided": ("書面の取消し", ("paper", "replaced_by")),
}


def put_out(writing: Writing) -> None:
    """Put what was told into the outbox of every hook that is to know of it."""
    events = [each for each in writing.told if each.name in KINDS]
    if not events or not (hooks := _living(writing.connection)):
        return
    for event in events:
        refs = _refs(event)
        of = _office_of(writing.connection, KINDS[event.name][1][0], refs)
        for each in hooks:
            if each.office_id == of and event.name in each.kinds.split():
                ref = new_ref()
                body = _body(ref, event.name, at=moment_of(writing.now).isoformat(timespec="seconds"), refs=refs)
                writing.insert(
                    outgoing, ref=ref, hook_id=each.id, kind=event.name, body=body, state="waiting", next_at=writing.now
                )


def _living(connection: Connection) -> Sequence[Any]:
    return connection.execute(select(hook.c.id, hook.c.office_id, hook.c.kinds).where(hook.c.ended_at.is_(None))).all()


def _refs(event: Audited) -> dict[str, str]:
    return {name: told for name in KINDS[event.name][1] if (told := getattr(event, name))}


def _office_of(connection: Connection, noun: str, refs: dict[str, str]) -> int | None:
    table = {"case": case_file, "paper": paper}[noun]
    return connection.scalar(select(table.c.office_id).where(table.c.ref == refs[noun]))


def _body(ref: str, kind: str, *, at: str, refs: dict[str, str]) -> str:
    return json.dumps({"id": ref, "kind": kind, "at": f"{at}+09:00", "refs": refs})
