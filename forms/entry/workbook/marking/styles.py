"""Append looks to a workbook's styles: each marked cell keeps its own but for the colour; nothing that was there moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.entry.workbook.marking.splice import (
    CannotMarkError,
    Edit,
    Element,
    applied,
    checked,
    counted,
    elements,
    root_space,
    tag_end,
    with_attribute,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MARKS = {"error": "FFFFC7CE", "warning": "FFFFEB9C", "info": "FFDDEBF7"}
NONE = "-"  # how a cell without a colour of its own is written down
_FONT = "BIZ UDPゴシック"
_CONTAINERS = ("fonts", "fills", "cellXfs")
_WANTED = frozenset({*_CONTAINERS, "font", "fill", "xf"})
_RGB = re.compile(rb'<(?:\w+:)?fgColor\s+rgb="([0-9A-Fa-f]{8})"\s*/>')
EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/>'
    '<name val="游ゴシック"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class Styles:
    """The looks of one workbook, and those to be appended."""

    def __init__(self, data: bytes) -> None:
        self._data = checked(data)
        self.space = root_space(data)
        boxes: dict[str, Element] = {}
        looks: dict[str, list[Element]] = {"fonts": [], "fills": [], "cellXfs": []}
        for element in elements(data, _WANTED):
            box = element.path[1] if len(element.path) > 1 else ""
            if len(element.path) == 2 and box in looks:  # noqa: PLR2004 - style sheet, container
                boxes[box] = element
            elif len(element.path) == 3 and box in looks:  # noqa: PLR2004 - style sheet, container, look
                looks[box].append(element)
        if boxes.keys() != looks.keys():
            raise CannotMarkError
        self._boxes = boxes
        self._xfs = [data[e.start : e.end] for e in looks["cellXfs"]]
        self._fills = [data[e.start : e.end] for e in looks["fills"]]
        self._first = {box: len(found) for box, found in looks.items()}
        self._new: dict[str, list[bytes]] = {name: [] for name in _CONTAINERS}
        self._known: dict[bytes, int] = {}

    def fill_of(self, look: int) -> str:
        """Return a look's colour as it is written down for later: NONE, RGB, or the fill itself."""
        fill = self._fill(look)
        rgb = _RGB.search(fill)
        if b"<" not in fill.replace(b"<", b"", 1) or b'"none"' in fill or not re.search(rb"patternType", fill):
            return NONE
        if rgb and b'"solid"' in fill:
            return rgb[1].decode()
        text = fill.decode()
        return text if text.startswith("<fill>") and ":" not in text else NONE

    def is_mark(self, look: int) -> bool:
        """Tell whether a look bears one of our colours."""
        rgb = _RGB.search(self._fill(look))
        return rgb is not None and rgb[1].decode().upper() in MARKS.values()

    def _fill(self, look: int) -> bytes:
        known = [*self._xfs, *self._new["cellXfs"]]
        xf = known[look] if look < len(known) else b""
        number = re.search(rb'fillId="(\d{1,6})"', xf[: tag_end(xf, 0)]) if xf else None
        fills = [*self._fills, *self._new["fills"]]
        return fills[int(number[1])] if number and int(number[1]) < len(fills) else b""

    def coloured(self, look: int, colour: str) -> int:
        """Return a look like another but for its colour (as `fill_of` writes it)."""
        if colour == NONE:
            fill = 0
        elif colour.startswith("<fill>"):
            fill = self._append("fills", f'<fill xmlns="{self.space}">{colour[6:]}'.encode())
        else:
            fill = self._append("fills", self._solid(colour))
        known = [*self._xfs, *self._new["cellXfs"]]
        xf = known[look] if look < len(known) else self._own(b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>')
        inner = tag_end(xf, 0)
        tag = with_attribute(with_attribute(xf[:inner], "fillId", str(fill)), "applyFill", "1")
        return self._append("cellXfs", tag + xf[inner:])

    def for_list(self, *, bold: bool = False, link: bool = False, colour: str = "") -> int:
        """Return a look for the list of what to mend."""
        extra = ("<b/>" if bold else "") + ("<u/>" if link else "")
        ink = '<color rgb="FF0017C1"/>' if link else ""
        font = self._append(
            "fonts", self._own(f'<font>{extra}<sz val="10"/>{ink}<name val="{_FONT}"/></font>'.encode())
        )
        fill = self._append("fills", self._solid(colour)) if colour else 0
        return self._append(
            "cellXfs",
            self._own(
                f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" applyFont="1" applyFill="1" applyNumberFormat="1" '
                'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'.encode()
            ),
        )

    def _solid(self, colour: str) -> bytes:
        return self._own(
            f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'.encode()
        )

    def _own(self, element: bytes) -> bytes:
        """Return an element of ours in the namespace of the part, whatever prefix the part uses."""
        return with_attribute(element[: tag_end(element, 0)], "xmlns", self.space) + element[tag_end(element, 0) :]

    def _append(self, box: str, element: bytes) -> int:
        if element not in self._known:
            self._known[element] = self._first[box] + len(self._new[box])
            self._new[box].append(element)
        return self._known[element]

    def written(self) -> bytes:
        """Return the part with what was appended."""
        return applied(self._data, self._edits())

    def _edits(self) -> Iterable[Edit]:
        for name, new in self._new.items():
            if new:
                yield from counted(self._data, self._boxes[name], b"".join(new), self._first[name] + len(new))
