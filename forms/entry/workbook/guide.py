"""The sheets of the entry workbook that belong to no form: はじめに, 所属, 選択肢."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname

from forms.entry.reading.office import EXAMPLES, HEADING
from forms.entry.reading.survey import CHOICES, FACTS, GUIDE, OFFICE, TO_MEND
from forms.entry.shared import CASE
from forms.entry.workbook.written import put
from validators.kinds import TEXT_FORMAT
from validators.labels import OFFICE_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook

    from validators.definitions.source import Matter
    from validators.model import Field, Form

OWN_NAMES = (GUIDE, OFFICE, CHOICES, TO_MEND)
_FONT = "BIZ UDPゴシック"
_HEAD = PatternFill("solid", fgColor="FFE8F1FE")

SYSTEM_NOTES = {
    "#id": "一件ごとに違う番号を付けます（例: 2026-001）。別シートの一覧とは、この番号で結び付きます。書かないと行の番号から付けます。",
    "#case": "同じ事案の書面には同じ番号を書きます。書面どうしの食い違いも点検します。",
    "#clause": "注意（warning）を確認した上で発行するとき、指摘に示された条項の番号を書きます。いくつもあるときは、セルの中で改行します。",
    "#by": "確認した人の職と氏名を書きます。条項が複数でも、一人なら一行で構いません。",
    "#reason": "発行してよいと判断した理由を書きます。条項が複数のときは、条項と行をそろえます。",
}

_GUIDE = (
    ("このブックの使い方", ""),
    ("1", "「所属」のシートに、発行する所属のことを書きます。空欄は書面でも空欄になります。"),
    ("2", "様式のシートに、一件を一行で書きます。「記入例」の行は読み取りません。消しても構いません。"),
    (
        "3",
        "行の中に書ききれない一覧（暴力等の状況など）は、同じ名前のシートに、様式のシートと同じ「整理番号」を付けて一件一行で書きます。",
    ),
    (
        "4",
        f"「{FACTS}」のシートには、事案の人、所、手続のことを、同じ「整理番号」を付けて一件一行で書きます（印のない項目は空けて構いません）。",
    ),
    ("5", "書き終えたら保存して、Yoshiki に取り込みます。直すところがあれば、印を付けたブックが返ります。"),
    ("印の意味", ""),
    ("＊", "必ず書く項目です。見出しが赤色です。"),
    ("△", "条件により必ず書く項目です。見出しが黄色です。どんなときに要るかは、見出しに合わせると出ます。"),
    ("（印なし）", "あれば書く項目です。"),
    ("印字", "書面に印字する項目です。見出しの線と記入例が緑色です。"),
    ("控え", "書面には印字せず、点検と記録に使う項目です。見出しの線と記入例が茶色です。"),
    ("書き方", ""),
    ("日付", "「令和6年5月10日」「R6.5.10」「2024/5/10」のどれでも構いません。"),
    (
        "選択",
        "セルを選ぶと一覧が出ます。いくつも選ぶ項目は、「選択肢」のシートを見て、セルの中で改行（Alt＋Enter）して並べます。",
    ),
    (
        "見出し",
        "見出しに合わせると、書き方と根拠の条項が出ます。列の順は変えても構いません。見出しの文字は変えないでください。",
    ),
    ("隠した行や列", "非表示の行、列、シートは読み取りません。絞り込みは解除して保存してください。"),
    ("結合", "記入する行のセルは結合しないでください。"),
    ("入っている様式", ""),
)


_OF_CASE = "事案に付ける番号です。様式のシートの「事案番号」と同じ番号を書きます。"
_GUIDE_OF_MATTER = (
    (
        CASE,
        (
            f"はじめに「{CASE}」のシートに、申出人、行為者など、どの書面でも同じことを、一事案を一行で書きます。"
            "様式のシートには書かず、同じ「事案番号」を書きます。ある書面だけ違うときは、その様式のシートに同じ見出しの列を足して書きます。"
        ),
    ),
)


def note_of(target: str, list_name: str) -> str:
    """Return the note on a column that no form knows, empty where there is none."""
    return _OF_CASE if (target, list_name) == ("#case", CASE) else SYSTEM_NOTES.get(target, "")


def add_guide(book: Workbook, forms: Sequence[Form], matter: Matter | None = None) -> None:
    """Add the sheet that tells how to fill the workbook."""
    sheet = book.create_sheet(GUIDE)
    rows = [
        *_GUIDE[:2],
        *(_GUIDE_OF_MATTER if matter else ()),
        *_GUIDE[2:],
        *((form.slug, f"{form.title}（{form.number}・第{form.edition}版）") for form in forms),
    ]
    for number, (left, right) in enumerate(rows, 1):
        put(sheet.cell(number, 1), left)
        put(sheet.cell(number, 2), right)
        for cell in sheet[number]:
            cell.font = Font(name=_FONT, size=10 if right else 12, bold=not right)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 88


def add_office(book: Workbook) -> None:
    """Add the sheet for the office profile."""
    sheet = book.create_sheet(OFFICE)
    for column, text in enumerate(HEADING, 1):
        cell = sheet.cell(1, column)
        put(cell, text)
        cell.font, cell.fill = Font(name=_FONT, size=10, bold=True), _HEAD
    for row, (key, label) in enumerate(OFFICE_LABELS.items(), 2):
        put(sheet.cell(row, 1), label)
        put(sheet.cell(row, 3), EXAMPLES.get(key, ""))
        sheet.cell(row, 2).number_format = TEXT_FORMAT
        sheet.cell(row, 3).font = Font(name=_FONT, size=10, italic=True, color="FF767676")
    for letter, width in zip("ABC", (24, 40, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


class Choices:
    """The options of all choices, one column each, in the sheet 選択肢: drop-downs refer to it, people read it."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], int] = {}
        self._labels: dict[int, list[str]] = {}

    def range_of(self, item: Field) -> str:
        """Return the formula of the cells that hold a field's options."""
        options = tuple(item.options.values())
        column = self._columns.setdefault(options, len(self._columns) + 1)
        labels = self._labels.setdefault(column, [])
        if item.label not in labels:
            labels.append(item.label)
        letter = get_column_letter(column)
        return f"{quote_sheetname(CHOICES)}!${letter}$2:${letter}${len(options) + 1}"

    def add_to(self, book: Workbook) -> None:
        """Add the sheet with the options that were asked for."""
        sheet = book.create_sheet(CHOICES)
        for options, column in self._columns.items():
            cell = sheet.cell(1, column)
            put(cell, "、".join(self._labels[column])[:200])
            cell.font, cell.fill = Font(name=_FONT, size=10, bold=True), _HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            for row, option in enumerate(options, 2):
                put(sheet.cell(row, column), option)
            sheet.column_dimensions[get_column_letter(column)].width = 28
        sheet.freeze_panes = "A2"
