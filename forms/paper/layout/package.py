"""The DOCX around the body: parts, relationships, mark of the copy, page numbers, document properties."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from forms.paper.layout.ooxml import DECLARATION, NAMESPACES, el, paragraph_properties
from forms.paper.layout.styles import font_table_xml, settings_xml, styles_xml

if TYPE_CHECKING:
    from forms.paper.layout.paper import Paper
    from validators.model import Form

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def _field(instruction: str, result: str = "1") -> str:
    return (
        el("r", el("fldChar", fldCharType="begin"))
        + el("r", f'<w:instrText xml:space="preserve"> {instruction} </w:instrText>')
        + el("r", el("fldChar", fldCharType="separate"))
        + el("r", f"<w:t>{result}</w:t>")
        + el("r", el("fldChar", fldCharType="end"))
    )


def _words(tag: str, words: str) -> str:
    space = ' xml:space="preserve"' if words.strip() != words else ""
    return el("r", f"<w:{tag}{space}>{words}</w:{tag}>") if words else ""


def _pages(tag: str, between: str | None) -> str:
    return "" if between is None else _words(tag, between) + _field("NUMPAGES")


def footer_xml(numbering: str, form: tuple[str, str | None, str]) -> str:
    """Return the footer: page ／ pages, or as the house writes it.

    `auto` shows it only on papers of more than one page: `IF NUMPAGES > 1 "…" ""`, a field inside a field, kept up by
    Word itself; a typesetter that meets this instruction does the same. `never` leaves the footer empty.
    """
    before, between, after = form
    number = _words("t", before) + _field("PAGE") + _pages("t", between) + _words("t", after)
    if numbering == "never":
        number = ""
    elif numbering == "auto":
        quote = el("r", '<w:instrText xml:space="preserve">"</w:instrText>')
        inside = (
            _words("instrText", before) + _field("PAGE") + _pages("instrText", between) + _words("instrText", after)
        )
        number = (
            el("r", el("fldChar", fldCharType="begin"))
            + el("r", '<w:instrText xml:space="preserve"> IF </w:instrText>')
            + _field("NUMPAGES")
            + el("r", '<w:instrText xml:space="preserve"> &gt; 1 </w:instrText>')
            + quote + inside + quote
            + el("r", '<w:instrText xml:space="preserve"> "" </w:instrText>')
            + el("r", el("fldChar", fldCharType="separate"))
            + el("r", el("fldChar", fldCharType="end"))
        )  # fmt: skip
    return f"{DECLARATION}<w:ftr {NAMESPACES}>{el('p', paragraph_properties('Footer'), number)}</w:ftr>"


def header_xml() -> str:
    """Return the header: which of several copies this is (正本, 副本, 写し), on every page; nothing on a paper that is one."""
    mark = el("r", "<w:t>{{ form.copy }}</w:t>")
    return f"{DECLARATION}<w:hdr {NAMESPACES}>{el('p', paragraph_properties('Header'), mark)}</w:hdr>"


def _relationships(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _content_types() -> str:
    parts = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml",
        "/word/fontTable.xml": f"{_WORD}.fontTable+xml",
        "/word/footer1.xml": f"{_WORD}.footer+xml",
        "/word/header1.xml": f"{_WORD}.header+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _core(form: Form) -> str:
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(form.title)}</dc:title><dc:subject>{escape(form.number)}</dc:subject>"
        f"<dc:identifier>{escape(form.slug)}/{form.edition}</dc:identifier><dc:language>ja-JP</dc:language></cp:coreProperties>"
    )


def package(paper: Paper, body: str) -> bytes:
    """Return the DOCX around a body; the same input gives the same bytes. Its properties name the form and nobody."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "word/document.xml": f"{DECLARATION}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/settings", "settings.xml"),
            (f"{_OFFICE}/fontTable", "fontTable.xml"),
            (f"{_OFFICE}/footer", "footer1.xml"),
            (f"{_OFFICE}/header", "header1.xml"),
        ),
        "word/styles.xml": styles_xml(paper),
        "word/settings.xml": settings_xml(),
        "word/fontTable.xml": font_table_xml(),
        "word/footer1.xml": footer_xml(paper.numbering, paper.house.page_number),
        "word/header1.xml": header_xml(),
        "docProps/core.xml": _core(paper.form),
        "docProps/app.xml": f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><Application>Yoshiki</Application></Properties>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
