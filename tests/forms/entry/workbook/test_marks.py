"""Marks go into the clerk's own package: every byte but theirs stays, or a list comes instead of the copy."""

from __future__ import annotations

import io
import json
import re
import subprocess
import warnings
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from commands import main
from forms.entry import annotate, read_input
from forms.entry.workbook.annotate import ONLY_A_LIST
from forms.entry.workbook.marking.copy import marked_copy
from forms.entry.workbook.marking.listing import ListedFinding
from forms.entry.workbook.marking.splice import CannotMarkError
from validators.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from validators.definitions.catalogue import Catalogue

HEAD = ["整理番号", "作成年月日", "理由", "交付方法"]
FOUND = Finding("error", ("SHI-1",), "日付を書いてください。", cell="表!B2", citation="試験規則1条")


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return out.getvalue()


def opened(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of the extension it does not know
        return load_workbook(io.BytesIO(content))


def marked(content: bytes, *cells: str) -> bytes:
    lines = [ListedFinding(FOUND, *cell.split("!")) for cell in cells or ("表!B2",)]
    return marked_copy(content, "入力.xlsx", lines)


@pytest.fixture
def rich(make: Callable[..., Workbook]) -> bytes:
    """Make a workbook with furigana, bold letters, a drop-down of an extension, a picture, names, a comment, a filter."""
    book = make(表=[HEAD, ["1", "2024-13-40", "x", "直接交付"]], 覚え=[["買い物"]])
    book["表"]["C2"].font = Font(name="游明朝", italic=True)
    book["表"]["C2"].fill = PatternFill("solid", fgColor="FF00FF00")
    book["表"]["D2"].comment = Comment("あとで聞く", "架空")
    book["表"].print_title_rows = "1:1"
    book["表"].auto_filter.ref = "A1:D2"
    stream = io.BytesIO()
    book.save(stream)
    held = parts(stream.getvalue())
    sheet = held["xl/worksheets/sheet1.xml"].decode()
    text = '<c r="C2" s="1" t="inlineStr"><is><r><t>架空</t></r><r><rPr><b/></rPr><t>の理由</t></r><rPh sb="0" eb="2"><t>カクウ</t></rPh></is></c>'
    sheet = re.sub(r'<c r="C2".*?</c>', text, sheet)
    extension = '<extLst><ext uri="{x}" xmlns:x="urn:架空"><x:rules><x:rule>選択!$A$1</x:rule></x:rules></ext></extLst></worksheet>'
    held["xl/worksheets/sheet1.xml"] = sheet.replace("</worksheet>", extension).encode()
    held["xl/media/image1.webp"] = b"RIFF-no-picture-of-ours"
    types = held["[Content_Types].xml"].decode()
    held["[Content_Types].xml"] = types.replace(
        "<Default ", '<Default Extension="webp" ContentType="image/webp"/><Default ', 1
    ).encode()
    return packed(held)


def test_everything_but_the_marks_keeps_its_bytes(rich: bytes) -> None:
    """Parts without marks are the same; in those with marks the marks alone were added."""
    before, after = parts(rich), parts(marked(rich, "表!B2", "表!D2", "表!F9"))
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml",
        "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml",
    }  # fmt: skip
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    assert '<rPr><b/></rPr><t>の理由</t></r><rPh sb="0" eb="2"><t>カクウ</t></rPh>' in sheet
    assert "<x:rule>選択!$A$1</x:rule>" in sheet
    bare = re.sub(r' s="\d+"|<row [^>]*r="9"[^>]*>.*?</row>', "", sheet)
    assert bare == re.sub(r' s="\d+"', "", before["xl/worksheets/sheet1.xml"].decode())
    assert "あとで聞く" in after["xl/comments/comment1.xml"].decode()
    names = opened(packed(after))
    assert names["表"].print_title_rows == "$1:$1"
    assert names["表"]["F9"].fill.fgColor.rgb == "FFFFC7CE"


def test_a_marked_cell_keeps_its_own_look_but_for_the_colour(rich: bytes) -> None:
    """Its font stays; marking anew without findings gives its colour back."""
    without = {name: part for name, part in parts(rich).items() if "webp" not in name}
    without["[Content_Types].xml"] = re.sub(rb"<Default Extension=.webp.[^>]*>", b"", without["[Content_Types].xml"])
    once = marked(packed(without), "表!C2")
    cell = opened(once)["表"]["C2"]
    assert (cell.font.name, cell.font.italic, cell.fill.fgColor.rgb) == ("游明朝", True, "FFFFC7CE")
    again = opened(marked(once, "表!B2"))
    assert (again["表"]["C2"].fill.fgColor.rgb, again["表"]["C2"].comment) == ("FF00FF00", None)
    assert again["表"]["D2"].comment.text == "あとで聞く"
    assert again.sheetnames == ["直すところ", "表", "覚え"]


def test_cells_without_addresses_and_rows_that_are_not_there_are_marked(make: Callable[..., Workbook]) -> None:
    """Some programs leave out r; a finding on a blank cell makes the cell where it belongs."""
    stream = io.BytesIO()
    make(表=[HEAD, ["1", "x", None, "直接交付"], ["2"]]).save(stream)
    held = parts(stream.getvalue())
    sheet = re.sub(rb'(<row|<c) r="[A-Z]*\d+"', rb"\1", held["xl/worksheets/sheet1.xml"])
    held["xl/worksheets/sheet1.xml"] = sheet.replace(b"<c t", b"<c t").replace(b"<row ", b"<row ")
    content = marked(packed(held), "表!B2", "表!F2", "表!C3", "表!A9")
    book = load_workbook(io.BytesIO(content))["表"]
    assert {cell: book[cell].fill.fgColor.rgb for cell in ("B2", "F2", "C3", "A9")} == dict.fromkeys(
        ("B2", "F2", "C3", "A9"), "FFFFC7CE"
    )


def test_strict_files_stay_strict(make: Callable[..., Workbook], catalogue: Catalogue) -> None:
    """Every element and relationship of ours is of the file's own kind, and the copy reads as the original does."""
    stream = io.BytesIO()
    make(表=[HEAD, ["1", "x", "あ", "直接交付"]]).save(stream)
    strict = {
        name: part.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, part in parts(stream.getvalue()).items()
    }  # fmt: skip
    after = parts(marked(packed(strict)))
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/comments_marks1.xml"):
        assert b"schemas.openxmlformats.org/spreadsheetml" not in after[name]
    read = read_input(io.BytesIO(packed(after)), name="a.xlsx", catalogue=catalogue)
    assert [record.data["reason"] for record in read.records] == ["あ"]


def test_threaded_comments_are_left_alone(rich: bytes) -> None:
    """The cell is coloured and listed; the discussion in it keeps its bytes."""
    held = parts(rich)
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    thread = f'<ThreadedComments xmlns="{space}"><threadedComment ref="D2" id="{{1}}"><text>相談中</text></threadedComment></ThreadedComments>'
    held["xl/threadedComments/threadedComment1.xml"] = thread.encode()
    rels = held["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    link = '<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/>'
    held["xl/worksheets/_rels/sheet1.xml.rels"] = rels.replace("</Relationships>", link + "</Relationships>").encode()
    after = parts(marked(packed(held), "表!D2"))
    assert after["xl/threadedComments/threadedComment1.xml"] == thread.encode()
    assert after["xl/comments/comment1.xml"] == held["xl/comments/comment1.xml"]


@pytest.mark.parametrize("spoil", ["signature", "encoding", "sheet of that name", "styles", "backwards"])
def test_what_cannot_be_marked_with_certainty_becomes_a_list(
    rich: bytes, catalogue: Catalogue, tmp_path: Path, spoil: str
) -> None:
    """A signed, differently coded or broken workbook is not touched; the list says so on its first line."""
    held = parts(rich)
    if spoil == "signature":
        held["_xmlsignatures/sig1.xml"] = b"<Signature/>"
    elif spoil == "encoding":
        held["xl/worksheets/sheet1.xml"] = held["xl/worksheets/sheet1.xml"].decode().encode("utf-16")
    elif spoil == "sheet of that name":
        held["xl/workbook.xml"] = held["xl/workbook.xml"].decode().replace("覚え", "直すところ").encode()
    elif spoil == "styles":
        held["xl/styles.xml"] = held["xl/styles.xml"].replace(b"cellXfs", b"cellYfs")
    else:
        rows = re.search(rb"(<row .*?</row>)(<row .*?</row>)", held["xl/worksheets/sheet1.xml"], re.DOTALL)
        assert rows
        sheet = held["xl/worksheets/sheet1.xml"].replace(rows[0], rows[2] + rows[1])
        held["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="2"', b'r="99"', 1)
    path, target = tmp_path / "入力.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(packed(held))
    with pytest.raises(CannotMarkError):
        marked(packed(held), "表!A1", "表!F3", "表!A2")
    found = [replace(FOUND, cell=f"表!{cell}") for cell in ("A1", "F3", "A2")]
    assert annotate(path, found, target, catalogue=catalogue) == ONLY_A_LIST
    listed = load_workbook(target)["直すところ"]
    assert listed["G2"].value == ONLY_A_LIST
    assert [cell.value for cell in listed[3]][1:7] == ["直してください", "表", "A1", None, None, FOUND.message]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
@pytest.mark.parametrize("name", ["入力.xlsx", "入力.csv", "入力.json"])
def test_a_copy_that_fails_costs_nothing_else(catalogue: Catalogue, tmp_path: Path, content: bytes, name: str) -> None:
    """Whatever the input holds, annotate gives a workbook and raises nothing."""
    path, target = tmp_path / name, tmp_path / "out.xlsx"
    path.write_bytes(content)
    annotate(path, [FOUND], target, catalogue=catalogue)
    assert "直すところ" in load_workbook(target).sheetnames


def test_a_workbook_called_csv_is_marked_as_the_workbook_it_is(
    rich: bytes, catalogue: Catalogue, tmp_path: Path
) -> None:
    """The content decides, not the name."""
    path, target = tmp_path / "入力.csv", tmp_path / "out.xlsx"
    path.write_bytes(rich)
    assert annotate(path, [FOUND], target, catalogue=catalogue) == ""
    assert parts(target.read_bytes())["xl/media/image1.webp"] == b"RIFF-no-picture-of-ours"


def test_names_with_backslashes_are_found_and_written_with_slashes(
    make: Callable[..., Workbook], catalogue: Catalogue
) -> None:
    """As some programs of another system pack them."""
    stream = io.BytesIO()
    make(表=[HEAD, ["1", "2024-05-10", "あ", "直接交付"]]).save(stream)
    held = {name.replace("/", "\\"): part for name, part in parts(stream.getvalue()).items()}
    read = read_input(io.BytesIO(packed(held)), name="a.xlsx", catalogue=catalogue)
    assert [record.data["reason"] for record in read.records] == ["あ"]
    assert load_workbook(io.BytesIO(marked(packed(held))))["表"]["B2"].comment is not None


def test_one_unreadable_input_stops_no_other(rich: bytes, tmp_path: Path) -> None:
    """The command names the one and judges the other."""
    bad = parts(rich)
    bad["xl/worksheets/sheet1.xml"] += b"<"
    (tmp_path / "bad.xlsx").write_bytes(packed(bad))
    good = [{"form": "non-warning-notice", "record": "1", "data": {"document_no": "架空1"}}]
    (tmp_path / "good.json").write_text(json.dumps(good), encoding="utf-8")
    told = CliRunner().invoke(main, ["check", str(tmp_path / "bad.xlsx"), str(tmp_path / "good.json")])
    assert "bad.xlsx" in told.output
    assert "記録 1件" in told.output


def test_another_program_opens_the_copy_and_sees_the_notes(rich: bytes, tmp_path: Path) -> None:
    """LibreOffice Calc saves the marked copy anew, with every note and sheet in it."""
    (tmp_path / "marked.xlsx").write_bytes(marked(rich, "表!B2", "表!D2"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    out = tmp_path / "saved"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(tmp_path / "marked.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    book = load_workbook(out / "marked.xlsx")
    assert book.sheetnames == ["直すところ", "表", "覚え"]
    notes = {cell.coordinate: cell.comment.text for row in book["表"].iter_rows() for cell in row if cell.comment}
    assert notes.keys() == {"B2", "D2"}
    assert notes["D2"].startswith("あとで聞く")
    assert FOUND.message in notes["D2"]
