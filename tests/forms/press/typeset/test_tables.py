"""Tables keep their grid, their least heights and their rows together; nothing written in them is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from forms.press.typeset import typeset
from validators.errors import CannotDrawError

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT, TOP = 1417 / 20, 1417 / 20


def cell(text: str, properties: str = "", paragraph: str = "") -> str:
    return (
        f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{paragraph}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
    )


def row(*cells: str, height: int = 0, rule: str = "atLeast", extra: str = "") -> str:
    tall = f"<w:trHeight w:val='{height}' w:hRule='{rule}'/>" if height else ""
    return f"<w:tr><w:trPr>{extra}{tall}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str, columns: tuple[int, ...] = (2000, 6000)) -> str:
    edges = "".join(f"<w:{side} w:val='single' w:sz='8'/>" for side in ("top", "left", "bottom", "right"))
    inner = "<w:insideH w:val='single' w:sz='4'/><w:insideV w:val='single' w:sz='4'/>"
    grid = "".join(f"<w:gridCol w:w='{width}'/>" for width in columns)
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}{inner}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl><w:p/>"


def tops(found: list[tuple[str, float, float, float]]) -> dict[str, float]:
    return {letter: top for letter, _, top, _ in found}


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


@pytest.mark.parametrize(("text", "lines"), [("短", 1), ("長" * 100, 12)])
def test_least_height_holds_whatever_a_row_says(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]], text: str, lines: int
) -> None:
    """The next row begins 60 pt lower and under its line, whether the cells hold one word or more than a line."""
    body = table(row(cell(text), cell(text), height=1200), row(cell("次"), cell("行")))
    found = letters(typeset(docx(body)))
    natural = 10.5 * 83 / 64
    outer, inner = 1.0, 0.5  # points: the lines have their room above each row's text
    height = max(60, outer + lines * natural)
    assert tops(found)["次"] == pytest.approx(TOP + height + inner + (natural - 10.5) / 2, abs=0.3)


def test_rows_grow_beyond_their_least_height(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    body = table(row(cell("甲"), cell("字" * 290), height=400), row(cell("次"), cell("")))
    assert tops(letters(typeset(docx(body))))["次"] > TOP + 10 * 13.6


def test_exact_height_that_would_cut_text_is_refused(docx: Callable[..., bytes]) -> None:
    body = table(row(cell("甲"), cell("字" * 300), height=400, rule="exact"))
    with pytest.raises(CannotDrawError, match="収まりません"):
        typeset(docx(body))


def test_merged_cells_stand_where_word_puts_them(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    body = table(
        row(cell("申", "<w:vMerge w:val='restart'/><w:vAlign w:val='center'/>"), cell("氏"), cell("名")),
        row(cell("", "<w:vMerge/>"), cell("住", "<w:gridSpan w:val='2'/>")),
        columns=(1000, 1000, 4000),
    )
    found = {letter: (left, top) for letter, left, top, _ in letters(typeset(docx(body)))}
    assert found["住"][0] == found["氏"][0]
    assert found["名"][0] == pytest.approx(found["氏"][0] + 50, abs=0.1)
    assert found["氏"][1] < found["申"][1] < found["住"][1]


def test_heading_rows_are_printed_on_every_page(docx: Callable[..., bytes]) -> None:
    body = table(
        row(cell("番号"), cell("状況"), extra="<w:tblHeader/>"),
        *(row(cell("1"), cell("記録"), height=1000) for _ in range(30)),
    )
    found = pages(typeset(docx(body)))
    assert len(found) > 1
    assert all("番号状況" in page for page in found)


def test_a_row_that_may_not_split_moves_as_a_whole(docx: Callable[..., bytes]) -> None:
    """Kept rows go to the next page together; none of their text is lost."""
    fill = row(cell(""), cell(""), height=13600)
    kept = "<w:keepNext/>"
    group = [
        row(
            cell("頭", "<w:vMerge w:val='restart'/>", kept),
            cell("一", paragraph=kept),
            height=600,
            extra="<w:cantSplit/>",
        ),
        row(cell("", "<w:vMerge/>", ""), cell("二"), height=600, extra="<w:cantSplit/>"),
    ]
    assert pages(typeset(docx(table(fill, *group)))) == ["", "頭一二"]


def test_a_row_longer_than_a_page_goes_on_although_it_may_not_split(docx: Callable[..., bytes]) -> None:
    text = "字" * 4000 + "終"
    found = pages(typeset(docx(table(row(cell("甲"), cell(text), extra="<w:cantSplit/>")))))
    assert len(found) > 1
    assert "終" in found[-1]
    assert sum(page.count("字") for page in found) == 4000


def test_outer_rules_are_heavier_than_inner_ones(docx: Callable[..., bytes]) -> None:
    """Rows of pixels: the frame is twice as heavy as the line between the rows."""
    pdf = typeset(docx(table(row(cell(""), cell(""), height=800), row(cell(""), cell(""), height=800))))
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=8, grayscale=True).to_pil()
    document.close()
    x = round((LEFT + 30) * 8)
    dark = [y for y in range(image.height) if image.getpixel((x, y)) < 128]
    runs, start = [], dark[0]
    for before, after in zip([*dark, 0], [*dark[1:], 10**6], strict=False):
        if after - before > 1:
            runs.append(before - start + 1)
            start = after
            if after == 10**6:
                break
    assert [round(run / 8, 1) for run in runs] == pytest.approx([1.0, 0.5, 1.0], abs=0.15)


def test_vertical_label_is_stacked(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    found = letters(typeset(docx(table(row(cell("申出人", "<w:textDirection w:val='tbRlV'/>"), cell("甲"))))))
    stacked = [item for item in found if item[0] in "申出人"]
    assert len({round(left, 1) for _, left, _, _ in stacked}) == 1
    assert [item[0] for item in sorted(stacked, key=lambda item: item[2])] == list("申出人")


def test_vertical_text_with_small_letters_is_refused(docx: Callable[..., bytes]) -> None:
    with pytest.raises(CannotDrawError, match="縦書き"):
        typeset(docx(table(row(cell("ストッ", "<w:textDirection w:val='tbRlV'/>"), cell("甲")))))


def test_a_kept_heading_goes_with_the_table_over_an_empty_line(docx: Callable[..., bytes]) -> None:
    """A heading, a thin empty paragraph and a tall row, each kept with the next, stand on one page."""
    kept = "<w:pPr><w:keepNext/></w:pPr>"
    fill = "".join("<w:p><w:r><w:t>埋</w:t></w:r></w:p>" for _ in range(48))
    heading = f"<w:p>{kept}<w:r><w:t>見出し</w:t></w:r></w:p><w:p>{kept}</w:p>"
    found = pages(typeset(docx(fill + heading + table(row(cell("表"), cell(""), height=1600, extra="<w:cantSplit/>")))))
    assert found == ["埋" * 48, "見出し表"]
