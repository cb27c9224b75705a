"""Compile a DOCX template once: what docxtpl does to its template for every document (reading, cleaning) is done here.

docxtpl's own cleaning (`patch_xml`) runs once, Jinja's compiled template stays, and parts without tags are kept compressed.
forms/paper/templates.py renders what comes of it.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from docx.opc.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree

from forms.paper.opening import open_template
from forms.paper.templates import CORE, MARKUP, CompiledText, TaggedPart, Template, explain, unfilled
from forms.paper.zips import stored
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject

# What docxtpl renders among the core properties.
_PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
_HEADERS_AND_FOOTERS: Final = frozenset({DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI})
_FOOTNOTES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_TAGS: Final = ("{{", "{%", "{#")
_EMPTY_PARAGRAPH: Final = re.compile(r"<w:p [^>]*/>")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_DOCXTPL: Final = DocxTemplate(io.BytesIO())


def compile_template(docx: bytes) -> Template:
    """Compile a DOCX in docxtpl's syntax.

    Raises DefinitionError naming the part and the text near what cannot be compiled.
    """
    document = open_template(docx)
    dynamic = {part.name: part for part in (_body(document), *_headers_and_footers(document), *_footnotes(document))}
    marks = _mark_properties(document)
    normalised = io.BytesIO()
    document.save(normalised)
    parts: list[tuple[str, bytes] | TaggedPart] = []
    core = None
    with zipfile.ZipFile(normalised) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == CORE and marks:
                core = (content.decode(), tuple(marks))
            elif name in dynamic:
                part = dynamic[name]
                parts.append(part if any(tag in part.source for tag in _TAGS) else (name, content))
            else:
                _refuse_tags(name, content)
                parts.append((name, content))
    still = {part[0]: stored(*part, 9) for part in parts if not isinstance(part, TaggedPart)}
    return Template(tuple(parts), still, core, "\n".join(map(unfilled, parts)))


def sources_of(docx: bytes) -> list[tuple[str, str]]:
    """Return what each part is compiled from, tags put together as docxtpl does it, wherever in the part they stand."""
    document = open_template(docx)
    dynamic = (_body_xml(document), *_headers_and_footers_xml(document), *_footnotes_xml(document))
    properties = ((CORE, str(getattr(document.core_properties, name))) for name in _PROPERTIES)
    return [*((name, str(_DOCXTPL.patch_xml(xml))) for name, _, xml, _ in dynamic), *properties]


def _name(part: Any) -> str:
    return str(part.partname).lstrip("/")


def _compiled(name: str, before: str, xml: str, after: str, *, tables: bool) -> TaggedPart:
    source = _DOCXTPL.patch_xml(xml)
    try:
        compiled = CompiledText.of(source)
    except TemplateError as error:
        explain(name, source, error)
    nested = "<w:txbxContent" in source or bool(_EMPTY_PARAGRAPH.search(source))
    return TaggedPart(name, before, after, source, compiled, nested, tables and _needs_mending(source, xml), tables)


_Xml = tuple[
    str, str, str, str
]  # part, what stands before the piece that is rendered, the piece, what stands behind it


def _body(document: DocumentObject) -> TaggedPart:
    return _compiled(*_body_xml(document), tables=True)


def _body_xml(document: DocumentObject) -> _Xml:
    root = document.part.element
    whole = etree.tostring(root, encoding="unicode")
    body = etree.tostring(root.body, encoding="unicode")
    start = whole.index("<w:body")
    return _name(document.part), _DECLARATION + whole[:start], body, "</w:document>"


def _headers_and_footers(document: DocumentObject) -> list[TaggedPart]:
    return [_compiled(*xml, tables=False) for xml in _headers_and_footers_xml(document)]


def _headers_and_footers_xml(document: DocumentObject) -> list[_Xml]:
    found = [rel.target_part for rel in document.part.rels.values() if rel.reltype in _HEADERS_AND_FOOTERS]
    texts = ((_name(part), etree.tostring(parse_xml(part.blob), encoding="unicode")) for part in found if part.blob)
    return [(name, _DECLARATION, xml, "") for name, xml in texts]


def _footnotes(document: DocumentObject) -> list[TaggedPart]:
    return [_compiled(*xml, tables=False) for xml in _footnotes_xml(document)]


def _footnotes_xml(document: DocumentObject) -> list[_Xml]:
    found = [part for part in document.part.package.parts if part.content_type == _FOOTNOTES]
    return [(_name(part), "", part.blob.decode(), "") for part in found]


def _mark_properties(document: DocumentObject) -> list[tuple[str, CompiledText]]:
    """Write every core property as docxtpl does; those with tags get a mark that render replaces."""
    dated = any(_name(part) == CORE for part in document.part.package.parts)
    properties, marks = document.core_properties, []
    if not dated:
        properties.modified = properties.created = _UNDATED
    for n, name in enumerate(_PROPERTIES):
        text = getattr(properties, name)
        if any(tag in text for tag in _TAGS):
            try:
                marks.append((f"\ue000{n}\ue001", CompiledText.of(text)))
            except TemplateError as error:
                explain(CORE, text, error)
            text = marks[-1][0]
        setattr(properties, name, text)
    return marks


def _needs_mending(source: str, xml: str) -> bool:
    """Tell whether docxtpl's repair of tables and drawings could change anything: rows that do not fill their grid."""
    if "<wp:docPr" in source or 'w:gridSpan w:val="{' in source or re.search(r"\{[{%#]tc |loop\.length", xml):
        return True
    for table in etree.fromstring(xml).iter(f"{_W}tbl"):
        columns = len(table.findall(f"{_W}tblGrid/{_W}gridCol"))
        for row in table.iter(f"{_W}tr"):
            spans = [int(span.get(f"{_W}val", "1")) for span in row.findall(f"{_W}tc/{_W}tcPr/{_W}gridSpan")]
            width = len(row.findall(f"{_W}tc")) - len(spans) + sum(spans)
            if width != columns and "{%tr" not in str(row.xpath("string()")):
                return True
    return False


def mended(xml: str) -> str:
    """Do what docxtpl does to the body's tree: columns of looped cells, numbers of drawings."""
    worker = DocxTemplate(io.BytesIO())
    worker.docx_ids_index = 1000
    tree = worker.fix_tables(xml)
    worker.fix_docpr_ids(tree)
    return etree.tostring(tree, encoding="unicode")


def _refuse_tags(name: str, content: bytes) -> None:
    """Refuse tags in parts that docxtpl leaves alone: they would be printed as they are."""
    if name.startswith("word/") and name.endswith(".xml"):
        text = MARKUP.sub("", content.decode("utf-8", "replace"))
        tag = next((tag for tag in ("{{", "{%") if tag in text), "")
        if tag:
            raise DefinitionError(f"この部分には差込みの式を書けません: 「{_near(text, text.index(tag))}」", place=name)


def _near(text: str, at: int) -> str:
    return text[max(0, at - 20) : at + 60].strip()
