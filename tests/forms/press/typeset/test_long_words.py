"""What hangs together for longer than a line is broken at the margin: nothing a clerk writes runs off the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.press.typeset import typeset

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHT_EDGE = {"body": 595.3 - 56.7, "cell": 70.85 + 150}  # points; of the page's text, of a cell 3000 twips wide
HANGING_COMMA = 5.3  # half the blank part of a full-width sign


@pytest.mark.parametrize("place", RIGHT_EDGE)
@pytest.mark.parametrize(
    "text",
    [
        "w" * 200,
        "123456789" * 20,
        "https://example.invalid/" + "abcdefghij" * 15 + "/x?y=1",
        "死ね" + "！？" * 60,
        "…" * 90,
        "ー" * 90,
        "っ" * 90,
        "─" * 90,
        "（" * 60 + "）" * 60,
        "①♡※" * 30,
        "АБВГ" * 30,
        "か\u3099" * 60,
        "が" + "か\u3099" + "！" * 90,
        "葛\U000e0100" * 60,
        "あ" * 20 + "w" * 90 + "あ" * 20,
    ],
)
def test_what_is_wider_than_its_line_is_broken_there(
    docx: Callable[..., bytes],
    read: Callable[[bytes], tuple[str, str]],
    letters: Callable[[bytes], list[tuple[str, float, float, float]]],
    text: str,
    place: str,
) -> None:
    """It stands between the margins, nothing put into it, and both readers find the whole of it."""
    written = f"<w:p><w:pPr><w:jc w:val='both'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    row = f"<w:tr><w:tc>{written}</w:tc></w:tr>"
    body = {"body": written, "cell": f"<w:tbl><w:tblGrid><w:gridCol w:w='3000'/></w:tblGrid>{row}</w:tbl><w:p/>"}
    pdf = typeset(docx(body[place]))
    assert read(pdf) == (text, text)
    assert max(left for _, left, _, _ in letters(pdf)) < RIGHT_EDGE[place] - 10.5 / 2 + HANGING_COMMA


def test_a_variant_keeps_its_selector_before_what_is_broken(
    docx: Callable[..., bytes], read: Callable[[bytes], tuple[str, str]]
) -> None:
    text = "辻\U000e0102" + "！" * 90
    assert read(typeset(docx(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"))) == (text, text)


def test_a_word_that_fits_on_a_line_is_not_broken(
    docx: Callable[..., bytes], letters: Callable[[bytes], list[tuple[str, float, float, float]]]
) -> None:
    word = "internationalisation"
    pdf = typeset(docx(f"<w:p><w:r><w:t>{'あ' * 40}{word}</w:t></w:r></w:p>"))
    tops = {round(top) for letter, _, top, _ in letters(pdf) if letter in word}
    assert len(tops) == 1
