"""Read everything once more that is to be handed to the court, as it stands in the folder."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf

from forms.finish.final_read import read_volume
from forms.issue.names import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validators.secrecy import Secrets

_A4 = (595.276, 841.890)  # points (ISO 216: 210 × 297 mm)
_OFF = 3.0  # points that no printer shows
_MEGABYTE = 1024 * 1024


def read_again(path: Path, secrets: Secrets | None, name_letters: int) -> Iterator[str]:
    """Yield what is wrong with a packed PDF and its name, in words; `secrets` is None where the court alone reads it."""
    if len(path.name) > name_letters or safe_stem(path.stem) != path.stem:
        yield f"ファイル名「{path.name}」が{name_letters}文字を超えるか、使えない記号を含みます。"
    content = path.read_bytes()
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                yield f"「{path.name}」にパスワード又は制限が付いています。"
            if not all(_is_a4(page) for page in pdf.pages):
                yield f"「{path.name}」にA4でないページがあります。"
    except pikepdf.PasswordError:
        yield f"「{path.name}」にパスワードが付いています。"
        return
    except pikepdf.PdfError:
        yield f"「{path.name}」をPDFとして読めません。"
        return
    if secrets is not None:
        labels = [found.label for found in read_volume(content, secrets)] + secrets.found_in(path.name)
        yield from (
            f"「{path.name}」に、相手方に知られてはならない「{label}」が現れます。" for label in dict.fromkeys(labels)
        )


def too_heavy(sizes: Mapping[str, int], megabytes: int) -> Iterator[str]:
    """Yield that files together weigh more than one submission may."""
    if sum(sizes.values()) > megabytes * _MEGABYTE:
        yield f"PDFが合わせて{megabytes}MBを超えます。"


def _is_a4(page: pikepdf.Page) -> bool:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    unit = float(page.obj.get("/UserUnit", 1))
    sides = sorted((abs(right - left) * unit, abs(top - bottom) * unit))
    return all(abs(side - wanted) <= _OFF for side, wanted in zip(sides, _A4, strict=True))
