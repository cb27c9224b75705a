"""Notes on cells: comments.xml and the drawing Excel wants beside it. Other people's notes stay, ours stand below them.

ECMA-376-1 18.7 (comments); VML as Excel writes it. Threaded comments are left untouched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from forms.entry.workbook.marking.splice import (
    CannotMarkError,
    Edit,
    Element,
    appended,
    applied,
    checked,
    elements,
    root_space,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHOR = "様式の点検"
LINE = "―― 点検の指摘 ――"
LONGEST = 4_000  # letters of a note
_WANTED = frozenset({"authors", "author", "commentList", "comment", "text", "r", "t"})
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" id="_x0000_t202" '
    'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:255pt;height:{height}pt;z-index:1;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 40, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_NUMBERS = re.compile(rb"_x0000_s(\d+)")
_DRAWN = re.compile(
    rb"<v:shape\b(?:(?!</v:shape>).)*?<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>(?:(?!</v:shape>).)*?</v:shape>",
    re.DOTALL,
)


def empty_comments(space: str) -> bytes:
    """Return a comments part without comments."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{space}"><authors/><commentList/></comments>'
    ).encode()


class SheetNotes:
    """The notes of one sheet: those that stay, and those to be written."""

    def __init__(self, comments: bytes, drawing: bytes) -> None:
        self._data = checked(comments)
        self._drawing = drawing or _VML
        self._space = root_space(comments)
        found = list(elements(comments, _WANTED))
        boxes = {e.name: e for e in found if e.name in {"authors", "commentList"} and len(e.path) == 2}  # noqa: PLR2004
        if boxes.keys() != {"authors", "commentList"}:
            raise CannotMarkError
        self._authors, self._list = boxes["authors"], boxes["commentList"]
        self._count = sum(e.name == "author" for e in found)
        self._comments: dict[str, Element] = {}
        self._inside: dict[str, list[Element]] = {}
        inside: list[Element] = []
        for element in found:
            if element.name == "comment":
                ref = element.attributes.get("ref", "").replace("$", "")
                self._comments[ref], self._inside[ref] = element, inside
                inside = []
            elif element.name in {"text", "r", "t"}:
                inside.append(element)

    def own_marks(self) -> list[str]:
        """Return the cells whose notes hold findings of an earlier check."""
        return [ref for ref, comment in self._comments.items() if LINE in comment.text]

    def written(self, new: Mapping[str, str], spared: frozenset[str]) -> tuple[bytes, bytes]:
        """Return both parts with the findings of earlier checks taken out and the new ones (cell → text) written, none at `spared`."""
        edits: list[Edit] = []
        added, gone = [], []
        for ref, comment in self._comments.items():
            if ref in spared or (LINE not in comment.text and ref not in new):
                continue
            if LINE in comment.text and comment.text.partition(LINE)[0].strip() == "" and ref not in new:
                edits.append(Edit(comment.start, comment.end, b""))
                gone.append(ref)
            else:
                edits += self._changed(ref, comment, new.get(ref, ""))
        for ref, text in new.items():
            if ref not in self._comments and ref not in spared:
                said = f"{LINE}\n{text}"
                run = f'<comment xmlns="{self._space}" ref="{ref}" authorId="{self._count}"><text>{_run(said)}</text></comment>'
                added.append((ref, text, run.encode()))
        if added:
            edits.append(
                appended(self._data, self._authors, f'<author xmlns="{self._space}">{AUTHOR}</author>'.encode())
            )
            edits.append(appended(self._data, self._list, b"".join(run for *_, run in added)))
        return applied(self._data, edits), self._drawn([(ref, text) for ref, text, _ in added], frozenset(gone))

    def _changed(self, ref: str, comment: Element, text: str) -> list[Edit]:
        """Return the edits that end a note with new findings (none: ""), after cutting off the old ones."""
        inside = self._inside[ref]
        body = next((e for e in inside if e.name == "text"), None)
        if body is None or body.empty:
            raise CannotMarkError
        addition = _run(f"\n{LINE}\n{text}", self._space).encode() if text else b""
        runs = [e for e in inside if e.name in {"r", "t"} and len(e.path) == len(body.path) + 1]
        if LINE in comment.text:
            first = next((i for i, e in enumerate(runs) if LINE in e.text), None)
            if first is None or runs[first].text.partition(LINE)[0].strip():
                own = comment.text.partition(LINE)[0].rstrip()
                kept = _run(own, self._space).encode() if own else b""
                return [Edit(body.inner, body.inner_end, kept + addition)]
            return [Edit(runs[first].start, body.inner_end, addition)]
        if len(runs) == 1 and runs[0].name == "t":  # a bare text and a run beside it are no rich text
            data, only = self._data, runs[0]
            whole = f'<r xmlns="{self._space}">'.encode() + data[only.start : only.end] + b"</r>"
            return [Edit(only.start, only.end, whole), Edit(body.inner_end, body.inner_end, addition)]
        return [Edit(body.inner_end, body.inner_end, addition)]

    def _drawn(self, added: list[tuple[str, str]], gone: frozenset[str]) -> bytes:
        data = self._drawing
        if gone:
            places = {_place(ref) for ref in gone}
            edits = [Edit(m.start(), m.end(), b"") for m in _DRAWN.finditer(data) if (int(m[1]), int(m[2])) in places]
            data = applied(data, edits)
        if not added:
            return data
        end = data.rfind(b"</xml>")
        if end < 0 or b"\0" in data[:64]:
            raise CannotMarkError
        number = max((int(found) for found in _NUMBERS.findall(data)), default=1_024)
        shapes = [] if b"_x0000_t202" in data else [_TYPE]
        for n, (ref, text) in enumerate(added, 1):
            row, column = _place(ref)
            lines = 2 + sum(1 + len(line) // 24 for line in text.split("\n"))
            shapes.append(
                _SHAPE.format(
                    number=number + n, height=min(30 + 14 * lines, 375), left=column + 1, right=column + 5, top=max(row - 1, 0),
                    bottom=row + min(lines, 25), row=row, column=column,
                )
            )  # fmt: skip
        return data[:end] + "".join(shapes).encode() + data[end:]


def _run(text: str, space: str = "") -> str:
    named = f' xmlns="{space}"' if space else ""
    return f'<r{named}><t xml:space="preserve">{escaped(text[:LONGEST])}</t></r>'


def escaped(text: str) -> str:
    """Write a text into XML: what XML cannot hold as the format's own escape, and a text that looks like one kept from being one."""
    plain = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return escape(_UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", plain))


def _place(ref: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(ref)
    return row - 1, column_index_from_string(letters) - 1
