"""A template compiled once gives, part by part, what docxtpl makes of it each time; what it refuses it names."""

from __future__ import annotations

import io
import marshal
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, Listing, RichText
from lxml import etree

from forms.paper.compiling import compile_template
from forms.paper.fill import build_context
from forms.paper.layout import build_docx
from forms.paper.templates import plain_of, sandbox, template_from
from tests.rulebooks import OURS
from validators.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docx.document import Document as DocumentObject

    from validators.model import Field

CATALOGUE = OURS.catalogue
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HARD = "髙橋　葛󠄀城 𠮷野 ㈱A&B <株> \"引用\" 'x' ]]> {{ 素 }}"


def made_with_docxtpl(docx: bytes, context: dict[str, Any]) -> bytes:
    template = DocxTemplate(io.BytesIO(docx))
    template.render(context, jinja_env=sandbox(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def parts(docx: bytes) -> dict[str, bytes]:
    """Return the parts in their order, XML in its canonical form."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.testzip() is None
        content = {name: package.read(name) for name in package.namelist()}
    return {
        name: etree.tostring(etree.fromstring(data), method="c14n") if name.endswith((".xml", ".rels")) else data
        for name, data in content.items()
    }


EMPTY_END = re.compile(rb'(?:<w:br></w:br><w:t xml:space="preserve"></w:t>)+(?=</w:r></w:p>)')


def same(docx: bytes, context: Callable[[], dict[str, Any]]) -> dict[str, bytes]:
    """Assert that ours equals docxtpl's but for empty lines at the end of a paragraph, and return the parts."""
    ours, theirs = parts(compile_template(docx).fill(context()).docx()), parts(made_with_docxtpl(docx, context()))
    assert sorted(ours) == sorted(theirs)
    for name, content in theirs.items():
        assert ours[name] == (EMPTY_END.sub(b"", content) if name.endswith(".xml") else content), name
    return ours


def document(write: Callable[[DocumentObject], None]) -> bytes:
    """Return a Word file as a clerk would write it, without python-docx's large default styles getting in the way."""
    made = Document()
    write(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def paragraphs(*texts: str) -> bytes:
    def write(made: DocumentObject) -> None:
        for text in texts:
            made.add_paragraph(text)

    return document(write)


def table(*rows: list[str]) -> bytes:
    def write(made: DocumentObject) -> None:
        drawn = made.add_table(len(rows), len(rows[0]))
        for row, texts in zip(drawn.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        made.add_paragraph("終わり")

    return document(write)


def sample(field: Field) -> Any:
    """Return a value of the field's type with everything in it that has ever gone wrong."""
    if field.type == "list":
        one = (
            {name: sample(inner) for name, inner in field.fields.items()}
            if field.fields
            else sample_of(field, field.of)
        )
        return [one, one]
    return sample_of(field, field.type)


def sample_of(field: Field, kind: str) -> Any:
    values: dict[str, Any] = {
        "enum": next(iter(field.options), ""), "date": "2024-06-20", "datetime": "2024-06-20T14:05", "time": "14:05",
        "integer": 3, "money": 1000, "boolean": True, "person": {"name": HARD, "kana": "たかはし", "birth_date": "1990-01-02"},
        "text": f"　{HARD}\n二行目\tたて" + "長い記載。" * 300,
    }  # fmt: skip
    return values.get(kind, HARD)


@pytest.mark.parametrize("slug", CATALOGUE.slugs())
def test_every_form_is_drawn_as_docxtpl_would(slug: str) -> None:
    """Empty and filled, every part of every form of the catalogue equals docxtpl's own."""
    form = CATALOGUE.get(slug)
    docx = build_docx(form)
    filled = {name: sample(field) for name, field in form.fields.items()}
    for data in ({}, filled):
        same(docx, lambda data=data: build_context(form, data, {"chief_title": HARD}))  # type: ignore[misc]


ITEMS = {
    "items": [{"n": "一", "v": "a&b"}, {"n": "二", "v": "<c>"}, {"n": "三", "v": ""}],
    "nothing": [],
    "yes": True,
    "no": False,
    "text": HARD,
}
CASES: dict[str, bytes] = {
    "paragraphs on a condition": paragraphs("{%p if yes %}", "はい {{ text }}", "{%p else %}", "いいえ", "{%p endif %}"),
    "paragraphs in a loop": paragraphs("{%p for i in items %}", "{{ loop.index }}　{{ i.n }}", "{%p endfor %}", "後"),
    "a condition inside a text": paragraphs("前{% if no %}無い{% else %}{{ text }}{% endif %}後"),
    "whitespace control": paragraphs("一 {%- if yes %}", "二{%- endif %}", "三{% if yes -%}", "四{% endif %}"),
    "a paragraph comment": paragraphs("一", "{#p 注 #}", "二{# 中 #}"),
    "rows in a loop": table(["名", "値"], ["{%tr for i in items %}", ""], ["{{ i.n }}", "{{ i.v }}"], ["{%tr endfor %}", ""]),
    "no row at all": table(["{%tr for i in nothing %}", ""], ["{{ i.n }}", "{{ i.v }}"], ["{%tr endfor %}", ""]),
    "cells in a loop": table(["見出し", "{%tc for i in items %}", "{{ i.n }}", "{%tc endfor %}"]),
    "fewer cells than columns": table(["見出し", "{%tc for i in nothing %}", "{{ i.n }}", "{%tc endfor %}"]),
    "colspan": table(["{% colspan 1 + 1 %}広い", "{{ text }}"]),
    "a shaded cell": table(["{% cellbg 'ff0000' %}赤", "{{ text }}"]),
    "a vertical merge": table(["{%tr for i in items %}", ""], ["{% vm %}同じ", "{{ i.n }}"], ["{%tr endfor %}", ""]),
    "a horizontal merge": table(["{%tc for i in items %}", "{% hm %}同じ", "{%tc endfor %}"]),
    "breaks in values": paragraphs("前 {{ lines }} 後", "{{ paragraphs }}", "{{ pages }}", "{{ tabs }}"),
    "rich text": paragraphs("前{{r rich }}後", "{{ listing }}"),
    "spaces": paragraphs("  {{ blanks }}  "),
    "braces to be printed": paragraphs("{_{ 書き方 }_} {_% if %_} {{ text }}"),
}  # fmt: skip


def context() -> dict[str, Any]:
    rich = RichText("太い", bold=True)
    rich.add("<線>&", strike=True)
    return {
        **ITEMS,
        "lines": "一行目\n二行目\n",
        "paragraphs": "段落\a次の段落",
        "pages": "頁\f次の頁",
        "tabs": "左\t右\r\n下",
        "blanks": "　二字 ",
        "rich": rich,
        "listing": Listing("一 & 二\n三"),
    }


@pytest.mark.parametrize("case", CASES)
def test_what_docxtpl_can_do_is_done_alike(case: str) -> None:
    """Loops in rows, cells and paragraphs, merges, rich text, breaks in values: canonically the same XML."""
    same(CASES[case], context)


def test_headers_footers_and_properties_are_filled_alike() -> None:
    """The same holds outside the body."""

    def write(made: DocumentObject) -> None:
        made.sections[0].header.paragraphs[0].text = "{{ text }} {% if no %}無{% endif %}"
        made.sections[0].footer.paragraphs[0].text = "{{ lines }}"
        made.core_properties.title = "題 {{ items[0].v }}"

    ours = same(document(write), context)
    assert "題 ".encode() in ours["docProps/core.xml"]
    assert "葛󠄀城 𠮷野 ㈱A&amp;B &lt;株&gt;".encode() in ours["word/header1.xml"]


def test_the_same_context_gives_the_same_bytes() -> None:
    """No clock and no order of chance in the archive."""
    template = compile_template(CASES["rows in a loop"])
    assert template.fill(context()).docx() == template.fill(context()).docx()
    again = compile_template(CASES["rows in a loop"])
    assert template.fill(context()).docx() == again.fill(context()).docx()


def test_a_value_is_printed_as_it_is_and_never_run() -> None:
    """Markup and tags in a value are characters."""
    docx = compile_template(paragraphs("{{ text }}")).fill({"text": "{{ 7 * 7 }} <w:p/> &amp; {% raw %}"}).docx()
    assert Document(io.BytesIO(docx)).paragraphs[0].text == "{{ 7 * 7 }} <w:p/> &amp; {% raw %}"


def test_none_is_never_printed() -> None:
    """A value that is None leaves nothing; true and false have their words."""
    docx = compile_template(paragraphs("[{{ x }}][{{ y }}][{{ z }}]")).fill({"x": None, "y": True, "z": False}).docx()
    assert Document(io.BytesIO(docx)).paragraphs[0].text == "[][有][無]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("宛先 {{ addressee }} 殿", "宛先"),
        ("値 {{ text | wareky }}", "値"),
        ("もし {% if yes %}", "もし"),
        ("計 {{ 1 / 0 }} 円", "計"),
    ],
)
def test_a_wrong_expression_is_named_with_its_part_and_the_text_near_it(text: str, message: str) -> None:
    """Whoever wrote the template finds the place."""
    with pytest.raises(DefinitionError, match=message) as caught:
        compile_template(paragraphs("正しい段落", text)).fill(context()).docx()
    assert caught.value.place == "word/document.xml"
    assert "正しい段落" not in caught.value.message


@pytest.mark.parametrize("attack", ["{{ text.__class__.__mro__ }}", "{{ items.append(1) }}", "{{ ''.__class__ }}"])
def test_a_template_cannot_leave_its_sandbox(attack: str) -> None:
    """A template is a file from outside: it reads the values it is given and changes nothing."""
    with pytest.raises(DefinitionError):
        compile_template(paragraphs(attack)).fill(context()).docx()


def test_tags_where_docxtpl_does_not_look_are_refused() -> None:
    """A tag in the styles part would be printed as it stands or lost."""
    docx = document(lambda made: setattr(made.styles["Normal"], "name", "x"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/fontTable.xml":
                data = data.replace(
                    b"</w:fonts>", b"<w:font w:name='x'><w:altName w:val='y'/>{{ text }}</w:font></w:fonts>"
                )
            new.writestr(name, data)
    with pytest.raises(DefinitionError, match="差込みの式を書けません") as caught:
        compile_template(out.getvalue())
    assert caught.value.place == "word/fontTable.xml"


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe"])
def test_characters_that_no_document_can_hold_are_refused(character: str) -> None:
    """Word would call the file damaged; the message does not repeat the value."""
    with pytest.raises(InputError, match="制御文字") as caught:
        compile_template(paragraphs("{{ text }}")).fill({"text": f"秘密{character}"}).docx()
    assert "秘密" not in str(caught.value)


def test_footnotes_are_filled_alike() -> None:
    """What docxtpl does in the footnotes part, we do."""

    def write(made: DocumentObject) -> None:
        made.add_paragraph("本文")
        xml = f"<w:footnotes xmlns:w='{WORD}'><w:footnote w:id='1'><w:p><w:r><w:t>{{{{ text }}}}</w:t></w:r></w:p></w:footnote></w:footnotes>"
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), made.part.package)
        made.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")

    ours = same(document(write), context)
    assert "葛󠄀城 𠮷野".encode() in ours["word/footnotes.xml"]


def test_a_picture_as_a_value_is_refused() -> None:
    """It would bring a part of its own: it is named with the text it would stand in, never drawn halfway."""
    docx = paragraphs("前 {{ value }} 後")
    picture = InlineImage(DocxTemplate(io.BytesIO(docx)), io.BytesIO(), width=Mm(10))
    with pytest.raises(DefinitionError, match=r"画像は、差込みの値にできません.*前 \{\{ value \}\} 後"):
        compile_template(docx).fill({"value": picture}).docx()


def test_what_is_kept_of_a_template_fills_as_the_template_itself(tmp_path: Path) -> None:
    """As another process reads it: plain data and code, through a file."""
    for slug in CATALOGUE.slugs():
        form = CATALOGUE.get(slug)
        template = compile_template(build_docx(form))
        (tmp_path / slug).write_bytes(marshal.dumps(plain_of(template)))
        again = template_from(marshal.loads((tmp_path / slug).read_bytes()))  # noqa: S302 - written just above
        context = build_context(form, {}, {})
        assert again.fill(context).docx() == template.fill(build_context(form, {}, {})).docx()
        assert again.fixed == template.fixed


def test_a_last_line_that_no_value_fills_takes_no_room() -> None:
    """A break before a value that is blank would leave a line in Word and none in the first engine."""

    def write(made: DocumentObject) -> None:
        made.add_paragraph().add_run("担当　{{ a }}\n電話　{{ b }}\n{{ c }}")

    docx = compile_template(document(write))
    filled = parts(docx.fill({"a": "湊", "b": "", "c": ""}).docx())["word/document.xml"]
    assert filled.count(b"<w:br>") == 1
    assert parts(docx.fill({"a": "湊", "b": "", "c": "内線"}).docx())["word/document.xml"].count(b"<w:br>") == 2
