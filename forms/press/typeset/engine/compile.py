"""Run Typst in process: one collection of fonts for all, one compiler a thread (Typst lets other threads run)."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import typst

from forms.press.typeset.engine.fonts import typst_fonts
from validators.errors import CannotDrawError, WouldBeWrongError, YoshikiError

STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
_HERE = Path(__file__).parent
_local = threading.local()
# What prelude.typ stops at: Word would cut the first off, the others Word draws otherwise than the press.
_LOST = re.compile(r"row-overflow, ([^,]*), (\d+), (\d+)")
_PANICS = {
    "margin-overflow": ("ヘッダー又はフッターが余白に収まりません。", "様式の余白を広げてください。"),
    "depth exceeded": ("表などの入れ子が深すぎます。", "入れ子を減らしてください。"),
    "tab-overflow": ("タブの位置が行の右端を越えています。", "タブを減らすか、行の中に収まる位置に直してください。"),
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
        if lost := _LOST.search(str(error)):
            raise WouldBeWrongError(
                f"行の高さを固定した表の欄に、記載が収まりません（{lost[1]}。入るのは約{lost[2]}字、記載は約{lost[3]}字）。",
                action="記載を短くして残りを別紙に書くか、様式の行の高さを「最小値」にするか広げてください。",
            ) from None
        for name, (message, action) in _PANICS.items():
            if name in str(error):
                raise CannotDrawError(message, action=action) from None
        # The engine's message may quote the text of the paper, so only its kind is passed on.
        kind = re.sub(r'"[^"]*"|`[^`]*`|\([^)]*\)', "…", str(error).split("\n", 1)[0])[:120]
        raise EngineError(f"PDFを作成できませんでした（{kind}）。", action="様式の作成者に連絡してください。") from None
    if not isinstance(pdf, bytes):
        raise EngineError("PDFを作成できませんでした。", action="様式の作成者に連絡してください。")
    return pdf
