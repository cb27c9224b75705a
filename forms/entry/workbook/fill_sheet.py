"""Write records into the entry workbook: the exact inverse of reading it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forms.entry.reading.survey import FACTS, OFFICE
from forms.entry.shared import CASE
from forms.entry.workbook.pages import Held
from forms.entry.workbook.sheet import workbook
from forms.entry.workbook.written import cell_value, number_format, put
from validators.errors import InputError
from validators.kinds import KINDS, TEXT_FORMAT
from validators.labels import OFFICE_LABELS
from validators.model import Record, field_named
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from openpyxl.worksheet.worksheet import Worksheet

    from forms.entry.workbook.pages import Page
    from validators.definitions.source import Matter
    from validators.model import Field, Form


def write_records(
    forms: Sequence[Form],
    records: Iterable[Record],
    target: Path | BinaryIO,
    *,
    exact: bool = True,
    matter: Matter | None = None,
) -> None:
    """Write the entry workbook of the forms with the records filled in; reading it gives the same records.

    In that of a matter, what its papers share is written once for each case: a record without it has it when read.
    Raises InputError for what a workbook cannot hold (a line break within a value of a list, two offices, an unknown
    field, a record without a case in a matter's), unless `exact` is off: then everything is written as well as can be.
    """
    known = {form.slug: form for form in forms}
    grouped: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.form not in known:
            raise InputError(f"様式「{record.form}」がこのブックにありません。", place=record.id)
        fields = known[record.form].fields
        named = replace(record, data=_by_name(fields, record.data))
        if exact and (unknown := named.data.keys() - fields.keys()):
            raise InputError(f"様式にない項目です: {'、'.join(sorted(unknown))}", place=record.id)
        grouped[record.form].append(named)
    held, cases = Held(), CaseRows(matter, exact=exact)
    for slug, found in grouped.items():
        held.unasked[slug] = {name for record in found for name in record.data}
        held.parts[slug] = _person_parts(known[slug].fields, found)
        grouped[slug] = [cases.without(record, known[slug]) for record in found]
        held.own[slug] = {name for record in grouped[slug] for name in record.data}
    held.parts[""] = _person_parts(cases.fields, cases.rows.values())
    book, pages = workbook(forms, held, matter=matter)
    fill = {"": _fill_form, CASE: _fill_cases, FACTS: _fill_facts}
    for page, sheet in pages:
        records = list(cases.rows.values()) if page.list_name == CASE else grouped[page.form.slug]
        fill.get(page.list_name, _fill_list)(page, sheet, records, exact=exact)
    _fill_office(book[OFFICE], [record for found in grouped.values() for record in found], exact=exact)
    book.save(target)


class CaseRows:
    """The rows of a matter's sheet 事案: of each case what its papers share, as the first of its records says it."""

    def __init__(self, matter: Matter | None, *, exact: bool) -> None:
        self.rows: dict[str, Record] = {}
        self.fields: dict[str, Field] = {}
        self._matter = matter
        self._exact = exact

    def without(self, record: Record, form: Form) -> Record:
        """Return a record without what stands on its case's row now; what it says otherwise stays."""
        if not self._matter or not record.case:
            if self._matter and self._exact:
                raise InputError("事案番号のない記録は、事案のブックに書けません。", place=record.id)
            return record
        row = self.rows.setdefault(case_key(record.case), Record("", record.case, {}, case=record.case))
        data = {}
        for name, value in record.data.items():
            common = self._matter.common(form.fields[name]) if name in form.fields else ""
            if common:
                self.fields.setdefault(common, form.fields[name])
            if not common or row.data.setdefault(common, value) != value:
                data[name] = value
        return replace(record, data=data)


def _by_name(fields: Mapping[str, Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data under the names of its fields, what an older name or a label is used for too; the name goes first."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        field = field_named(fields, key)
        if field is None or (field.name != key and field.name in data):
            found[key] = value
        elif field.fields and isinstance(value, list):
            inner = field.fields
            found[field.name] = [_by_name(inner, item) if isinstance(item, dict) else item for item in value]
        else:
            found[field.name] = value
    return found


def _person_parts(of: Mapping[str, Field], records: Iterable[Record]) -> set[str]:
    """Return which parts of persons beside the name need columns: `applicant_name.kana`, `children.name.birth_date`."""
    found: set[str] = set()

    def look(fields: Mapping[str, Field], data: dict[str, Any], prefix: str) -> None:
        for name, item in fields.items():
            value = data.get(name)
            if KINDS[item.type].shape == "name" and isinstance(value, dict):
                found.update(f"{prefix}{name}.{part}" for part in value if part != "name")
            elif item.fields and isinstance(value, list):
                for inner in value:
                    if isinstance(inner, dict):
                        look(item.fields, inner, f"{name}.")

    for record in records:
        look(of, record.data, "")
    return found


def _fill_form(page: Page, sheet: Worksheet, records: Sequence[Record], *, exact: bool) -> None:
    for row, record in enumerate(records, page.first_row):
        given = record.confirmations
        if exact and len(given) > 1 and any(len(part.splitlines()) != 1 for c in given for part in (c.by, c.reason)):
            raise InputError("確認が複数あるとき、改行のある理由は書けません。", place=record.id)
        system = {
            "#id": record.id,
            "#case": record.case,
            "#clause": "\n".join(c.clause for c in given),
            "#by": "\n".join(" ".join(c.by.splitlines()) for c in given),
            "#reason": "\n".join(c.reason if len(given) == 1 else " ".join(c.reason.splitlines()) for c in given),
        }
        _fill_row(page, sheet, row, system, record.data, exact=exact)


def _fill_cases(page: Page, sheet: Worksheet, cases: Sequence[Record], *, exact: bool) -> None:
    for row, case in enumerate(cases, page.first_row):
        _fill_row(page, sheet, row, {"#case": case.case}, case.data, exact=exact)


def _fill_facts(page: Page, sheet: Worksheet, records: Sequence[Record], *, exact: bool) -> None:
    names = {column.target.partition(".")[0] for column in page.columns}
    there = [record for record in records if names & record.data.keys()]
    for row, record in enumerate(there, page.first_row):
        _fill_row(page, sheet, row, {"#id": record.id}, record.data, exact=exact)


def _fill_list(page: Page, sheet: Worksheet, records: Sequence[Record], *, exact: bool) -> None:
    row = page.first_row
    for record in records:
        items = record.data.get(page.list_name)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                _fill_row(page, sheet, row, {"#id": record.id}, item, exact=exact)
                row += 1
            elif exact:
                raise InputError("一覧の一件が項目の組ではありません。", place=record.id)


def _fill_row(
    page: Page, sheet: Worksheet, row: int, system: dict[str, str], data: dict[str, Any], *, exact: bool
) -> None:
    for number, column in enumerate(page.columns, 1):
        cell = sheet.cell(row, number)
        if column.target.startswith("#"):
            value: Any = system[column.target]
        elif column.item is None:
            *_, name, part = column.target.split(".")
            person = data.get(name)
            value = person.get(part) if isinstance(person, dict) else None
        else:
            value = data.get(column.target)
            if KINDS[column.item.type].shape == "name" and isinstance(value, dict):
                value = value.get("name")
            value = None if value is None else cell_value(value, column.item, exact=exact)
        cell.number_format = number_format(column.item) if column.item else TEXT_FORMAT
        if value is not None and value != "":
            put(cell, value, exact=exact)


def _fill_office(sheet: Worksheet, records: Sequence[Record], *, exact: bool) -> None:
    offices = [record.office for record in records]
    if exact and any(office != offices[0] for office in offices):
        raise InputError("所属の違う記載データは、一つのブックに書けません。", action="所属ごとに分けてください。")
    office = next((office for office in offices if office), {})
    for row, key in enumerate(OFFICE_LABELS, 2):
        if office.get(key):
            put(sheet.cell(row, 2), office[key])
