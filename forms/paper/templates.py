"""Compile a DOCX template once, render it many times; part by part what docxtpl itself makes of it.

docxtpl reads, cleans and compiles its template for every document. Here its own cleaning (`patch_xml`) runs once, Jinja's
compiled template stays, and parts without tags are kept compressed. What docxtpl does after rendering (line breaks in
values, grids of tables with looped cells) is done only where the template or the values call for it, by docxtpl's own code.
Subdocuments and pictures as values are not supported: they add parts, and this template's parts are fixed.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from docx.opc.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateError
from jinja2 import Template as JinjaTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import escape

from forms.paper.names import FILTERS, finalize
from forms.paper.opening import open_template
from forms.paper.zips import Filled, StoredPart, stored
from validators.errors import DefinitionError, InputError, YoshikiError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from docx.document import Document as DocumentObject

# What docxtpl renders among the core properties.
_PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
_CORE: Final = "docProps/core.xml"
_HEADERS_AND_FOOTERS: Final = frozenset({DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI})
_FOOTNOTES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_ESCAPED_TAGS: Final = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_LISTING: Final = re.compile(r"[\n\t\a\f]")
_TAGS: Final = ("{{", "{%", "{#")
_PARAGRAPH: Final = re.compile(r"<w:p([ >])")
_MARKUP: Final = re.compile(r"<[^>]*>")
_EMPTY_PARAGRAPH: Final = re.compile(r"<w:p [^>]*/>")
# Characters that XML cannot hold: in UTF-8 each is one byte, and no byte of a longer character.
_CONTROL: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_WRONG: Final = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
_DOCXTPL: Final = DocxTemplate(io.BytesIO())


def sandbox() -> Environment:
    """Return the environment all templates are compiled in: sandboxed, escaping, strict about unknown names."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=finalize)
    env.filters.update(FILTERS)
    return env


_SANDBOX: Final = sandbox()


class _CompiledText(NamedTuple):
    """A compiled text, and the code it can be made of again in another process."""

    template: JinjaTemplate
    code: CodeType

    @classmethod
    def of(cls, source: str | CodeType) -> _CompiledText:
        """Compile a text, or take what compiling it came to; raises TemplateError."""
        code = _SANDBOX.compile(source) if isinstance(source, str) else source
        return cls(JinjaTemplate.from_code(_SANDBOX, code, _SANDBOX.make_globals(None)), code)

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the text filled in."""
        return self.template.render(context)


@dataclass(frozen=True, slots=True)
class _TaggedPart:
    """One part with tags: what stands around the rendered piece, and which of docxtpl's repairs it may need."""

    name: str
    before: str
    after: str
    source: str
    compiled: _CompiledText
    nested: bool  # paragraphs inside paragraphs (text boxes): docxtpl's line breaks run over the whole part
    mend: bool  # looped cells, changing spans, numbered drawings: docxtpl parses and mends the tree
    tables: bool  # the body: docxtpl looks after its tables

    def render(self, context: Mapping[str, Any]) -> bytes:
        """Return the whole part as UTF-8."""
        try:
            xml = self.compiled.render(context)
        except YoshikiError:
            raise
        except _WRONG as error:
            _explain(self.name, self.source, error, context)
        if "_" in xml:
            for written, meant in _ESCAPED_TAGS:
                xml = xml.replace(written, meant)
        xml = self._with_breaks(xml)
        if self.mend or (self.tables and "</w:tblGrid></w:tbl>" in xml):
            xml = _mended(xml)
        data = f"{self.before}{xml}{self.after}".encode()
        if len(data.translate(None, _CONTROL)) != len(data) or "\ufffe" in xml or "\uffff" in xml:
            raise InputError(
                "記載データに、文書に書けない制御文字が含まれています。",
                action="その文字を消して、もう一度お試しください。",
            )
        return data

    def _with_breaks(self, xml: str) -> str:
        """Turn line breaks and tabs in values into Word's own, paragraph by paragraph, only where there are any."""
        found = _LISTING.search(xml)
        if found is None:
            return xml
        if self.nested:
            return str(_DOCXTPL.resolve_listing(xml))
        out, done = [], 0
        while found is not None:
            at = found.start()
            start = max(xml.rfind("<w:p>", done, at), xml.rfind("<w:p ", done, at))
            end = xml.find("</w:p>", at)
            if start >= 0 and end >= 0 and xml.find("</w:p>", start, at) < 0:
                out += [xml[done:start], _DOCXTPL.resolve_listing(xml[start : end + 6])]
                done = end + 6
            found = _LISTING.search(xml, max(done, at + 1))
        return "".join((*out, xml[done:]))


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled DOCX template; safe to render from several threads."""

    parts: tuple[tuple[str, bytes] | _TaggedPart, ...]  # those without tags by name and content
    packed: Mapping[str, StoredPart]  # those without tags
    core: tuple[str, tuple[tuple[str, _CompiledText], ...]] | None  # docProps/core.xml with marks for its tags
    fixed: str  # every part as it is before it is filled

    def fill(self, context: Mapping[str, Any]) -> Filled:
        """Return the filled DOCX; the same context gives the same bytes.

        Raises DefinitionError naming part and text where the template asks for what there is not, InputError on
        characters that no XML can hold.
        """
        parts = dict(
            (part.name, part.render(context)) if isinstance(part, _TaggedPart) else part for part in self.parts
        )
        if self.core:
            xml, marks = self.core
            for mark, compiled in marks:
                xml = xml.replace(mark, str(escape(compiled.render(context))))
            parts[_CORE] = xml.encode()
        return Filled(parts, self.packed, self.fixed)


def compile_template(docx: bytes) -> Template:
    """Compile a DOCX in docxtpl's syntax.

    Raises DefinitionError naming the part and the text near what cannot be compiled.
    """
    document = open_template(docx)
    dynamic = {part.name: part for part in (_body(document), *_headers_and_footers(document), *_footnotes(document))}
    marks = _mark_properties(document)
    normalised = io.BytesIO()
    document.save(normalised)
    parts: list[tuple[str, bytes] | _TaggedPart] = []
    core = None
    with zipfile.ZipFile(normalised) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == _CORE and marks:
                core = (content.decode(), tuple(marks))
            elif name in dynamic:
                part = dynamic[name]
                parts.append(part if any(tag in part.source for tag in _TAGS) else (name, content))
            else:
                _refuse_tags(name, content)
                parts.append((name, content))
    still = {part[0]: stored(*part, 9) for part in parts if not isinstance(part, _TaggedPart)}
    return Template(tuple(parts), still, core, "\n".join(map(_unfilled, parts)))


def plain_of(template: Template) -> list[Any]:
    """Return a template as plain data and code, which `template_from` takes; see `remembered` (validators/definitions/files.py)."""
    parts = [
        (part.name, part.before, part.after, part.source, part.compiled.code, part.nested, part.mend, part.tables)
        if isinstance(part, _TaggedPart)
        else part
        for part in template.parts
    ]
    core: Any = template.core
    if core:
        core = (core[0], tuple((mark, text.code) for mark, text in core[1]))
    return [parts, {name: tuple(part) for name, part in template.packed.items()}, core]


def template_from(plain: list[Any]) -> Template:
    """Return the template that `plain_of` was given."""
    raw, packed, core = plain
    parts = tuple(part if len(part) == _PLAIN else _part_from(*part) for part in raw)
    marked = core and (core[0], tuple((mark, _CompiledText.of(code)) for mark, code in core[1]))
    still = {name: StoredPart(*part) for name, part in packed.items()}
    return Template(parts, still, marked, "\n".join(map(_unfilled, parts)))


def _part_from(*plain: Any) -> _TaggedPart:
    name, before, after, source, code, nested, mend, tables = plain
    return _TaggedPart(name, before, after, source, _CompiledText.of(code), nested, mend, tables)


_PLAIN: Final = 2  # a part without tags: its name and its content


def _unfilled(part: tuple[str, bytes] | _TaggedPart) -> str:
    return (
        f"{part.before}{part.source}{part.after}"
        if isinstance(part, _TaggedPart)
        else part[1].decode("utf-8", "ignore")
    )


def sources_of(docx: bytes) -> list[tuple[str, str]]:
    """Return what each part is compiled from, tags put together as docxtpl does it, wherever in the part they stand."""
    document = open_template(docx)
    dynamic = (_body_xml(document), *_headers_and_footers_xml(document), *_footnotes_xml(document))
    properties = ((_CORE, str(getattr(document.core_properties, name))) for name in _PROPERTIES)
    return [*((name, str(_DOCXTPL.patch_xml(xml))) for name, _, xml, _ in dynamic), *properties]


def _name(part: Any) -> str:
    return str(part.partname).lstrip("/")


def _compiled(name: str, before: str, xml: str, after: str, *, tables: bool) -> _TaggedPart:
    source = _DOCXTPL.patch_xml(xml)
    try:
        compiled = _CompiledText.of(source)
    except TemplateError as error:
        _explain(name, source, error)
    nested = "<w:txbxContent" in source or bool(_EMPTY_PARAGRAPH.search(source))
    return _TaggedPart(name, before, after, source, compiled, nested, tables and _needs_mending(source, xml), tables)


_Xml = tuple[
    str, str, str, str
]  # part, what stands before the piece that is rendered, the piece, what stands behind it


def _body(document: DocumentObject) -> _TaggedPart:
    return _compiled(*_body_xml(document), tables=True)


def _body_xml(document: DocumentObject) -> _Xml:
    root = document.part.element
    whole = etree.tostring(root, encoding="unicode")
    body = etree.tostring(root.body, encoding="unicode")
    start = whole.index("<w:body")
    return _name(document.part), _DECLARATION + whole[:start], body, "</w:document>"


def _headers_and_footers(document: DocumentObject) -> list[_TaggedPart]:
    return [_compiled(*xml, tables=False) for xml in _headers_and_footers_xml(document)]


def _headers_and_footers_xml(document: DocumentObject) -> list[_Xml]:
    found = [rel.target_part for rel in document.part.rels.values() if rel.reltype in _HEADERS_AND_FOOTERS]
    texts = ((_name(part), etree.tostring(parse_xml(part.blob), encoding="unicode")) for part in found if part.blob)
    return [(name, _DECLARATION, xml, "") for name, xml in texts]


def _footnotes(document: DocumentObject) -> list[_TaggedPart]:
    return [_compiled(*xml, tables=False) for xml in _footnotes_xml(document)]


def _footnotes_xml(document: DocumentObject) -> list[_Xml]:
    found = [part for part in document.part.package.parts if part.content_type == _FOOTNOTES]
    return [(_name(part), "", part.blob.decode(), "") for part in found]


def _mark_properties(document: DocumentObject) -> list[tuple[str, _CompiledText]]:
    """Write every core property as docxtpl does; those with tags get a mark that render replaces."""
    dated = any(_name(part) == _CORE for part in document.part.package.parts)
    properties, marks = document.core_properties, []
    if not dated:
        properties.modified = properties.created = _UNDATED
    for n, name in enumerate(_PROPERTIES):
        text = getattr(properties, name)
        if any(tag in text for tag in _TAGS):
            try:
                marks.append((f"\ue000{n}\ue001", _CompiledText.of(text)))
            except TemplateError as error:
                _explain(_CORE, text, error)
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


def _mended(xml: str) -> str:
    """Do what docxtpl does to the body's tree: columns of looped cells, numbers of drawings."""
    worker = DocxTemplate(io.BytesIO())
    worker.docx_ids_index = 1000
    tree = worker.fix_tables(xml)
    worker.fix_docpr_ids(tree)
    return etree.tostring(tree, encoding="unicode")


def _refuse_tags(name: str, content: bytes) -> None:
    """Refuse tags in parts that docxtpl leaves alone: they would be printed as they are."""
    if name.startswith("word/") and name.endswith(".xml"):
        text = _MARKUP.sub("", content.decode("utf-8", "replace"))
        tag = next((tag for tag in ("{{", "{%") if tag in text), "")
        if tag:
            raise DefinitionError(f"この部分には差込みの式を書けません: 「{_near(text, text.index(tag))}」", place=name)


def _near(text: str, at: int) -> str:
    return text[max(0, at - 20) : at + 60].strip()


def _explain(name: str, source: str, error: Exception, context: Mapping[str, Any] | None = None) -> NoReturn:
    """Raise DefinitionError with the text near the fault, found by compiling once more with a line for every paragraph."""
    lines = _PARAGRAPH.sub(r"\n<w:p\1", source)
    number = getattr(error, "lineno", None)
    try:
        compiled = _SANDBOX.from_string(lines)
        compiled.render(context or {})
    except _WRONG as again:
        number = getattr(again, "lineno", None) or _line(again)
    near = _MARKUP.sub("", lines.splitlines()[number - 1]) if number else ""
    raise DefinitionError(
        f"書式の式が使えません: {error}" + (f"（「{near[:80]}」の所）" if near else ""), place=name
    ) from error


def _line(error: BaseException) -> int | None:
    """Return the template's line from a traceback that Jinja rewrote."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
