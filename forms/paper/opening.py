"""Open a clerk's DOCX as a template: Strict under the names of Transitional, without relationships that lead nowhere."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.opc.exceptions import OpcError
from lxml import etree

from forms.press.typeset.package import parse_xml, read_package
from validators.errors import InputError

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject

    from forms.press.typeset.package import WordPackage

_UNREADABLE: Final = (OpcError, KeyError, ValueError, IndexError, AttributeError, zipfile.BadZipFile, etree.LxmlError)


def open_template(docx: bytes) -> DocumentObject:
    """Return the document of a DOCX; raises InputError for what Word itself would have to mend."""
    try:
        return Document(io.BytesIO(docx))
    except _UNREADABLE:
        pass
    try:
        return Document(io.BytesIO(_mended(read_package(docx))))
    except _UNREADABLE as error:
        raise InputError(
            "様式のDOCXを開けません。", action="Wordで開き、「Word文書（*.docx）」として保存し直してください。"
        ) from error


def _mended(package: WordPackage) -> bytes:
    """Return the package with the parts as they are read here, and no internal relationship without its part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(package.names, key=lambda name: (name != "[Content_Types].xml", name)):
            data = package.part(name) or b""
            if name.endswith(".rels"):
                folder = name.rpartition("_rels/")[0]
                owner = folder + name.rpartition("/")[2].removesuffix(".rels")
                targets = package.relations("" if name == "_rels/.rels" else owner)
                root = parse_xml(data)
                for relation in list(root):
                    target = targets.get(relation.get("Id", ""))
                    if target is not None and target not in package.names:
                        root.remove(relation)
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()
