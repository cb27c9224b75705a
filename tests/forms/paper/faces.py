"""A small form for each block that printed faces share, with what a record puts into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forms.paper.fill import fill
from tests.rulebooks import OURS
from validators.definitions.form import read_form
from validators.definitions.source import DIRECTORY, SHARED
from validators.model import Form, Record

if TYPE_CHECKING:
    from pathlib import Path

HEADER: Final = """slug: trial
title: 架空届出書
number: 別記様式第９号（第28条関係）
edition: 1
authority: trial
audience: [police]
uses: [document]
page: {house: police}
fields:
  document_no: {}
  document_date: {}
  addressee: {}
  applicant: {label: 届出者の氏名, type: person}
  home: {label: 届出者の住所, type: address}
  licence: {label: 認定証の番号, type: string}
  licensed_on: {label: 認定の年月日, type: date}
  route: {label: 経由先, type: list, of: string}
  kind: {label: 作成区分, type: enum, options: {new: 新規, changed: 変更, ended: 廃止}}
  reason: {label: 届出の理由, type: enum, options: {moved: １　移転, closed: ２　営業の廃止, other: ３　その他}}
  marks: {label: 標章, type: list, of: enum, options: {arm: 腕章, chest: 胸章, cap: 帽章}}
  visits: {label: 巡回, type: list, fields: {place: {label: 巡回の場所, type: string}, note: {label: 巡回の様子, type: string}}}
"""

DATA: Final[dict[str, Any]] = {
    "document_no": "汐見生安第38号",
    "document_date": "2024-06-03",
    "addressee": "汐見県警察本部長",
    "applicant": {"name": "髙橋　学", "kana": "タカハシ　ガク"},
    "home": "汐見県汐見市港町三丁目２番11号",
    "licence": "1234567890",
    "licensed_on": "2019-05-10",
    "route": ["生活安全部長", "人身安全少年課長"],
    "kind": "changed",
    "reason": "closed",
    "marks": ["arm", "cap"],
    "visits": [{"place": "みさき荘", "note": "変わりなし"}, {"place": "みなと荘", "note": "不在"}],
}
OFFICE: Final = {"chief_title": "汐見県汐見警察署長", "chief_name": "警視　﨑山　健一", "name": "汐見県汐見警察署"}

FACES: Final = {
    "office-boxes": """
  - number
  - office_only: {shape: line, boxes: [受理警察署, {name: 受理番号, text: "{{ document_no }}"}, 受理年月日]}
  - title
  - table: {columns: [40, 125], rows: [[住所, "{{ home }}"]]}
  - office_only: [受付欄, 経過欄, 備考]
  - remarks: [{use: office-only-note}, {use: this-paper-size}]
""",
    "choices": """
  - title
  - left: "{{r circled('marks') }}"
  - table:
      columns: [40, 125]
      rows:
        - [作成区分, "{{r circled('kind') }}"]
        - [届出の理由, "{{r circled('reason') }}"]
        - [標章, "{{ checklist('marks') }}"]
        - [作成区分, "{{r either('kind') }}"]
  - remarks: [{use: circle-note}, {use: tick-note}]
""",
    "parts": """
  - parts:
      do:
        - [{paragraph: 表の面に記載すること。}]
        - [{paragraph: 続きの面に記載すること。}]
      foot: [{remarks: [{use: separate-sheet}, {use: this-paper-size}]}]
""",
    "names": """
  - title
  - table:
      columns: [10, 34, 121]
      rows:
        - [{text: 申請人, down: 3, vertical: true}, 住所, "{{ home }}"]
        - {use: name-with-kana, name: "{{ applicant }}", kana: "{{ applicant | kana }}"}
  - letter_boxes: {name: （フリガナ）, text: "{{ applicant | kana | voiced }}", count: 14, tiers: 2}
  - letter_boxes: {name: 認定証の番号, text: "{{ licence }}", count: 10}
  - letter_boxes: {name: 認定年月日, text: "{{ licensed_on | era_digits }}", lead: "{{ licensed_on | era }}", count: 6, units: ["", 年, "", 月, "", 日]}
""",
    "notice": """
  - use: report-head
    via: route
  - title
  - paragraph: 上記のとおり通知する。
  - appeal: [この処分に不服があるときは、汐見県公安委員会に対して審査請求をすることができます。]
  - appeal: {texts: [この処分の取消しの訴えは、汐見県を被告として提起することができます。], framed: true, title: 取消訴訟}
  - slip:
      do:
        - center: 受　領　書
        - paragraph: 上記の書面を受領しました。
        - issuer: {lines: ["{{ applicant }}"], seal: true}
""",
    "register": """
  - title
  - table:
      columns: [15, 60, 90]
      head: [[番号, 場所, 様子]]
      rows: [{each: v in visits, least: 6, cells: ["{{ loop.index }}", "{{ v.place }}", "{{ v.note }}"]}]
""",
}


def trial(folder: Path, text: str) -> Form:
    """Return a form of our own making, read as the catalogue reads it."""
    path = folder / "trial" / "trial.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_form(path, OURS.clauses)[0]


def face(folder: Path, layout: str, page: str = "{house: police}") -> Form:
    """Return a form with a layout, read as the catalogue reads it, beside the catalogue's vocabularies."""
    if not (folder / SHARED).exists():
        (folder / SHARED).symlink_to(DIRECTORY / SHARED)
    return trial(folder, f"{HEADER.replace('{house: police}', page)}layout:{layout}")


def filled(form: Form, **changes: Any) -> bytes:
    """Return the DOCX of a form filled with the record, some of it changed."""
    return fill(form, Record(form.slug, "r", {**DATA, **changes}), OFFICE).docx()
