"""Run Typst in process: one collection of fonts for all, one compiler a thread (Typst lets other threads run)."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import typst

from forms.press.typeset.engine.fonts import typst_fonts
from validators.errors import CannotDrawError, YoshikiError

STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
_HERE = Path(__file__).parent
_local = threading.local()
_PANICS = {
    "row-overflow": "行の高さを固定した表の欄に、記載が収まりません。",
    "margin-overflow": "ヘッダー又はフッターが余白に収まりません。",
}


class EngineError(YoshikiError):
    """Typst refused a source of ours: a defect here, not in the document."""

    code = "typeset-failed"


def compile_pdf(source: str, *, timestamp: datetime) -> bytes:
    """Set `source` as PDF/A-2a and PDF/UA-1; the same source and time give the same bytes.

    `timestamp` without a zone counts as UTC; fractions of a second are left out, which a PDF's dates do not have.
    """
    timestamp = timestamp if timestamp.tzinfo is not None else timestamp.replace(tzinfo=UTC)
    compiler = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = _local.compiler = typst.Compiler(root=_HERE, font_paths=typst_fonts(), ignore_system_fonts=True)
    try:
        pdf = compiler.compile(
            input=source.encode(), format="pdf", pdf_standards=[*STANDARDS], timestamp=timestamp.replace(microsecond=0)
        )
    except typst.TypstError as error:
        for name, message in _PANICS.items():
            if name in str(error):
                raise CannotDrawError(message, action="様式の行の高さ又は余白を広げてください。") from None
        # The engine's message may quote the text of the paper, so only its kind is passed on.
        kind = re.sub(r'"[^"]*"|`[^`]*`|\([^)]*\)', "…", str(error).split("\n", 1)[0])[:120]
        raise EngineError(f"PDFを作成できませんでした（{kind}）。", action="様式の作成者に連絡してください。") from None
    if not isinstance(pdf, bytes):
        raise EngineError("PDFを作成できませんでした。", action="様式の作成者に連絡してください。")
    return pdf
