"""Every paper keeps what it claims of PDF/A-2a and PDF/UA-1, and each promise can be broken and is then named."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from lxml import etree

from forms.finish.certificate import promises
from forms.finish.finish import finish
from forms.finish.rewriting import merge
from forms.paper.fill import fill
from forms.press.typeset import typeset
from forms.reports import report
from tests.office import OFFICE
from tests.records import anything
from tests.rulebooks import OURS, editions
from validators.errors import InputError
from validators.model import Field, Finding, Form, Record
from validators.review import Fate, summarise

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = {f"{form.slug}-{form.edition}": form for form in OURS.catalogue.load_all()}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paper(name: str, keep: Callable[[Field], bool]) -> tuple[bytes, bytes]:
    """Return DOCX and finished PDF of a form with the fields that `keep` chooses."""
    form = FORMS[name]
    data = {key: anything(field) for key, field in form.fields.items() if keep(field)}
    docx = fill(form, Record(form.slug, "r", data), OFFICE).docx()
    return docx, finish(typeset(docx, title=form.title), title=form.title, identifier=form.slug)


def elements(pdf: bytes, role: str) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return sum(
            1
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == f"/{role}" and "/P" in each
        )


def labels(docx: bytes) -> int:
    """Return how many cells of a DOCX are labels with something in them, or stand in a heading row."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    heads = {cell for row in body.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None for cell in row}
    return sum(1 for cell in body.iter(f"{W}tc") if cell in heads or is_label(cell))


def is_label(cell: etree._Element) -> bool:
    styles = {style.get(f"{W}val") for style in cell.iterfind(f"{W}p/{W}pPr/{W}pStyle")}
    return bool(styles & {"CellLabel", "CellHead"} and "".join(text.text or "" for text in cell.iter(f"{W}t")).strip())


@pytest.mark.parametrize("form", editions())
@pytest.mark.parametrize(
    "keep", [lambda _: False, lambda field: field.required is True, lambda _: True], ids=["empty", "short", "full"]
)
def test_every_form_keeps_the_promises(form: Form, keep: Callable[[Field], bool]) -> None:
    """Empty, with what must be written, with everything; every label and head of the layout is a header."""
    docx, pdf = paper(f"{form.slug}-{form.edition}", keep)
    assert promises(pdf) == []
    assert elements(pdf, "TH") == labels(docx) > 0


def test_the_review_report_keeps_them_too() -> None:
    finding = Finding("error", ("KNG-法4(1)",), "直してください。", form="warning", record="R-1")
    fate = Fate("R-1", "warning", "警告書", "refused", [finding])
    review = summarise([fate], made_at="2026-07-01T09:00", as_of="2026-07-01")
    assert promises(report.as_pdf(review)) == []


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return paper("warning-1", lambda field: field.required is True)[1]


def each(document: pikepdf.Pdf, key: str, wanted: str) -> list[Any]:
    return [found for found in document.objects if isinstance(found, pikepdf.Dictionary) and found.get(key) == wanted]


def replace_metadata(document: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    stream = document.Root.Metadata
    assert old in stream.read_bytes()
    stream.write(stream.read_bytes().replace(old, new))


def remove(key: str, *path: str) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        owner = document.Root
        for step in path:
            owner = owner[step]
        del owner[key]

    return change


def change_all(key: str, wanted: str, change: Callable[[Any], None]) -> Callable[[pikepdf.Pdf], None]:
    def run(document: pikepdf.Pdf) -> None:
        found = each(document, key, wanted)
        assert found
        for one in found:
            change(one)

    return run


def say(key: str, new: Any) -> Callable[[Any], None]:
    return lambda owner: owner.__setitem__(key, new)


def drop(key: str) -> Callable[[Any], None]:
    return lambda owner: owner.__delitem__(key)


def drop_font_files(document: pikepdf.Pdf) -> None:
    for descriptor in each(document, "/Type", "/FontDescriptor"):
        for key in ("/FontFile2", "/FontFile3"):
            if key in descriptor:
                del descriptor[key]


def act(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def link(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.invalid/")
    document.pages[0].obj["/Annots"] = [
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    ]


def picture(document: pikepdf.Pdf) -> None:
    each(document, "/S", "/P")[0]["/S"] = pikepdf.Name.Figure


BREACHES: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "part": (lambda d: replace_metadata(d, b"<pdfaid:part>2", b"<pdfaid:part>3"), "PDF/A-2aと名のっていない"),
    "conformance": (lambda d: replace_metadata(d, b"conformance>A", b"conformance>B"), "PDF/A-2aと名のっていない"),
    "accessible": (lambda d: replace_metadata(d, b"<pdfuaid:part>1", b"<pdfuaid:part>7"), "PDF/UA-1と名のっていない"),
    "no metadata": (remove("/Metadata"), "PDF/A-2aと名のっていない"),
    "title": (lambda d: replace_metadata(d, b"dc:title", b"dc:source"), "題名がない"),
    "intent": (remove("/OutputIntents"), "出力インテントがない"),
    "language": (remove("/Lang"), "言語が日本語でない"),
    "title bar": (remove("/DisplayDocTitle", "/ViewerPreferences"), "題名が表示される設定"),
    "marked": (remove("/Marked", "/MarkInfo"), "タグ付きPDFの印がない"),
    "suspects": (lambda d: d.Root.MarkInfo.__setitem__("/Suspects", True), "疑わしい"),  # noqa: FBT003 (a value)
    "no tags": (remove("/StructTreeRoot"), "構造ツリーがない"),
    "heading": (change_all("/S", "/H1", say("/S", pikepdf.Name.P)), "見出しのタグがない"),
    "heading level": (change_all("/S", "/H1", say("/S", pikepdf.Name.H2)), "段階が飛んでいる"),
    "header": (change_all("/S", "/TH", say("/S", pikepdf.Name.TD)), "見出しのセルがない表"),
    "scope": (change_all("/S", "/TH", drop("/A")), "範囲（Scope）がない"),
    "picture": (picture, "代替テキストのない図"),
    "font": (drop_font_files, "フォントが埋め込まれていない"),
    "letters": (change_all("/Subtype", "/Type0", drop("/ToUnicode")), "ToUnicodeがない"),
    "script": (act, "動作"),
    "link": (link, "動作"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_promise_is_named(pdf: bytes, name: str) -> None:
    change, told = BREACHES[name]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(out)
    assert [broken for broken in promises(out.getvalue()) if told in broken]


@pytest.mark.parametrize("password", ["", "x"])
def test_encryption_is_named(pdf: bytes, password: str) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="y", user=password))
    assert "暗号化されている" in promises(out.getvalue())


def test_joined_papers_claim_nothing(pdf: bytes) -> None:
    told = promises(merge([pdf, pdf], titles=["甲", "乙"]))
    assert "XMPがPDF/A-2aと名のっていない" in told
    assert "XMPがPDF/UA-1と名のっていない" in told


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(InputError):
        promises(b"%PDF-1.7 nothing")
