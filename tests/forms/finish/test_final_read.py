"""The final read finds what was lost on the way and what must not be there; it never repeats a value."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
import pytest

from forms.finish.final_read import _stands, final_read, read_volume
from forms.finish.finish import finish
from forms.finish.pdf_text import pdf_pages
from forms.finish.pdf_told import pdf_properties
from forms.finish.rewriting import merge
from forms.press.typeset import typeset
from validators.errors import InputError
from validators.secrecy import Secrets, Value, secrets_of

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HIDDEN = "汐見県架空市潮町三丁目４番５号"


def docx(body: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def p(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def matcher(*values: str) -> Secrets:
    return secrets_of(Value("秘匿すべき項目", "address", value) for value in values)


def codes(pdf: bytes, source: bytes, protected: tuple[str, ...] = (HIDDEN,), **expected: str) -> list[tuple[str, str]]:
    found = final_read(pdf, source, expected=expected, protected=matcher(*protected))
    assert all(HIDDEN not in item.message + item.supervisor for item in found)
    assert all(item.severity == "error" for item in found)
    return [(item.code, item.label) for item in found]


def test_a_sound_paper_has_no_findings() -> None:
    source = docx(p("渡", "辺\U000e0101　花子") + p("03-0000-0000"))
    assert codes(typeset(source), source, 氏名="渡辺\U000e0101 花子", 電話="03-0000-0000") == []


def test_a_value_missing_from_either_file_is_found() -> None:
    with_, without = docx(p("架空　花子")), docx(p("別人"))
    assert codes(typeset(with_), without, 氏名="架空　花子") == [("value-not-printed", "氏名")]
    assert codes(typeset(without), with_, 氏名="架空　花子") == [("value-not-printed", "氏名")]


def test_a_lost_selector_is_found_in_the_docx() -> None:
    source = docx(p("渡辺"))
    assert codes(typeset(source), source, 氏名="渡辺\U000e0101") == [("value-not-printed", "氏名")]


def test_a_value_that_goes_over_a_page_break_is_there() -> None:
    text = "".join(f"第{n}の出来事。" for n in range(800))
    source = docx(p(text))
    pdf = typeset(source)
    assert len(pdf_pages(pdf)) > 1
    assert codes(pdf, source, 理由=text) == []


def test_a_number_broken_after_its_hyphen_is_there() -> None:
    for shift in range(6):
        source = docx(p("字" * (36 + shift) + "03-0000-0000"))
        assert codes(typeset(source), source, 電話="03-0000-0000") == []


@pytest.mark.parametrize("written", [HIDDEN, "汐見県架空市潮町３－４－５", "汐見県架空市　潮町三丁目4番5号"])
def test_a_protected_value_is_found_in_any_notation(written: str) -> None:
    source = docx(p("住所　" + written[:5], written[5:]))
    assert codes(typeset(source), source) == [("protected-value", "秘匿すべき項目")] * 2


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (
            "word__comments",
            f"<w:comments {_W}><w:comment><w:p><w:r><w:t>{HIDDEN}</w:t></w:r></w:p></w:comment></w:comments>",
        ),
        ("docProps__core", f"<c><description>{HIDDEN}</description></c>"),
        ("docProps__custom", f"<c><p name='{HIDDEN}'/></c>"),
    ],
)
def test_a_protected_value_is_found_beside_the_text(part: str, content: str) -> None:
    source = docx(p("本文"), **{part: content})
    assert codes(b"", source) == [("protected-value", "秘匿すべき項目")]


def test_a_protected_value_is_found_in_the_pdf_properties() -> None:
    source = docx(p("本文"))
    found = final_read(
        finish(typeset(source), title=HIDDEN, identifier=""), source, expected={}, protected=matcher(HIDDEN)
    )
    assert [("文書情報" in item.message, item.code) for item in found] == [(True, "protected-value")]


def test_the_name_of_a_bookmark_and_of_a_control_is_read() -> None:
    """Nobody sees them on the paper; whoever opens the file does."""
    for inside in (
        f"<w:bookmarkStart w:id='1' w:name='{HIDDEN}'/>",
        f"<w:sdt><w:sdtPr><w:alias w:val='{HIDDEN}'/></w:sdtPr><w:sdtContent/></w:sdt>",
    ):
        assert codes(b"", docx(f"<w:p>{inside}</w:p>")) == [("protected-value", "秘匿すべき項目")]


def test_a_line_that_is_full_makes_no_other_name() -> None:
    """A PDF breaks lines anywhere: 東 at a line's end and 潮町 on the next are 東潮町, and the refuge in 潮町 is not there."""
    for shift in range(40):
        source = docx(p("字" * shift + "の東潮町３－４－５に"))
        assert codes(typeset(source), source) == []


def test_a_volume_is_read_back_with_its_bookmarks() -> None:
    """What binding adds is read as well: titles of papers."""
    paper = typeset(docx(p("本文")))
    for title, told in ((HIDDEN, ["秘匿すべき項目"]), ("対応票", [])):
        volume = merge([paper, paper], titles=[title, "二通目"], title="事案の文書")
        assert [found.label for found in read_volume(volume, matcher(HIDDEN))] == told


def test_a_matcher_names_the_item() -> None:
    class Labels:
        def found_in(self, text: str) -> list[str]:
            return ["避難先"] if "架空荘" in text else []

    source = docx(p("架空荘にいます"))
    found = final_read(b"", source, expected={}, protected=Labels())
    assert [item.label for item in found] == ["避難先"]
    assert "架空荘" not in found[0].message


def test_a_replacement_character_is_found() -> None:
    source = docx(p("渡\ufffd"))
    assert codes(b"", source) == [("unreadable-glyph", "")]


def test_what_is_no_pdf_is_said_to_be_none() -> None:
    with pytest.raises(InputError, match="PDF"):
        final_read(b"no", docx(p("")), expected={}, protected=matcher())


def test_hidden_text_is_not_on_the_paper() -> None:
    """What a person does not see is no printed value; a protected one is found in it all the same."""
    hidden = docx(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{HIDDEN}</w:t></w:r></w:p>")
    assert [code for code, _ in codes(b"", hidden, (), 所在地=HIDDEN)] == ["value-not-printed"]
    assert [code for code, _ in codes(b"", hidden)] == ["protected-value"]


def test_a_value_read_in_pieces_beside_its_label_is_there() -> None:
    """A reader that goes line by line puts the second line of the label between two of the value."""
    pages = ["受理番号汐見県汐見市架空町一丁及び住所目二番三号の建物備考"]
    assert _stands("汐見県汐見市架空町一丁目二番三号の建物", pages)
    assert not _stands("汐見県汐見市架空町九丁目二番三号の建物", pages)
    assert not _stands("汐見県汐見市架空町一丁目二番四号の倉庫", pages)


@pytest.mark.parametrize(
    "string",
    [
        b"<FEFF" + HIDDEN.encode("utf-16-be").hex().upper().encode() + b">",
        b"(\xfe\xff"
        + HIDDEN.encode("utf-16-be").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        + b")",
        b"(\xef\xbb\xbf>>stream " + HIDDEN.encode() + b" \\(\\051 (a))",
    ],
)
def test_every_string_of_a_pdf_is_read_whatever_it_belongs_to(string: bytes) -> None:
    """Not only the keys that are known: words for pictures, notes, names; in every way of writing a string."""
    pdf = typeset(docx(p("本文")))
    catalogue = re.compile(rb"<</Type/Catalog")
    told = catalogue.sub(lambda found: b"<</Alt" + string + found[0][2:], pdf)
    assert told != pdf
    assert HIDDEN in pdf_properties(told)
    assert "本文" not in pdf_properties(pdf)


def test_a_pdf_that_packs_its_objects_is_opened_by_the_general_reader() -> None:
    """Objects in streams cannot be read as they stand: titles of bookmarks and information are found all the same."""
    volume = merge([typeset(docx(p("本文")))] * 2, titles=[HIDDEN, "二通目"], title="事案の文書")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(volume)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/ObjStm" in out.getvalue()
    for pdf in (volume, out.getvalue()):
        assert [found.label for found in read_volume(pdf, matcher(HIDDEN))] == ["秘匿すべき項目"]
