"""A finished PDF says its title, language and identifier, claims only what it holds, and names nobody."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pikepdf
import pytest

from forms.finish.finish import KEPT, finish
from forms.finish.pdf_tail import read_tail
from forms.finish.pdf_text import page_count
from forms.finish.rewriting import Attachment, merge
from forms.press.typeset import typeset
from validators.errors import InputError


def paper(pages: int = 1, claims: str = "") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.Root.Metadata = pdf.make_stream(f"<x>{claims}<dc:creator>書いた人</dc:creator></x>".encode())
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Author="書いた人", Producer="Maker 1.2.3"))
        pdf.save(out, fix_metadata_version=False)
    return out.getvalue()


CLAIMS = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
MADE = datetime(2024, 5, 10, 9, 30, tzinfo=UTC)


def metadata(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.Root.Metadata.read_bytes().decode()


def test_properties_are_set_and_all_others_removed() -> None:
    done = finish(paper(claims=CLAIMS), title="通知書 <甲&乙>", identifier="non-warning-notice", created=MADE)
    with pikepdf.open(io.BytesIO(done)) as pdf:
        assert {key: str(value) for key, value in pdf.trailer.Info.items()} == {
            "/Title": "通知書 <甲&乙>",
            "/Producer": "Yoshiki",
            "/Creator": "Yoshiki",
            "/CreationDate": "D:20240510093000Z",
            "/ModDate": "D:20240510093000Z",
        }
        assert str(pdf.Root.Lang) == "ja-JP"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "/OpenAction" not in pdf.Root
    told = metadata(done)
    assert "通知書 &lt;甲&amp;乙&gt;" in told
    assert "<dc:identifier>non-warning-notice<" in told
    assert "書いた人".encode() not in done
    assert "書いた人" not in told
    assert b"1.2.3" not in done


def test_claims_are_kept_but_never_made() -> None:
    kept, plain = (
        metadata(finish(paper(claims=CLAIMS), title="甲", identifier="")),
        metadata(finish(paper(), title="甲", identifier="")),
    )
    assert all(
        claim in kept
        for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "pdfaExtension:schemas")
    )
    assert "<pdfaid:part>" not in plain
    assert "<pdfuaid:part>" not in plain


def test_same_input_same_bytes() -> None:
    source = paper(claims=CLAIMS)
    assert finish(source, title="甲", identifier="a", created=MADE) == finish(
        source, title="甲", identifier="a", created=MADE
    )


def test_attachments_turn_part_two_into_part_three() -> None:
    done = finish(
        paper(claims=CLAIMS),
        title="甲",
        identifier="a",
        attachments=[Attachment("a.json", b"{}", "application/json", "記録")],
    )
    assert "<pdfaid:part>3<" in metadata(done)
    with pikepdf.open(io.BytesIO(done)) as pdf:
        assert pdf.attachments["a.json"].get_file().read_bytes() == b"{}"
        assert [item.AFRelationship for item in pdf.Root.AF] == ["/Supplement"]


def test_merged_papers_have_bookmarks_and_claim_nothing() -> None:
    joined = merge([paper(2, CLAIMS), paper(1, CLAIMS)], titles=["申立書", "陳述書"])
    assert page_count(joined) == 3
    with pikepdf.open(io.BytesIO(joined)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["申立書", "陳述書"]
    assert "pdfaid:part>" not in metadata(joined)
    assert joined == merge([paper(2, CLAIMS), paper(1, CLAIMS)], titles=["申立書", "陳述書"])


def test_what_is_no_pdf_is_said_to_be_none() -> None:
    with pytest.raises(InputError, match="PDF"):
        finish(b"no", title="", identifier="")
    with pytest.raises(InputError, match="数が合いません"):
        merge([], titles=["甲"])


def pressed() -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        body = "<w:p><w:r><w:t>汐見県</w:t></w:r></w:p>" * 90
        name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
    return typeset(out.getvalue(), title="別の題")


def said(pdf: bytes) -> dict[str, object]:
    """Return everything a PDF says of itself, its pages among them."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not document.check_pdf_syntax()
        return {
            "information": {key: str(value) for key, value in document.trailer.Info.items()},
            "metadata": document.Root.Metadata.read_bytes(),
            "catalogue": {
                key: repr(value)
                for key, value in document.Root.items()
                if key not in {"/Metadata", "/Pages", "/StructTreeRoot"}
            },
            "pages": [page.Contents.read_bytes() for page in document.pages],
        }


def test_a_paper_of_the_press_is_finished_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only replaces the end of the file says the same as what reads and writes the whole of it."""
    source = pressed()
    quick = finish(source, title="通知書 <甲&乙>(１)", identifier="warning", created=MADE)
    assert quick == finish(source, title="通知書 <甲&乙>(１)", identifier="warning", created=MADE)
    assert b"Typst" not in quick
    monkeypatch.setattr("forms.finish.finish.read_tail", lambda *_: None)
    thorough = finish(source, title="通知書 <甲&乙>(１)", identifier="warning", created=MADE)
    assert quick != thorough
    assert said(quick) == said(thorough)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Lang(ja-JP)", b"/Open(ja-JP)"),  # a catalogue key that may not stay
        (b"%%EOF", b"%%EOF\n1 0 obj\n<<>>\nendobj"),  # something after the end
        (b"/Creator(", b"/Creator(\\("),  # a text that is not read to the letter
        (b"\nxref\n0 ", b"\nxref\n1 "),  # another table of places
    ],
)
def test_what_does_not_end_as_the_press_ends_is_left_to_the_general_reader(old: bytes, new: bytes) -> None:
    source = pressed()
    assert read_tail(source, KEPT) is not None
    assert read_tail(source.replace(old, new), KEPT) is None
