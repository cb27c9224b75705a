"""What reading hands on: the records of one input, and what reading itself has to say about the file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from validators.model import Finding, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validators.model import Severity

InputKind = Literal["xlsx", "csv", "json"]

# Beyond this many of one code and sheet only their number is told: a bad file cannot fill the memory.
FINDINGS_OF_ONE_SORT = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be taken as it stands in the input; stands in for the value until the row is read."""

    code: str
    message: str
    severity: Severity = "error"
    clauses: tuple[str, ...] = ()  # by which a warning is confirmed


class Findings:
    """Collect what reading finds, of the file and of single records; a flood of one sort is cut and counted."""

    def __init__(self) -> None:
        self.items: list[Finding] = []
        self.of: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
        self.skimming = False  # nothing further is judged: of a row its id, form and case are wanted, no values
        self._counts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def add(
        self,
        code: str,
        message: str,
        *,
        severity: Severity = "error",
        form: str = "",
        record: str = "",
        path: str = "",
        label: str = "",
        cell: str = "",
    ) -> None:
        """Note a finding on the file, or on a row that becomes no record; up to FINDINGS_OF_ONE_SORT a sort and sheet."""
        sort = (code, cell.rpartition("!")[0])
        self._counts[sort] += 1
        if self._counts[sort] <= FINDINGS_OF_ONE_SORT:
            self.items.append(
                Finding(severity, (), message, form=form, record=record, path=path, label=label, cell=cell, code=code)
            )

    def fault(self, fault: Fault, **place: str) -> None:
        """Note what is wrong with a row that becomes no record."""
        self.add(fault.code, fault.message, severity=fault.severity, **place)

    def of_record(self, record: Record, fault: Fault, *, path: str = "", label: str = "", cell: str = "") -> None:
        """Note what is wrong with one value of a record; an error refuses the record."""
        self.of[record.form, record.id].append(
            Finding(
                fault.severity,
                fault.clauses,
                fault.message,
                form=record.form,
                record=record.id,
                path=path,
                label=label,
                cell=cell,
                code=fault.code,
            )
        )

    def finished(self) -> list[Finding]:
        """Return the findings on the file, with one line for each sort that was cut."""
        cut = [
            Finding(
                "warning",
                (),
                f"同じ指摘がほかに{count - FINDINGS_OF_ONE_SORT}件あります。はじめの{FINDINGS_OF_ONE_SORT}件だけを示しました。",
                cell=f"{sheet}!A1" if sheet else "",
                code=code,
            )
            for (code, sheet), count in self._counts.items()
            if count > FINDINGS_OF_ONE_SORT
        ]
        return [*self.items, *cut]


@dataclass(slots=True)
class Batch:
    """One input. `iter_records` streams in flat memory; `records` and `findings` read to the end when first asked.

    `findings` speak of the file and of rows that became no record; `findings_of` of one record, and an error there
    refuses it.
    """

    name: str
    kind: InputKind
    read: Callable[[Findings], Iterator[Record]]
    _found: Findings = field(default_factory=Findings, repr=False)
    _finished: bool = False
    _records: list[Record] | None = field(default=None, repr=False)

    def iter_records(self) -> Iterator[Record]:
        """Yield the records in the order of the input, reading anew each time; findings are complete at the end."""
        if self._records is not None:
            yield from self._records
            return
        self._found, self._finished = Findings(), False
        yield from self.read(self._found)
        self._finished = True

    @property
    def records(self) -> list[Record]:
        """Return all records at once."""
        if self._records is None:
            self._records = list(self.iter_records())
        return self._records

    @property
    def findings(self) -> list[Finding]:
        """Return what reading found; reads the input to its end unless that has been done."""
        if not self._finished:
            for _ in self.iter_records():
                pass
        return self._found.finished()

    def skim(self) -> None:
        """Read from here on only who the records are: none of what is still to come is judged."""
        self._found.skimming = True

    def findings_of(self, record: Record) -> list[Finding]:
        """Return what reading found about one record that has been yielded."""
        return list(self._found.of.get((record.form, record.id), ()))
