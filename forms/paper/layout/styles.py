"""The named styles of our papers, the font table and the settings: one table each.

The face is named "BIZ UDMincho", which the fonts of this machine and LibreOffice know; Windows (10 and later) ships the same
face as "BIZ UD明朝 Medium", and the font table names it as the alternative, which is how Word finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forms.paper.layout.ooxml import DECLARATION, NAMESPACES, el

if TYPE_CHECKING:
    from forms.paper.layout.paper import Paper

FONT: Final = "BIZ UDMincho"
ALTERNATIVES: Final = "BIZ UD明朝 Medium,BIZ UDMincho Medium,BIZ UD明朝"
SMALL: Final = 9.0  # pt; nothing on a paper is smaller
_SMALL, _TITLE = "small", "title"
SMALL_LINE: Final = 13 / 9  # of the size

# id: (name, size or None for the paper's, align, before, after, first line indent in characters, kept with next, outline level)
_STYLES: Final[dict[str, tuple[str, float | str | None, str, float, float, float, bool, int | None]]] = {
    "Paragraph": ("Paragraph", None, "both", 0, 0, 1, False, None),
    "Left": ("Left", None, "left", 0, 0, 0, False, None),
    "Right": ("Right", None, "right", 0, 0, 0, False, None),
    "Center": ("Center", None, "center", 8, 8, 0, True, None),
    "Title": ("Title", _TITLE, "center", 14, 14, 0, True, None),
    "Heading1": ("heading 1", None, "left", 10, 3, 0, True, 0),
    "Heading2": ("heading 2", None, "left", 3, 2, 0, True, 1),
    "FormNumber": ("Form Number", _SMALL, "left", 0, 4, 0, False, None),
    "Note": ("Note", _SMALL, "left", 0, 0, 0, False, None),
    "Remark": ("Remark", _SMALL, "left", 0, 0, 0, False, None),
    "Addressee": ("Addressee", None, "left", 10, 10, 0, False, None),
    "Issuer": ("Issuer", None, "right", 0, 0, 0, True, None),
    "SealMark": ("Seal Mark", _SMALL, "center", 0, 0, 0, False, None),
    "StampText": ("Stamp Text", _SMALL, "center", 0, 0, 0, False, None),
    "Cell": ("Cell", None, "left", 0, 0, 0, False, None),
    "CellLabel": ("Cell Label", None, "distribute", 0, 0, 0, False, None),
    "CellHead": ("Cell Head", None, "center", 0, 0, 0, True, None),
    "TableGap": ("Table Gap", None, "left", 0, 0, 0, False, None),
    "ContinuationTitle": ("Continuation Title", 12.0, "center", 0, 10, 0, True, 0),
    "ContinuationText": ("Continuation Text", None, "both", 0, 0, 0, False, None),
    "Header": ("header", _SMALL, "right", 0, 0, 0, False, None),
    "Footer": ("footer", _SMALL, "center", 0, 0, 0, False, None),
}


def _fonts() -> str:
    return el("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)


def _style(key: str, paper: Paper) -> str:
    name, written, align, before, after, first, keep, outline = _STYLES[key]
    base = paper.base
    size = {_SMALL: paper.small, _TITLE: paper.title}.get(written) if isinstance(written, str) else written
    properties = el("keepNext") if keep else ""
    spacing: dict[str, str | float] = {"before": round(before * paper.air * 20), "after": round(after * paper.air * 20)}
    if key == "TableGap":
        properties += el("snapToGrid", val=0)
        spacing |= {"line": 80, "lineRule": "exact"}
    elif size and written == _SMALL:
        properties += el("snapToGrid", val=0)
        spacing |= {"line": round(size * SMALL_LINE * 20), "lineRule": "exact"}
    elif size:
        properties += el("snapToGrid", val=0)
        spacing |= {"line": round(size * 1.6 * 20), "lineRule": "exact"}
    elif paper.house.table_line and key.startswith("Cell"):
        properties += el("snapToGrid", val=0)
        spacing |= {"line": round(paper.house.table_line * 20), "lineRule": "atLeast"}
    properties += el("spacing", **spacing)
    if first:
        properties += el("ind", firstLineChars=round(first * 100), firstLine=round(first * base * 20))
    properties += el("jc", val=align)
    if outline is not None:
        properties += el("outlineLvl", val=outline)
    look = el("rPr", el("sz", val=round(size * 2)), el("szCs", val=round(size * 2))) if size else ""
    return el(
        "style",
        el("name", val=name),
        el("basedOn", val="Normal"),
        el("qFormat"),
        el("pPr", properties),
        look,
        type="paragraph",
        styleId=key,
        **({} if name in {"Title", "heading 1", "heading 2", "header", "footer"} else {"customStyle": 1}),
    )


def styles_xml(paper: Paper) -> str:
    """Return word/styles.xml in the measures of a paper and its house."""
    base, line, house = paper.base, paper.line, paper.house
    defaults = el(
        "docDefaults",
        el(
            "rPrDefault",
            el(
                "rPr",
                _fonts(),
                el("kern", val=2),
                el("sz", val=round(base * 2)),
                el("szCs", val=round(base * 2)),
                el("lang", val="ja-JP", eastAsia="ja-JP", bidi="ar-SA"),
            ),
        ),
        el("pPrDefault", el("pPr", el("spacing", before=0, after=0, line=round(line * 20), lineRule="atLeast"))),
    )
    normal = el("style", el("name", val="Normal"), el("qFormat"), type="paragraph", default=1, styleId="Normal")
    cells = el(
        "tblCellMar",
        *(el(side, w=w, type="dxa") for side, w in (("top", 28), ("left", 85), ("bottom", 28), ("right", 85))),
    )
    table = el(
        "style",
        el("name", val="Normal Table"),
        el("uiPriority", val=99),
        el("semiHidden"),
        el("tblPr", el("tblInd", w=0, type="dxa"), cells),
        type="table",
        default=1,
        styleId="TableNormal",
    )
    borders = "".join(
        el(side, val="single", sz=sz, space=0, color="000000")
        for side, sz in (
            *((side, house.frame) for side in ("top", "left", "bottom", "right")),
            ("insideH", house.rule),
            ("insideV", house.rule),
        )
    )
    framed = _table_style("PaperTable", "Paper Table", el("tblBorders", borders))
    layout = _table_style("LayoutTable", "Layout Table", "")
    body = "".join(_style(key, paper) for key in _STYLES)
    return f"{DECLARATION}<w:styles {NAMESPACES}>{defaults}{normal}{body}{table}{framed}{layout}</w:styles>"


def _table_style(key: str, name: str, properties: str) -> str:
    return el(
        "style", el("name", val=name), el("basedOn", val="TableNormal"), el("tblPr", properties) if properties else "",
        type="table", customStyle=1, styleId=key,
    )  # fmt: skip


def font_table_xml() -> str:
    """Return word/fontTable.xml with the name under which Windows has the face."""
    face = el(
        "font",
        el("altName", val=ALTERNATIVES),
        el("charset", val="80"),
        el("family", val="roman"),
        el("pitch", val="fixed"),
        name=FONT,
    )
    return f"{DECLARATION}<w:fonts {NAMESPACES}>{face}</w:fonts>"


def settings_xml() -> str:
    """Return word/settings.xml: Japanese type-setting rules, and lines in tables on the same pitch as outside."""
    compat = el(
        "compat",
        el("spaceForUL"),
        el("balanceSingleByteDoubleByteWidth"),
        el("doNotLeaveBackslashAlone"),
        el("ulTrailSpace"),
        el("doNotExpandShiftReturn"),
        el("adjustLineHeightInTable"),
        el("useFELayout"),
        el("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15),
    )
    inner = (
        el("characterSpacingControl", val="compressPunctuation")
        + compat
        + el("themeFontLang", val="ja-JP", eastAsia="ja-JP")
    )
    return f"{DECLARATION}<w:settings {NAMESPACES}>{el('zoom', percent=100)}{inner}</w:settings>"
