"""The sheet 直すところ: what to mend, the gravest first, each line linked to its cell. Also as a workbook of its own."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from forms.entry.reading.survey import TO_MEND
from forms.entry.workbook.marking.notes import escaped
from forms.entry.workbook.marking.styles import EMPTY, MAIN, MARKS, Styles
from validators.labels import SEVERITY_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.model import Finding

HEAD = ("番号", "扱い", "シート", "セル", "整理番号", "項目", "何を直すか", "根拠条項", "元の色")
SHEET, CELL, COLOUR = 3, 4, 9  # columns of the list that are read again when a workbook is marked anew
MOST = 20_000  # lines
_WIDTHS = (6, 16, 22, 10, 16, 24, 70, 30, 10)
_HEADED = "FFE8F1FE"
_CELL = 32_767
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET_TYPE = f"{_SPREADSHEET}.worksheet+xml"


class ListedFinding(NamedTuple):
    """A finding, where it stands (sheet and cell, both "" where nowhere), and the cell's colour before it was marked."""

    finding: Finding
    sheet: str = ""
    cell: str = ""
    colour: str = ""


def grounds_of(finding: Finding) -> str:
    """Return what a finding rests on, in a line."""
    return " ".join(part for part in (finding.citation, "、".join(finding.clauses)) if part)


def sheet_part(lines: Sequence[ListedFinding], styles: Styles, *, note: str = "", linked: bool = True) -> bytes:
    """Return the worksheet; `note` is said on a line above all others; `linked`: it stands in the workbook it speaks of."""
    head, body = styles.for_list(bold=True, colour=_HEADED), styles.for_list()
    link = styles.for_list(link=True)
    marks = {weight: styles.for_list(colour=colour) for weight, colour in MARKS.items()}
    ordered = sorted(lines, key=lambda line: list(SEVERITY_REQUESTS).index(line.finding.severity))
    rows = [_row(1, HEAD, [head] * len(HEAD))]
    links = []
    if note:
        rows.append(_row(2, ("", "お知らせ", "", "", "", "", note, "", ""), [body, marks["info"], *[body] * 7]))
    for number, line in enumerate(ordered[:MOST], 1):
        finding, row = line.finding, len(rows) + 1
        values = (
            str(number), SEVERITY_REQUESTS[finding.severity], line.sheet, line.cell, finding.record, finding.label or finding.path,
            finding.message, grounds_of(finding), line.colour,
        )  # fmt: skip
        rows.append(
            _row(
                row, values, [body, marks[finding.severity], body, link if line.cell and linked else body, *[body] * 5]
            )
        )
        if line.cell and linked:
            place = f"'{line.sheet.replace(chr(39), chr(39) * 2)}'!{line.cell}"
            links.append(f"<hyperlink ref={quoteattr(f'D{row}')} location={quoteattr(place)}/>")
    if len(ordered) > MOST:
        told = f"ほかに{len(ordered) - MOST:,}件の指摘があります。はじめの{MOST:,}件だけを並べました。"
        rows.append(_row(len(rows) + 1, ("", "", "", "", "", "", told, "", ""), [body] * 9))
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"{" hidden=" + chr(34) + "1" + chr(34) if n == COLOUR else ""}/>'
        for n, width in enumerate(_WIDTHS, 1)
    )
    selected = "" if linked else ' tabSelected="1"'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{styles.space}"><sheetPr><tabColor rgb="FFC7303B"/>'
        f'<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView{selected} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A1:H{len(rows)}"/>' + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()  # fmt: skip


def _row(number: int, values: Sequence[str], looks: Sequence[int]) -> str:
    cells = "".join(
        f'<c r="{"ABCDEFGHI"[n]}{number}" s="{looks[n]}"><v>{value}</v></c>'
        if n == 0 and value.isdigit()
        else f'<c r="{"ABCDEFGHI"[n]}{number}" s="{looks[n]}" t="inlineStr"><is><t xml:space="preserve">{escaped(value[:_CELL])}</t></is></c>'
        for n, value in enumerate(values)
        if value
    )
    return f'<row r="{number}">{cells}</row>'


def workbook_of_list(lines: Sequence[ListedFinding], note: str) -> bytes:
    """Return a workbook of the list alone, for an input that cannot bear the marks itself."""
    styles = Styles(EMPTY)
    sheet = sheet_part(lines, styles, note=note, linked=False)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{escape(TO_MEND)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": styles.written(),
        "xl/worksheets/sheet1.xml": sheet,
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
