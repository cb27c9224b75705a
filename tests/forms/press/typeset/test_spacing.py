"""Promise: letters stand as far apart as Word sets them, whatever scripts meet, and a page begins where it should."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from forms.press.typeset import typeset
from tests.corpus.fidelity.compare import Letter, read

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 10.5
LEFT, TOP, RIGHT = 1417 / 20, 1417 / 20, (11906 - 1134) / 20


def letters(pdf: bytes) -> tuple[Letter, ...]:
    """Return the letters with the starts of their baselines."""
    return read(pdf).letters


def steps(found: tuple[Letter, ...]) -> list[float]:
    return [b.x - a.x for a, b in pairwise(found)]


def written(text: str, *, properties: str = "", run: str = "") -> str:
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )


@pytest.mark.parametrize("text", ["漢字かなカナ漢字", "あＡ漢Ｂカ", "葛\U000e0100城の髙橋"])
def test_letter_spacing_holds_where_scripts_and_fonts_meet(docx: Callable[..., bytes], text: str) -> None:
    """Kanji, kana and full-width Latin in one spaced title: every step is a letter and its space."""
    found = steps(letters(typeset(docx(written(text, run='<w:spacing w:val="60"/>')))))
    assert found == pytest.approx([SIZE + 3] * len(found), abs=0.1)


def test_full_width_latin_letters_are_square(docx: Callable[..., bytes]) -> None:
    """ＤＶ相談 takes four letters' room; half-width letters keep the quarter space around them."""
    assert steps(letters(typeset(docx(written("るＤＶ相談"))))) == pytest.approx([SIZE] * 4, abs=0.1)
    narrow = letters(typeset(docx(written("る12相"))))
    assert narrow[3].x - narrow[0].x == pytest.approx(SIZE * (1 + 0.25 + 1 + 0.25), abs=0.1)


@pytest.mark.parametrize(
    ("align", "start"), [("left", LEFT), ("right", RIGHT - 4 * SIZE), ("center", (LEFT + RIGHT - 4 * SIZE) / 2)]
)
def test_a_bracket_at_the_edge_keeps_its_blank_half(docx: Callable[..., bytes], align: str, start: float) -> None:
    """（別紙） takes four letters from margin to margin, whichever way it is set."""
    found = letters(typeset(docx(written("（別紙）", properties=f'<w:jc w:val="{align}"/>'))))
    assert [letter.x for letter in found] == pytest.approx([start + n * SIZE for n in range(4)], abs=0.1)


def test_a_full_width_blank_is_a_letter_wide_in_a_justified_line(docx: Callable[..., bytes]) -> None:
    """What fills a line is shared by all its letters, not given to the blanks alone."""
    text = "　　" + "あ" * 20 + "　" + "い" * 60
    found = letters(typeset(docx(written(text, properties='<w:jc w:val="both"/>'))))
    assert found[0].x == pytest.approx(LEFT + 2 * SIZE, abs=0.1)
    assert found[20].x - found[19].x == pytest.approx(2 * SIZE, abs=0.5)


def test_space_above_holds_after_a_break_that_was_asked_for(docx: Callable[..., bytes]) -> None:
    """A heading begins lower after a page break; where a page ends by itself its space is dropped."""
    spaced = '<w:spacing w:before="400"/>'
    plain = written("前") + written("次", properties="<w:pageBreakBefore/>")
    broken = written("前") + written("次", properties=f"<w:pageBreakBefore/>{spaced}")
    inline = "<w:p><w:r><w:br w:type='page'/></w:r></w:p>" + written("次", properties=spaced)
    flowing = written("前", properties='<w:spacing w:after="13900"/>') + written("次", properties=spaced)
    top, *others = (
        next(letter.y for letter in letters(typeset(docx(body))) if letter.text == "次" and letter.page == 1)
        for body in (plain, broken, inline, flowing)
    )
    assert others == pytest.approx([top + 20, top + 20, top], abs=0.1)


def test_a_least_height_stands_above_its_letters(docx: Callable[..., bytes]) -> None:
    """A line of 40 points off the grid has what is over its font's own line (83/64 of the size) above its letters, as Word has it."""
    least, own = (
        letters(typeset(docx(written("上", properties=f'<w:snapToGrid w:val="0"/><w:spacing {line}/>'))))[0].y
        for line in ('w:line="800" w:lineRule="atLeast"', 'w:line="20" w:lineRule="atLeast"')
    )
    assert abs(least - own) == pytest.approx(40 - SIZE * 83 / 64, abs=0.1)


@pytest.mark.parametrize("first", ["", written("上")])
def test_space_above_a_border_stands_outside_it(docx: Callable[..., bytes], first: str) -> None:
    """A paragraph with a line under it stands as far below what precedes it, or the top of the page, as one without."""
    border = '<w:pBdr><w:bottom w:val="dashed" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    drawn, plain = (
        letters(typeset(docx(first + written("下", properties=f'{line}<w:spacing w:before="600"/>'))))[-1].y
        for line in (border, "")
    )
    assert drawn == pytest.approx(plain, abs=0.1)


def test_the_line_behind_a_last_break_has_its_height(docx: Callable[..., bytes]) -> None:
    """Word gives a line to what stands behind a break, were it nothing."""

    def below(breaks: str) -> float:
        found = letters(typeset(docx(f"<w:p><w:r><w:t>前</w:t>{breaks}</w:r></w:p>" + written("次"))))
        return found[1].y - found[0].y

    assert below("<w:br/>") == pytest.approx(2 * below(""), abs=0.1)
    assert below("<w:br/><w:br/>") == pytest.approx(3 * below(""), abs=0.1)
