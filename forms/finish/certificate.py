"""Say which promises of PDF/A-2a and PDF/UA-1 a PDF of ours breaks: a fast look; the judge is veraPDF (docs/CERTIFICATES.md)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import pikepdf

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_UA_PART: Final = "{http://www.aiim.org/pdfua/ns/id/}part"
_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_ACTIONS: Final = frozenset(  # all but going to a place in the same file (ISO 32000-1, table 198)
    f"/{name}"
    for name in (
        *("GoToR", "GoToE", "Launch", "Thread", "URI", "Sound", "Movie", "Hide", "Named", "SubmitForm", "ResetForm"),
        *("ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans", "GoTo3DView"),
    )
)
_DATA_TABLE: Final = 3  # rows from which on a table without a header cell is no mere placing of a box beside another


def promises(pdf: bytes) -> list[str]:
    """Return what the PDF breaks of what every paper of ours promises, in words; nothing when it keeps all.

    Raises InputError for what is no PDF. Sources: ISO 19005-2 (PDF/A), ISO 14289-1 (PDF/UA), ISO 32000-1.
    """
    try:
        document = pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PasswordError:
        return ["暗号化されている"]
    except pikepdf.PdfError as error:
        raise InputError("PDFとして読み取れませんでした。", action="もう一度作成してください。") from error
    with document:
        return [broken for check in _CHECKS for broken in dict.fromkeys(check(document))]


def _says(document: pikepdf.Pdf) -> Iterator[str]:
    """Check what the file says of itself: the standards, title, language."""
    root = document.Root
    if document.is_encrypted:
        yield "暗号化されている"
    metadata = document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) if "/Metadata" in root else {}
    if getattr(metadata, "pdfa_status", "") != "2A":
        yield "XMPがPDF/A-2aと名のっていない"
    if metadata.get(_UA_PART) != "1":
        yield "XMPがPDF/UA-1と名のっていない"
    if not metadata.get("dc:title"):
        yield "XMPに題名がない"
    if not any(
        intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in root.get("/OutputIntents", [])
    ):
        yield "出力インテントがない"
    if str(root.get("/Lang", "")) != "ja-JP":
        yield "文書の言語が日本語でない"
    if not _flag(root.get("/ViewerPreferences"), "/DisplayDocTitle"):
        yield "題名が表示される設定になっていない"


def _tags(document: pikepdf.Pdf) -> Iterator[str]:
    """Check the tags: marked, a heading first of all levels, tables with headers, pictures with words."""
    root = document.Root
    if not _flag(root.get("/MarkInfo"), "/Marked"):
        yield "タグ付きPDFの印がない"
    if _flag(root.get("/MarkInfo"), "/Suspects"):
        yield "タグが疑わしいと印されている"
    if "/StructTreeRoot" not in root:
        yield "構造ツリーがない"
        return
    elements = list(_elements(root.StructTreeRoot))
    levels = [int(name[1]) for element in elements if (name := _role(element))[:1] == "H" and name[1:].isdigit()]
    if not levels:
        yield "見出しのタグがない"
    elif any(level > before + 1 for before, level in zip([0, *levels], levels, strict=False)):
        yield "見出しの段階が飛んでいる"
    for element in elements:
        check = _ELEMENTS.get(_role(element))
        if check is not None:
            yield from check(element)


def _table(table: pikepdf.Object) -> Iterator[str]:
    inside = [_role(element) for element in _elements(table)]
    if inside.count("TR") >= _DATA_TABLE and "TH" not in inside:
        yield "見出しのセルがない表がある"


def _header(cell: pikepdf.Object) -> Iterator[str]:
    attributes = cell.get("/A", pikepdf.Array())
    if not any("/Scope" in owner for owner in (attributes if isinstance(attributes, pikepdf.Array) else [attributes])):
        yield "見出しのセルに範囲（Scope）がない"


def _figure(figure: pikepdf.Object) -> Iterator[str]:
    if not str(figure.get("/Alt", "")).strip():
        yield "代替テキストのない図がある"


_ELEMENTS: Final[dict[str, Callable[[pikepdf.Object], Iterator[str]]]] = {
    "Table": _table,
    "TH": _header,
    "Figure": _figure,
    "Formula": _figure,
}


def _fonts_and_actions(document: pikepdf.Pdf) -> Iterator[str]:
    """Check every object: fonts carried along and readable as text, nothing that acts."""
    for value in _dictionaries(document):
        if value.get("/Type") == "/Font":
            name = str(value.get("/BaseFont", value.get("/Name", "")))[1:]
            if value.get("/Subtype") != "/Type3" and "/DescendantFonts" not in value and not _embedded(value):
                yield f"フォントが埋め込まれていない: {name}"
            if value.get("/Subtype") not in {"/CIDFontType0", "/CIDFontType2"} and "/ToUnicode" not in value:
                yield f"フォントの文字が読み取れない（ToUnicodeがない）: {name}"
        if (
            value.keys() & {"/JS", "/AA", "/OpenAction"}
            or ("/Type" not in value and value.get("/S") in _ACTIONS)
            or (value.get("/Type") == "/Action" and value.get("/S") != "/GoTo")
        ):
            yield "動作（スクリプトなど）が入っている"


def _embedded(font: pikepdf.Object) -> bool:
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in _FILES)


_CHECKS: Final[tuple[Callable[[pikepdf.Pdf], Iterator[str]], ...]] = (_says, _tags, _fonts_and_actions)


def _flag(owner: pikepdf.Object | None, key: str) -> bool:
    return owner is not None and bool(owner.get(key, False))


def _role(element: pikepdf.Object) -> str:
    return str(element.get("/S", ""))[1:]


def _elements(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the structure elements below one, in reading order."""
    kids = parent.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of the file once, those inside others too."""
    waiting: list[Any] = [document.trailer, *document.objects]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            yield value
            waiting += [inner for inner in value.values() if not getattr(inner, "is_indirect", False)]
        elif isinstance(value, pikepdf.Array):
            waiting += [inner for inner in value if not getattr(inner, "is_indirect", False)]
