"""By what a record is known again: by what it says, not by the row it stood in nor by how its office is described just now."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ledger.records import digest_of, record_as_data
from validators.text import case_key

if TYPE_CHECKING:
    from validators.model import Record

_OF_A_PLACE = re.compile(
    r"(?:s[0-9]+-)?r[0-9]+"
)  # the ids that entry makes of a row's place: a row above it, and it is another


def said_by(record: Record) -> dict[str, Any]:
    """Return what tells a record from others of its office, as plain data."""
    own = "" if _OF_A_PLACE.fullmatch(record.id) else record.id
    return {**record_as_data(record, {}), "id": own, "case": case_key(record.case), "source": ""}


class Likes:
    """Counts the records of one run that say the same: the second of them is another paper."""

    def __init__(self) -> None:
        """Have seen none."""
        self._seen: Counter[bytes] = Counter()

    def before(self, record: Record) -> int:
        """Return how many before it said the same."""
        said = digest_of(said_by(record))
        self._seen[said] += 1
        return self._seen[said] - 1
