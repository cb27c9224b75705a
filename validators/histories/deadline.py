"""A day by which something is due, and how it stands with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from validators.histories.items import Happening
    from validators.histories.procedure import Due, Procedure
    from validators.histories.timing import DueDay

DeadlineState = Literal["open", "kept", "late", "ended"]


@dataclass(frozen=True, slots=True)
class CaseDeadline:
    """What a procedure sets a day for. `by`: the act that kept it or came late, or what lifted it; open ones have none."""

    procedure: Procedure
    due: Due
    trigger: Happening
    limit: DueDay
    state: DeadlineState
    by: Happening | None = None

    @property
    def ordinal(self) -> int:
        """Return which of the procedure's duties it is, from 0."""
        return self.procedure.dues.index(self.due)
