"""What a file is called: by the record's id as the clerk wrote it, telling nothing about people."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from forms.issue.files import digest
from validators.disclosure import tells
from validators.text import case_key

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
    if written.isascii() and written.isalnum() and len(written) <= _LONGEST:  # nearly every id
        return written
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
    """Return what stands for a record in its files' names: its id, or its place in the input where the id tells a person.

    What any paper of its case keeps secret counts, be it in another notation.
    """
    record = judged.record
    own = [(judged.form, record)] if judged.form is not None else []
    return f"record{ordinal}" if tells(record.id, own) or judged.secrets.told_by(record.id) else safe_stem(record.id)


def volume_name(papers: Iterable[tuple[Form | None, Record]], ordinal: int, *, inner: bool) -> str:
    """Name a case's volume by its number, unless that tells a person; no two cases share a name, one case never has two."""
    papers = list(papers)
    case = unicodedata.normalize("NFKC", papers[0][1].case).strip()
    if tells(papers[0][1].case, [(form, record) for form, record in papers if form is not None]):
        stem = f"case{ordinal}"
    else:
        safe = safe_stem(case)
        stem = f"case-{safe}" if safe == case else f"case-{safe}-{digest(case_key(case).encode())[:6]}"
    return f"{stem}{'-内部' * inner}.pdf"
