"""Both engines set the same documents: pages, text in order and, on documents of our own making, each line's place."""

from __future__ import annotations

import pytest

from forms import office
from forms.catalogue import load_catalogue
from forms.engines import press
from forms.fill import fill
from forms.typeset import typeset
from tests.corpus.fidelity.compare import compare, read
from tests.corpus.fidelity.documents import MAKERS, REFUSED, make, without_page_fields
from validators.model import Record

pytestmark = pytest.mark.corpus

TOLERANCE = 3.0  # millimetres
KNOWN = {
    "merged-table": "a line of the lower left cell breaks at another letter"
}  # farther off than it may be, and how
FORMS = {f"{form.slug}-{form.edition}": form for form in load_catalogue().load_all()}


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - REFUSED))
def test_lines_stand_where_libreoffice_puts_them(name: str) -> None:
    docx = make(name)
    difference = compare(read(typeset(docx, title="書式")), read(office.convert(docx)))
    assert difference.lines
    assert (difference.pages[0], difference.lost, difference.added) == (difference.pages[1], "", "")
    assert difference.within(TOLERANCE) is (name not in KNOWN)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_first_refuses_the_second_draws(name: str) -> None:
    pressed = press(make(name), title="書式")
    assert pressed.engine == "libreoffice"
    assert "汐見県汐見市架空町の書式である。" in read(pressed.pdf).text


@pytest.mark.parametrize("name", FORMS)
def test_templates_have_the_same_pages_and_text(name: str) -> None:
    docx = without_page_fields(fill(FORMS[name], Record(FORMS[name].slug, "r", {}), {}))
    difference = compare(read(typeset(docx, title="書式")), read(office.convert(docx)))
    assert difference.lines
    assert (difference.pages[0], difference.lost, difference.added) == (difference.pages[1], "", "")
