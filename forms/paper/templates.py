"""Render a compiled DOCX template (forms/paper/compiling.py) many times; part by part what docxtpl itself makes of it.

What docxtpl does after rendering (line breaks in values, grids of tables with looped cells) is done only where the template or
the values call for it. A template that was compiled before is rendered without reading docxtpl at all.
Subdocuments and pictures as values are not supported: they add parts, and this template's parts are fixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from jinja2 import Environment, StrictUndefined, TemplateError
from jinja2 import Template as JinjaTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from forms.paper.breaks import broken, without_empty_ends
from forms.paper.names import FILTERS, finalize
from forms.paper.zips import Filled, StoredPart
from validators.errors import DefinitionError, InputError, YoshikiError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

CORE: Final = "docProps/core.xml"
_ESCAPED_TAGS: Final = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_PARAGRAPH: Final = re.compile(r"<w:p([ >])")
MARKUP: Final = re.compile(r"<[^>]*>")
# Characters that XML cannot hold: in UTF-8 each is one byte, and no byte of a longer character.
_CONTROL: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_WRONG: Final = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


def sandbox() -> Environment:
    """Return the environment all templates are compiled in: sandboxed, escaping, strict about unknown names."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=finalize)
    env.filters.update(FILTERS)
    return env


_SANDBOX: Final = sandbox()


class CompiledText(NamedTuple):
    """A compiled text, and the code it can be made of again in another process."""

    template: JinjaTemplate
    code: CodeType

    @classmethod
    def of(cls, source: str | CodeType) -> CompiledText:
        """Compile a text, or take what compiling it came to; raises TemplateError."""
        code = _SANDBOX.compile(source) if isinstance(source, str) else source
        return cls(JinjaTemplate.from_code(_SANDBOX, code, _SANDBOX.make_globals(None)), code)

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the text filled in."""
        return self.template.render(context)


@dataclass(frozen=True, slots=True)
class TaggedPart:
    """One part with tags: what stands around the rendered piece, and which of docxtpl's repairs it may need."""

    name: str
    before: str
    after: str
    source: str
    compiled: CompiledText
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
            explain(self.name, self.source, error, context)
        if "_" in xml:
            for written, meant in _ESCAPED_TAGS:
                xml = xml.replace(written, meant)
        xml = without_empty_ends(broken(xml, nested=self.nested))
        if self.mend or (self.tables and "</w:tblGrid></w:tbl>" in xml):
            from forms.paper.compiling import mended  # noqa: PLC0415 - docxtpl is slow to import, and seldom wanted

            xml = mended(xml)
        data = f"{self.before}{xml}{self.after}".encode()
        if len(data.translate(None, _CONTROL)) != len(data) or "\ufffe" in xml or "\uffff" in xml:
            raise InputError(
                "記載データに、文書に書けない制御文字が含まれています。",
                action="その文字を消して、もう一度お試しください。",
            )
        return data


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled DOCX template; safe to render from several threads."""

    parts: tuple[tuple[str, bytes] | TaggedPart, ...]  # those without tags by name and content
    packed: Mapping[str, StoredPart]  # those without tags
    core: tuple[str, tuple[tuple[str, CompiledText], ...]] | None  # docProps/core.xml with marks for its tags
    fixed: str  # every part as it is before it is filled

    def fill(self, context: Mapping[str, Any]) -> Filled:
        """Return the filled DOCX; the same context gives the same bytes.

        Raises DefinitionError naming part and text where the template asks for what there is not, InputError on
        characters that no XML can hold.
        """
        parts = dict((part.name, part.render(context)) if isinstance(part, TaggedPart) else part for part in self.parts)
        if self.core:
            xml, marks = self.core
            for mark, compiled in marks:
                xml = xml.replace(mark, str(escape(compiled.render(context))))
            parts[CORE] = xml.encode()
        return Filled(parts, self.packed, self.fixed)


def plain_of(template: Template) -> list[Any]:
    """Return a template as plain data and code, which `template_from` takes; see `remembered` (validators/definitions/files.py)."""
    parts = [
        (part.name, part.before, part.after, part.source, part.compiled.code, part.nested, part.mend, part.tables)
        if isinstance(part, TaggedPart)
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
    marked = core and (core[0], tuple((mark, CompiledText.of(code)) for mark, code in core[1]))
    still = {name: StoredPart(*part) for name, part in packed.items()}
    return Template(parts, still, marked, "\n".join(map(unfilled, parts)))


def _part_from(*plain: Any) -> TaggedPart:
    name, before, after, source, code, nested, mend, tables = plain
    return TaggedPart(name, before, after, source, CompiledText.of(code), nested, mend, tables)


_PLAIN: Final = 2  # a part without tags: its name and its content


def unfilled(part: tuple[str, bytes] | TaggedPart) -> str:
    """Return the text of a part before any value is in it."""
    return (
        f"{part.before}{part.source}{part.after}" if isinstance(part, TaggedPart) else part[1].decode("utf-8", "ignore")
    )


def explain(name: str, source: str, error: Exception, context: Mapping[str, Any] | None = None) -> NoReturn:
    """Raise DefinitionError with the text near the fault, found by compiling once more with a line for every paragraph."""
    lines = _PARAGRAPH.sub(r"\n<w:p\1", source)
    number = getattr(error, "lineno", None)
    try:
        compiled = _SANDBOX.from_string(lines)
        compiled.render(context or {})
    except _WRONG as again:
        number = getattr(again, "lineno", None) or _line(again)
    near = MARKUP.sub("", lines.splitlines()[number - 1]) if number else ""
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
