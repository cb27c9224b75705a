"""A notice of one page by ReportLab, as its user guide draws one: the same font, facts and table; untagged, no PDF/A."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from validators.wareki import format_date

if TYPE_CHECKING:
    from datetime import date

SLUG = "non-warning-notice"
_FACE = Path("/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf")


@cache
def _style(align: int = 0, size: float = 10.5) -> ParagraphStyle:
    if "Mincho" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Mincho", _FACE))
    return ParagraphStyle(
        f"{align}-{size}", fontName="Mincho", fontSize=size, leading=1.8 * size, alignment=align, wordWrap="CJK"
    )


def like_page(values: dict[str, Any], day: date) -> bytes:
    """Draw the notice of a record."""
    name = values["addressee_name"]
    shown = format_date(day)
    out = io.BytesIO()
    table = Table(
        [
            [Paragraph("申出の年月日", _style(TA_CENTER)), Paragraph(shown, _style())],
            [Paragraph("警告をしなかった旨", _style(TA_CENTER)), Paragraph(str(values["fact"]), _style())],
            [Paragraph("理由", _style(TA_CENTER)), Paragraph(str(values["reason"]), _style())],
        ],
        colWidths=[42 * mm, 123 * mm],
        rowHeights=[8 * mm, 18 * mm, 75 * mm],
        style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
    )
    told = (
        f"　あなたから{shown}に申出のあった警告については、{values.get('legal_basis', '')}"
        "の規定により、下記のとおり警告をしなかったことを通知します。"
    )
    story = [
        Paragraph("別記様式第３号（第３条関係）", _style(size=9)),
        Paragraph(str(values.get("document_no", "")), _style(TA_RIGHT)),
        Paragraph(shown, _style(TA_RIGHT)),
        Paragraph(f"{name if isinstance(name, str) else name['name']}　殿", _style()),
        Spacer(1, 30 * mm),
        Paragraph("通　知　書", _style(TA_CENTER, 15)),
        Paragraph(told, _style()),
        Paragraph("記", _style(TA_CENTER)),
        table,
        Paragraph(
            "備考　１　所定の欄に記載することができないときは、別紙に記載の上、これを添付すること。", _style(size=9)
        ),
        Paragraph("２　用紙の大きさは、日本産業規格Ａ４とする。", _style(size=9)),
    ]
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=25 * mm, rightMargin=20 * mm, topMargin=25 * mm, bottomMargin=20 * mm
    ).build(story)
    return out.getvalue()
