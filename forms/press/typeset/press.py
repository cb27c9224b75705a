"""The press: DOCX → Typst source → PDF/A-2a and PDF/UA-1, in process."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forms.press.typeset.drawing import Drawing
from forms.press.typeset.engine.compile import EngineError, compile_pdf
from forms.press.typeset.engine.emit import quote
from forms.press.typeset.engine.fonts import MINCHO
from forms.press.typeset.engine.headers import name_headers
from forms.press.typeset.memory import Memory
from forms.press.typeset.package import parse_xml, read_package
from forms.press.typeset.reading.body import read_body
from forms.press.typeset.reading.bound import as_shown
from forms.press.typeset.sections import set_sections
from validators.errors import CannotDrawError, WouldBeWrongError
from validators.glyphs import missing_characters

if TYPE_CHECKING:
    from collections.abc import Mapping

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_UNTITLED = "文書"


def typeset(
    docx: bytes | Mapping[str, bytes],
    *,
    title: str = "",
    date: datetime | None = None,
    memory: Memory | None = None,
    fixed: str = "",
) -> bytes:
    """Set a DOCX, a file or its parts by name, as PDF/A-2a and PDF/UA-1; the same input gives the same bytes.

    `title` and `date` (of creation; without a zone it counts as UTC) left out are those of the DOCX's core properties.
    `memory` is that of the run the paper belongs to, `fixed` the own text of its form; left out, nothing is remembered.
    Raises CannotDrawError naming each construct or character that cannot be drawn, InputError for what is no DOCX,
    FontMissingError when a font is not installed.
    """
    drawing, source, made = _set(docx, title, memory, fixed)
    try:
        drawing.raise_refusals()
    except WouldBeWrongError:
        raise
    except CannotDrawError:
        with suppress(EngineError):  # what would be wrong in any engine is said before what another may draw
            compile_pdf(source, timestamp=_EPOCH)
        raise
    return name_headers(compile_pdf(source, timestamp=date or made))


def typst_source(
    docx: bytes | Mapping[str, bytes], *, title: str = "", memory: Memory | None = None, fixed: str = ""
) -> tuple[str, datetime]:
    """Return the Typst source of a DOCX and its time of creation."""
    drawing, source, made = _set(docx, title, memory, fixed)
    drawing.raise_refusals()
    return source, made


def _set(
    docx: bytes | Mapping[str, bytes], title: str, memory: Memory | None, fixed: str
) -> tuple[Drawing, str, datetime]:
    """Return what became of a DOCX, what was refused noted on the drawing."""
    package = read_package(docx)
    drawing = Drawing.of(package, Memory() if memory is None else memory, fixed)
    content = set_sections(drawing, read_body(as_shown(package, package.main) or b""))
    _refuse_missing(drawing.characters)
    known, made = _core(package.part(package.related("", "core-properties", "docProps/core.xml")))
    head, called = '#import "/prelude.typ": *\n', quote(title or known or _UNTITLED)
    source = f"{head}{drawing.presets.source()}#paper({called},{quote(MINCHO)},{content or 'none'})"
    return drawing, source, made


def _refuse_missing(texts: list[str]) -> None:
    if missing := missing_characters("".join(texts)):
        named = "、".join(
            f"{entry}（{' '.join(f'U+{ord(letter):04X}' for letter in entry)}）" for entry in missing[:10]
        )
        raise WouldBeWrongError(
            f"どのフォントにもない文字があります: {named}", action="別の字体に直すか、文字を確かめてください。"
        )


def _core(data: bytes | None) -> tuple[str, datetime]:
    """Return the title and the time of creation in docProps/core.xml."""
    if data is None:
        return "", _EPOCH
    root = parse_xml(data)
    title, created = root.find(_DC + "title"), root.find(_TERMS + "created")
    try:
        made = datetime.fromisoformat((created.text or "").strip()) if created is not None else _EPOCH
    except ValueError:
        made = _EPOCH
    return ("" if title is None else title.text or ""), made
