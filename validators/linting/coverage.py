"""Show provision → what implements it → its examples, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from validators.linting import fulfilment

if TYPE_CHECKING:
    from validators.definitions.catalogue import Catalogue
    from validators.definitions.clauses import Clause, Clauses
    from validators.histories.book import Procedures


@dataclass(frozen=True, slots=True)
class Covered:
    """One provision of the matrix."""

    id: str
    status: Literal["implemented", "out-of-reach"]
    by: tuple[str, ...]  # what implements it, as its clause says
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

    lines: tuple[Covered, ...]
    left_over: dict[str, str]
    absent_documents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return `{"clauses": […]}` with what is left over and which documents are still absent."""
        return {
            "clauses": [line.as_json() for line in self.lines],
            "left_over": dict(self.left_over),
            "absent_documents": list(self.absent_documents),
        }


def coverage(clauses: Clauses, catalogue: Catalogue | None, procedures: Procedures | None = None) -> Coverage:
    """Build the matrix of all provisions; the case histories of a procedure are examples of the provisions it implements.

    Left over is a provision that nothing implements: none or several means, no example of an expression or check, a
    `by` that is not so or whose form is not there, a `same_as` to nothing, a judging clause none of whose documents is in
    the catalogue.
    """
    known = set(catalogue.slugs()) if catalogue else set()
    left_over: dict[str, str] = {}
    for clause in clauses.entries.values():
        why = _why_left_over(clause, clauses, catalogue, known, procedures)
        if why:
            left_over[clause.id] = why
    absent = {slug for clause in clauses.entries.values() for slug in clause.documents} - known
    lines = tuple(_line(clause, clauses, procedures) for clause in clauses.entries.values())
    return Coverage(lines, left_over, tuple(sorted(absent)))


def _line(clause: Clause, clauses: Clauses, procedures: Procedures | None) -> Covered:
    if clause.out_of_reach:
        return Covered(clause.id, "out-of-reach", (), _examples(clause, procedures), clause.out_of_reach)
    target = clauses.entries.get(clause.same_as) if clause.same_as else None
    return Covered(clause.id, "implemented", _means(clause), _examples(target or clause, procedures))


def _means(clause: Clause) -> tuple[str, ...]:
    if clause.by:
        return clause.by
    if clause.same_as:
        return (f"same_as {clause.same_as}",)
    return (f"check {clause.check}",) if clause.check else (f"require validators/clauses/{clause.path.name}",)


def _examples(clause: Clause, procedures: Procedures | None) -> int:
    ids = [item.partition(" ")[2].strip() for item in clause.by if item.startswith("procedure ")]
    entries = [entry for id_ in ids for entry in (procedures.named(id_) if procedures else ())]
    return sum(len(group) for group in clause.examples.values()) + sum(len(entry.examples) for entry in entries)


def _why_left_over(
    clause: Clause, clauses: Clauses, catalogue: Catalogue | None, known: set[str], procedures: Procedures | None
) -> str:
    if len(clause.means) != 1 or not any((clause.judged, clause.by, clause.same_as, clause.out_of_reach)):
        return "どう満たすかが一つに決まっていません"
    if clause.judged and not (clause.examples.get("pass") and clause.examples.get("fail")):
        return "pass と fail の例がそろっていません"
    if clause.judged and not known.intersection(clause.documents):
        return f"どの様式もまだ catalogue にありません({'・'.join(clause.documents)})"
    if clause.same_as:
        target = clauses.entries.get(clause.same_as)
        if target is None or target.same_as:
            return f"same_as の先「{clause.same_as}」が確かめを持ちません"
        return _why_left_over(target, clauses, catalogue, known, procedures)
    return _unverified(clause, catalogue, procedures)


def _unverified(clause: Clause, catalogue: Catalogue | None, procedures: Procedures | None) -> str:
    for item in clause.by:
        try:
            message = fulfilment.verify(item, catalogue, procedures)
        except fulfilment.NotThereYetError as error:
            message = str(error)
        if message:
            return message
    return ""
