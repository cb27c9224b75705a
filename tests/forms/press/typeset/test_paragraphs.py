"""Paragraphs come out as Word would set them; the same DOCX gives the same bytes, marked PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from forms.press.typeset import typeset
from forms.press.typeset.paragraphs.body import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT, RIGHT = 1417 / 20, 595.3 - 1134 / 20


def p(text: str, properties: str = "", run: str = "") -> str:
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )


def test_same_input_same_bytes_in_any_thread(docx: Callable[..., bytes]) -> None:
    paper = docx(p("同じ文書は同じ文書になる。"))
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: typeset(paper), range(8)))) == 1


def test_claims_and_title_and_language(docx: Callable[..., bytes]) -> None:
    with pikepdf.open(
        io.BytesIO(typeset(docx(p("本文")), title="通知書", date=datetime(2024, 5, 10, tzinfo=UTC)))
    ) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>2<" in metadata
        assert "<pdfaid:conformance>A<" in metadata
        assert "<pdfuaid:part>1<" in metadata
        assert str(pdf.Root.Lang).startswith("ja")
        assert str(pdf.trailer.Info.Title) == "通知書"
        assert str(pdf.trailer.Info.CreationDate).startswith("D:20240510")


def test_alignment_and_style_inheritance(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    """A style takes its alignment and size from the style it is based on."""
    found = letters(typeset(docx(p("右", "<w:pStyle w:val='Derived'/>") + p("中", "<w:jc w:val='center'/>"))))
    right = next(item for item in found if item[0] == "右")
    centre = next(item for item in found if item[0] == "中")
    assert right[1] == pytest.approx(RIGHT - 20, abs=0.5)
    assert centre[1] == pytest.approx((LEFT + RIGHT) / 2 - 5.25, abs=0.5)


def test_trailing_blanks_keep_a_right_aligned_text_away_from_the_edge(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    found = letters(typeset(docx(p("印　　", "<w:jc w:val='right'/>"))))
    assert found[0][1] == pytest.approx(RIGHT - 3 * 10.5, abs=0.5)


def test_distributed_letters_reach_both_edges(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    found = [item for item in letters(typeset(docx(p("申出人", "<w:jc w:val='distribute'/>")))) if item[0].strip()]
    assert found[0][1] == pytest.approx(LEFT, abs=0.5)
    assert found[1][1] == pytest.approx((LEFT + RIGHT) / 2 - 5.25, abs=0.5)
    assert found[2][1] == pytest.approx(RIGHT - 10.5, abs=0.5)


def test_letter_spacing_holds_across_runs(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    """A title whose last letter stands in a run of its own keeps the space before it."""
    spaced = "<w:spacing w:val='200'/>"
    body = f"<w:p><w:r><w:rPr>{spaced}</w:rPr><w:t>通知</w:t></w:r><w:r><w:t>書</w:t></w:r></w:p>"
    found = [item for item in letters(typeset(docx(body))) if item[0].strip()]
    assert [round(item[1] - LEFT, 1) for item in found] == [0, 20.5, 41.0]


def test_exact_line_spacing_and_space_between(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    """Between two paragraphs stands the larger space, the sum only where the document asks for it (17.15.3.21)."""
    exact = "<w:spacing w:line='400' w:lineRule='exact' w:before='100' w:after='60'/>"
    body = p("一", exact) + p("二", exact)
    summed = (
        b"<w:settings xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        b"<w:compat><w:doNotUseHTMLParagraphAutoSpacing/></w:compat></w:settings>"
    )
    for parts, space in ({}, 5), ({"word/settings.xml": summed}, 5 + 3):
        found = [item for item in letters(typeset(docx(body, parts=parts))) if item[0] in "一二"]
        assert found[1][2] - found[0][2] == pytest.approx(20 + space, abs=0.1)


def test_a_large_letter_does_not_push_exact_lines_apart(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    """The baseline of an exact line stands at four fifths of it for letters of every size."""
    exact = "<w:spacing w:line='400' w:lineRule='exact'/>"
    large = f"<w:p><w:pPr>{exact}</w:pPr><w:r><w:t>一</w:t></w:r><w:r><w:rPr><w:sz w:val='36'/></w:rPr><w:t>大</w:t></w:r></w:p>"
    found = {item[0]: item[2] for item in letters(typeset(docx(large + p("二", exact))))}
    assert found["二"] - found["一"] == pytest.approx(20, abs=0.1)


def test_lines_are_filled_one_after_the_other(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    """A line takes as many whole letters as it holds, commas at their full width: no more, no fewer."""
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1417" w:right="3506" w:bottom="1134" w:left="4200" w:header="567" w:footer="567"/></w:sectPr>'
    )
    body = "<w:p><w:pPr><w:jc w:val='both'/></w:pPr><w:r><w:t>一、二、三、四、五、六、七、八、九、十、百千</w:t></w:r></w:p>"
    found = {item[0]: item[2] for item in letters(typeset(docx(body, section=page)))}
    assert found["十"] == pytest.approx(found["一"], abs=2)
    assert found["百"] == pytest.approx(found["一"] + 10.5 * 83 / 64, abs=2)


def test_hanging_indent_and_character_units(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    found = letters(typeset(docx(p("字" * 60, "<w:ind w:leftChars='300' w:hangingChars='200'/>"))))
    rows: dict[int, list[float]] = {}
    for _, left, top, _ in found:
        rows.setdefault(round(top), []).append(left)
    starts = [min(row) for row in rows.values()]
    assert starts[0] == pytest.approx(LEFT + 10.5, abs=0.5)
    assert starts[1] == pytest.approx(LEFT + 31.5, abs=0.5)


def test_tab_stops_left_and_right(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    tabs = "<w:tabs><w:tab w:val='left' w:pos='2000'/><w:tab w:val='right' w:pos='8000'/></w:tabs>"
    body = f"<w:p><w:pPr>{tabs}</w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:tab/><w:t>丙丁</w:t></w:r></w:p>"
    found = {item[0]: item[1] for item in letters(typeset(docx(body)))}
    assert found["乙"] == pytest.approx(LEFT + 100, abs=0.5)
    assert found["丁"] == pytest.approx(LEFT + 400 - 10.5, abs=0.5)


def test_no_line_begins_with_closing_punctuation(docx: Callable[..., bytes]) -> None:
    """Kinsoku: shift the text letter by letter; no line ever begins with 、。） or ends with （."""
    for shift in range(6):
        pdf = typeset(docx(p("字" * shift + "甲（乙、丙）。" * 40, "<w:jc w:val='both'/>")))
        document = pypdfium2.PdfDocument(pdf)
        lines = document[0].get_textpage().get_text_range().split("\r\n")
        document.close()
        assert len(lines) > 3
        assert not any(line[0] in "、。）" or line.rstrip()[-1] == "（" for line in lines if line.strip())


def test_headings_leave_no_gap_in_the_outline(docx: Callable[..., bytes]) -> None:
    """Heading 1 then heading 3 becomes H1, H2: PDF/UA allows no skipped level."""
    body = p("第一", "<w:pStyle w:val='H1'/>") + p("小", "<w:pStyle w:val='H3'/>") + p("本文")
    with pikepdf.open(io.BytesIO(typeset(docx(body)))) as pdf:
        kinds = [str(item.S) for item in pdf.Root.StructTreeRoot.K[0].K]
    assert kinds == ["/H1", "/H2", "/P"]


NUMBER = (
    "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> IF </w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> NUMPAGES </w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    '<w:r><w:instrText> &gt; 1 "</w:instrText></w:r>'
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    "<w:r><w:instrText>／</w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> NUMPAGES </w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    "<w:r><w:instrText>\" \"\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
)


def test_page_numbers_only_on_papers_of_several_pages(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]]
) -> None:
    break_ = "<w:p><w:r><w:br w:type='page'/></w:r></w:p>"
    assert read(typeset(docx(p("一枚"), footer=NUMBER)))[0] == "一枚"
    assert read(typeset(docx(p("表") + break_ + p("裏"), footer=NUMBER)))[0] == "表1／2裏2／2"


def test_a_choice_is_never_broken_and_a_box_within_a_sentence_is_no_choice() -> None:
    assert KEPT.findall("□警察署　☑配偶者暴力相談支援センター")[1] == "☑配偶者暴力相談支援センター"
    assert not any("☑" in kept for kept in KEPT.findall("次の☑を付した命令の取消しを求める。"))


def test_ruby_strike_and_check_boxes_are_read_back(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]]
) -> None:
    body = (
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>しおみ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汐見</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
        + p("午前", run="<w:strike/>")
        + p("☑面談　□電話")
    )
    for text in read(typeset(docx(body))):
        assert "汐見" in text
        assert "しおみ" in text
        assert "午前" in text
        assert "☑面談□電話" in text
