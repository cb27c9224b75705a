"""Read a DOCX package safely: limits on the zip, no network, no DTD, no entities."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from validators.errors import InputError

MAX_PARTS = 2_000
MAX_BYTES = 64 * 1024 * 1024
MAX_RATIO = 400  # a part packed tighter than this is a bomb, not a document
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CHOOSE_A_DOCX = "Wordで開けるDOCXファイルを選んでください。"


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part; a document type declaration or broken XML raises InputError."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError("DOCXの中のXMLを読み取れませんでした。", action=_CHOOSE_A_DOCX) from error
    if b"<!DOCTYPE" in data:
        raise InputError("DOCXの中に文書型宣言があるため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
    return root


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of one DOCX, by name without the leading slash."""

    parts: dict[str, bytes]
    _relations: dict[str, dict[str, str]] = field(default_factory=dict)

    def xml(self, name: str) -> etree._Element | None:
        """Return the root of a part, None when the package has no such part."""
        data = self.parts.get(name)
        return None if data is None else parse_xml(data)

    def relations(self, name: str) -> dict[str, str]:
        """Return id → part name of a part's internal relationships; external targets are left out."""
        found = self._relations.get(name)
        if found is None:
            folder, _, base = name.rpartition("/")
            root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
            found = (
                {}
                if root is None
                else {
                    relation.get("Id", ""): posixpath.normpath(
                        posixpath.join("/", folder, relation.get("Target", ""))
                    ).lstrip("/")
                    for relation in root.iter(_RELATION)
                    if relation.get("TargetMode") != "External"
                }
            )
            self._relations[name] = found
        return found


def read_package(docx: bytes) -> Package:
    """Unpack `docx` within the limits; raise InputError for what is not a DOCX or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_BYTES:
                raise InputError("DOCXの中身が大きすぎるため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
            if any(
                info.file_size > 1 << 20 and info.file_size > MAX_RATIO * max(1, info.compress_size) for info in infos
            ):
                raise InputError("DOCXの圧縮率が異常なため、読み取りませんでした。", action=_CHOOSE_A_DOCX)
            parts = {info.filename: archive.read(info) for info in infos if not info.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError("DOCXファイルとして読み取れませんでした。", action=_CHOOSE_A_DOCX) from error
    if "word/document.xml" not in parts:
        raise InputError("DOCXの本文が見つかりませんでした。", action=_CHOOSE_A_DOCX)
    return Package(parts)
