"""The second engine takes over what the first refuses by name, says so, and is shut in."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX

from forms.finish.finish import finish
from forms.own_templates import shelf
from forms.own_templates.examine import examine
from forms.paper.layout import build_docx
from forms.press import libreoffice as office
from forms.press.engines import press
from tests.rulebooks import OURS, line_on
from validators.errors import CannotDrawError, InputError
from validators.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.own_templates.examine import TemplateProblem
    from validators.definitions.clauses import Clauses
    from validators.model import Form


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
    end = time.monotonic() + 120
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


@pytest.mark.parametrize(("pages", "numbers"), [(1, []), (3, ["1／3", "2／3", "3／3"])])
def test_our_own_paper_with_something_the_first_refuses_keeps_its_page_numbers(pages: int, numbers: list[str]) -> None:
    """The condition around them is a field in a field, which LibreOffice does not draw: it gets the outcome."""
    paper = Document(io.BytesIO(build_docx(OURS.catalogue.get("non-warning-notice"))))
    for element in [*paper.element.body.iterchildren("{*}p", "{*}tbl")]:
        paper.element.body.remove(element)
    for number in range(pages):
        run = paper.add_paragraph().add_run(f"第{number}の紙")
        run.italic = True
        if number < pages - 1:
            run.add_break(WD_BREAK.PAGE)
    out = io.BytesIO()
    paper.save(out)
    pressed = press(out.getvalue())
    assert pressed.engine == "libreoffice"
    written = "".join(text(pressed.pdf).split())
    assert [number for number in (f"{n}／{pages}" for n in range(1, pages + 1)) if number in written] == numbers


def test_a_record_s_review_says_which_engine_made_the_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office's own paper with italics is adopted with a warning and issued by the second engine; the review tells why and what it claims."""
    problems: list[TemplateProblem] = []

    def overheard(docx: bytes, form: Form, clauses: Clauses) -> list[TemplateProblem]:
        problems.extend(examine(docx, form, clauses))
        return problems

    monkeypatch.setattr(shelf, "examine", overheard)
    form = OURS.catalogue.get("response-card")
    paper = Document(io.BytesIO(build_docx(form)))
    paper.add_paragraph().add_run("注意").italic = True
    own = io.BytesIO()
    paper.save(own)
    shelf.Shelf(tmp_path).adopt(own.getvalue(), form, OURS, starts=date(2026, 7, 1), by="課長")
    assert [(problem.severity, "斜体" in problem.message) for problem in problems] == [("warning", True)]
    samples = json.loads((Path(__file__).parents[4] / "samples" / "osaka.json").read_text("utf-8"))
    raw = next(r for r in samples if r["record"] == "OSK-001")
    line = line_on(date(2026, 7, 1), templates=tmp_path)
    drawn = line.draw(line.judge(Record("response-card", "o", raw["data"], office=raw["office"])))
    assert [finding.code for finding in drawn.findings] == ["second-engine"]
    assert "斜体" in drawn.findings[0].message
    assert "1／2" in "".join(text(drawn.files["pdf"]).split())


def test_no_office_outlives_whoever_called_it(tmp_path: Path) -> None:
    """Its caller is killed while it works: it ends with it, and its folder goes at the next start."""
    paper = tmp_path / "paper.docx"
    paper.write_bytes(document())
    call = "import sys; from pathlib import Path; from forms.press.libreoffice import convert; convert(Path(sys.argv[1]).read_bytes())"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4]), "TMPDIR": str(tmp_path)}
    caller = subprocess.Popen([sys.executable, "-c", call, str(paper)], env=environment)
    until = time.monotonic() + 120
    while not running(tmp_path / "yoshiki-private-"):
        assert time.monotonic() < until
        assert caller.poll() is None
        time.sleep(0.01)
    caller.kill()
    caller.wait()
    until = time.monotonic() + 120
    while running(tmp_path / "yoshiki-private-"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert len(list(tmp_path.glob("yoshiki-private-*"))) == 1
    subprocess.run([sys.executable, "-m", "app", "forms"], env=environment, check=True, capture_output=True)
    assert not list(tmp_path.glob("yoshiki-private-*"))
