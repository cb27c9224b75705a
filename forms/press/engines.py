"""One door to both engines: Typst sets every paper; what it refuses by name, LibreOffice sets where it is installed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from forms.finish.final_read import pdf_pages
from forms.finish.finish import page_count
from forms.press import libreoffice as office
from forms.press.libreoffice.page_numbers import numbered_by_pages
from forms.press.typeset import typeset
from forms.press.typeset.engine.compile import EngineError
from forms.press.typeset.package import W, read_package
from forms.press.typeset.reading.styles import is_on
from validators.errors import CannotDrawError, WouldBeWrongError, YoshikiError
from validators.model import Finding

if TYPE_CHECKING:
    from lxml import etree

    from forms.paper.zips import Filled
    from forms.press.typeset import Memory


@dataclass(frozen=True, slots=True)
class Pressed:
    """A PDF, the engine that set it, and what the first engine could not draw (empty when it set the PDF itself)."""

    pdf: bytes
    engine: Literal["typst", "libreoffice"] = "typst"
    refused: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the note for the review that the second engine took over; nothing for the first."""
        if self.engine == "typst":
            return ()
        return (
            Finding(
                "info",
                (),
                f"このPDFはLibreOfficeで作成しました。長期保存の形式はPDF/A-2bで、PDF/UAとは名のりません。{self.refused}",
                code="second-engine",
            ),
        )


def _refuse_lost(docx: bytes, pdf: bytes) -> None:
    """Raise WouldBeWrongError where letters of the body do not stand in the PDF: cut off, or never drawn."""
    package = read_package(docx)
    root = package.xml(package.main)
    words = "".join("" if root is None else (text.text or "" for text in root.iter(W + "t") if not _hidden(text)))
    lost = _letters(words) - _letters("".join(pdf_pages(pdf)))
    if lost:
        raise WouldBeWrongError(
            f"LibreOfficeの作ったPDFに、文書の文字のうち{lost.total()}字がありません。",
            action="表の入れ子や固定した行の高さをやめるか、WordでPDFにしてください。",
        )


def _hidden(text: etree._Element) -> bool:
    vanish = text.find(f"../{W}rPr/{W}vanish")
    return vanish is not None and is_on(vanish)


def _letters(text: str) -> Counter[str]:
    return Counter(letter for letter in normalize("NFKC", text) if letter.isalnum())


def press(
    paper: bytes | Filled, *, title: str = "", memory: Memory | None = None, timeout: float = office.TIMEOUT
) -> Pressed:
    """Set a DOCX, a file or one just filled, by the first engine that draws it; `timeout` in seconds bounds the second.

    `memory` is that of the run the paper belongs to.

    Raises WouldBeWrongError for what no engine would draw truly, which the second is never asked for; CannotDrawError when
    the first engine refuses and the second is missing or gives no PDF either, with both reasons; InputError for what is no
    DOCX.
    """
    try:
        if isinstance(paper, bytes):
            return Pressed(typeset(paper, title=title, memory=memory))
        return Pressed(typeset(paper.parts, title=title, memory=memory, fixed=paper.fixed))
    except WouldBeWrongError:
        raise
    except (CannotDrawError, EngineError) as refusal:
        if not office.installed():
            raise
        docx = paper if isinstance(paper, bytes) else paper.docx()
        try:
            pdf = office.convert(numbered_by_pages(docx, several=True), timeout=timeout)
            if page_count(pdf) == 1:
                pdf = office.convert(numbered_by_pages(docx, several=False), timeout=timeout)
            _refuse_lost(docx, pdf)
            return Pressed(pdf, "libreoffice", refusal.message)
        except WouldBeWrongError:
            raise
        except YoshikiError as second:
            raise CannotDrawError(f"{refusal.message}\n{second.message}", action=second.action) from second
