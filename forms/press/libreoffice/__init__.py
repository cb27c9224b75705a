"""The second engine: DOCX → PDF/A-2 with tags by a LibreOffice of the machine, for what the first engine refuses by name."""

from forms.press.libreoffice.convert import TIMEOUT, convert, installed

__all__ = ["TIMEOUT", "convert", "installed"]
