"""Give LibreOffice page numbers it can draw: it knows no field inside another field's instruction.

Our papers number their pages by `IF NUMPAGES > 1 "PAGE／NUMPAGES" ""`. The copy that LibreOffice gets has what stands
between the quotes, or nothing on a paper of one page.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from forms.press.typeset.package import W, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

_EDGES = re.compile(r"word/(?:header|footer)\d*\.xml")
_SEVERAL = re.compile(r"^\s*IF\b[^\"]*>\s*1\s*$", re.IGNORECASE)


def numbered_by_pages(docx: bytes, *, several: bool) -> bytes:
    """Return a copy whose page numbers stand under no condition: shown when there are `several` pages, else left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if _EDGES.fullmatch(name) and b"instrText" in content:
                root = parse_xml(content)
                for paragraph in root.iter(W + "p"):
                    _flatten(paragraph, several=several)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(
                zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED
            )  # no date: the same copy, the same bytes
    return out.getvalue()


def _flatten(paragraph: etree._Element, *, several: bool) -> None:
    """Put the runs between the quotes in place of a paragraph's conditional field, if that is the only thing it asks."""
    runs = paragraph.findall(W + "r")
    kept = list(_shown(runs))
    condition = "".join(text.text or "" for text in _condition(runs))
    if not _SEVERAL.match(condition.partition('"')[0]) or not kept:
        return
    place = list(paragraph).index(runs[0])
    for run in runs:
        paragraph.remove(run)
    for run in reversed(kept) if several else ():
        paragraph.insert(place, run)


def _condition(runs: list[etree._Element]) -> Iterator[etree._Element]:
    """Yield the pieces of the outer field's own instruction."""
    for depth, run in _depths(runs):
        if depth == 1:
            yield from run.iter(W + "instrText")


def _shown(runs: list[etree._Element]) -> Iterator[etree._Element]:
    """Yield the runs between the outer field's first pair of quotes, its own words as text."""
    inside = False
    for depth, run in _depths(runs):
        words = run.find(W + "instrText")
        if depth == 1 and words is not None:
            for n, part in enumerate((words.text or "").split('"')):
                inside ^= n > 0
                if inside and part:
                    spoken = copy.deepcopy(run)
                    text = next(spoken.iter(W + "instrText"))
                    text.tag, text.text = W + "t", part
                    yield spoken
        elif inside and depth > 1:
            yield run


def _depths(runs: list[etree._Element]) -> Iterator[tuple[int, etree._Element]]:
    """Yield each run with the number of fields open around it, the marks that open and close a field inside it."""
    depth = 0
    for run in runs:
        mark = run.find(W + "fldChar")
        kind = "" if mark is None else mark.get(W + "fldCharType", "")
        depth += kind == "begin"
        yield depth, run
        depth -= kind == "end"
