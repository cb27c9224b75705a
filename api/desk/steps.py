"""A form cut into pages of at most twelve boxes, in the order of its items: what stands on the paper, the case's facts, the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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


def weight(field: Field) -> int:
    """Return how many boxes a field takes: a list of groups those of one item."""
    return len(shown_fields(field.fields.values())) if field.fields else 1


def shown_fields(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that have boxes of their own: a time told in words stands in the box of its time."""
    fields = list(fields)
    within = {field.approximate for field in fields if field.approximate}
    return [field for field in fields if field.name not in within]


def _part_of(form: Form, field: Field) -> int:
    if not field.asked:
        return 2
    return 1 if form.with_case(field) and field.group not in form.apart else 0


def _cut(form: Form) -> tuple[FormStep, ...]:
    fields = shown_fields(form.fields.values())
    pages: list[tuple[int, list[StepSection]]] = []
    for part in range(len(PARTS)):
        chunks = list(_chunks(field for field in fields if _part_of(form, field) == part))
        for size, section in chunks:
            if pages and pages[-1][0] == part and size + sum(map(_size, pages[-1][1])) <= MOST_BOXES:
                pages[-1][1].append(section)
            else:
                pages.append((part, [section]))
    return tuple(FormStep(number, part, tuple(sections)) for number, (part, sections) in enumerate(pages, 1))


def _size(section: StepSection) -> int:
    return sum(map(weight, section.fields))


def _chunks(fields: Iterable[Field]) -> Iterator[tuple[int, StepSection]]:
    """Yield the groups that stand together, those of more than a page in pieces as even as may be."""
    groups: dict[str, list[Field]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append(field)
    for group, among in groups.items():
        pieces = -(-sum(map(weight, among)) // MOST_BOXES)
        aim = -(-sum(map(weight, among)) // pieces)
        cut: list[list[Field]] = []
        piece: list[Field] = []
        for field in among:
            if piece and sum(map(weight, piece)) + weight(field) > max(aim, 1):
                cut.append(piece)
                piece = []
            piece.append(field)
        cut.append(piece)
        for nth, fields_of in enumerate(cut, 1):
            title = (group or "そのほか") + (f"（{nth}／{len(cut)}）" if len(cut) > 1 else "")
            yield sum(map(weight, fields_of)), StepSection(title, tuple(fields_of))


steps_of = OfForm(_cut)
