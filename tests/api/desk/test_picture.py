"""Promise: the picture shows the draft as it stands, marked, without what disclosure stops; it is never an error and never kept long."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from api.desk.drafts import Draft
from api.desk.judged import weigh
from api.desk.picture import COVER, Pictures, _set, covered, marked_png
from api.desk.widgets import answers_of
from forms.finish.pdf_picture import page_picture
from forms.finish.pdf_text import pdf_pages
from forms.press.typeset import Memory
from tests.api.desk.test_round_trip import FIRST, kept
from tests.rulebooks import NOW, line_on

LINE = line_on(date(2026, 11, 24))
REFUGE = "鳥見県海辺市避難町九丁目８番７号"


def petition(**changed: str) -> Draft:
    form, values = kept(FIRST["protection-order-petition"])
    return Draft(
        "d", form.slug, answers={**answers_of(form.fields, values), "applicant_actual_residence": REFUGE, **changed}
    )


def test_what_disclosure_stops_is_replaced_before_anything_is_drawn() -> None:
    weighed = weigh(LINE, petition(risk_statement_mind_body=f"今は{REFUGE}に住んでいる。"))
    assert covered(weighed)["risk_statement_mind_body"] == COVER
    text = "".join("".join(pdf_pages(_set(LINE, weighed, Memory()))).split())
    assert COVER in text
    assert "避難町" not in text


def test_the_mark_is_in_the_image_and_the_image_is_grey() -> None:
    pdf = _set(LINE, weigh(LINE, petition()), Memory())
    plain = page_picture(pdf, 0, dpi=115)
    marked = Image.open(io.BytesIO(marked_png(pdf, 0, 115)))
    assert (marked.mode, marked.size) == ("L", (plain.width, plain.height))
    middle = marked.crop((300, 400, 650, 950)).histogram()
    assert middle[224] > 20 * Image.frombytes("L", marked.size, plain.dots).crop((300, 400, 650, 950)).histogram()[224]


def test_a_draft_that_cannot_be_set_keeps_its_picture_and_says_why() -> None:
    pictures, draft = Pictures(), petition()
    first = pictures.of(LINE, weigh(LINE, draft), NOW).pdf
    draft.put({"applicant_name": {"name": "𰻞野　花子"}}, NOW)
    after = pictures.of(LINE, weigh(LINE, draft), NOW)
    assert after.failed
    assert after.pdf == first
    assert pictures.image(draft.id, 1, 115)
    assert pictures.image(draft.id, 99, 115) is None
    pictures.drop(draft.id)
    assert pictures.image(draft.id, 1, 115) is None
