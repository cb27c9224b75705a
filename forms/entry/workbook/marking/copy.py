"""Write the marks into a copy of the clerk's package, read the copy back, and make sure that nothing else has changed."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from forms.entry.reading.package import WorkbookPackage
from forms.entry.reading.survey import TO_MEND
from forms.entry.reading.xlsx_in import Workbook
from forms.entry.workbook.marking.cells import SheetPart
from forms.entry.workbook.marking.listing import CELL, COLOUR, HEAD, SHEET, SHEET_TYPE, ListedFinding, sheet_part
from forms.entry.workbook.marking.notes import LINE, SheetNotes, empty_comments
from forms.entry.workbook.marking.splice import (
    CannotMarkError,
    Edit,
    Element,
    appended,
    applied,
    checked,
    elements,
    with_attribute,
)
from forms.entry.workbook.marking.styles import EMPTY, MARKS, NONE, Styles
from validators.labels import SEVERITY_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from validators.model import Finding

MOST_NOTES = 5_000  # in one workbook; beyond, the colour and the list must do
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_COMPARED = 32 * 2**20  # bytes of sheets up to which their values are read and compared as well


def marked_copy(source: Path | bytes, name: str, lines: Sequence[ListedFinding]) -> bytes:
    """Return the workbook with every finding at its cell and all of them on a sheet of their own.

    Raises CannotMarkError when it cannot be done without changing anything else.
    """
    return _Copy(WorkbookPackage(source, name), lines).made()


class _Copy:
    """The parts of a workbook, and what becomes of them."""

    def __init__(self, package: WorkbookPackage, lines: Sequence[ListedFinding]) -> None:
        self.package = package
        self.lines = list(lines)
        self.changed: dict[str, bytes] = {}  # part → new bytes
        self.added: dict[str, bytes] = {}
        self.types: list[str] = []  # elements for [Content_Types].xml
        relations = package.relations("")
        self.main = next((target for kind, target in relations.values() if kind == "officeDocument"), "xl/workbook.xml")
        self.related = package.relations(self.main)
        self.notes_left = MOST_NOTES
        if any(info.filename.lower().startswith("_xmlsignatures") for info in package.infos()):
            raise CannotMarkError  # a signature would be broken

    def made(self) -> bytes:
        """Return the finished copy, compared with what came in."""
        book = Workbook(self.package)
        sheets = {sheet.name: sheet.part for sheet in book.sheets}
        former = self._former_colours(book)
        styles_part = next((target for kind, target in self.related.values() if kind == "styles"), "")
        self.styles = Styles(self.whole(styles_part) if styles_part in self.package else EMPTY)
        by_sheet: defaultdict[str, list[int]] = defaultdict(list)
        for index, line in enumerate(self.lines):
            if line.sheet in sheets and line.sheet != TO_MEND:
                by_sheet[line.sheet].append(index)
            else:
                self.lines[index] = line._replace(cell="", sheet=line.sheet)
        for title, part in sheets.items():
            if title != TO_MEND:
                self._mark(title, part, by_sheet.get(title, []), former)
        self._put_list(sheets.get(TO_MEND, ""))
        self._put_styles(styles_part)
        self._put_types()
        content = self._archive()
        _Comparison(self.package, content, self.changed, self.added, set(sheets) - {TO_MEND}).made()
        return content

    def whole(self, part: str) -> bytes:
        """Return a part as it now stands."""
        if part in self.changed:
            return self.changed[part]
        return self.added.get(part) or checked(b"".join(self.package.chunks(part)))

    # ---- the sheets ----

    def _former_colours(self, book: Workbook) -> dict[tuple[str, str], str]:
        """Return the colours that cells had before an earlier check, by sheet and cell; refuse a sheet of that name that is not ours."""
        sheet = next((sheet for sheet in book.sheets if sheet.name == TO_MEND), None)
        if sheet is None:
            return {}
        rows = list(sheet.rows())
        if not rows or [rows[0].cells.get(column) for column in (1, 2, 3)] != list(HEAD[:3]):
            raise CannotMarkError
        found = {}
        for row in rows[1:]:
            place = (str(row.cells.get(SHEET, "")), str(row.cells.get(CELL, "")))
            found[place] = str(row.cells.get(COLOUR, "") or NONE)
        return found

    def _mark(self, title: str, part: str, indexes: Sequence[int], former: Mapping[tuple[str, str], str]) -> None:
        """Mark one sheet, after taking out the marks of an earlier check."""
        related = self.package.relations(part)
        kinds = dict(related.values())
        comments = self.whole(kinds["comments"]) if "comments" in kinds else b""
        earlier = {cell for sheet, cell in former if sheet == title}
        if not indexes and not earlier and LINE.encode() not in comments:
            return
        sheet = SheetPart(self.whole(part))
        by_cell: defaultdict[str, list[Finding]] = defaultdict(list)
        for index in indexes:
            cell = sheet.first_of_merge(self.lines[index].cell)
            by_cell[cell].append(self.lines[index].finding)
        colours: dict[str, str] = {}

        def look_of(cell: str, look: int) -> int | None:
            own = look
            if self.styles.is_mark(look):
                own = self.styles.coloured(look, former.get((title, cell), NONE))
            if cell not in by_cell:
                return own if own != look else None
            colours[cell] = self.styles.fill_of(own)
            worst = next(weight for weight in MARKS if any(f.severity == weight for f in by_cell[cell]))
            return self.styles.coloured(own, MARKS[worst])

        old = SheetNotes(comments, b"").own_marks() if comments else []
        edits = sheet.edits({*by_cell, *earlier, *old}, look_of)
        for index in indexes:
            line = self.lines[index]
            self.lines[index] = line._replace(colour=colours.get(sheet.first_of_merge(line.cell), ""))
        edits += self._write_notes(part, sheet, comments, {cell: _said(found) for cell, found in by_cell.items()})
        if edits:
            self.changed[part] = applied(sheet.data, edits)

    def _write_notes(self, part: str, sheet: SheetPart, comments: bytes, new: dict[str, str]) -> list[Edit]:
        """Write the sheet's notes and their drawing; return the edit that ties a new drawing to the sheet."""
        related = self.package.relations(part)
        targets = dict(related.values())
        new = dict(list(new.items())[: self.notes_left])
        self.notes_left -= len(new)
        if not new and not comments:
            return []
        threaded = [target for kind, target in related.values() if kind == "threadedComment"]
        spared = frozenset(
            e.attributes.get("ref", "")
            for t in threaded
            for e in elements(self.whole(t), frozenset({"threadedComment"}))
        )
        drawing_part = related[sheet.drawing][1] if sheet.drawing in related else ""
        drawing = self.whole(drawing_part) if drawing_part else b""
        noted, drawn = SheetNotes(comments or empty_comments(sheet.space), drawing).written(new, spared)
        edits: list[Edit] = []
        links: list[tuple[str, str]] = []
        if comments:
            self.changed[targets["comments"]] = noted
        elif new:
            name = self._new_name("xl/comments_marks{}.xml", noted)
            links.append((f"{sheet.relations}/comments", name))
            self.types.append(f'<Override xmlns="{_TYPES}" PartName="/{name}" ContentType="{_COMMENTS_TYPE}"/>')
        if drawing_part:
            self.changed[drawing_part] = drawn
        elif new:
            name = self._new_name("xl/drawings/vmlDrawing_marks{}.vml", drawn)
            links.append((f"{_OFFICE}/vmlDrawing", name))
            edits.append(sheet.drawing_edit(self._relate(part, links)[-1]))
            return edits
        self._relate(part, links)
        return edits

    def _new_name(self, pattern: str, content: bytes) -> str:
        number = 1
        while pattern.format(number) in self.package or pattern.format(number) in self.added:
            number += 1
        self.added[pattern.format(number)] = content
        return pattern.format(number)

    def _relate(self, part: str, links: Sequence[tuple[str, str]]) -> list[str]:
        """Add relationships (type, target) to a part; return their ids."""
        if not links:
            return []
        folder, _, leaf = part.rpartition("/")
        path = f"{folder}/_rels/{leaf}.rels"
        there = path in self.package
        data = (
            self.whole(path)
            if there or path in self.added
            else f'<Relationships xmlns="{_RELS}"></Relationships>'.encode()
        )
        found = list(elements(data, frozenset({"Relationships", "Relationship"})))
        taken = {e.attributes.get("Id", "") for e in found}
        ids = [i for i in (f"rIdMark{n}" for n in range(1, len(taken) + len(links) + 1)) if i not in taken][
            : len(links)
        ]
        new = "".join(
            f'<Relationship xmlns="{_RELS}" Id="{i}" Type="{kind}" Target={quoteattr(posixpath.relpath(target, folder))}/>'
            for i, (kind, target) in zip(ids, links, strict=True)
        )
        root = next(e for e in found if e.name == "Relationships")
        (self.changed if there else self.added)[path] = applied(data, [appended(data, root, new.encode())])
        return ids

    # ---- the workbook ----

    def _put_list(self, own: str) -> None:
        """Put the list into the place it had, or before the first sheet."""
        content = sheet_part(self.lines, self.styles)
        if own:
            self.changed[own] = content
            return
        data = self.whole(self.main)
        found = list(elements(data, frozenset({"sheets", "sheet", "definedName", "workbookView"})))
        sheets = next((e for e in found if e.name == "sheets" and len(e.path) == 2), None)  # noqa: PLR2004
        if sheets is None:
            raise CannotMarkError
        name = self._new_name("xl/worksheets/sheet_marks{}.xml", content)
        self.types.append(f'<Override xmlns="{_TYPES}" PartName="/{name}" ContentType="{SHEET_TYPE}"/>')
        strict = "purl.oclc.org" in data[:2_000].decode("utf-8", "replace")
        office = "http://purl.oclc.org/ooxml/officeDocument/relationships" if strict else _OFFICE
        space = (
            "http://purl.oclc.org/ooxml/spreadsheetml/main"
            if strict
            else "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        )
        (relation,) = self._relate(self.main, [(f"{office}/worksheet", name)])
        number = max((int(e.attributes.get("sheetId", "0")) for e in found if e.name == "sheet"), default=0) + 1
        new = f'<sheet xmlns="{space}" xmlns:r="{office}" name="{TO_MEND}" sheetId="{number}" r:id="{relation}"/>'
        edits = [Edit(sheets.inner, sheets.inner, new.encode()), *_shifted(data, found)]
        self.changed[self.main] = applied(data, edits)

    def _put_styles(self, part: str) -> None:
        if part in self.package:
            self.changed[part] = self.styles.written()
            return
        folder = self.main.rpartition("/")[0]
        name = f"{folder}/styles_marks.xml"
        self.added[name] = self.styles.written()
        self._relate(self.main, [(f"{_OFFICE}/styles", name)])
        self.types.append(f'<Override xmlns="{_TYPES}" PartName="/{name}" ContentType="{_STYLES_TYPE}"/>')

    def _put_types(self) -> None:
        part = "[Content_Types].xml"
        data = self.whole(part)
        found = list(elements(data, frozenset({"Types", "Default"})))
        new = list(self.types)
        known = {e.attributes.get("Extension", "").lower() for e in found if e.name == "Default"}
        if any(name.endswith(".vml") for name in self.added) and "vml" not in known:
            new.insert(0, f'<Default xmlns="{_TYPES}" Extension="vml" ContentType="{_VML_TYPE}"/>')
        if any(name.endswith(".rels") for name in self.added) and "rels" not in known:
            raise CannotMarkError
        root = next(e for e in found if e.name == "Types")
        if new:
            self.changed[part] = applied(data, [appended(data, root, "".join(new).encode())])

    def _archive(self) -> bytes:
        """Write the archive: parts in their order and under their names (with slashes), unchanged ones by their own bytes."""
        out = io.BytesIO()
        by_name = {self.package.name_of(part): content for part, content in self.changed.items()}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
            for info in self.package.infos():
                if info.filename in by_name:
                    archive.writestr(_slashed(info.filename), by_name[info.filename])
                    continue
                fresh = zipfile.ZipInfo(_slashed(info.filename), info.date_time)
                fresh.compress_type, fresh.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                with archive.open(fresh, "w", force_zip64=info.file_size > 2**31) as target:
                    for chunk in self.package.chunks(info.filename):
                        target.write(chunk)
            for name, content in self.added.items():
                archive.writestr(name, content)
        return out.getvalue()


def _slashed(name: str) -> str:
    """Return a part's name as the standard writes it; some programs put backslashes, which few others read."""
    return name.replace("\\", "/").removeprefix("/")


def _shifted(data: bytes, found: Sequence[Element]) -> list[Edit]:
    """Return the edits by which names of sheets and the open sheet follow when a sheet is put before all others."""
    edits = []
    for element in found:
        attribute = {"definedName": "localSheetId", "workbookView": "activeTab"}.get(element.name)
        if attribute is None or (element.name == "definedName" and attribute not in element.attributes):
            continue
        now = element.attributes.get(attribute, "0")
        if not re.fullmatch("[0-9]{1,6}", now):
            raise CannotMarkError
        tag = with_attribute(data[element.start : element.inner], attribute, str(int(now) + 1))
        edits.append(Edit(element.start, element.inner, tag))
    return edits


def _said(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        grounds = finding.citation or "、".join(finding.clauses)
        lines.append(
            f"【{SEVERITY_REQUESTS[finding.severity]}】{finding.message}" + (f"（{grounds}）" if grounds else "")
        )
    return "\n".join(dict.fromkeys(lines))


class _Comparison:
    """The copy, read back, beside what came in. Whatever differs beyond the marks raises CannotMarkError."""

    def __init__(
        self,
        before: WorkbookPackage,
        copy: bytes,
        changed: Mapping[str, bytes],
        added: Mapping[str, bytes],
        sheets: set[str],
    ) -> None:
        self.before, self.after = before, WorkbookPackage(copy, before.name)
        self.changed, self.added, self.sheets = changed, added, sheets

    def made(self) -> None:
        """Compare parts, comments and values."""
        own = {_slashed(self.before.name_of(part)) for part in self.changed}
        was = {_slashed(info.filename): (info.CRC, info.file_size) for info in self.before.infos()}
        was = {name: kept for name, kept in was.items() if name not in own}
        now = {info.filename: (info.CRC, info.file_size) for info in self.after.infos()}
        if (
            any(now.get(name) != kept for name, kept in was.items())
            or now.keys() != was.keys() | own | self.added.keys()
        ):
            raise CannotMarkError
        for part, content in {**self.changed, **self.added}.items():
            if b"".join(self.after.chunks(part)) != content:
                raise CannotMarkError
            if not part.endswith(".vml"):
                list(elements(content, frozenset()))  # well-formed
        self._compare_notes()
        self._compare_values()

    def _compare_notes(self) -> None:
        for part, content in self.changed.items():
            if b"commentList" in content and self._notes(b"".join(self.before.chunks(part))) - self._notes(content):
                raise CannotMarkError

    @staticmethod
    def _notes(data: bytes) -> set[tuple[str, str]]:
        """Return the notes that are not ours: cell and text before our line."""
        notes = ((e.attributes.get("ref", ""), e.text) for e in elements(data, frozenset({"comment"})))
        return {(ref, own) for ref, text in notes if (own := text.partition(LINE)[0].strip())}

    def _compare_values(self) -> None:
        was, now = Workbook(self.before), Workbook(self.after)
        if [s.name for s in was.sheets if s.name != TO_MEND] != [s.name for s in now.sheets if s.name != TO_MEND]:
            raise CannotMarkError
        parts = {sheet.name: sheet for sheet in now.sheets}
        sizes = {info.filename: info.file_size for info in self.before.infos()}
        if sum(sizes.get(self.before.name_of(sheet.part), 0) for sheet in was.sheets) > _COMPARED:
            return  # the bytes outside the marks have been compared; this would read a second time what they say
        for sheet in was.sheets:
            if sheet.name in self.sheets and sheet.part in self.changed:
                for row, other in zip_longest(sheet.rows(), parts[sheet.name].rows()):
                    if (
                        row is None
                        or other is None
                        or (row.number, row.cells, row.hidden) != (other.number, other.cells, other.hidden)
                    ):
                        raise CannotMarkError
