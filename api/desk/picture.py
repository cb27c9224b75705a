"""The paper as it would look: filled, set, each page a grey picture with 下書き in it; what disclosure stops is never drawn.

Kept in memory for a minute, of the drafts asked for last; nothing is written anywhere. A draft that cannot be set keeps its last
picture, and the caption says why.
"""

from __future__ import annotations

import io
import math
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from forms.finish.pdf_picture import page_picture
from forms.finish.pdf_text import page_count, pdf_pages
from forms.paper.fill import fill
from forms.press.typeset import Memory, typeset
from validators.errors import YoshikiError
from validators.glyphs import font_files
from validators.paths import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from api.desk.judged import Weighed
    from forms.issue.line import Line

COVER: Final = "■■■"
DPI: Final = {"": 115, "large": 145}
KEEP_SECONDS: Final = 60
MOST_PICTURED: Final = 32
_DRAWING: Final = 2  # papers at once: one a core
_WAIT_SECONDS: Final = 5
_TELLING: Final = 16  # letters that tell where a text stands
_MARK: Final = "下　書　き"
_MARK_GREY: Final = 224  # so light that the paper stays legible under it
_FONT: Final = "BIZUDPGothic-Bold.ttf"


@dataclass(slots=True)
class Pictured:
    """What was drawn of a draft last. `failed`: why the newest revision could not be set."""

    rev: int
    pdf: bytes = b""
    pages: int = 0
    drawn_at: datetime | None = None
    failed: str = ""
    touched: float = 0.0
    memory: Memory = field(default_factory=Memory)  # holds values: it goes with the picture
    images: dict[tuple[int, int], bytes] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # of each page, without blanks

    def page_with(self, told: Iterable[str]) -> int:
        """Return the page (the first is 1) on which the first of these texts that is found stands; 0 for none."""
        for text in ("".join(each.split())[:_TELLING] for each in told):
            for number, page in enumerate(self.texts, 1):
                if text and text in page:
                    return number
        return 0


class Pictures:
    """The pictures of this process."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._kept: OrderedDict[str, Pictured] = OrderedDict()
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(max_workers=_DRAWING, thread_name_prefix="picture")

    def of(self, line: Line, weighed: Weighed, now: datetime) -> Pictured:
        """Return the picture of a draft as it stands; the last good one, with the reason, where it cannot be set."""
        draft = weighed.draft
        with self._lock:
            self._sweep()
            kept = self._kept.pop(draft.id, None) or Pictured(rev=-1)
            self._kept[draft.id] = kept
            kept.touched = time.monotonic()
        if kept.rev != draft.rev:
            try:
                pdf = self._workers.submit(_set, line, weighed, kept.memory).result(_WAIT_SECONDS)
            except YoshikiError as error:
                kept.failed = error.message
            except TimeoutError:
                kept.failed = "いま混み合っていて、紙面を作れませんでした。"
            else:
                kept.pdf, kept.pages, kept.drawn_at, kept.failed = pdf, page_count(pdf), now, ""
                kept.images.clear()
                kept.texts = ["".join(text.split()) for text in pdf_pages(pdf)] if kept.pages > 1 else []
            kept.rev = draft.rev
        return kept

    def image(self, key: str, number: int, dpi: int) -> bytes | None:
        """Return a page (the first is 1) of what was drawn last as PNG; None when nothing is kept or there is no such page."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or not 1 <= number <= kept.pages:
            return None
        if (number, dpi) not in kept.images:
            kept.images[number, dpi] = marked_png(kept.pdf, number - 1, dpi)
        return kept.images[number, dpi]

    def drop(self, key: str) -> None:
        """Forget a draft's pictures."""
        with self._lock:
            self._kept.pop(key, None)

    def _sweep(self) -> None:
        oldest = time.monotonic() - KEEP_SECONDS
        for key in [key for key, kept in self._kept.items() if kept.touched < oldest]:
            del self._kept[key]
        while len(self._kept) >= MOST_PICTURED:
            self._kept.popitem(last=False)


def _set(line: Line, weighed: Weighed, memory: Memory) -> bytes:
    record = weighed.judged.record
    shown = replace(record, data=covered(weighed))
    template, _ = line.own_template(weighed.form)
    paper = fill(weighed.form, shown, line.office_of(record), template=template)
    return typeset(paper.parts, title=weighed.form.title, memory=memory, fixed=paper.fixed)


def covered(weighed: Weighed) -> dict[str, Any]:
    """Return the record's values, each that disclosure stops replaced before anything is drawn: nothing lies under the mark."""
    data: dict[str, Any] = deepcopy(weighed.judged.record.data)
    for finding in weighed.judged.fate.findings:
        if finding.code == "protected-value" and finding.severity == "error":
            at: Any = data
            *way, last = parts_of(finding.path) or [""]
            for part in way:
                at = at[part]
            at[last] = COVER
    return data


def marked_png(pdf: bytes, number: int, dpi: int) -> bytes:
    """Return a page as PNG with 下書き across it, in the picture itself."""
    drawn = page_picture(pdf, number, dpi=dpi)
    page = Image.frombytes("L", (drawn.width, drawn.height), drawn.dots)
    out = io.BytesIO()
    ImageChops.multiply(page, _mark(drawn.width, drawn.height)).save(out, "PNG", compress_level=1)
    return out.getvalue()


@lru_cache(maxsize=8)
def _mark(width: int, height: int) -> Image.Image:
    """Return a white page with the mark from corner to corner."""
    font = ImageFont.truetype(font_files()[_FONT], width // 7)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(_MARK))
    words = Image.new("L", (right - left, bottom - top), 255)
    ImageDraw.Draw(words).text((-left, -top), _MARK, font=font, fill=_MARK_GREY)
    turned = words.rotate(math.degrees(math.atan2(height, width)) * 0.8, expand=True, fillcolor=255)
    page = Image.new("L", (width, height), 255)
    page.paste(turned, ((width - turned.width) // 2, (height - turned.height) // 2))
    return page
