"""What was corrected or taken back in a case: what was told wrongly stays to be seen, with who mended it and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.access.visitors import ledger
from ledger.history import RETRACTED, told_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.cases import CaseFile
    from ledger.history import ToldEvent


@dataclass(frozen=True, slots=True)
class Corrections:
    """`before`: ref of an event that stands → what stood in its place, the newest first; `gone`: what was taken back, with its end."""

    before: Mapping[str, Sequence[ToldEvent]]
    gone: Sequence[tuple[ToldEvent, ToldEvent]]
    by_ref: Mapping[str, ToldEvent]

    @property
    def standing(self) -> frozenset[str]:
        """Return the refs of the events that nothing has taken the place of."""
        return frozenset(self.before)


def corrections_of(case: CaseFile) -> Corrections:
    """Read all that was ever told of a case."""
    with ledger().read() as connection:
        told = told_of(connection, ledger(), case.id, all_=True)
    by_id = {each.id: each for each in told}
    replaced = {each.supersedes for each in told if each.supersedes is not None}

    def chain(event: ToldEvent) -> list[ToldEvent]:
        found = []
        while event.supersedes is not None and event.supersedes in by_id:
            event = by_id[event.supersedes]
            found.append(event)
        return found

    last = [each for each in told if each.id not in replaced]
    return Corrections(
        {each.ref: chain(each) for each in last if each.name != RETRACTED},
        [(chain(each)[0], each) for each in last if each.name == RETRACTED and chain(each)],
        {each.ref: each for each in told},
    )
