"""Turn line breaks, tabs and page breaks in filled-in texts into Word's own, as docxtpl's `resolve_listing` does."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

SIGNS: Final = re.compile(r"[\n\t\a\f]")
_PARAGRAPH: Final = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_RUN: Final = re.compile(r"<w:r(?: [^>]*)?>.*?</w:r>", re.DOTALL)
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>.*?</w:t>", re.DOTALL)
_PARAGRAPH_LOOK: Final = re.compile(r"<w:pPr>.*?</w:pPr>")
_RUN_LOOK: Final = re.compile(r"<w:rPr>.*?</w:rPr>")
_OPENED, _CLOSED = '<w:t xml:space="preserve">', "</w:t>"
_NOTHING_LAST: Final = re.compile(f"(?:<w:br/>{_OPENED}{_CLOSED})+(?=</w:r></w:p>)")


def without_empty_ends(xml: str) -> str:
    """Return the part without lines at the end of a paragraph that no value filled: an empty line is no room to write in."""
    return _NOTHING_LAST.sub("", xml)


def broken(xml: str, *, nested: bool) -> str:
    """Return the part with the signs in its texts turned into Word's elements, paragraph by paragraph where there are any.

    `nested`: paragraphs may stand inside paragraphs (text boxes); then all of the part is gone through.
    """
    found = SIGNS.search(xml)
    if found is None or nested:
        return xml if found is None else _PARAGRAPH.sub(_in_paragraph, xml)
    out, done = [], 0
    while found is not None:
        at = found.start()
        start = max(xml.rfind("<w:p>", done, at), xml.rfind("<w:p ", done, at))
        end = xml.find("</w:p>", at)
        if start >= 0 and end >= 0 and xml.find("</w:p>", start, at) < 0:
            out += [xml[done:start], _PARAGRAPH.sub(_in_paragraph, xml[start : end + 6])]
            done = end + 6
        found = SIGNS.search(xml, max(done, at + 1))
    return "".join((*out, xml[done:]))


def _in_paragraph(paragraph: re.Match[str]) -> str:
    return _RUN.sub(partial(_in_run, _look(_PARAGRAPH_LOOK, paragraph[0])), paragraph[0])


def _in_run(paragraph: str, run: re.Match[str]) -> str:
    """Break the texts of one run; what stands behind a break keeps the looks of run and paragraph."""
    look = _look(_RUN_LOOK, run[0])
    again = f"<w:r>{look}{_OPENED}"
    over = f"{_CLOSED}</w:r></w:p>"
    page = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    signs = str.maketrans(
        {
            "\t": f"{_CLOSED}</w:r><w:r>{look}<w:tab/></w:r>{again}",
            "\n": f"{_CLOSED}<w:br/>{_OPENED}",
            "\a": f"{over}<w:p>{paragraph}{again}",
            "\f": f"{over}{page}<w:p>{paragraph}{again}",
        }
    )
    return _TEXT.sub(lambda text: text[0].translate(signs), run[0])


def _look(pattern: re.Pattern[str], xml: str) -> str:
    found = pattern.search(xml)
    return found[0] if found else ""
