"""Read word/settings.xml: what of it changes the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from forms.press.typeset.package import W, parse_xml
from forms.press.typeset.reading.styles import TWIP, is_on, number


@dataclass(frozen=True, slots=True)
class Settings:
    """What word/settings.xml says that changes the drawing."""

    tab_step: float = 42.0  # points
    grid_in_tables: bool = False
    compatibility: int = 12  # Word's layout version; from 15 on a table's edge stands at the margin
    even_and_odd: bool = False
    adds_spacing: bool = False  # doNotUseHTMLParagraphAutoSpacing: space after and space before add up


@lru_cache(maxsize=64)
def read_settings(data: bytes | None) -> Settings:
    """Read word/settings.xml; what it lacks has Word's own default."""
    if data is None:
        return Settings()
    root = parse_xml(data)
    step, even = root.find(W + "defaultTabStop"), root.find(W + "evenAndOddHeaders")
    compat = root.find(W + "compat")
    version, in_tables, adds = 12, False, False
    if compat is not None:
        for setting in compat.iterchildren(W + "compatSetting"):
            if setting.get(W + "name") == "compatibilityMode":
                version = int(number(setting, "val") or 12)
        adjust = compat.find(W + "adjustLineHeightInTable")
        in_tables = adjust is not None and is_on(adjust)
        summed = compat.find(W + "doNotUseHTMLParagraphAutoSpacing")
        adds = summed is not None and is_on(summed)
    return Settings(
        tab_step=(number(step, "val", TWIP) if step is not None else None) or 42.0,
        grid_in_tables=in_tables,
        compatibility=version,
        even_and_odd=even is not None and is_on(even),
        adds_spacing=adds,
    )
