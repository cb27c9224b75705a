"""What a file is called: by the record's id as the clerk wrote it, telling nothing about people."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from forms.issue.files import digest
from validators.text import case_key, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.judging import Judged
    from validators.model import Form, Record

_FORBIDDEN = re.compile(r'[/\\:*?"<>|\s]+')  # by any file system that offices use
_NARROW = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)
}  # full-width letters and digits, as people look for them
_BYTES = 255  # of a name, in UTF-8: what ext4, NTFS, APFS and SMB take
_LONGEST = 160  # bytes that an id may take of it


def safe_stem(written: str) -> str:
    """Return the part of a file name that an id gives: every letter stays (令6／12 gives 令6-12), no separator, no leading dot.

    One that is too long is cut and ends in a mark of its own, so that it stays unlike the others.
    """
    plain = "".join(
        c
        for c in unicodedata.normalize("NFC", written).translate(_NARROW)
        if unicodedata.category(c)[0] != "C" or c.isspace()
    )
    stem = _FORBIDDEN.sub("-", plain).strip("-. ") or "record"
    if len(stem.encode()) <= _LONGEST:
        return stem
    return f"{_cut(stem, _LONGEST)}-{digest(written.encode())[:8]}"


def _cut(text: str, limit: int) -> str:
    """Cut a text to so many bytes, never through a character."""
    return text.encode()[:limit].decode(errors="ignore")


def place_key(record_id: str, slug: str) -> tuple[str, str]:
    """Return the key of a record's place among files: two with the same key need a number to be told apart."""
    return safe_stem(record_id).casefold(), slug


def paper_name(stem: str, form: Form | str, kind: str, *, twin: int = 0) -> str:
    """Return `<record>-<slug>.<ending>`: "pdf", "docx", or a copy's "pdf-副本"; `twin` counts those before of the same name."""
    slug = form if isinstance(form, str) else form.slug
    ending, _, mark = kind.partition("-")
    tail = f"-{slug}" + (f"-{twin + 1}" if twin else "") + (f"-{mark}" if mark else "") + f".{ending}"
    return _cut(stem, _BYTES - len(tail.encode())) + tail


def paper_stem(judged: Judged, ordinal: int) -> str:
    """Return what stands for a record in its files' names: its id, or its place in the input where the id tells a person."""
    record, form = judged.record, judged.form
    told = form is not None and _tells(record.id, form, record)
    return f"record{ordinal}" if told else safe_stem(record.id)


def volume_name(papers: Iterable[tuple[Form | None, Record]], ordinal: int, *, inner: bool) -> str:
    """Name a case's volume by its number, unless that tells a person; no two cases share a name, one case never has two."""
    papers = list(papers)
    case = unicodedata.normalize("NFKC", papers[0][1].case).strip()
    if any(form is not None and _tells(record.case, form, record) for form, record in papers):
        stem = f"case{ordinal}"
    else:
        safe = safe_stem(case)
        stem = f"case-{safe}" if safe == case else f"case-{safe}-{digest(case_key(case).encode())[:6]}"
    return f"{stem}{'-内部' * inner}.pdf"


def _tells(name: str, form: Form, record: Record) -> bool:
    """Tell whether a name holds a personal or protected value of the record."""
    key = fold(name)
    for field_name, field in form.fields.items():
        value = record.data.get(field_name)
        text = value.get("name") if isinstance(value, dict) else value
        if field.sensitivity != "none" and isinstance(text, str) and len(fold(text)) > 1 and fold(text) in key:
            return True
    return False
