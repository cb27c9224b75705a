"""Read a DOCX package safely: limits on the zip, no network, no DTD, no entities."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_PARTS = 2_000
MAX_BYTES = 64 * 1024 * 1024
LARGE = 1 << 20
MAX_RATIO = 400  # a part packed tighter than this is a bomb, not a document
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
BODY = "word/document.xml"
# The names of ISO/IEC 29500 Strict, and those of Transitional that stand for the same.
_STRICT_HOME = b"http://purl.oclc.org/ooxml/"
_STRICT = (
    (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
    (b"drawingml/main", b"drawingml/2006/main"),
    (b"drawingml/picture", b"drawingml/2006/picture"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/math", b"officeDocument/2006/math"),
    (b"officeDocument/customXml", b"officeDocument/2006/customXml"),
    (b"officeDocument/extendedProperties", b"officeDocument/2006/extended-properties"),
)
_CHOOSE_A_DOCX = "Wordで開けるDOCXファイルを選んでください。"


# One for all parts (it parses one at a time); what an `xml:id` names is never asked for.
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part; a document type declaration or broken XML raises InputError."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise InputError("DOCXの中のXMLを読み取れませんでした。", action=_CHOOSE_A_DOCX) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in whatever encoding it is written
        raise InputError("DOCXの中に文書型宣言があるため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
    return root


class WordPackage:
    """The parts of one DOCX, by name without the leading slash; a part is unpacked when it is asked for."""

    def __init__(self, names: Iterable[str], read: Callable[[str], bytes]) -> None:
        """Take the names of the parts, and what reads one of them."""
        self.names = frozenset(names)
        self._read = read
        self._parts: dict[str, bytes] = {}
        self._relations: dict[str, dict[str, tuple[str, str]]] = {}

    def part(self, name: str) -> bytes | None:
        """Return a part's bytes, None when the package has no such part."""
        data = self._parts.get(name)
        if data is None and name in self.names:
            try:
                data = self._parts[name] = _transitional(self._read(name))
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
                raise InputError("DOCXファイルとして読み取れませんでした。", action=_CHOOSE_A_DOCX) from error
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Return the root of a part, None when the package has no such part."""
        data = self.part(name)
        return None if data is None else parse_xml(data)

    def relations(self, name: str) -> dict[str, str]:
        """Return id → part name of a part's internal relationships; external targets are left out."""
        return {identity: target for identity, (_, target) in self._related(name).items()}

    def related(self, name: str, kind: str, usual: str = "") -> str:
        """Return the part that another names as its `kind` (styles, settings, …); `usual` where it names none."""
        return next((target for _, (said, target) in self._related(name).items() if said == kind), usual)

    @property
    def main(self) -> str:
        """Return the name of the part that holds the body: the package says which (Word on the web writes document2.xml)."""
        return self.related("", "officeDocument", BODY)

    def _related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return id → (last word of the type, part name); the package's own relationships under no name."""
        found = self._relations.get(name)
        if found is None:
            folder, _, base = name.rpartition("/")
            root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
            found = self._relations[name] = {
                relation.get("Id", ""): (
                    relation.get("Type", "").rpartition("/")[2],
                    posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
                )
                for relation in ([] if root is None else root.iter(_RELATION))
                if relation.get("TargetMode") != "External"
            }
        return found


def _transitional(data: bytes) -> bytes:
    """Return a part of a Strict document under the names of Transitional: the elements are the same."""
    if _STRICT_HOME not in data:
        return data
    for strict, usual in _STRICT:
        data = data.replace(_STRICT_HOME + strict, b"http://schemas.openxmlformats.org/" + usual)
    return data


def read_package(docx: bytes | Mapping[str, bytes]) -> WordPackage:
    """Open `docx`, a file or parts of our own making; raise InputError for a file that is no DOCX or beyond the limits."""
    if not isinstance(docx, bytes):
        return WordPackage(docx, docx.__getitem__)
    try:
        archive = zipfile.ZipFile(io.BytesIO(docx))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise InputError("DOCXファイルとして読み取れませんでした。", action=_CHOOSE_A_DOCX) from error
    infos = archive.infolist()
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_BYTES:
        raise InputError("DOCXの中身が大きすぎるため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
    if any(info.file_size > LARGE and info.file_size > MAX_RATIO * max(1, info.compress_size) for info in infos):
        raise InputError("DOCXの圧縮率が異常なため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
    package = WordPackage(archive.namelist(), archive.read)
    if package.main not in package.names:
        raise InputError("DOCXの本文が見つかりませんでした。", action=_CHOOSE_A_DOCX)
    return package
