"""The second engine takes over what the first refuses by name, says so, and is shut in."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX

from forms import office
from forms.engines import press
from forms.finish import finish
from validators.errors import CannotDrawError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable


def document(*, italic: bool = False) -> bytes:
    paper = Document()
    run = paper.add_paragraph().add_run("汐見県汐見市の書式")
    run.italic = italic
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def text(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in opened)


def running(folder: Path) -> list[str]:
    """Return the processes whose command names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in entry.read_bytes():
                found.append(entry.parent.name)
    return found


def wait_until(wanted: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not (seen := wanted()) and time.monotonic() < end:
        time.sleep(0.01)
    return seen


def with_part(docx: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(docx)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_the_first_engine_sets_what_it_can() -> None:
    pressed = press(document(), title="書式")
    assert (pressed.engine, pressed.refused, pressed.findings) == ("typst", "", ())


def test_the_second_takes_over_and_says_so() -> None:
    pressed = press(document(italic=True), title="書式")
    assert pressed.engine == "libreoffice"
    assert "斜体" in pressed.refused
    (note,) = pressed.findings
    assert (note.severity, note.code) == ("info", "second-engine")
    assert "斜体" in note.message
    pdf = finish(pressed.pdf, title="書式", identifier="paper")
    assert "汐見県汐見市の書式" in text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert metadata.pdfa_status == "2B"
        assert "{http://www.aiim.org/pdfua/ns/id/}part" not in metadata


def test_without_the_second_the_refusal_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "installed", lambda: False)
    with pytest.raises(CannotDrawError, match="斜体"):
        press(document(italic=True))


def test_a_time_out_kills_the_whole_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(press, document(italic=True), timeout=0.3)
        assert wait_until(lambda: bool(running(tmp_path)))
        with pytest.raises(CannotDrawError, match=r"斜体[\s\S]*0.3秒以内"):
            run.result()
    assert wait_until(lambda: not running(tmp_path))


@pytest.mark.parametrize(
    ("part", "content", "told"),
    [
        ("word/vbaProject.bin", b"x", "マクロ"),
        ("word/embeddings/oleObject1.bin", b"x", "埋め込みオブジェクト"),
        ("word/media/image1.svg", b"<svg/>", "SVG画像"),
        (
            "word/_rels/footer9.xml.rels",
            (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
                b'Target="http://127.0.0.1:9/x.png" TargetMode="External"/></Relationships>'
            ),
            "外部の画像への参照",
        ),
    ],
)
def test_hazards_are_refused(part: str, content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        office.convert(with_part(document(), part, content))
