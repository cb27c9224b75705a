"""Rewrite any PDF by qpdf: properties and attachments where the press's own tail does not do, and volumes of papers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf

from forms.finish.finish import KEPT, LANGUAGE, claims_of, information, pdf_date, xmp, zoned
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF; `media_type` such as application/json."""

    name: str
    content: bytes
    media_type: str
    description: str


def rewritten(pdf: bytes, title: str, identifier: str, stamp: datetime, attachments: Sequence[Attachment]) -> bytes:
    """Return any PDF with its properties set and all others removed; see `finish`."""
    with _open(pdf) as document:
        claims = _claims(document)
        if attachments:
            claims["pdfaid:part"] = "3" if claims.get("pdfaid:part") == "2" else claims.get("pdfaid:part", "")
        _strip(document)
        for attachment in attachments:
            _attach(document, attachment, stamp)
        _describe(document, title, identifier, stamp, claims)
        return _save(document)


def merge(
    documents: Sequence[bytes], *, titles: Sequence[str], title: str = "", created: datetime | None = None
) -> bytes:
    """Join PDFs into one with a bookmark for each.

    The parts' tag trees cannot be joined without loss, so the result claims neither PDF/A nor PDF/UA.
    """
    if not documents or len(documents) != len(titles):
        raise InputError("結合する文書と見出しの数が合いません。", action="文書ごとに見出しを一つ付けてください。")
    with pikepdf.new() as joined:
        starts = []
        for content in documents:
            with _open(content) as part:
                starts.append(len(joined.pages))
                joined.pages.extend(part.pages)
        for page in joined.pages:
            for key in ("/StructParents", "/Tabs"):
                if key in page.obj:
                    del page.obj[key]
        with joined.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(name, start) for name, start in zip(titles, starts, strict=True))
        _describe(joined, title or titles[0], "", zoned(created), {})
        return _save(joined)


def _open(pdf: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(pdf))
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise InputError("PDFとして読み取れませんでした。", action="もう一度作成してください。") from error


def _save(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve,
    )
    return out.getvalue()


def _claims(document: pikepdf.Pdf) -> dict[str, str]:
    metadata = document.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return {}
    return claims_of(metadata.read_bytes())


def _strip(document: pikepdf.Pdf) -> None:
    for key in [str(key) for key in document.Root if str(key) not in KEPT]:
        del document.Root[key]
    if "/Info" in document.trailer:
        del document.trailer["/Info"]


def _attach(document: pikepdf.Pdf, attachment: Attachment, stamp: datetime) -> None:
    written = pdf_date(stamp)
    document.attachments[attachment.name] = pikepdf.AttachedFileSpec(
        document,
        attachment.content,
        filename=attachment.name,
        mime_type=attachment.media_type,
        description=attachment.description,
        creation_date=written,
        mod_date=written,
        relationship=pikepdf.Name.Supplement,
    )


def _describe(document: pikepdf.Pdf, title: str, identifier: str, stamp: datetime, claims: dict[str, str]) -> None:
    root = document.Root
    root["/Lang"] = pikepdf.String(LANGUAGE)
    preferences = root.get("/ViewerPreferences")
    root["/ViewerPreferences"] = pikepdf.Dictionary() if preferences is None else preferences
    root["/ViewerPreferences"]["/DisplayDocTitle"] = True
    root["/Metadata"] = document.make_stream(
        xmp(title, identifier, stamp, claims), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
    )
    document.trailer["/Info"] = document.make_indirect(
        pikepdf.Dictionary({f"/{key}": value for key, value in information(title, stamp).items()})
    )
