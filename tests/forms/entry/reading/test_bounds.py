"""Whatever a file of up to 5 MB holds, it is answered in time and memory that its bytes bound, and in words."""

from __future__ import annotations

import io
import os
import random
import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forms.entry import read_input
from forms.entry.reading import limits
from forms.entry.reading.csv_in import CsvTable
from forms.entry.reading.json_in import load
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[4]
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SECONDS, MARKED_SECONDS, MEGABYTES = 10, 20, 600
LARGEST = 5 * 2**20


def book(sheets: dict[str, str], strings: str = "", styles: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """Write a package of raw parts: sheet's name → its XML inside <worksheet>."""
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>' if strings else ""
    links += f'<Relationship Id="rT" Type="{OFFICE}/styles" Target="styles.xml"/>' if styles else ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{KINDS}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {SPACE} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{links}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": f"<worksheet {SPACE}>{xml}</worksheet>" for n, xml in enumerate(sheets.values(), 1)},
        **({"xl/sharedStrings.xml": f"<sst {SPACE}>{strings}</sst>"} if strings else {}),
        **({"xl/styles.xml": f"<styleSheet {SPACE}>{styles}</styleSheet>"} if styles else {}),
        **(extra or {}),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


HEADS = ("整理番号", "番号", "年月日", "申出をした者", "理由", "交付方法")


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


ROW = "".join(text(f"{'ABCDEF'[n]}2", v) for n, v in enumerate(("1", "架空1", "R6.5.10", "架空　花子", "あ", "郵便")))
TOP = f'<row r="1">{"".join(text(f"{chr(65 + n)}1", head) for n, head in enumerate(HEADS))}</row><row r="2">{ROW}</row>'


def data(more: str = "") -> str:
    return f"<sheetData>{TOP}{more}</sheetData>"


def letters(column: int) -> str:
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def encrypted() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4_000_000)


def overlapping() -> bytes:
    """Give two names of the directory the same local entry."""
    content = bytearray(book({"通知": data()}))
    end = content.rfind(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    second = content.find(b"PK\x01\x02", start + 4)
    content[second + 42 : second + 46] = content[start + 42 : start + 46]
    return bytes(content)


def many_sheets(count: int, *, same: bool) -> bytes:
    sheets = {f"表{n}": data() for n in range(1 if same else count)}
    content = book(sheets)
    if not same:
        return content
    out = io.BytesIO()
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, count + 1))
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info).decode()
            if info.filename == "xl/workbook.xml":
                part = re.sub("<sheets>.*</sheets>", f"<sheets>{listed}</sheets>", part)
            new.writestr(info.filename, part)
    return out.getvalue()


MILLION = 1_000_000
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a far cell": lambda: book({"通知": data('<row r="1048576"><c r="XFD1048576" s="1"/></row>')}),
    "a row beyond the last": lambda: book({"通知": data('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>')}),
    "a column beyond the last": lambda: book({"通知": data('<row r="3"><c r="ZZZZZ3"><v>1</v></c></row>')}),
    "ten thousand sheets": lambda: many_sheets(10_000, same=False),
    "ten thousand names of one sheet": lambda: many_sheets(10_000, same=True),
    "sheets with headings": lambda: many_sheets(400, same=False),
    "a shared string bomb": lambda: book(
        {"通知": data("".join(f'<row r="{n}">{"".join(f"<c r={chr(34)}{c}{n}{chr(34)} t={chr(34)}s{chr(34)}><v>0</v></c>" for c in "ABCDE")}</row>' for n in range(3, 30_000)))},
        strings=f"<si><t>{'あ' * 1_000_000}</t></si>",
    ),
    "long strings used again and again": lambda: book(
        {"通知": data("".join(f'<row r="{n}">{"".join(f"<c r={chr(34)}{c}{n}{chr(34)} t={chr(34)}s{chr(34)}><v>0</v></c>" for c in "ABCDE")}</row>' for n in range(3, 30_000)))},
        strings=f"<si><t>{'い' * 19_000}</t></si>",
    ),
    "a string of many runs": lambda: book({"通知": data('<row r="3"><c r="A3" t="s"><v>0</v></c></row>')}, strings=f"<si>{'<r><t>あ</t></r>' * MILLION}</si>"),
    "a million empty strings": lambda: book({"通知": data()}, strings="<si><t/></si>" * 3 * MILLION),
    "millions of bare cells": lambda: book({"通知": f"<sheetData>{('<row>' + '<c><v>1</v></c>' * 900 + '</row>') * 6_000}</sheetData>"}),
    "a million blank styled rows": lambda: book({"通知": data('<row s="1" customFormat="1"><c s="1"/></row>' * 500_000)}),
    "merges": lambda: book({"通知": data() + "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * MILLION + "</mergeCells>"}),
    "conditional formats": lambda: book({"通知": data() + '<conditionalFormatting sqref="A1:XFD1048576"><cfRule type="expression" priority="1"><formula>TRUE</formula></cfRule></conditionalFormatting>' * 200_000}),
    "columns": lambda: book({"通知": "<cols>" + '<col min="1" max="16384" hidden="1"/>' * MILLION + "</cols>" + data()}),
    "depth": lambda: book({"通知": "<a>" * 2 * MILLION + "</a>" * 2 * MILLION}),
    "depth behind slashes": lambda: book({"通知": "<a>/>" * MILLION}),
    "attributes": lambda: book({"通知": data(f'<row r="3"><c r="A3" {" ".join(f"a{n}={chr(34)}1{chr(34)}" for n in range(200_000))}><v>1</v></c></row>')}),
    "styles": lambda: book({"通知": data()}, styles="<cellXfs>" + '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/>' * MILLION + "</cellXfs>"),
    "formats": lambda: book({"通知": data()}, styles="<numFmts>" + "".join(f'<numFmt numFmtId="{n}" formatCode="{"[h]" * 2_000}"/>' for n in range(200, 400)) + "</numFmts><cellXfs>" + "".join(f'<xf numFmtId="{n}"/>' for n in range(200, 400)) + "</cellXfs>"),
    "a zip bomb": lambda: book({"通知": data()}, extra={"xl/media/image1.png": bytes(800 * 2**20)}),
    "many small bombs": lambda: book({"通知": data()}, extra={f"xl/media/image{n}.png": bytes(8 * 2**20) for n in range(120)}),
    "blanks in a sheet": lambda: book({"通知": data() + " " * (400 * 2**20)}),
    "many parts": lambda: book({"通知": data()}, extra={f"xl/x{n}.xml": b"" for n in range(20_000)}),
    "overlapping parts": overlapping,
    "encrypted": encrypted,
    "an old workbook": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(LARGEST - 8),
    "macros": lambda: book({"通知": data()}, extra={"xl/vbaProject.bin": bytes(4 * 2**20)}),
    "entities": lambda: book({"通知": data()}, extra={"xl/worksheets/sheet1.xml": b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'}),
}  # fmt: skip


# The same behind a picture of five megabytes that no packer makes smaller: what the file's size allows, the parts may hold.
PICTURE = {"xl/media/image1.png": random.Random(5).randbytes(LARGEST - 400_000)}  # noqa: S311 - noise, no secret
PIECE = 7_900_000  # bytes of a part that no ratio of its own bounds


def pieces(unit: str, count: int = 6) -> dict[str, str]:
    return {f"表{n}": unit * (PIECE // len(unit)) for n in range(count)}


HOSTILE |= {
    "padded cells": lambda: book({n: f"<sheetData>{x}</sheetData>" for n, x in pieces("<row>" + "<c><v>1</v></c>" * 900 + "</row>").items()}, extra=PICTURE),
    "padded records": lambda: book({"通知": data("".join(f'<row r="{n}">{ROW.replace("2" + chr(34), f"{n}" + chr(34), 6).replace("<t>1<", f"<t>{n}<", 1)}</row>' for n in range(3, 4_000)))}, extra=PICTURE),
    "padded strings": lambda: book({"通知": data()}, strings="<si><t/></si>" * (PIECE // 13), extra=PICTURE),
    "padded runs": lambda: book({"通知": data()}, strings=f"<si>{'<r><t>あ</t></r>' * (PIECE // 17)}</si>", extra=PICTURE),
    "padded merges": lambda: book({"通知": data() + "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 200_000 + "</mergeCells>"}, extra=PICTURE),
    "padded merges of one row": lambda: book({"通知": data() + "<mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 19_000 + "</mergeCells>"}, extra=PICTURE),
    "padded columns": lambda: book({"通知": "<cols>" + '<col min="500" max="501" hidden="1"/>' * 190_000 + "</cols>" + data("".join(f'<row r="3">{"".join(text(letters(n) + "3", "理由") for n in range(1, 900))}</row>' for _ in range(1)))}, extra=PICTURE),
    "padded conditional formats": lambda: book({"通知": data() + '<conditionalFormatting sqref="A1:XFD1048576"><cfRule type="expression" priority="1"><formula>TRUE</formula></cfRule></conditionalFormatting>' * 50_000}, extra=PICTURE),
    "padded styles": lambda: book({"通知": data('<row r="3"><c r="B3" s="1"/></row>')}, styles='<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><cellXfs>' + '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/>' * 140_000 + "</cellXfs>", extra=PICTURE),
    "padded depth": lambda: book({"通知": "<a>" * 1_000_000 + "</a>" * 1_000_000}, extra=PICTURE),
    "padded blank rows": lambda: book({"通知": data("".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(3, 130_000)))}, extra=PICTURE),
    "padded formulas": lambda: book({"通知": data("".join(f'<row r="{n}"><c r="A{n}"><f>A1</f></c></row>' for n in range(3, 100_000)))}, extra=PICTURE),
    "padded columns of headings": lambda: book({f"表{n}": f'<sheetData><row r="1">{"".join(text(letters(c) + "1", HEADS[c % 6]) for c in range(1, 1_000))}</row></sheetData>' for n in range(50)}, extra=PICTURE),
}  # fmt: skip


def run(path: Path, *more: str) -> tuple[int, str, float, float]:
    """Run the command under hard limits; return status, output, seconds of processor, megabytes at the peak."""
    measured = (
        "import resource, sys\nfrom commands import main\nstatus = 0\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    status = end.code\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "most = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))  # its own, not its parent's\n"
        "print('\\nUSED', status, used.ru_utime + used.ru_stime, int(most.split()[1]) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", measured, "check", str(path), "--as-of", "2026-11-30", *more],
        capture_output=True, text=True, timeout=180, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30)),
    )  # fmt: skip
    status, seconds, megabytes = done.stdout.rpartition("USED")[2].split() or ("-1", "999", "9999")
    return int(status), done.stdout + done.stderr, float(seconds), float(megabytes)


def check_bounds(kind: str, folder: Path) -> None:
    content = HOSTILE[kind]()
    assert len(content) <= LARGEST * 1.1, f"{len(content):,} bytes"
    path = folder / "入力.xlsx"
    path.write_bytes(content)
    took: float = MARKED_SECONDS
    for more, most in ((("--annotate", str(folder / "直す.xlsx")), MARKED_SECONDS), ((), SECONDS)):
        if took < most:  # with the copy within ten: without it as well
            continue
        status, said, seconds, megabytes = run(path, *more)
        took = seconds
        assert "Traceback" not in said, said[-2000:]
        assert status in {0, 1, 2}, said[-500:]
        assert (seconds < most, megabytes < MEGABYTES) == (True, True), (seconds, megabytes, said[-300:])


@pytest.mark.parametrize(
    "kind", ["a far cell", "a shared string bomb", "ten thousand names of one sheet", "attributes"]
)
def test_a_hostile_file_is_answered_in_bounds(kind: str, tmp_path: Path) -> None:
    """In words, within ten seconds and 600 MB, with its copy within twenty; never by a traceback."""
    check_bounds(kind, tmp_path)


@pytest.mark.corpus
@pytest.mark.parametrize("kind", HOSTILE)
def test_any_file_of_five_megabytes_is_answered_in_bounds(kind: str, tmp_path: Path) -> None:
    """The same of every kind we know of, and of each behind a picture that hides it from ratios."""
    check_bounds(kind, tmp_path)


@pytest.mark.parametrize(
    ("name", "count"),
    [(name, count) for name, count in (("SHEETS", 1), ("COLUMNS", 2), ("ROWS", 1), ("MERGES", 0), ("PARTS", 3), ("SEARCHED_SHEETS", 0))],
)  # fmt: skip
def test_every_limit_has_its_sentence_and_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, count: int) -> None:
    """An office lowers or raises one by its environment; the refusal names the number and the setting."""
    content = book({"通知": data() + '<mergeCells><mergeCell ref="H1:I1"/></mergeCells>', "別": data()})
    monkeypatch.setenv(limits.setting(name), str(count))
    with pytest.raises(InputError) as refused:
        _ = read_input(io.BytesIO(content), name="入力.xlsx", catalogue=OURS.catalogue).records
    assert f"{count:,}" in refused.value.message
    assert limits.setting(name) in refused.value.action


def test_the_page_of_limits_is_the_table_of_limits() -> None:
    """docs/ENTRY.md lists every limit with its number and setting."""
    page = (ROOT / "docs" / "ENTRY.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (.+?) \| ([0-9,]+) \| `YOSHIKI_LIMIT_[A-Z_]+` \|$", page, re.MULTILINE))
    assert rows == {limit.what: f"{limit.most:,}" for limit in limits.LIMITS.values()}


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_limits_hold_for_texts_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell's letters, a file's rows, a bracket's keys."""
    monkeypatch.setenv(limits.setting("CELL"), "10")
    monkeypatch.setenv(limits.setting("KEYS"), "2")
    if name == "a.csv":
        (row,) = CsvTable("整理番号,あ\n".encode() + b"", name).rows()
        assert row.cells == {1: "整理番号", 2: "あ"}
        (_, row) = CsvTable(f"整理番号,あ\n1,{'い' * 11}\n".encode(), name).rows()
        assert row.cells[2].code == "too-long"
    else:
        with pytest.raises(InputError, match="2個"):
            load(b'[{"a": 1, "b": 2, "c": 3}]', name)


def test_a_small_table_read_meanwhile_costs_a_larger_one_nothing() -> None:
    """How long a field may be is the process's: what one reader sets would bind every other thread."""
    longer = CsvTable("番号,内容\n1,あいうえおかきくけこ\n".encode(), "大.csv").rows()
    next(longer)
    assert len(list(CsvTable("甲\n".encode(), "小.csv").rows())) == 1
    assert next(longer).cells == {1: "1", 2: "あいうえおかきくけこ"}
