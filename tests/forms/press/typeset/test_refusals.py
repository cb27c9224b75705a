"""What the press cannot draw it names, with its place; it never opens a dangerous file, and never draws wrongly in silence."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from forms.press.typeset import package, typeset
from validators.errors import CannotDrawError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def run(content: str, properties: str = "") -> str:
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr>{content}</w:r></w:p>"


CASES = {
    "斜体": run("<w:t>字</w:t>", "<w:i/>"),
    "圏点": run("<w:t>字</w:t>", "<w:em w:val='dot'/>"),
    "組み文字": run("<w:t>字</w:t>", "<w:eastAsianLayout w:combine='1'/>"),
    "記号フォント": run("<w:t>a</w:t>", "<w:rFonts w:ascii='Wingdings' w:hAnsi='Wingdings'/>"),
    "下線 wave": run("<w:t>字</w:t>", "<w:u w:val='wave'/>"),
    "脚注": run("<w:footnoteReference w:id='1'/>"),
    "旧形式の図形": run("<w:pict/>"),
    "埋め込みオブジェクト": run("<w:object/>"),
    "図形・テキストボックス": run(
        "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'/>"
    ),
    "変更履歴": "<w:p><w:ins><w:r><w:t>字</w:t></w:r></w:ins></w:p>",
    "フィールド DATE": "<w:p><w:fldSimple w:instr='DATE'><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>",
    "レイアウト枠": "<w:p><w:pPr><w:framePr/></w:pPr><w:r><w:t>字</w:t></w:r></w:p>",
    "書式 oMath": run("<w:t>字</w:t>", "<w:oMath/>"),
    "罫線 double": "<w:tbl><w:tblPr><w:tblBorders><w:top w:val='double'/></w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w='2000'/></w:tblGrid>"
    "<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
    "文字列を折り返す表": "<w:tbl><w:tblPr><w:tblpPr/></w:tblPr><w:tblGrid><w:gridCol w:w='2000'/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
}


@pytest.mark.parametrize(("name", "body"), CASES.items())
def test_a_construct_is_refused_by_name_and_place(docx: Callable[..., bytes], name: str, body: str) -> None:
    with pytest.raises(CannotDrawError) as caught:
        typeset(docx("<w:p><w:r><w:t>秘密の値</w:t></w:r></w:p>" + body))
    assert name in str(caught.value)
    assert "段落" in str(caught.value) or "表1" in str(caught.value)
    assert "秘密の値" not in str(caught.value)


def test_all_constructs_are_named_at_once(docx: Callable[..., bytes]) -> None:
    with pytest.raises(CannotDrawError) as caught:
        typeset(docx("".join(CASES.values())))
    assert [name for name in CASES if name not in str(caught.value)] == []


def test_sections_that_are_not_drawn_are_refused(docx: Callable[..., bytes]) -> None:
    with pytest.raises(CannotDrawError, match="段組み"):
        typeset(docx("<w:p/>", section="<w:sectPr><w:cols w:num='2'/></w:sectPr>"))


def test_an_image_needs_an_alternative_text(docx: Callable[..., bytes]) -> None:
    names = (
        "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' "
        "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"
    )
    picture = "<w:drawing {n}><wp:inline><wp:extent cx='127000' cy='127000'/><wp:docPr id='1' name='x' {alt}/><a:blip r:embed='i'/></wp:inline></w:drawing>"
    buffer = io.BytesIO()
    from PIL import Image  # noqa: PLC0415

    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    parts = {"word/media/i.png": buffer.getvalue()}
    with pytest.raises(CannotDrawError, match="代替テキスト"):
        typeset(docx(run(picture.format(n=names, alt="")), parts=parts))
    assert b"/Alt" in typeset(docx(run(picture.format(n=names, alt="descr='公印'")), parts=parts))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_docx_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match="DOCX"):
        typeset(data)


def test_document_types_and_entities_are_refused() -> None:
    with pytest.raises(InputError, match="文書型宣言"):
        package.parse_xml(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')


def test_zip_bombs_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (8 << 20))
    with pytest.raises(InputError, match="圧縮率"):
        package.read_package(out.getvalue())
