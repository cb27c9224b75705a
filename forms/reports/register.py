"""The register (帳簿): what was issued, one row a document, and each form's own list without protected values."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from forms.reports.workbook import ReportColumn, TableBook
from validators.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.model import Field, Form, Record
    from validators.review import Fate

_COLUMNS = (
    ReportColumn("整理番号", 18),
    ReportColumn("事案番号", 14),
    ReportColumn("様式", 34),
    ReportColumn("様式番号", 18),
    ReportColumn("版", 6),
    ReportColumn("適用日", 12),
    ReportColumn("頁数", 6),
    ReportColumn("確認した条項", 18),
    ReportColumn("確認者", 16),
    ReportColumn("確認の理由", 30),
    ReportColumn("PDF", 34),
    ReportColumn("副本など", 30),
    ReportColumn("Word", 34),
    ReportColumn("事案のつづり", 26),
    ReportColumn("PDFの指紋（SHA-256）", 30),
    ReportColumn("入力", 20),
)
_WIDE = 30  # of a column in the entry workbook: then it is a wide one here too
_MAX_TITLE = 28  # Excel allows 31; a number may follow
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


def write_register(fates: Sequence[Fate], catalogue: Catalogue, path: Path) -> None:
    """Write register.xlsx of the issued documents to `path`."""
    issued = [fate for fate in fates if fate.verdict == "issued"]
    with TableBook(path) as book:
        book.add_table("発行した文書", _COLUMNS, (_row(fate, catalogue) for fate in issued), name="Issued")
        for n, slug in enumerate(dict.fromkeys(fate.form for fate in issued), 1):
            form = catalogue.get(slug)
            shown = [field for field in form.fields.values() if _shown(field)]
            columns = [ReportColumn("整理番号", 18), *(ReportColumn(field.label, _width(field)) for field in shown)]
            book.add_table(_title(form, n), columns, _form_rows(issued, slug, shown), name=f"Form{n}")


def values_of(form: Form, record: Record) -> dict[str, Any]:
    """Return what the register shows of a record: its values by field, protected ones left out."""
    return {
        name: value
        for name, value in record.data.items()
        if name in form.fields and form.fields[name].sensitivity != "protected"
    }


def values_in(register: Path, form: Form) -> dict[str, dict[str, Any]]:
    """Return what a register shows of the documents of a form: record's id → values by field, as they stand there."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import; wanted only where a register stands already

    names = {field.label: field.name for field in reversed(form.fields.values()) if _shown(field)}
    found: dict[str, dict[str, Any]] = {}
    book = load_workbook(register, read_only=True)
    for sheet in book.worksheets[1:]:
        if not sheet.title.endswith(_title(form, 0)[1:]):
            continue
        headings, *rows = sheet.iter_rows(values_only=True)
        for record, *cells in rows:
            told = zip((names.get(str(heading)) for heading in headings[1:]), cells, strict=False)
            found[str(record)] = {name: _as_kept(cell) for name, cell in told if name and cell is not None}
    book.close()
    return found


def _as_kept(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes").removesuffix("T00:00")
    return cell


def _row(fate: Fate, catalogue: Catalogue) -> list[Any]:
    confirmations = fate.confirmations
    return [
        fate.record,
        fate.case,
        fate.title,
        catalogue.get(fate.form).number,
        fate.edition,
        fate.law_as_of,
        fate.pages,
        "\n".join(c.clause for c in confirmations),
        "\n".join(c.by for c in confirmations),
        "\n".join(c.reason for c in confirmations),
        fate.files.get("pdf", ""),
        "\n".join(name for kind, name in fate.files.items() if kind.startswith("pdf-")),
        fate.files.get("docx", ""),
        fate.files.get("case", ""),
        fate.sha256.get("pdf", ""),
        fate.source,
    ]


def _form_rows(issued: Sequence[Fate], slug: str, shown: Sequence[Field]) -> Iterator[list[Any]]:
    for fate in issued:
        if fate.form == slug:
            values = fate.kept()
            yield [fate.record, *(as_cell(field, values.get(field.name)) for field in shown)]


def _shown(field: Field) -> bool:
    return field.sensitivity != "protected" and not field.fields


def as_cell(field: Field, value: Any) -> Any:
    """Return a value as the register shows it: labels of options, names of persons, lists as lines."""
    if isinstance(value, list):
        return "\n".join(str(as_cell(field, item)) for item in value)
    if isinstance(value, dict):
        return value.get("name", "")
    if field.options and isinstance(value, str):
        return field.options.get(value, value)
    return value


def _width(field: Field) -> int:
    return 40 if KINDS[field.type].width > _WIDE else max(12, min(2 * len(field.label) + 2, 30))


def _title(form: Form, n: int) -> str:
    return f"{n} {form.title.translate(_FORBIDDEN)}"[:_MAX_TITLE]
