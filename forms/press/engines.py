"""One door to both engines: Typst sets every paper; what it refuses by name, LibreOffice sets where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forms.press.typeset import typeset
from forms.press.typeset.engine.compile import EngineError
from validators.errors import CannotDrawError, WouldBeWrongError, YoshikiError
from validators.model import Finding

if TYPE_CHECKING:
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


def press(
    paper: bytes | Filled, *, title: str = "", memory: Memory | None = None, timeout: float | None = None
) -> Pressed:
    """Set a DOCX, a file or one just filled, by the first engine that draws it.

    `memory` is that of the run the paper belongs to; `timeout` in seconds bounds the second engine (left out: the usual).
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
        from forms.press import libreoffice as office  # noqa: PLC0415 - slow to import, and seldom wanted
        from forms.press.second import set_by_libreoffice  # noqa: PLC0415

        if not office.installed():
            raise
        docx = paper if isinstance(paper, bytes) else paper.docx()
        try:
            return Pressed(set_by_libreoffice(docx, timeout=timeout), "libreoffice", refusal.message)
        except WouldBeWrongError:
            raise
        except YoshikiError as second:
            raise CannotDrawError(f"{refusal.message}\n{second.message}", action=second.action) from second
