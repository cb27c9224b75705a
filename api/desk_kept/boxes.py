"""The boxes of a page as they were typed, and what is wrong with each: told beside the box and in the summary that links to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.desk_kept.saying import day_typed, fault_said
from validators.errors import InputError
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from validators.errors import YoshikiError


class TypedBoxes:
    """What stands in a page's boxes: `known` before anything is sent, what was `sent` after it. A box reads as text, folded nowhere."""

    def __init__(self, sent: Mapping[str, str] | None = None, known: Mapping[str, str] | None = None) -> None:
        """Begin with no faults."""
        self._sent, self._known = sent, known or {}
        self.faults: dict[str, str] = {}

    def typed(self, name: str, otherwise: str = "") -> str:
        """Return what stands in a box."""
        if self._sent is not None:
            return self._sent.get(name, "").replace("\r\n", "\n")
        return self._known.get(name, otherwise)

    def refuse(self, name: str, told: str) -> None:
        """Say what is wrong with a box (blank: with the page as a whole); the first that is said of a box stands."""
        self.faults.setdefault(name, told)

    def refuse_all(self, error: YoshikiError) -> None:
        """Say what the ledger refused."""
        self.refuse("", fault_said(error))

    def text(self, name: str, label: str = "", *, must: bool = False) -> str:
        """Return a box without blanks around it."""
        found = self.typed(name).strip()
        if must and not found:
            self.refuse(name, f"「{label}」を書いてください。")
        return found

    def one(self, name: str, label: str, among: Collection[str], *, must: bool = True) -> str:
        """Return the chosen key; blank where none was, which is refused where one must be."""
        found = self.typed(name)
        if (found or must) and found not in among:
            self.refuse(name, f"「{label}」を一つ選んでください。")
        return found if found in among else ""

    def day(self, name: str, label: str, *, must: bool = False, until: date | None = None) -> str:
        """Return the ISO day of a box, blank for a blank; `until`: the last day that may be written."""
        written = self.text(name, label, must=must)
        if not written:
            return ""
        try:
            found = day_typed(written, label)
        except InputError as error:
            self.refuse(name, fault_said(error))
            return ""
        if until is not None and found > until.isoformat():
            self.refuse(name, f"「{label}」は、きょう（{format_date(until)}）までの日を書いてください。")
        return found

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.faults

    @property
    def status(self) -> int:
        """Return the status of a page that shows these boxes."""
        return 200 if self.good else 422
