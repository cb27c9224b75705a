"""The sheet a layout is set on: its measures, and what blocks and tables need to know of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from forms.paper.layout.houses import HOUSES, House
from forms.paper.layout.ooxml import twips
from validators.definitions import yamlio
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from validators.model import Form

_CIRCLED = re.compile(r"\{\{r ?circled\(")
A4 = (210.0, 297.0)
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A form with its page in millimetres and its type size in points."""

    form: Form
    width: float
    height: float
    margins: tuple[float, float, float, float]
    base: float
    numbering: str
    house: House
    by_text: bool  # whether rows are kept whole by what is written in them

    @classmethod
    def of(cls, form: Form, *, by_text: bool = True) -> Paper:
        """Read the form's `page`."""
        page = form.page
        house = HOUSES[page.get("house", "")]
        width, height = A4 if page.get("orientation", "portrait") == "portrait" else A4[::-1]
        top, right, bottom, left = (float(mm) for mm in page.get("margins", house.margins))
        return cls(
            form,
            width,
            height,
            (top, right, bottom, left),
            float(page.get("size", house.size)),
            str(page.get("numbering", "auto")),
            house,
            by_text,
        )

    @property
    def small(self) -> float:
        """Return the size of form number, notes and remarks, points: the house's, on a denser paper that of the plain house."""
        return self.house.small if self.base >= self.house.size else HOUSES[""].small

    @property
    def title(self) -> float:
        """Return the size of the title, points: the house's, on a denser paper that of the plain house."""
        return self.house.title if self.base >= self.house.size else HOUSES[""].title

    @property
    def line(self) -> float:
        """Return the pitch of the text lines, points: about the house's, so that whole lines fill the page between its margins.

        Typesetters do not agree on where lines begin whose last one does not fit whole (LibreOffice centres them).
        """
        height = twips(self.height) - twips(self.margins[0]) - twips(self.margins[2])
        return height // round(height / (self.pitch * 20)) / 20

    @property
    def indent(self) -> float:
        """Return how far a table stands from the edge of the text, mm: the house's, where its margins are."""
        return 0.0 if "margins" in self.form.page else self.house.indent

    @property
    def air(self) -> float:
        """Return what is left of the space around titles and the like."""
        return self.house.air if self.base >= self.house.size else 1.0

    @property
    def pitch(self) -> float:
        """Return the pitch of lines that the paper asks for, points."""
        return self.house.line if self.base >= self.house.size else HOUSES[""].line

    @property
    def text_width(self) -> float:
        """Return the width between the margins, mm."""
        return self.width - self.margins[1] - self.margins[3]

    def measured(self, text: str, room: float, points: float, line: float, keys: tuple[str | int, ...]) -> str:
        """Tell `circled` in a text how large its type is and how wide its line, mm; it begins its line, so that it can know."""
        for found in _CIRCLED.finditer(text):
            if text[: found.start()].rpartition("\n")[2]:
                self.refuse(keys, "「circled」は、欄又は行のはじめに書いてください。")
        ems = room * POINTS_PER_MM / points
        return _CIRCLED.sub(lambda found: f"{found[0]}{points:g}, {line:g}, {ems:.1f}, ", text)

    def refuse(self, keys: tuple[str | int, ...], message: str) -> NoReturn:
        """Raise DefinitionError with file and line of the layout's part."""
        if self.form.path.is_file():
            raise yamlio.broken(self.form.path, self.form.written_at(keys), message)
        raise DefinitionError(message, place=f"{self.form.slug}: {'.'.join(str(key) for key in keys)}")


def text_of(value: Any) -> str:
    """Return a layout's text without the line break that a YAML block leaves at its end."""
    return "" if value is None else str(value).rstrip("\n")
