"""Show provision → what implements it → its examples, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from validators.linting import fulfilment

if TYPE_CHECKING:
    from validators.definitions.clauses import Clauses, Entry
    from validators.linting.examples import Catalogue


@dataclass(frozen=True, slots=True)
class Line:
    """One provision of the matrix."""

    id: str
    status: Literal["implemented", "out-of-reach"]
    by: tuple[str, ...]  # what implements it, as its entry says
    examples: int
    reason: str = ""  # why it is out of reach

    def as_json(self) -> dict[str, Any]:
        """Return the line in the shape that `yoshiki coverage --json` prints."""
        return {
            "id": self.id,
            "status": self.status,
            "by": list(self.by),
            "examples": self.examples,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix; `left_over` (id → why) must be empty, `absent_documents` are slugs that the catalogue has not yet."""

    lines: tuple[Line, ...]
    left_over: dict[str, str]
    absent_documents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return `{"clauses": […]}` with what is left over and which documents are still absent."""
        return {
            "clauses": [line.as_json() for line in self.lines],
            "left_over": dict(self.left_over),
            "absent_documents": list(self.absent_documents),
        }


def coverage(clauses: Clauses, catalogue: Catalogue | None) -> Coverage:
    """Build the matrix of all provisions.

    Left over is a provision that nothing implements: none or several means, no example of an expression or check, a
    `by` that is not so or whose form is not there, a `same_as` to nothing, a judging entry none of whose documents is in
    the catalogue.
    """
    known = set(catalogue.slugs()) if catalogue else set()
    left_over: dict[str, str] = {}
    for entry in clauses.entries.values():
        why = _why_left_over(entry, clauses, catalogue, known)
        if why:
            left_over[entry.id] = why
    absent = {slug for entry in clauses.entries.values() for slug in entry.documents} - known
    lines = tuple(_line(entry, clauses) for entry in clauses.entries.values())
    return Coverage(lines, left_over, tuple(sorted(absent)))


def _line(entry: Entry, clauses: Clauses) -> Line:
    if entry.out_of_reach:
        return Line(entry.id, "out-of-reach", (), _examples(entry), entry.out_of_reach)
    target = clauses.entries.get(entry.same_as) if entry.same_as else None
    return Line(entry.id, "implemented", _means(entry), _examples(target or entry))


def _means(entry: Entry) -> tuple[str, ...]:
    if entry.by:
        return entry.by
    if entry.same_as:
        return (f"same_as {entry.same_as}",)
    return (f"check {entry.check}",) if entry.check else (f"require validators/clauses/{entry.source}.yaml",)


def _examples(entry: Entry) -> int:
    return sum(len(group) for group in entry.examples.values())


def _why_left_over(entry: Entry, clauses: Clauses, catalogue: Catalogue | None, known: set[str]) -> str:
    if len(entry.means) != 1 or not any((entry.judged, entry.by, entry.same_as, entry.out_of_reach)):
        return "どう満たすかが一つに決まっていません"
    if entry.judged and not (entry.examples.get("pass") and entry.examples.get("fail")):
        return "pass と fail の例がそろっていません"
    if entry.judged and not known.intersection(entry.documents):
        return f"どの様式もまだ catalogue にありません({'・'.join(entry.documents)})"
    if entry.same_as:
        target = clauses.entries.get(entry.same_as)
        if target is None or target.same_as:
            return f"same_as の先「{entry.same_as}」が確かめを持ちません"
        return _why_left_over(target, clauses, catalogue, known)
    return _unverified(entry, catalogue)


def _unverified(entry: Entry, catalogue: Catalogue | None) -> str:
    for item in entry.by:
        try:
            message = fulfilment.verify(item, catalogue)
        except fulfilment.NotThereYetError as error:
            message = str(error)
        if message:
            return message
    return ""
