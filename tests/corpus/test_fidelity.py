"""Both engines set the same documents: pages, text in order, and each letter's place.

Our own papers, empty and filled, may lie one millimetre apart, documents of other making three. out/fidelity/index.html
shows all of them side by side.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forms.paper.fill import fill
from forms.press import libreoffice as office
from forms.press.engines import press
from forms.press.typeset import typeset
from tests.corpus.fidelity.compare import Difference, compare, read
from tests.corpus.fidelity.documents import MAKERS, REFUSED, make, plain_letters, without_page_fields
from tests.corpus.fidelity.page import Compared, write_page
from tests.forms.catalogue.papers import PAPERS, judged
from tests.forms.paper.faces import FACES, face, filled
from tests.rulebooks import OURS
from validators.model import Form, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.corpus

ROOT = Path(__file__).parents[2]
OWN, OTHER = 1.0, 3.0  # millimetres
# Signs stand closer in the first engine: a line less in a cell, and a page ends elsewhere. What the second lacks and has
# besides (a table's heading said again on the next page, the mark of a copy on one page more), and whether it has more pages.
TIGHTER = {
    "good-combined": ("号行為申立人子", "", False),
    "good-eviction-six-months": ("", "正本", True),
    "good-first": ("番号日時場所状況", "", False),
    "good-repeat": ("番号日時場所状況", "", False),
    "good-statement-of-a-minor": ("", "", True),
    "good-sworn": ("番号日時場所状況", "", False),
}
# Farther off than they may be, and why.
APART = {
    "good-release-notification-request-named": "its last row ends where the page does, to the tenth of a millimetre",
    "good-revocation-by-recipient": "LibreOffice parts what is to be kept with what follows it",
    "repeat-eviction-petition-1": "LibreOffice gives a line of one wide blank less height",
}
KNOWN = {
    "fit-text": "LibreOffice sets the letters of w:fitText side by side; Word spreads them over the width, as we do"
}


# Every form and edition without a record, and with every paper that may be issued.
EMPTY = {f"{form.slug}-{form.edition}": form for form in OURS.catalogue.load_all()}
NAMES = [*EMPTY, *(paper.name for paper in PAPERS.values() if paper.expect == "checked")]


def paper_of(name: str) -> tuple[Form, Record]:
    if name in EMPTY:
        return EMPTY[name], Record(EMPTY[name].slug, "r", {})
    found = judged(name, rest=[])
    assert found.form is not None
    return found.form, found.record


@pytest.fixture(scope="module")
def shown() -> Iterator[list[Compared]]:
    """Collect what was compared and write the page at the end."""
    compared: list[Compared] = []
    yield compared
    write_page(ROOT / "out" / "fidelity", compared)


def compared(name: str, docx: bytes, tolerance: float, shown: list[Compared]) -> Difference:
    ours, other = typeset(docx, title="書式"), office.convert(docx)
    difference = compare(read(ours), read(other))
    assert difference.lines
    shown.append(Compared(name, ours, other, difference, tolerance, (KNOWN | APART).get(name, "")))
    return difference


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - REFUSED))
def test_lines_stand_where_libreoffice_puts_them(name: str, shown: list[Compared]) -> None:
    difference = compared(name, make(name), OTHER, shown)
    assert (difference.pages[0], difference.lost, difference.added) == (difference.pages[1], "", "")
    assert difference.within(OTHER) is (name not in KNOWN)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_first_refuses_the_second_draws(name: str) -> None:
    pressed = press(make(name), title="書式")
    assert pressed.engine == "libreoffice"
    assert "汐見県汐見市架空町の書式である。" in read(pressed.pdf).text


@pytest.mark.parametrize("name", NAMES)
def test_our_papers_have_the_same_pages_and_text(name: str) -> None:
    form, record = paper_of(name)
    docx = without_page_fields(fill(form, record, record.office).docx())
    difference = compare(read(typeset(docx, title="書式")), read(office.convert(docx)))
    assert difference.lines
    found = (difference.lost, difference.added, difference.pages[0] < difference.pages[1])
    assert found == TIGHTER.get(name, ("", "", False))


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_our_papers_lies_within_a_millimetre(name: str, shown: list[Compared]) -> None:
    form, record = paper_of(name)
    docx = plain_letters(without_page_fields(fill(form, record, record.office).docx()))
    difference = compared(name, docx, OWN, shown)
    assert difference.within(OWN) is (name not in APART), [line for line in difference.lines if line.off > OWN]


@pytest.mark.parametrize("name", FACES)
def test_every_letter_of_a_printed_face_lies_within_a_millimetre(
    name: str, tmp_path: Path, shown: list[Compared]
) -> None:
    docx = plain_letters(without_page_fields(filled(face(tmp_path, FACES[name]))))
    difference = compared(f"face-{name}", docx, OWN, shown)
    assert (difference.pages[0], difference.lost, difference.added) == (difference.pages[1], "", "")
    assert difference.within(OWN), [line for line in difference.lines if line.off > OWN]
