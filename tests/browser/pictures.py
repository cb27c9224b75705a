"""The README's pictures of the desk: made by the journeys, and held against what the pages say.

`YOSHIKI_GOLDEN=write pytest tests/browser/test_over_the_ledger.py` makes them anew. A picture keeps the digest of its page's
words; letters are drawn a little differently on every machine, so its points are not compared.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLACE: Final = Path(__file__).parents[2] / "docs" / "pictures"
_WIDTH, _HEIGHT, _COLOURS = 1280, 900, 64


def pictured(page: Page, name: str) -> None:
    """Assert that the README's picture `name` shows this page as it is now (`YOSHIKI_GOLDEN=write`: make it)."""
    page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
    said = re.sub(
        r"第[0-9]+号|\s+", " ", page.inner_text("body")
    )  # which number it is depends on what was issued before
    words = hashlib.sha256(said.encode()).hexdigest()[:16]
    path = PLACE / f"{name}.png"
    if os.environ.get("YOSHIKI_GOLDEN") == "write":
        page.wait_for_load_state("networkidle")
        page.evaluate("window.scrollTo(0, 0)")
        made = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(_COLOURS)
        told = PngInfo()
        told.add_text("words", words)
        PLACE.mkdir(exist_ok=True)
        made.save(path, optimize=True, pnginfo=told)
    with Image.open(path) as kept:
        assert kept.info.get("words") == words, f"{path.name} shows another page: YOSHIKI_GOLDEN=write makes it anew"
