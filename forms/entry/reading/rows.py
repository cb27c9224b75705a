"""Read one table's rows by its columns: each row becomes an id, raw values, the cells they stand in, and faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forms.entry.reading.batch import Fault
from forms.entry.reading.cells import PARTLY_SHOWN, Moment
from forms.entry.reading.example_rows import fingerprint
from forms.entry.reading.grid import is_blank, letters_of
from forms.entry.reading.survey import is_example
from forms.entry.reading.values import is_an_example, parts_of, raw_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.entry.reading.batch import Findings
    from forms.entry.reading.grid import Area, Grid, Row
    from forms.entry.reading.headings import Columns
    from forms.entry.reading.survey import SheetTable
    from validators.model import Field

MERGED = Fault(
    "merged-cell", "結合されたセルのため、この行の値が決まりません。結合を解除して、行ごとに値を書いてください。"
)
_INDEXED = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


@dataclass(slots=True)
class Entry:
    """One row as read: system columns (`#id`, `#case` …), data, cells by path, faults by path."""

    row: int
    system: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    skimmed: bool = False  # something is written that was not read

    @property
    def says_nothing(self) -> bool:
        """Tell whether nothing is written beside id, case and confirmations."""
        return not (self.data or self.faults or self.skimmed)


class Plan:
    """What each column of a table gives, worked out once for all rows."""

    def __init__(
        self, grid: Grid, columns: Columns, fields: Mapping[str, Field], examples: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Take the columns; `examples` are the data of the rows 記入例."""
        self.fields = fields
        self._examples = examples
        self._from_1904 = grid.from_1904
        self.items: list[tuple[int, str, str, Field | None, str]] = []
        for column, target in sorted(columns.targets.items()):
            item, part = None, ""
            if not target.startswith("#"):
                match = _INDEXED.fullmatch(target)
                name, _, part = target.partition(".")
                item = fields[match[1]].fields[match[3]] if match else fields[name]
                part = "[]" if match else part
            self.items.append((column, f"{grid.name}!{letters_of(column)}", target, item, part))
        persons = {target.partition(".")[0] for *_, target, item, part in self.items if item and part not in {"", "[]"}}
        # A person of whom more than the name has a column may become a mapping; the others stay plain text.
        self.parted = frozenset(persons)

    def read(self, row: Row, merged: frozenset[int]) -> Entry:
        """Return the row's entry; `merged` are the columns whose cell belongs to another row or cell."""
        entry = Entry(row.number)
        for prefix, target, item, part, value in self._values(row, merged):
            if item is None:
                entry.system[target] = None if is_blank(value) else value
                entry.cells[target] = f"{prefix}{row.number}"
                continue
            entry.cells[target] = f"{prefix}{row.number}"
            if is_blank(value):
                continue
            raw = raw_value(value, item, from_1904=self._from_1904)
            if isinstance(raw, Fault):
                entry.faults.append((target, raw))
                continue
            if isinstance(value, Moment) and value.partial:
                entry.faults.append((target, PARTLY_SHOWN))
            if not part and target not in self.parted:
                entry.data[target] = raw
                if item.type == "list":
                    entry.cells |= dict.fromkeys((f"{target}[{i}]" for i in range(parts_of(raw))), entry.cells[target])
            else:
                _put(entry.data, target, part, raw)
        self._close_gaps(entry.data)
        return entry

    def skim(self, row: Row, merged: frozenset[int]) -> Entry:
        """Return the row's entry without its values: id, case, and whether there are any."""
        entry = Entry(row.number)
        for prefix, target, item, _, value in self._values(row, merged):
            if item is not None:
                entry.skimmed = entry.skimmed or not is_blank(value)
            elif target in {"#id", "#case"}:
                entry.system[target] = None if is_blank(value) else value
                entry.cells[target] = f"{prefix}{row.number}"
        return entry

    def _values(self, row: Row, merged: frozenset[int]) -> Iterator[tuple[str, str, Field | None, str, Any]]:
        """Yield what each column means, and its cell's value."""
        for column, prefix, target, item, part in self.items:
            value = row.doubtful.get(column, row.cells.get(column))
            yield prefix, target, item, part, MERGED if column in merged and value is None else value

    def typed_over(self, row: Row, marks: frozenset[str]) -> tuple[int, int] | None:
        """Return how many cells of the row 記入例 are not the example's, and how many are filled; None when all are.

        `marks`: the fingerprints of the rows as they were given out, be it with other examples than today's.
        """
        filled = [
            (target, item, part, raw_value(value, item, from_1904=self._from_1904))
            for column, _, target, item, part in self.items
            if item is not None and not is_blank(value := row.cells.get(column))
        ]
        if fingerprint(raw for *_, raw in filled) in marks:
            return None
        own = other = 0
        for target, item, part, raw in filled:
            known = [example[target] for example in self._examples if target in example]
            same = not part and is_an_example(raw, item, [*known, item.example])
            own, other = own + same, other + (not same)
        return (other, own + other) if other else None

    def _close_gaps(self, data: dict[str, Any]) -> None:
        """Turn lists gathered by index into lists, and a person of whom only the name is known into that name."""
        for name, value in data.items():
            if isinstance(value, _Gathered):
                data[name] = [value[i] for i in sorted(value)]
            elif name in self.parted and isinstance(value, dict) and value.keys() == {"name"}:
                data[name] = value["name"]


class _Gathered(dict[int, dict[str, Any]]):
    """Items of a list written in columns of the main table, by their index."""


def _put(data: dict[str, Any], target: str, part: str, raw: Any) -> None:
    match = _INDEXED.fullmatch(target) if part == "[]" else None
    if match:
        data.setdefault(match[1], _Gathered()).setdefault(int(match[2]), {})[match[3]] = raw
    else:
        data.setdefault(target.partition(".")[0], {})[part or "name"] = raw


def entries(
    table: SheetTable, plans: Mapping[str, Plan], slug_of: Any, findings: Findings | None = None
) -> Iterator[tuple[str, Entry]]:
    """Yield (form, entry) of every visible data row of a table; blank rows, the example and headings are passed over.

    `slug_of(row)` tells a row's form, empty when it cannot be told: such rows are yielded with an empty entry. Values are
    left out as soon as `findings` says that they are wanted no more.
    """
    heading = max(columns.row for columns in table.columns.values())
    covered = _Swallowed(table.grid.survey.merged)
    headed = {c for of in table.columns.values() for c in (*of.targets, *of.unknown, *of.ambiguous)}
    for row in table.grid.rows():
        if row.number <= heading or row.hidden:
            continue
        if is_example(row):
            plan = plans.get(slug_of(row))
            if plan and (count := plan.typed_over(row, table.marks)):
                table.typed_over.append((row.number, *count))
            continue
        if all(map(is_blank, row.cells.values())):
            continue
        if row.struck:
            table.struck.append((row.number, row.struck))
            continue
        slug = slug_of(row)
        if slug not in plans:
            yield slug, Entry(row.number)
            continue
        for column in () if row.cells.keys() <= headed else row.cells.keys() - headed - table.headless.keys():
            if not is_blank(row.cells[column]) and not table.grid.survey.hides(column):
                table.headless[column] = row.number
        read = plans[slug].skim if findings and findings.skimming else plans[slug].read
        yield slug, read(row, covered.columns(row.number))


class _Swallowed:
    """Which cells of a row are swallowed by a merge: every one but the merge's first."""

    def __init__(self, merged: list[Area]) -> None:
        self._coming = sorted(merged, reverse=True)
        self._open: list[Area] = []

    def columns(self, row: int) -> frozenset[int]:
        """Return the swallowed columns of a row; rows must be asked for from the top."""
        while self._coming and self._coming[-1][0] <= row:
            self._open.append(self._coming.pop())
        if not self._open:
            return frozenset()
        self._open = [area for area in self._open if area[2] >= row]
        return frozenset(
            column
            for top, left, _, right in self._open
            for column in range(left, min(right, left + 1000) + 1)
            if (row, column) != (top, left)
        )
