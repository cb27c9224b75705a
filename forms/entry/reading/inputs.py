"""Read one input, whatever its kind: decide by its content, then hand it to the reader of that kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from forms.entry.reading import limits
from forms.entry.reading.batch import Batch, Findings
from forms.entry.reading.limits import MIB
from forms.entry.reading.package import WorkbookPackage, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forms.entry.reading.batch import InputKind
    from forms.entry.reading.grid import Grid
    from forms.entry.reading.xlsx_in import Workbook
    from validators.definitions.catalogue import Catalogue
    from validators.model import Record

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx")
_BINARY = (b"PK", bytes.fromhex("d0cf11e0"), b"%PDF")


def read_input(source: Path | BinaryIO, *, name: str, catalogue: Catalogue, form: str | None = None) -> Batch:
    """Open an input and return its batch; the records are read when asked for.

    `name` is what messages call it, and its extension decides where the content does not. `form` is the slug of
    rows and items that do not name one. Raises InputError, in Japanese and with what to do, when nothing of it can be used.
    """
    if form is not None:
        form = catalogue.editions(form)[0].slug
    raw = source if isinstance(source, Path) else _whole(source, name)
    kind = kind_of(raw, name)
    if kind == "xlsx":
        from forms.entry.reading.xlsx_in import Workbook  # noqa: PLC0415 - each kind brings its own reader

        return _tables(Workbook(WorkbookPackage(raw, name)), name, catalogue, form)
    content = raw if isinstance(raw, bytes) else whole_file(raw, name)
    if kind == "json":
        return _json(content, name, catalogue, form)
    from forms.entry.reading.csv_in import CsvTable  # noqa: PLC0415

    table = CsvTable(content, name)

    def read(findings: Findings) -> Iterator[Record]:
        table.warn(findings)
        yield from _records([table], name, catalogue, form, findings)

    return Batch(name, kind, read)


def _json(content: bytes, name: str, catalogue: Catalogue, form: str | None) -> Batch:
    """Parse at once, so that what cannot be read is told at once; then keep the items packed, in a third of the room of their text."""
    from forms.entry.reading import json_in  # noqa: PLC0415

    packed = json_in.load(content, name)

    def read(findings: Findings) -> Iterator[Record]:
        return json_in.read_json(lambda: json_in.items_of(packed), name, catalogue, form, findings)

    return Batch(name, "json", read)


def _tables(workbook: Workbook, name: str, catalogue: Catalogue, form: str | None) -> Batch:
    def read(findings: Findings) -> Iterator[Record]:
        if workbook.linked:
            findings.add(
                "external-link",
                "ほかのブックを参照する数式があります。参照先は開かず、保存されている値を使いました。",
                severity="warning",
            )
        yield from _records(workbook.sheets, name, catalogue, form, findings)

    return Batch(name, "xlsx", read)


def _records(
    grids: Sequence[Grid], name: str, catalogue: Catalogue, form: str | None, findings: Findings
) -> Iterator[Record]:
    from forms.entry.reading.tables import Tables  # noqa: PLC0415

    tables = Tables(grids, catalogue, name, form, findings)
    if not tables.forms and not any(f.severity == "error" for f in findings.items):
        findings.add(
            "nothing-to-read", "様式の表が一つも見つかりません。yoshiki sheet で作る記入用ブックをお使いください。"
        )
    yield from tables.records()


def _whole(source: BinaryIO, name: str) -> bytes:
    raw = source.read(limits.most("FILE_MB") * MIB + 1)
    limits.check("FILE_MB", len(raw) / MIB, name)
    return raw


def whole_file(path: Path, name: str) -> bytes:
    """Return a file's bytes; raises InputError when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            return _whole(file, name)
    except OSError:
        refuse(name, "ファイルを開けません。", "場所と、読む権限があるかを確かめてください。")


def kind_of(raw: Path | bytes, name: str) -> InputKind:
    """Decide by the first bytes, then by the extension, then by the first mark of the text."""
    if isinstance(raw, Path):
        try:
            with raw.open("rb") as file:
                head = file.read(4096)
        except OSError:
            refuse(name, "ファイルを開けません。", "場所と、読む権限があるかを確かめてください。")
    else:
        head = raw[:4096]
    suffix = Path(name).suffix.lower()
    if head.startswith(_BINARY) or suffix in _WORKBOOKS:
        return "xlsx"
    if suffix == ".json":
        return "json"
    if suffix in {".csv", ".tsv"}:
        return "csv"
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"[", b"{"} else "csv"
