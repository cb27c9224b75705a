"""The fonts the papers are set in, as Typst wants them; which characters they draw is told by validators.glyphs."""

from __future__ import annotations

from functools import cache

import typst

from validators.glyphs import font_files

MINCHO, GOTHIC, P_MINCHO, P_GOTHIC = "BIZ UDMincho", "BIZ UDGothic", "BIZ UDPMincho", "BIZ UDPGothic"


@cache
def typst_fonts() -> typst.Fonts:
    """Return the one collection of fonts every compiler of this process shares."""
    folders = sorted({str(path.parent) for path in font_files().values()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
