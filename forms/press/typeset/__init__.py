"""DOCX → PDF/A-2a and PDF/UA-1 by Typst, in process."""

from forms.press.typeset.memory import Memory
from forms.press.typeset.press import typeset

__all__ = ["Memory", "typeset"]
