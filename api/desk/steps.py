"""A form cut into pages, in the order of its items: what stands on the paper, the case's facts, the rest.

A page has at most twelve boxes before anything is answered; those that only an answer brings are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.desk.following import followers, shown_fields
from validators.of_form import OfForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validators.model import Field, Form

MOST_BOXES: Final = 12
PARTS: Final = ("紙面に書くこと", "事案の事実（紙面には出ません）", "ふだんは書かない項目")


@dataclass(frozen=True, slots=True)
class StepSection:
    """The boxes of one group on a page."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FormStep:
    """One page of a form. `part`: a place in PARTS."""

    number: int
    part: int
    sections: tuple[StepSection, ...]

    @property
    def title(self) -> str:
        """Return the groups on the page, as its name."""
        titles = list(dict.fromkeys(section.title for section in self.sections))
        return "・".join(titles[:3]) + ("ほか" if len(titles) > 3 else "")  # noqa: PLR2004 - a name of a line

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields on the page in their order."""
        return tuple(field for section in self.sections for field in section.fields)


def weight(form: Form, field: Field) -> int:
    """Return how many boxes a field takes before anything is answered: a list of groups those of one item."""
    if field.fields:
        inner = followers(form, field)
        return sum(each.name not in inner for each in shown_fields(field.fields.values()))
    return int(field.name not in followers(form))


def _part_of(form: Form, field: Field) -> int:
    if not field.asked:
        return 2
    return 1 if form.with_case(field) and field.group not in form.apart else 0


def _cut(form: Form) -> tuple[FormStep, ...]:
    fields = shown_fields(form.fields.values())
    pages: list[tuple[int, list[StepSection]]] = []
    for part in range(len(PARTS)):
        chunks = list(_chunks(form, [field for field in fields if _part_of(form, field) == part]))
        for size, section in chunks:
            if pages and pages[-1][0] == part and size + _size(form, pages[-1][1]) <= MOST_BOXES:
                pages[-1][1].append(section)
            else:
                pages.append((part, [section]))
    return tuple(FormStep(number, part, tuple(sections)) for number, (part, sections) in enumerate(pages, 1))


def _size(form: Form, sections: Iterable[StepSection]) -> int:
    return sum(weight(form, field) for section in sections for field in section.fields)


def _chunks(form: Form, fields: Iterable[Field]) -> Iterator[tuple[int, StepSection]]:
    """Yield the groups that stand together, those of more than a page in pieces as even as may be."""
    groups: dict[str, list[Field]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append(field)
    for group, among in groups.items():
        pieces = list(_pieces(form, among))
        for nth, piece in enumerate(pieces, 1):
            title = (group or "そのほか") + (f"（{nth}／{len(pieces)}）" if len(pieces) > 1 else "")
            yield sum(weight(form, field) for field in piece), StepSection(title, tuple(piece))


def _pieces(form: Form, fields: list[Field]) -> Iterator[list[Field]]:
    whole = sum(weight(form, field) for field in fields)
    aim = -(-whole // max(-(-whole // MOST_BOXES), 1))
    piece: list[Field] = []
    filled = 0
    for field in fields:
        size = weight(form, field)
        if piece and size and filled + size > aim:
            yield piece
            piece, filled = [], 0
        piece.append(field)
        filled += size
    yield piece


steps_of = OfForm(_cut)
