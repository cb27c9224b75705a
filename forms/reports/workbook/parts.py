"""The parts of a workbook of tables as SpreadsheetML (ISO/IEC 29500-1, 18): sheets, tables, styles, a bar chart."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.reports.workbook import BarsOf

# Styles of cells, by their place in `cellXfs`.
HEADING, PLAIN, TEXT, QUOTED, DATE, MOMENT = range(1, 7)

_OOXML: Final = "http://schemas.openxmlformats.org"
_MAIN: Final = f"{_OOXML}/spreadsheetml/2006/main"
_LINKS: Final = f"{_OOXML}/officeDocument/2006/relationships"
_TYPES: Final = "application/vnd.openxmlformats-officedocument"
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FONT: Final = "BIZ UDPゴシック"
_FILL: Final = "FFE8F1FE"
_BARS: Final = "3B6FB6"
_EMU_PER_CM: Final = 360_000


def text_of(text: str) -> str:
    """Return a text as XML: what XML cannot hold as �, line ends and _x0041_ as they are (ST_Xstring, 22.9.2.19)."""
    return escape(_ESCAPED.sub("_x005F_", _UNWRITABLE.sub("\ufffd", text)), quote=False).replace("\r", "&#13;")


def attribute(text: str) -> str:
    """Return a text as the value of an attribute, without its quotes."""
    return escape(_UNWRITABLE.sub("\ufffd", text)).replace("\n", "&#10;")


@cache
def column_letters(number: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _part(root: str, inner: str, *, namespace: str = _MAIN) -> str:
    name = root.partition(" ")[0]
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{root} xmlns="{namespace}" xmlns:r="{_LINKS}">{inner}</{name}>'


def sheet_head(widths: Sequence[float]) -> str:
    """Return the beginning of a sheet, up to its rows: A4 across, as wide as the page, the heading row and first column frozen."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
    )
    whole = _part(
        "worksheet",
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>',
    )
    return whole.removesuffix("</worksheet>")


def sheet_tail(*, charted: bool) -> str:
    """Return the end of a sheet, behind its rows."""
    drawing = '<drawing r:id="rId2"/>' if charted else ""
    return (
        '</sheetData><pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
        f'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{drawing}'
        '<tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
    )


def table(number: int, name: str, area: str, headings: Sequence[str]) -> str:
    """Return the table of a sheet."""
    columns = "".join(f'<tableColumn id="{n}" name="{attribute(text)}"/>' for n, text in enumerate(headings, 1))
    return _part(
        f'table id="{number}" name="{name}" displayName="{name}" ref="{area}"',
        f'<autoFilter ref="{area}"/><tableColumns count="{len(headings)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight9" showRowStripes="1"/>',
    )


def _links(targets: Sequence[tuple[str, str]]) -> str:
    """Return a part of relationships, rId1 and on: the last word of each one's type, and where it leads."""
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return _part("Relationships", links, namespace=f"{_OOXML}/package/2006/relationships")


def sheet_links(number: int, *, charted: bool) -> str:
    """Return what belongs to a sheet: its table, and its drawing where it has one."""
    drawing = [("drawing", f"/xl/drawings/drawing{number}.xml")] if charted else []
    return _links([("table", f"/xl/tables/table{number}.xml"), *drawing])


def of_all(titles: Sequence[str], charts: Sequence[int]) -> dict[str, str]:
    """Return the parts that speak of all sheets; `charts` are the numbers of those that have one."""
    numbers = range(1, len(titles) + 1)
    names = "".join(
        f'<sheet name="{attribute(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1)
    )
    heads = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{text_of(quoted(title))}!$1:$1</definedName>'
        for n, title in enumerate(titles)
    )
    kinds = {
        "/xl/workbook.xml": f"{_TYPES}.spreadsheetml.sheet.main+xml",
        "/xl/styles.xml": f"{_TYPES}.spreadsheetml.styles+xml",
        **{f"/xl/worksheets/sheet{n}.xml": f"{_TYPES}.spreadsheetml.worksheet+xml" for n in numbers},
        **{f"/xl/tables/table{n}.xml": f"{_TYPES}.spreadsheetml.table+xml" for n in numbers},
        **{f"/xl/drawings/drawing{n}.xml": f"{_TYPES}.drawing+xml" for n in charts},
        **{f"/xl/charts/chart{n}.xml": f"{_TYPES}.drawingml.chart+xml" for n in charts},
    }
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    )
    return {
        "[Content_Types].xml": _part("Types", types, namespace=f"{_OOXML}/package/2006/content-types"),
        "_rels/.rels": _links([("officeDocument", "/xl/workbook.xml")]),
        "xl/workbook.xml": _part("workbook", f"<sheets>{names}</sheets><definedNames>{heads}</definedNames>"),
        "xl/_rels/workbook.xml.rels": _links(
            [*(("worksheet", f"/xl/worksheets/sheet{n}.xml") for n in numbers), ("styles", "/xl/styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    }


def quoted(title: str) -> str:
    """Return a sheet's title as a formula names it."""
    return "'" + title.replace("'", "''") + "'"


def _look(*, number: int = 0, fill: int = 0, font: int = 2, extra: str = "", align: str = 'vertical="top"') -> str:
    return f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"{extra}><alignment {align}/></xf>'


_WRAPPED: Final = 'vertical="top" wrapText="1"'
_LOOKS: Final = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    _look(font=1, fill=2, align='vertical="center" wrapText="1"'),  # HEADING
    _look(),  # PLAIN
    _look(number=49, align=_WRAPPED),  # TEXT
    _look(number=49, align=_WRAPPED, extra=' quotePrefix="1"'),  # QUOTED
    _look(number=164),  # DATE
    _look(number=165),  # MOMENT
)
_STYLES: Final = _part(
    "styleSheet",
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/><numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    f'<font><b/><sz val="10"/><name val="{_FONT}"/></font><font><sz val="10"/><name val="{_FONT}"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f'<fill><patternFill patternType="solid"><fgColor rgb="{_FILL}"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_LOOKS)}">{"".join(_LOOKS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
)


def chart(number: int, sheet: str, bars: BarsOf) -> dict[str, str]:
    """Return a bar chart of a table's first rows and the drawing it stands in, the first row on top."""
    names, values = (
        text_of(f"{quoted(sheet)}!${letters}$2:${letters}${bars.rows + 1}")
        for letters in map(column_letters, (bars.names, bars.values))
    )
    place = f"{_OOXML}/drawingml/2006/spreadsheetDrawing"
    width, height = 18 * _EMU_PER_CM, int(max(6, 0.8 * bars.rows) * _EMU_PER_CM)
    drawing = (
        f"<oneCellAnchor><from><col>{bars.at - 1}</col><colOff>0</colOff><row>1</row><rowOff>0</rowOff></from>"
        f'<ext cx="{width}" cy="{height}"/><graphicFrame><nvGraphicFramePr><cNvPr id="1" name="Chart 1" descr="{attribute(bars.title)}"/>'
        '<cNvGraphicFramePr/></nvGraphicFramePr><xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xfrm>'
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart r:id="rId1"/></a:graphicData></a:graphic></graphicFrame><clientData/></oneCellAnchor>'
    )
    drawn = (
        f'<c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{text_of(bars.title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        '<c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{_BARS}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"<c:cat><c:strRef><c:f>{names}</c:f></c:strRef></c:cat><c:val><c:numRef><c:f>{values}</c:f></c:numRef></c:val></c:ser>"
        '<c:gapWidth val="50"/><c:axId val="10"/><c:axId val="100"/></c:barChart>'
        f"{_axis('catAx', 10, 100, 'maxMin', 'l')}{_axis('valAx', 100, 10, 'minMax', 't')}"
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart>'
    )
    return {
        f"xl/drawings/drawing{number}.xml": _part(
            f'wsDr xmlns:a="{_DRAWN}" xmlns:c="{_CHART}"', drawing, namespace=place
        ),
        f"xl/drawings/_rels/drawing{number}.xml.rels": _links([("chart", f"/xl/charts/chart{number}.xml")]),
        f"xl/charts/chart{number}.xml": _part(
            f'c:chartSpace xmlns:a="{_DRAWN}" xmlns:c="{_CHART}"', drawn, namespace=_CHART
        ),
    }


_DRAWN: Final = f"{_OOXML}/drawingml/2006/main"
_CHART: Final = f"{_OOXML}/drawingml/2006/chart"


def _axis(kind: str, number: int, crosses: int, order: str, side: str) -> str:
    lines = "<c:majorGridlines/>" if kind == "valAx" else ""
    return (
        f'<c:{kind}><c:axId val="{number}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{side}"/>{lines}<c:crossAx val="{crosses}"/></c:{kind}>'
    )
