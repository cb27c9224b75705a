"""One thing wrong with a definition, where it stands, and what to tell people of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validators.errors import YoshikiError


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where. `about` names the provision, form or paper; `pending`: awaits a form that is not there yet."""

    place: str  # file:line
    message: str
    about: str = ""
    pending: bool = False

    def __str__(self) -> str:
        return ": ".join(part for part in (shortened(self.place), self.about, self.message) if part)

    @property
    def path(self) -> str:
        """Return the file's path."""
        return self.place.rpartition(":")[0]

    def as_json(self) -> dict[str, Any]:
        """Return the problem as `yoshiki lint --json` prints it."""
        path, _, line = shortened(self.place).rpartition(":")
        return {"file": path, "line": int(line), "about": self.about, "message": self.message, "pending": self.pending}


def shortened(place: str) -> str:
    """Return a place as seen from the folder one works in."""
    return place.removeprefix(f"{Path.cwd()}/")


def problems_of(error: YoshikiError, path: Path) -> list[Problem]:
    """Return what an error of ours tells; where it does not say, it is the file's first line."""
    place = error.place if error.place.rpartition(":")[2].isdecimal() else f"{path}:1"
    return [Problem(place, " ".join(filter(None, (error.message, error.action))))]
