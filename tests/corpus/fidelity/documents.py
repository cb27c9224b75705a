"""Make documents of our own that use what Japanese offices use; each says in its name what it holds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsmap, qn
from docx.shared import Mm, Pt, Twips
from lxml import etree

from forms.press.typeset.paragraphs.body import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
TEXT = "汐見県汐見市架空町の書式である。"


def _png(width: int, height: int) -> bytes:
    """Return a grey picture."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _paper() -> Any:
    """Return an empty document as Japanese offices have it: Mincho 10.5, single spaced, lines on a grid of 18 points."""
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.font.name = "BIZ UDMincho"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "BIZ UDMincho")
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    section.top_margin, section.bottom_margin = Twips(1440), Twips(1718)  # 38 whole lines of 18 points
    _set_grid(paper, type="lines", linePitch="360")
    compat = paper.settings.element.find(qn("w:compat"))
    compat.insert(0, OxmlElement("w:adjustLineHeightInTable"))
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


def _xml(content: str) -> Any:
    """Parse one element, its prefixes declared."""
    return parse_xml(content.replace(">", f" {NAMESPACES}>", 1))


def _nested_table(paper: Any) -> None:
    table = paper.add_table(2, 2, style="Table Grid")
    table.cell(0, 0).text = "外の表"
    inner = table.cell(1, 1).add_table(2, 2)
    inner.style = "Table Grid"
    inner.cell(0, 0).text, inner.cell(1, 1).text = "内", "表"
    paper.add_paragraph(TEXT)


def _grid_lines(paper: Any) -> None:
    _set_grid(paper, type="lines", linePitch="300")
    for _ in range(12):
        paper.add_paragraph(TEXT)


def _grid_characters(paper: Any) -> None:
    _set_grid(paper, type="linesAndChars", linePitch="400", charSpace="4096")
    for _ in range(6):
        paper.add_paragraph("汐見県汐見市架空町" * 5)


def _set_grid(paper: Any, **values: str) -> None:
    properties = paper.sections[0]._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in values.items():
        grid.set(qn(f"w:{name}"), value)
    properties.append(grid)


def _fit_text(paper: Any) -> None:
    run = paper.add_paragraph().add_run("氏名")
    fit = OxmlElement("w:fitText")
    fit.set(qn("w:val"), "1680")
    fit.set(qn("w:id"), "1")
    run._r.get_or_add_rPr().append(fit)
    paper.add_paragraph(TEXT)


def _ruby(paper: Any) -> None:
    paper.add_paragraph()._p.append(
        _xml(
            "<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val='distributeSpace'/><w:hps w:val='10'/><w:hpsRaise w:val='18'/>"
            "<w:hpsBaseText w:val='21'/><w:lid w:val='ja-JP'/></w:rubyPr><w:rt><w:r><w:rPr><w:sz w:val='10'/></w:rPr>"
            "<w:t>しおみ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汐見</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        )
    )
    paper.add_paragraph(TEXT)


def _numbering(paper: Any) -> None:
    for text in ("甲の事実", "乙の事実", "丙の事実"):
        paper.add_paragraph(text, style="List Number")
    paper.add_paragraph(TEXT)


def _tabs(paper: Any) -> None:
    paragraph = paper.add_paragraph("左\t中\t右")
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(60), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(Mm(120), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _row_heights(paper: Any) -> None:
    table = paper.add_table(3, 2, style="Table Grid")
    for row, rule in zip(table.rows, (WD_ROW_HEIGHT_RULE.EXACTLY, WD_ROW_HEIGHT_RULE.AT_LEAST, None), strict=True):
        if rule is not None:
            row.height, row.height_rule = Mm(14), rule
        row.cells[0].text = "高さ"
        row.cells[1].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        row.cells[1].text = "中央"
    paper.add_paragraph(TEXT)


def _keep_with_next(paper: Any) -> None:
    for number in range(60):
        paragraph = paper.add_paragraph(f"第{number}項")
        paragraph.paragraph_format.keep_with_next = number in range(30, 40)


def _repeated_heading(paper: Any) -> None:
    table = paper.add_table(60, 2, style="Table Grid")
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for number, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = ("番号", "内容") if number == 0 else (f"{number}番", "記載")


def _vertical_cell(paper: Any) -> None:
    table = paper.add_table(1, 2, style="Table Grid")
    table.rows[0].height = Mm(40)
    table.cell(0, 0).text, table.cell(0, 1).text = "申立人", TEXT
    direction = OxmlElement("w:textDirection")
    direction.set(qn("w:val"), "tbRlV")
    table.cell(0, 0)._tc.get_or_add_tcPr().append(direction)


def _content_controls(paper: Any) -> None:
    paper.add_paragraph("有")._p.append(
        _xml(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='1'/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☑</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )
    paper.add_paragraph("氏名　")._p.append(
        _xml("<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>架空　花子</w:t></w:r></w:sdtContent></w:sdt>")
    )


def _image(paper: Any) -> None:
    picture = paper.add_paragraph("印").add_run().add_picture(io.BytesIO(_png(24, 24)), width=Mm(18))
    picture._inline.docPr.set("descr", "印影")  # without words for it the first engine refuses
    paper.add_paragraph(TEXT)


def _anchored_image(paper: Any) -> None:
    """Let a seal stand over the end of a line, where the office has put it."""
    picture = paper.add_paragraph(TEXT).add_run().add_picture(io.BytesIO(_png(24, 24)), width=Mm(18))
    inline = picture._inline
    inline.docPr.set("descr", "印影")
    place = "<wp:position{0} relativeFrom='{1}'><wp:posOffset>{2}</wp:posOffset></wp:position{0}>"
    anchor = parse_xml(
        f"<wp:anchor xmlns:wp='{nsmap['wp']}' distT='0' distB='0' distL='0' distR='0' simplePos='0' relativeHeight='1' behindDoc='0'"
        " locked='0' layoutInCell='1' allowOverlap='1'><wp:simplePos x='0' y='0'/>"
        + place.format("H", "column", Mm(40))
        + place.format("V", "paragraph", Mm(-4))
        + "</wp:anchor>"
    )
    for child in list(inline):
        anchor.append(child)
    anchor.insert(4, parse_xml(f"<wp:wrapNone xmlns:wp='{nsmap['wp']}'/>"))
    inline.getparent().replace(inline, anchor)


def _sections(paper: Any) -> None:
    paper.sections[0].header.paragraphs[0].text = "第一"
    paper.add_paragraph(TEXT)
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = "第二"
    paper.add_paragraph(TEXT)


def _footnote(paper: Any) -> None:
    paper.add_paragraph(TEXT)._p.append(_xml("<w:r><w:footnoteReference w:id='1'/></w:r>"))
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f"<w:footnotes {NAMESPACES}><w:footnote w:id='1'><w:p><w:r><w:t>脚注である。</w:t></w:r></w:p></w:footnote></w:footnotes>".encode(),
        paper.part.package,
    )
    paper.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")


def _text_box(paper: Any) -> None:
    paper.add_paragraph(TEXT)._p.append(
        _xml(
            "<w:r><w:pict><v:shape style='width:120pt;height:40pt'><v:textbox><w:txbxContent><w:p><w:r><w:t>枠の中</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )


def _text_box_over_table(paper: Any) -> None:
    """Put a box beside a table, as a stamp for the day of receipt stands on a paper."""
    _text_box(paper)
    _merged_table(paper)
    paper.add_paragraph(TEXT)


MAKERS: dict[str, Callable[[Any], None]] = {
    "merged-table": _merged_table,
    "nested-table": _nested_table,
    "row-heights": _row_heights,
    "repeated-heading": _repeated_heading,
    "vertical-cell": _vertical_cell,
    "grid-lines": _grid_lines,
    "grid-characters": _grid_characters,
    "spread": _spread,
    "fit-text": _fit_text,
    "ruby": _ruby,
    "leader": _leader,
    "tabs": _tabs,
    "numbering": _numbering,
    "keep-with-next": _keep_with_next,
    "content-controls": _content_controls,
    "image": _image,
    "landscape": _landscape,
    "break-before": _break_before,
    "header-footer": _foot,
    "sections": _sections,
    "italic": _italic,
    "emphasis": _emphasis,
    "columns": _columns,
    "footnote": _footnote,
    "text-box": _text_box,
    "text-box-over-table": _text_box_over_table,
    "anchored-image": _anchored_image,
}
# By the first engine.
REFUSED = frozenset({"italic", "emphasis", "columns", "footnote", "text-box", "text-box-over-table", "anchored-image"})


def make(name: str) -> bytes:
    """Return the document of that name as DOCX."""
    paper = _paper()
    MAKERS[name](paper)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def without_page_fields(docx: bytes) -> bytes:
    """Empty the footer paragraphs that hold fields: LibreOffice draws no field within a field (`forms.press.libreoffice` refuses it)."""
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


_SIGNS = re.compile("[、。，．「」『』（）〔〕【】〈〉《》［］｛｝・：；！？]|&[a-z]+;")


def plain_letters(docx: bytes) -> bytes:
    """Return a copy in which places can be compared: what the engines set differently by design stands there no more.

    Signs next to each other are set closer (JIS X 4051, and Word) by the first engine only; the space between Japanese
    and Latin is a quarter of a letter in one and a fifth in the other; blanks at the end of a line that is set to the
    right have their width, as in Word, in the first only. So signs and Latin become full-width letters. A time, a date or
    the last two letters are held on one line by the first only, as no DOCX can ask for: they become letters that none holds.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", name):
                text = re.sub("\u3000+(</w:t></w:r></w:p>)", r"\1", content.decode())
                content = re.sub(
                    r"(<w:t[^>]*>)([^<]*)", lambda m: m[1] + _free(_full_width(_free(m[2]))), text
                ).encode()
            target.writestr(name, content)
    return out.getvalue()


def _free(text: str) -> str:
    return KEPT.sub(lambda match: "〇" * len(_full_width(match[0])), text)


def _full_width(text: str) -> str:
    return re.sub("[!-~]+", lambda match: "字" * ((len(match[0]) + 1) // 2), _SIGNS.sub("点", text))
