"""Put the tables of one input together: lists to their records, ids kept unique, the office profile, confirmations."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from forms.entry.reading import limits
from forms.entry.reading.batch import Fault
from forms.entry.reading.cases import Cases
from forms.entry.reading.faces import STRUCK
from forms.entry.reading.grid import address, is_blank, letters_of
from forms.entry.reading.headings import calls_itself_example
from forms.entry.reading.office import read_office
from forms.entry.reading.rows import MERGED, Entry, Plan, entries
from forms.entry.reading.survey import FACTS, SheetTable, SheetWords, assign, survey
from forms.entry.reading.values import id_key, id_text, is_an_example, record_id
from validators.model import Confirmation, Record
from validators.paths import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forms.entry.reading.batch import Findings
    from forms.entry.reading.grid import Grid, Row
    from validators.definitions.catalogue import Catalogue
    from validators.model import Field

BAD_CONFIRMATION = Fault(
    "bad-confirmation",
    "「確認した条項」「確認者」「確認の理由」は三つとも書いてください。"
    "条項が複数のときは、セルの中で改行し、行をそろえてください。",
)
TWICE = Fault(
    "written-twice", "様式のシートと「事案の事実」のシートに、違う値が書かれています。どちらか一つにしてください。"
)
_MANY = 10  # row numbers named in one message
_FEW = 0.2  # of the cells of a row 記入例 that may differ before it counts as filled in


class Tables:
    """All tables of one workbook or CSV file, surveyed and given their roles."""

    def __init__(
        self, grids: Sequence[Grid], catalogue: Catalogue, name: str, form: str | None, findings: Findings
    ) -> None:
        self.name = name
        self.words = SheetWords(catalogue)
        self.findings = findings
        tables: list[SheetTable] = []
        rows = 0
        for grid in grids:
            tables.append(survey(grid, name, rows) if not grid.hidden else _glance(grid))
            rows += len(tables[-1].keys)
        assign(tables, self.words, name, form, findings)
        self.taken: Counter[tuple[str, str]] = Counter()  # how often each form's ids occur, over all tables
        self.forms = [table for table in tables if table.role == "form"]
        self.lists = [table for table in tables if table.role == "list"]
        self.cases = [table for table in tables if table.role == "case"]
        self.office: dict[str, str] = {}
        self.office_cells: dict[str, str] = {}
        for table in tables:
            if table.role == "office":
                office, cells = read_office(table.grid, findings)
                self.office |= office
                self.office_cells |= cells
        for table in [*self.forms, *self.lists, *self.cases]:
            _tell_hidden_rows(table, findings)
        for table in tables:
            for row in table.grid.survey.beyond[:_MANY]:
                findings.add(
                    "no-such-row",
                    f"シート「{table.grid.name}」に、Excel にない番号の行（{row}行目）があります。読み取りませんでした。"
                    "Excel で開いて確かめ、保存し直してください。",
                    form=table.form,
                    cell=f"{table.grid.name}!A1",
                )

    def records(self) -> Iterator[Record]:
        """Yield every record that can be told apart from the others; the rest are findings."""
        self._count_ids()
        children = self._children()
        cases = Cases(self.cases, self.words, self.findings)
        made = 0
        for place, table in enumerate(self.forms):
            for record in self._table(place, table, children, cases):
                made += 1
                yield record
        for table in [*self.forms, *self.lists, *self.cases]:
            self._tell_typed_over(table, alone=not made)
            self._tell_struck(table, alone=not made)
            self._tell_headless(table)

    def _tell_headless(self, table: SheetTable) -> None:
        """Tell of values that stand below no heading (one that was merged away, or none): nobody reads them."""
        if table.headless:
            columns = sorted(table.headless)
            named = "、".join(f"{letters_of(column)}列" for column in columns[:_MANY]) + "など" * (len(columns) > _MANY)
            self.findings.add(
                "no-heading",
                f"シート「{table.grid.name}」の見出しのない列（{named}）に値があります。この値は使いません。"
                "使うときは、列ごとに見出しを書いてください（見出しのセルの結合は解除します）。",
                severity="warning",
                form=table.form,
                cell=address(table.grid, columns[0], table.headless[columns[0]]),
            )
            table.headless.clear()

    def _tell_typed_over(self, table: SheetTable, *, alone: bool) -> None:
        """Tell of a row 記入例 that is not the example any more: it was passed over, and somebody may have meant it.

        It is an error where nothing else was entered (`alone`) or much of it differs: an older workbook's examples differ a little.
        """
        for row, other, filled in table.typed_over:
            self.findings.add(
                "example-typed-over",
                "「記入例」（「例」など）の行に、例と違う値が書かれています。この行は読み取りません。"
                "記載データのときは、整理番号の欄を番号に書き換えてください。",
                severity="error" if alone or other > filled * _FEW else "warning",
                form=table.form,
                cell=address(table.grid, 1, row),
            )
        table.typed_over.clear()

    def _tell_struck(self, table: SheetTable, *, alone: bool) -> None:
        """Tell of rows that are struck out, or not to be seen, as a whole: they are passed over, and somebody may mean them."""
        for fault in dict.fromkeys(fault for _, fault in table.struck):
            rows = [row for row, other in table.struck if other is fault]
            what = "取消線" if fault is STRUCK else "地と同じ色の（見えない）文字"
            told = f"行のすべてが{what}のため読み取りませんでした。確かめてください。生かす行は、{what}をやめてください"
            self._tell(table, fault.code, rows, told, "error" if alone else "warning")
        table.struck.clear()

    def _slug_of(self, table: SheetTable) -> Callable[[Row], str]:
        """Return what tells the form of a row of the table."""
        column = next(
            (c for columns in table.columns.values() for c, t in columns.targets.items() if t == "#form"), None
        )
        return lambda row: self._slug(table, row.cells.get(column) if column else None)

    def _slug(self, table: SheetTable, value: Any) -> str:
        """Return a row's form: what its column 様式 says, else the table's; empty when the column names no form."""
        return table.form if is_blank(value) else self.words.resolve(str(value))

    def _count_ids(self) -> None:
        """Count the ids of every form over all tables, before any record is made of them."""
        self.taken.clear()
        for table in self.forms:
            heading = max(columns.row for columns in table.columns.values())
            for row, value, form in table.keys:
                text = id_text(value)
                if row > heading and text and not isinstance(text, Fault) and not calls_itself_example(text):
                    self.taken[self._slug(table, form), id_key(text)] += 1

    def _children(self) -> dict[tuple[str, str], list[tuple[str, Entry]]]:
        """Read all list tables; return each record's items by (form, folded id), in the order they stand."""
        children: defaultdict[tuple[str, str], list[tuple[str, Entry]]] = defaultdict(list)
        for table in self.lists:
            slug, name = table.form, table.list_name
            plans = {
                slug: Plan(
                    table.grid, table.columns[slug], self.words.fields(slug, name), self.words.examples(slug, name)
                )
            }
            above: Any = None
            for _, entry in entries(table, plans, lambda _, slug=slug: slug):
                value = entry.system.get("#id")
                if value is MERGED:  # one number merged down over its items: the usual way to write them
                    value = above
                above = value
                text = id_text(value)
                if not entry.data and not entry.faults:
                    continue
                cell = entry.cells.get("#id", address(table.grid, 1, entry.row))
                if isinstance(text, Fault):
                    self.findings.fault(text, form=slug, path=name, cell=cell)
                elif self.taken[slug, id_key(text)] == 1:
                    items = children[slug, id_key(text)]
                    items.append((name, entry))
                    limits.check("ITEMS", len(items), self.name, f"整理番号「{text}」")
                else:
                    self._orphan(text, slug, name, cell, known=bool(self.taken[slug, id_key(text)]))
        return children

    def _orphan(self, text: str, slug: str, name: str, cell: str, *, known: bool) -> None:
        if known:
            message = "整理番号が重なっている記載データの行です。どちらのものか決まらないため、読み取りませんでした。"
        elif text:
            message = "この整理番号の記載データがありません。様式のシートの整理番号と同じ番号を書いてください。"
        else:
            message = "整理番号がありません。どの記載データのものか、整理番号の欄に書いてください。"
        self.findings.add("orphan-row", message, form=slug, path=name, cell=cell)

    def _table(
        self,
        place: int,
        table: SheetTable,
        children: dict[tuple[str, str], list[tuple[str, Entry]]],
        cases: Cases,
    ) -> Iterator[Record]:
        plans = {
            slug: Plan(table.grid, columns, self.words.fields(slug), self.words.examples(slug))
            for slug, columns in table.columns.items()
        }
        made: dict[int, str] = {}  # row → the id it was given
        bare: list[int] = []
        for slug, entry in entries(table, plans, self._slug_of(table), self.findings):
            record = self._record(place, table, slug, entry, made)
            if record is None:
                continue
            items = children.get((slug, id_key(record.id)), [])
            if entry.says_nothing and not items:
                bare.append(entry.row)
                continue
            if not self.findings.skimming:
                self._finish(record, entry, items)
            cases.join(record, self.findings, needed=table.matter is not None)
            yield record
        if made:
            self._tell(
                table,
                "record-id-made",
                list(made),
                f"整理番号がないため、行の番号から{'、'.join(f'「{name}」' for name in list(made.values())[:_MANY])}としました",
                "info",
            )
        if bare:
            self._tell(table, "bare-row", bare, "記載がないため読み取りませんでした", "warning")

    def _tell(self, table: SheetTable, code: str, rows: list[int], what: str, severity: Any) -> None:
        named = "、".join(f"{row}行目" for row in rows[:_MANY]) + (
            f"ほか{len(rows) - _MANY}行" if len(rows) > _MANY else ""
        )
        self.findings.add(
            code,
            f"シート「{table.grid.name}」の{named}: {what}。",
            severity=severity,
            form=table.form,
            cell=address(table.grid, 1, rows[0]),
        )

    def _record(
        self,
        place: int,
        table: SheetTable,
        slug: str,
        entry: Entry,
        made: dict[int, str],
    ) -> Record | None:
        """Return the row's record with its id and case, or None after saying why there can be none."""
        cell = entry.cells.get("#id") or address(table.grid, 1, entry.row)
        if slug not in table.columns:
            self.findings.add(
                "unknown-form",
                "この行の様式が決まりません。「様式」の欄に、様式の名前か略号を書いてください。",
                cell=cell,
            )
            return None
        text = record_id(entry.system.get("#id"))
        if isinstance(text, Fault):
            self.findings.fault(text, form=slug, cell=cell)
            return None
        if not text:
            text = f"r{entry.row}" if place == 0 else f"s{place + 1}-r{entry.row}"
            if not entry.says_nothing:
                made[entry.row] = text
        if self.taken[slug, id_key(text)] > 1:
            self.findings.add(
                "duplicate-record",
                "この整理番号は、ほかの行にもあります。どちらも読み取りませんでした。別々の番号を付けてください。",
                form=slug,
                record=text,
                cell=cell,
            )
            return None
        record = Record(slug, text, entry.data, source=self.name, office=dict(self.office))
        case = id_text(entry.system.get("#case"))
        if isinstance(case, Fault):
            self.findings.of_record(record, case, path="case", cell=entry.cells["#case"])
        else:
            record.case = case
        return record

    def _finish(self, record: Record, entry: Entry, items: list[tuple[str, Entry]]) -> None:
        """Join the items of lists, the cells, the confirmations and the faults to a record."""
        fields = self.words.fields(record.form) if entry.faults or items else {}
        own = entry.cells.get("#id") or next(iter(entry.cells.values()), "")
        record.cells = {"": own, **entry.cells, **self.office_cells}
        for path, fault in entry.faults:
            self.findings.of_record(record, fault, path=path, label=label_of(fields, path), cell=entry.cells[path])
        for name, child in items:
            if name == FACTS:
                self._join_facts(record, child, fields)
                continue
            index = len(record.data.setdefault(name, []))
            record.data[name].append(child.data)
            path = f"{name}[{index}]"
            record.cells.setdefault(name, child.cells.get("#id", ""))
            record.cells[path] = child.cells.get("#id", "")
            record.cells |= {f"{path}.{key}": cell for key, cell in child.cells.items() if not key.startswith("#")}
            for key, fault in child.faults:
                here = f"{path}.{key}"
                self.findings.of_record(record, fault, path=here, label=label_of(fields, here), cell=child.cells[key])
        record.confirmations = self._confirmations(record, entry)
        for target in ("#id", "#form", "#clause", "#by", "#reason"):
            record.cells.pop(target, None)
        if "#case" in record.cells:
            record.cells["case"] = record.cells.pop("#case")

    def _join_facts(self, record: Record, child: Entry, fields: dict[str, Field]) -> None:
        """Add what the sheet 事案の事実 says of a record; what stands elsewhere with another value is told."""
        for path, fault in child.faults:
            item = fields.get(path.partition(".")[0])
            label = item.label if item else ""
            self.findings.of_record(record, fault, path=path, label=label, cell=child.cells[path])
        for name, value in child.data.items():
            if name in record.data and not is_an_example(value, fields[name], [record.data[name]]):
                self.findings.of_record(
                    record, TWICE, path=name, label=fields[name].label, cell=child.cells.get(name, "")
                )
            record.data.setdefault(name, value)
        for path, cell in child.cells.items():
            if not path.startswith("#"):
                record.cells.setdefault(path, cell)

    def _confirmations(self, record: Record, entry: Entry) -> tuple[Confirmation, ...]:
        """Read the three columns of confirmations: one clause a line; one name and one reason may serve all clauses."""
        values = [entry.system.get(target) for target in ("#clause", "#by", "#reason")]
        if all(value is None for value in values):
            return ()
        record_cell = entry.cells.get("#clause") or record.cells[""]
        clauses, names, reasons = ([line.strip() for line in str(v or "").splitlines() if line.strip()] for v in values)
        if len(clauses) == 1:
            reasons = ["\n".join(reasons)] if reasons else []
        names = names * len(clauses) if len(names) == 1 else names
        reasons = reasons * len(clauses) if len(reasons) == 1 else reasons
        if any(isinstance(v, Fault) for v in values) or not len(clauses) == len(names) == len(reasons) > 0:
            self.findings.of_record(record, BAD_CONFIRMATION, path="confirmations", cell=record_cell)
            return ()
        return tuple(Confirmation(*parts) for parts in zip(clauses, names, reasons, strict=True))


def _glance(grid: Grid) -> SheetTable:
    """Look only whether a hidden sheet holds anything."""
    return SheetTable(grid, keys=[(row.number, None, None) for row, _ in zip(grid.rows(), range(1), strict=False)])


def _tell_hidden_rows(table: SheetTable, findings: Findings) -> None:
    heading = max(columns.row for columns in table.columns.values())
    rows = [row for row in table.hidden_rows if row > heading]
    if rows:
        named = "、".join(f"{row}行目" for row in rows[:_MANY]) + (
            f"ほか{len(rows) - _MANY}行" if len(rows) > _MANY else ""
        )
        findings.add(
            "hidden-rows",
            f"シート「{table.grid.name}」の非表示の行（{named}）は読み取りませんでした。使うときは再表示（絞り込みの解除）をして保存してください。",
            severity="warning",
            form=table.form,
            cell=address(table.grid, 1, rows[0]),
        )
