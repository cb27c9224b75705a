"""What the press remembers changes nothing: cold or warm, one form after another, in one thread or in several."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, make_dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from forms.paper.fill import fill
from forms.press.typeset import Memory, memory, typeset
from forms.press.typeset.context import CharacterGrid, FragmentContext, Sources, digest
from forms.press.typeset.drawing import Drawing
from forms.press.typeset.engine.emit import LetterLook
from forms.press.typeset.package import read_package
from forms.press.typeset.press import typst_source
from tests.forms.catalogue.papers import PAPERS
from tests.rulebooks import OURS
from validators.errors import CannotDrawError
from validators.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = '<w:p><w:pPr><w:outlineLvl w:val="{level}"/></w:pPr><w:r><w:t>見出し</w:t></w:r></w:p>'
TABLE = (
    '<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>'
    '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="{width}"/></w:tblGrid>'
    "<w:tr><w:tc><w:p><w:r><w:t>氏名</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{name}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LINE = "<w:p><w:r><w:t>汐見県</w:t></w:r></w:p>"
BODIES = [
    LINE + TABLE.format(width=4000, name="架空　花子"),
    HEAD.format(level=0) + HEAD.format(level=1) + TABLE.format(width=4000, name="架空　次郎"),
    HEAD.format(level=0) + HEAD.format(level=0) + TABLE.format(width=1200, name="架空　花子"),
]


def test_cold_and_warm_give_the_same_bytes(docx: Callable[..., bytes]) -> None:
    papers = [docx(body) for body in BODIES]
    cold = [(typst_source(paper), typeset(paper)) for paper in papers]
    memory = Memory()
    again = [(typst_source(paper, memory=memory), typeset(paper, memory=memory)) for _ in range(2) for paper in papers]
    assert again == cold * 2


def test_threads_share_memories_without_mixing_papers(docx: Callable[..., bytes]) -> None:
    papers = [docx(body) for body in BODIES]
    alone = [typeset(paper) for paper in papers]
    memory = Memory()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda paper: typeset(paper, memory=memory), papers * 8)) == alone * 8


def test_a_fragment_under_other_styles_is_another(docx: Callable[..., bytes]) -> None:
    """The same bytes under another style sheet look different."""
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:sz w:val="{size}"/></w:rPr></w:style>'
    sheets = [f"<w:styles {W}>{style.format(size=size)}</w:styles>".encode() for size in (18, 32)]
    small, large = (typst_source(docx(LINE, parts={"word/styles.xml": sheet}))[0] for sheet in sheets)
    assert "size:9pt" in small
    assert "size:16pt" in large


def test_what_is_refused_is_refused_again_with_its_own_place(docx: Callable[..., bytes]) -> None:
    bad = "<w:p><w:r><w:sym/></w:r></w:p>"
    for body, place in ((bad, "第1段落"), (bad, "第1段落"), (LINE + bad, "第2段落")):
        with pytest.raises(CannotDrawError, match=place):
            typst_source(docx(body))


def test_numbers_of_lists_go_on(docx: Callable[..., bytes]) -> None:
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>件</w:t></w:r></w:p>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    part = f"<w:numbering {W}>{numbering}</w:numbering>".encode()
    for _ in range(2):
        source = typst_source(docx(item * 2, parts={"word/numbering.xml": part}))[0]
        assert '"1."' in source
        assert '"2."' in source


def test_memory_is_bounded(docx: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LIMIT", 10)
    run = Memory()
    for n in range(30):
        typst_source(docx(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>"), memory=run)
    assert len(run) == 10


def test_every_field_of_the_context_is_in_the_key(docx: Callable[..., bytes]) -> None:
    """What is remembered in one place is not taken for another: one field of the context more, and it tells them apart."""
    wider = make_dataclass("Wider", [("colour", str, "")], bases=(FragmentContext,), frozen=True, slots=True)
    drawing = Drawing.of(read_package(docx(LINE)), Memory(), "")
    given = {one.name: getattr(drawing.context, one.name) for one in fields(FragmentContext)}
    made: list[str] = []

    def draw(**more: str) -> str:
        drawing.context = wider(**given, **more)

        def make() -> str:
            made.append(str(more))
            return made[-1]

        return drawing.remembered("fragment", make)

    assert draw(colour="red") == draw(colour="red") == "{'colour': 'red'}"
    assert draw(colour="blue") == "{'colour': 'blue'}"
    assert len(made) == 2
    other: dict[str, Any] = {
        "sources": b"x",
        "part": "x",
        "place": "x",
        "grid": CharacterGrid(1.0),
        "letters": LetterLook(size=9),
        "text_width": 1.0,
    }
    other |= {"text_height": 1.0, "margin": 1.0, "nested": 1, "cells": ("x",), "outline": (1,)}
    assert other.keys() == given.keys()
    contexts = [replace(FragmentContext(**given), **{name: value}) for name, value in other.items()]
    assert len({FragmentContext(**given), *contexts}) == len(other) + 1


def test_a_conversion_has_no_state_beside_its_context() -> None:
    """What a drawing holds is what it is given (all of it in the digest of the sources), its context, and what comes of it."""
    given = {"package", "sheet", "settings", "numbering", "memory", "fixed"}
    outcome = {"presets", "characters", "paragraphs", "tables", "refused", "wrong", "lasting"}
    assert {one.name for one in fields(Drawing)} == given | {"context"} | outcome
    empty = Sources()
    assert len({digest(empty), *(digest(replace(empty, **{one.name: b"x"})) for one in fields(Sources))}) == 4


def test_what_may_hold_values_of_a_record_goes_with_its_run() -> None:
    """The text of a form is kept for good; what a record brought is in the memory of its run alone."""
    form = OURS.catalogue.get("contact-log")
    data = next(paper.data for paper in PAPERS.values() if paper.form == form.slug)
    run, paper = Memory(), fill(form, Record("1", form.slug, data))
    typst_source(paper.parts, memory=run, fixed=paper.fixed)
    assert len(run) > 0
    values = [value for value in data.values() if isinstance(value, str) and len(value) > 5]
    assert values
    kept = [repr(known) + repr(key) for key, known in memory._FORMS._known.items()]
    assert kept
    assert not [value for value in values if any(value in one for one in kept)]
