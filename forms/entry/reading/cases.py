"""The sheet 事案: what the papers of a case have in common, given to every record that bears its number."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forms.entry.reading.batch import Fault
from forms.entry.reading.grid import address
from forms.entry.reading.rows import Plan, entries
from forms.entry.reading.values import id_text, is_an_example
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forms.entry.reading.batch import Findings
    from forms.entry.reading.rows import Entry
    from forms.entry.reading.survey import SheetTable, SheetWords
    from validators.definitions.source import Matter
    from validators.model import Field, Record

_NO_NUMBER = Fault(
    "no-case-row",
    "事案番号がないため、「事案」のシートの内容を使えません。「事案」のシートと同じ番号を書いてください。",
)
_NO_ROW = Fault(
    "no-case-row",
    "この事案番号の行が「事案」のシートにありません。番号を確かめるか、「事案」のシートに一行書いてください。",
)
_MANY_ROWS = Fault(
    "no-case-row", "この事案番号の行が「事案」のシートにいくつもあります。正しい一行だけを残してください。"
)
_OTHERWISE = Fault(
    "otherwise-than-case",
    "「事案」のシートと違う値が書かれています。この書面にはここに書かれた値を使います。"
    "間違いなら直し、この書面だけ違うのが正しいときは、「様式-事案」として確認者と理由を書いてください。",
    "warning",
    ("様式-事案",),
)
_STRAY = "事案番号がない行です。どの事案のものか、事案番号の欄に書いてください。"


class Cases:
    """The rows of the sheets 事案 by their case, read once; `join` gives a record what its case has."""

    def __init__(self, tables: Sequence[SheetTable], words: SheetWords, findings: Findings) -> None:
        self._words = words
        self._rows: defaultdict[str, list[tuple[Matter, Entry]]] = defaultdict(list)
        self._names: dict[tuple[str, str], dict[str, list[str]]] = {}
        for table, matter in ((table, table.matter) for table in tables if table.matter):
            for entry in _entries(table, words, matter):
                number = id_text(entry.system.get("#case"))
                cell = entry.cells.get("#case", address(table.grid, 1, entry.row))
                if isinstance(number, Fault):
                    findings.fault(number, cell=cell)
                elif number:
                    self._rows[case_key(number)].append((matter, entry))
                elif entry.data or entry.faults:
                    findings.add("orphan-row", _STRAY, cell=cell)

    def join(self, record: Record, findings: Findings, *, needed: bool) -> None:
        """Add what the case's row says; a value of the record's own goes before it, and is told where it differs.

        `needed`: the record's sheet leaves to 事案 what is common, so that without a row nothing may be issued.
        """
        rows = self._rows.get(case_key(record.case), []) if record.case else []
        if len(rows) != 1:
            if needed:
                fault = _MANY_ROWS if rows else _NO_ROW if record.case else _NO_NUMBER
                findings.of_record(record, fault, path="case", cell=record.cells.get("case", ""))
            return
        matter, entry = rows[0]
        fields = self._words.fields(record.form)
        names = self._named(record.form, fields, matter)
        for path, fault in entry.faults:
            for name, own in _renamed(path, names):
                findings.of_record(record, fault, path=own, label=fields[name].label, cell=entry.cells[path])
        for common, value in entry.data.items():
            for name in names.get(common, ()):
                if name in record.data and not is_an_example(value, fields[name], [record.data[name]]):
                    cell = record.cells.get(name, "")
                    findings.of_record(record, _OTHERWISE, path=name, label=fields[name].label, cell=cell)
                record.data.setdefault(name, _copied(value))
        for path, cell in entry.cells.items():
            for _, own in _renamed(path, names):
                record.cells.setdefault(own, cell)

    def _named(self, slug: str, fields: dict[str, Field], matter: Matter) -> dict[str, list[str]]:
        """Return what a form calls each item of the sheet."""
        key = slug, f"{matter.authority} {matter.name}"
        if key not in self._names:
            names: defaultdict[str, list[str]] = defaultdict(list)
            for name, item in fields.items():
                if common := matter.common(item):
                    names[common].append(name)
            self._names[key] = names
        return self._names[key]


def _entries(table: SheetTable, words: SheetWords, matter: Matter) -> Iterator[Entry]:
    plan = Plan(table.grid, table.columns[""], words.common(matter))
    for _, entry in entries(table, {"": plan}, lambda _: ""):
        yield entry


def _renamed(path: str, names: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield (item, path) of what a form calls a path of the sheet: `applicant_name.kana`."""
    common, dot, rest = path.partition(".")
    for name in names.get(common, ()):
        yield name, f"{name}{dot}{rest}"


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, (dict, list)) else value
