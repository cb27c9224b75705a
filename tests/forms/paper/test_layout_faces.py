"""Blocks that printed faces share are drawn as printed, read back as text, and refused where they could not be drawn."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from forms.finish.certificate import promises
from forms.finish.finish import finish
from forms.finish.pdf_text import pdf_pages
from forms.paper.layout import build_docx
from forms.paper.names import era_digits, voiced
from forms.press.typeset import typeset
from tests.forms.paper.faces import FACES, face, filled
from validators.errors import CannotDrawError, DefinitionError, InputError

if TYPE_CHECKING:
    from pathlib import Path


def pages(folder: Path, name: str, **changes: object) -> list[str]:
    """Return the text of the pages of a face, blanks taken out."""
    pdf = typeset(filled(face(folder, FACES[name]), **changes), title="書式")
    return [re.sub(r"\s", "", page) for page in pdf_pages(pdf)]


def test_boxes_of_the_office_are_framed_and_blank_with_their_note(tmp_path: Path) -> None:
    """Labels carry ※, what the office's data fill in stands in its box, the note says who writes there."""
    (page,) = pages(tmp_path, "office-boxes")
    assert "汐見生安第38号" in page
    assert "※受理番号" in page
    assert "※受付欄※経過欄※備考備考１※印欄は、記入しないこと。２この用紙の大きさは" in page


def test_a_chosen_word_has_a_ring_that_all_engines_know(tmp_path: Path) -> None:
    """Every choice is printed, a ring stands before those chosen and tells a screen reader so; of 「２　営業の廃止」 the number is ringed."""
    pdf = typeset(filled(face(tmp_path, FACES["choices"])), title="書式")
    (page,) = [re.sub(r"\s", "", text) for text in pdf_pages(pdf)]
    assert "腕章・胸章・帽章" in page
    assert "新規・変更・廃止" in page
    assert "１移転・２営業の廃止・３その他" in page
    assert all(words in page for words in ("☑腕章", "□胸章", "☑帽章"))
    assert promises(finish(pdf, title="書式", identifier="trial")) == []


def test_nothing_chosen_has_no_ring(tmp_path: Path) -> None:
    """An empty form shows the choices as they are printed."""
    assert b"wp:anchor" not in filled(face(tmp_path, FACES["choices"]), marks=[], kind="", reason="")
    (page,) = pages(tmp_path, "choices", marks=[], kind="", reason="")
    assert "新規・変更・廃止" in page


def test_parts_carry_their_mark_the_title_and_the_notes(tmp_path: Path) -> None:
    """（その１）（その２） on the number's line, title and notes on each part, each on its own page."""
    first, second = pages(tmp_path, "parts")
    for page, mark in ((first, "（その１）"), (second, "（その２）")):
        assert f"別記様式第９号（第28条関係）{mark}架空届出書" in page
        assert page.count("この用紙の大きさは、日本産業規格Ａ４とすること。") == 1
    assert "表の面" in first
    assert "続きの面" in second


def test_a_letter_a_box(tmp_path: Path) -> None:
    """Voiced marks have boxes of their own, an era stands before its digits, units between them."""
    (page,) = pages(tmp_path, "names")
    assert "タカハシカ゛ク" in page
    assert "1234567890" in page
    assert "令和01年05月10日" in page


def test_a_name_that_its_boxes_do_not_hold_is_refused(tmp_path: Path) -> None:
    """A name cut off is another name: nothing is printed, and the message says how many letters there are."""
    with pytest.raises(InputError, match="「認定証の番号」は11字あり、様式の枠（10字）に入りません"):
        filled(face(tmp_path, FACES["names"]), licence="12345678901")


def test_a_name_variant_is_one_letter(tmp_path: Path) -> None:
    """A base character keeps its selector in its box."""
    docx = filled(face(tmp_path, FACES["names"]), licence="葛\U000e0101飾")
    assert "飾" in pdf_pages(typeset(docx, title="書式"))[0]


def test_notices_and_slips_stand_at_the_foot(tmp_path: Path) -> None:
    """The letter head, the text, 教示 plain and framed, the line to cut along, the slip: in this order on one page."""
    (page,) = pages(tmp_path, "notice")
    order = [
        "汐見生安第38号",
        "令和６年６月３日",
        "汐見県警察本部長殿",
        "（生活安全部長、人身安全少年課長経由）",
        "汐見県汐見警察署長",
    ]
    order += ["架空届出書", "（教示）", "（取消訴訟）", "（切り取り線）", "受領書"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)


def test_a_letter_head_without_a_route_has_no_empty_line(tmp_path: Path) -> None:
    """Nothing is printed of a route that there is not."""
    (page,) = pages(tmp_path, "notice", route=[])
    assert "経由" not in page


@pytest.mark.parametrize(("count", "last"), [(0, 6), (2, 6), (7, 7)])
def test_a_register_has_its_numbered_rows(tmp_path: Path, count: int, last: int) -> None:
    """Six rows are printed whatever is entered; more entries take more rows."""
    form = face(tmp_path, FACES["register"], "{orientation: landscape}")
    docx = filled(form, visits=[{"place": "みさき荘", "note": "不在"}] * count)
    text = "".join(pdf_pages(typeset(docx, title="書式")))
    assert str(last) in text
    assert str(last + 1) not in text
    assert text.count("みさき荘") == count


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("\n  - office_only: [受付欄]\n", "※印欄は、記入しないこと"),
        ("\n  - office_only: []\n", "一つ以上"),
        ("\n  - office_only: {boxes: [受付欄], shape: ring}\n", "「shape」は"),
        ("\n  - remarks: [{use: this-paper-size}, 後の備考]\n", "最後に置いて"),
        ("\n  - parts: {do: [[title]]}\n", "二つ以上"),
        ("\n  - appeal: []\n", "教示の文"),
        ('\n  - letter_boxes: {name: 番号, text: "{{ licence }}", count: 40}\n', "入りません"),
        ('\n  - letter_boxes: {name: 番号, text: "{{ nothing }}", count: 4}\n', "この様式にありません"),
        ('\n  - letter_boxes: {name: 番号, text: "{{ licence }}", count: 1, units: [年, 月]}\n', "「units」"),
        ("\n  - left: \"区分　{{r circled('kind') }}\"\n", "はじめに書いて"),
        ("\n  - table: {columns: [165], rows: [{cells: [甲], below: wavy}]}\n", "「below」は"),
    ],
)
def test_what_a_face_cannot_be_is_told_with_its_line(tmp_path: Path, layout: str, message: str) -> None:
    """The author reads what is wrong with a block, in which line."""
    form = face(tmp_path, layout)
    with pytest.raises(DefinitionError, match=message) as caught:
        build_docx(form)
    assert "trial.yaml:" in caught.value.place


def test_any_other_shape_is_refused(tmp_path: Path) -> None:
    """A ring is known by its name; a shape somebody else drew is never left out in silence."""
    docx = filled(face(tmp_path, FACES["choices"]))
    with pytest.raises(CannotDrawError):
        typeset(renamed(docx), title="書式")


def renamed(docx: bytes) -> bytes:
    """Return the DOCX with its rings under another name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace("選択の丸".encode(), "楕円".encode()))
    return out.getvalue()


def test_kana_and_dates_are_cut_for_their_boxes() -> None:
    """ガ is two letters, パ too, other letters one; the first year of an era is 01."""
    assert voiced("ガパン塚") == "カ゛ハ゜ン塚"
    assert era_digits("2019-05-10") == "010510"
    assert era_digits("") == ""
