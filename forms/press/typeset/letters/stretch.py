"""One stretch of a paragraph: what runs, breaks, tabs, fields and images are read into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from forms.press.typeset.reading.styles import Properties

StretchKind = Literal["text", "code", "tab", "line", "page"]


@dataclass(slots=True)
class Stretch:
    """One stretch of a paragraph; `text` holds characters, or Typst code when kind is code."""

    kind: StretchKind
    text: str
    properties: Properties
