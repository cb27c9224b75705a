"""Make documents of our own that use what Japanese offices use; each says in its name what it holds."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "汐見県汐見市架空町の書式である。"


def _paper() -> Any:
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.font.name = "BIZ UDMincho"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "BIZ UDMincho")
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    return paper


def _merged_table(paper: Any) -> None:
    table = paper.add_table(3, 3, style="Table Grid")
    table.cell(0, 0).merge(table.cell(0, 1)).text = "氏名"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "備考"
    table.cell(2, 0).text = TEXT


def _spread(paper: Any) -> None:
    paper.add_paragraph("住所").alignment = WD_ALIGN_PARAGRAPH.DISTRIBUTE


def _leader(paper: Any) -> None:
    paragraph = paper.add_paragraph("項目\t3")
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(120), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _landscape(paper: Any) -> None:
    paper.add_paragraph(TEXT)
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    paper.add_paragraph(TEXT)


def _break_before(paper: Any) -> None:
    paper.add_paragraph(TEXT)
    paper.add_paragraph(TEXT).paragraph_format.page_break_before = True


def _foot(paper: Any) -> None:
    paper.sections[0].header.paragraphs[0].text = "上の欄"
    paper.sections[0].footer.paragraphs[0].text = "下の欄"
    paper.add_paragraph(TEXT)


def _italic(paper: Any) -> None:
    paper.add_paragraph().add_run(TEXT).italic = True


def _emphasis(paper: Any) -> None:
    mark = OxmlElement("w:em")
    mark.set(qn("w:val"), "dot")
    paper.add_paragraph().add_run(TEXT)._r.get_or_add_rPr().append(mark)


def _columns(paper: Any) -> None:
    columns = OxmlElement("w:cols")
    columns.set(qn("w:num"), "2")
    properties = paper.sections[0]._sectPr
    for old in properties.findall(qn("w:cols")):
        properties.replace(old, columns)
    paper.add_paragraph(TEXT * 6)


MAKERS: dict[str, Callable[[Any], None]] = {
    "merged-table": _merged_table,
    "spread": _spread,
    "leader": _leader,
    "landscape": _landscape,
    "break-before": _break_before,
    "header-footer": _foot,
    "italic": _italic,
    "emphasis": _emphasis,
    "columns": _columns,
}
REFUSED = frozenset({"italic", "emphasis", "columns"})  # by the first engine


def make(name: str) -> bytes:
    """Return the document of that name as DOCX."""
    paper = _paper()
    MAKERS[name](paper)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def without_page_fields(docx: bytes) -> bytes:
    """Empty the footer paragraphs that hold fields: LibreOffice draws no field within a field (`forms.office` refuses it)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("word/footer") and name.endswith(".xml"):
                root = etree.fromstring(content)
                for paragraph in root.iter(qn("w:p")):
                    if paragraph.find(f".//{qn('w:fldChar')}") is not None:
                        for run in paragraph.findall(qn("w:r")):
                            paragraph.remove(run)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(name, content)
    return out.getvalue()
