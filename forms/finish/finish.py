"""Finish a PDF: title, language and identifier; nothing that names a person or a program; the same bytes for the same paper."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

import pikepdf

from forms.finish.pdf_tail import read_tail
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

PRODUCER = "Yoshiki"
LANGUAGE = "ja-JP"
_SAID = (b"/Lang(ja-JP)", b"/DisplayDocTitle true")  # in the catalogue of whatever the press sets
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CLAIM = re.compile(rb"<(pdfaid:part|pdfaid:conformance|pdfuaid:part)>\s*([0-9A-Za-z]+)\s*<")
_KEPT = frozenset(  # what a catalogue may keep (ISO 32000-1, 7.7.2); scripts, forms, names of files do not pass
    {
        "/Type",
        "/Version",
        "/Pages",
        "/Outlines",
        "/OutputIntents",
        "/StructTreeRoot",
        "/MarkInfo",
        "/PageLabels",
        "/Dests",
        "/ViewerPreferences",
        "/Lang",
        "/Metadata",
        "/AF",
    }
)

# PDF/A does not know the PDF/UA mark by itself: it must be described (ISO 19005-2, 6.6.2.3; ISO 14289-1, 5).
_UA_SCHEMA = (
    '<pdfaExtension:schemas xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF; `media_type` such as application/json."""

    name: str
    content: bytes
    media_type: str
    description: str


def finish(
    pdf: bytes, *, title: str, identifier: str, created: datetime | None = None, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the PDF with its properties set and all others removed.

    What the input claims of PDF/A and PDF/UA stays claimed; with attachments PDF/A-2 becomes PDF/A-3, which alone allows
    them (ISO 19005-3, 6.8). `created` without a zone counts as UTC. Raises InputError for what is no PDF.
    """
    stamp = _zoned(created)
    if not attachments and (tail := read_tail(pdf, _KEPT)) is not None and tail.says(_SAID):
        claims = _claims_of(tail.metadata)
        return tail.with_properties(_information(title, stamp), _xmp(title, identifier, stamp, claims))
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
        _describe(joined, title or titles[0], "", _zoned(created), {})
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


def _zoned(created: datetime | None) -> datetime:
    stamp = created or _EPOCH
    return stamp if stamp.tzinfo is not None else stamp.replace(tzinfo=UTC)


def _claims(document: pikepdf.Pdf) -> dict[str, str]:
    metadata = document.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return {}
    return _claims_of(metadata.read_bytes())


def _claims_of(metadata: bytes) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in _CLAIM.findall(metadata)}


def _information(title: str, stamp: datetime) -> dict[str, str]:
    date = _pdf_date(stamp)
    return {"Title": title, "Producer": PRODUCER, "Creator": PRODUCER, "CreationDate": date, "ModDate": date}


def _strip(document: pikepdf.Pdf) -> None:
    for key in [str(key) for key in document.Root if str(key) not in _KEPT]:
        del document.Root[key]
    if "/Info" in document.trailer:
        del document.trailer["/Info"]


def _attach(document: pikepdf.Pdf, attachment: Attachment, stamp: datetime) -> None:
    written = _pdf_date(stamp)
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
        _xmp(title, identifier, stamp, claims), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
    )
    document.trailer["/Info"] = document.make_indirect(
        pikepdf.Dictionary({f"/{key}": value for key, value in _information(title, stamp).items()})
    )


def _pdf_date(stamp: datetime) -> str:
    return stamp.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def _xmp(title: str, identifier: str, stamp: datetime, claims: dict[str, str]) -> bytes:
    date = stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = "".join(f"<{key}>{value}</{key}>" for key, value in sorted(claims.items()) if value)
    extension = _UA_SCHEMA if "pdfuaid:part" in claims else ""
    named = f"<dc:identifier>{escape(identifier, quote=False)}</dc:identifier>" if identifier else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
        'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><dc:format>application/pdf</dc:format>'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title, quote=False)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>{named}"
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><xmp:CreateDate>{date}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{date}</xmp:ModifyDate><pdf:Producer>{PRODUCER}</pdf:Producer>{told}{extension}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()
