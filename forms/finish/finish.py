"""Finish a PDF: title, language and identifier; nothing that names a person or a program; the same bytes for the same paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from forms.finish.pdf_tail import read_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.finish.rewriting import Attachment

PRODUCER = "Yoshiki"
LANGUAGE = "ja-JP"
_SAID = (b"/Lang(ja-JP)", b"/DisplayDocTitle true")  # in the catalogue of whatever the press sets
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CLAIM = re.compile(rb"<(pdfaid:part|pdfaid:conformance|pdfuaid:part)>\s*([0-9A-Za-z]+)\s*<")
KEPT = frozenset(  # what a catalogue may keep (ISO 32000-1, 7.7.2); scripts, forms, names of files do not pass
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


def finish(
    pdf: bytes, *, title: str, identifier: str, created: datetime | None = None, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the PDF with its properties set and all others removed.

    What the input claims of PDF/A and PDF/UA stays claimed; with attachments PDF/A-2 becomes PDF/A-3, which alone allows
    them (ISO 19005-3, 6.8). `created` without a zone counts as UTC. Raises InputError for what is no PDF.
    """
    stamp = zoned(created)
    if not attachments and (tail := read_tail(pdf, KEPT)) is not None and tail.says(_SAID):
        claims = claims_of(tail.metadata)
        return tail.with_properties(information(title, stamp), xmp(title, identifier, stamp, claims))
    from forms.finish.rewriting import rewritten  # noqa: PLC0415 - slow to import, and not wanted for papers of the press

    return rewritten(pdf, title, identifier, stamp, attachments)


def zoned(created: datetime | None) -> datetime:
    """Return a moment with its zone: UTC where it has none, a day of no meaning where there is no moment."""
    stamp = created or _EPOCH
    return stamp if stamp.tzinfo is not None else stamp.replace(tzinfo=UTC)


def claims_of(metadata: bytes) -> dict[str, str]:
    """Return what metadata claim of PDF/A and PDF/UA."""
    return {key.decode(): value.decode() for key, value in _CLAIM.findall(metadata)}


def information(title: str, stamp: datetime) -> dict[str, str]:
    """Return the information dictionary of a paper (ISO 32000-1, 14.3.3)."""
    date = pdf_date(stamp)
    return {"Title": title, "Producer": PRODUCER, "Creator": PRODUCER, "CreationDate": date, "ModDate": date}


def pdf_date(stamp: datetime) -> str:
    """Return a moment as PDF writes it (ISO 32000-1, 7.9.4)."""
    return stamp.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def xmp(title: str, identifier: str, stamp: datetime, claims: dict[str, str]) -> bytes:
    """Return the metadata of a paper (ISO 16684-1), with what it claims."""
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
