"""Hand-written Typst sources of some papers: what bare Typst takes for an equivalent page, without DOCX or templates."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from forms.press.typeset.engine.compile import compile_pdf
from validators.wareki import format_date, format_datetime

_HERE = Path(__file__).parent
_AT = datetime(2026, 7, 1, tzinfo=UTC)

SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(_HERE.glob("*.typ"))}


def bare_pdf(slug: str, values: dict[str, Any]) -> bytes:
    """Set a record with the hand-written source: same fonts, same standards, same facts."""
    literal = json.dumps(json.dumps(_printable(values), ensure_ascii=False), ensure_ascii=False)
    return compile_pdf(f"#let d = json(bytes({literal}))\n{SOURCES[slug]}", timestamp=_AT)


def _printable(value: Any) -> Any:
    """Write dates as the paper shows them; everything else as it is."""
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, str) and len(value) in {10, 16} and value[4:5] == value[7:8] == "-":
        return (
            format_datetime(datetime.fromisoformat(value)) if "T" in value else format_date(date.fromisoformat(value))
        )
    return value
