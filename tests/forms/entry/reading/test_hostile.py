"""Hostile and broken input is refused in Japanese, naming the file and what to do; it never hangs or fills the memory."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from forms.entry.reading.json_in import items_of, load, record_from_json
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from forms.entry import Batch

HEAD = ["整理番号", "作成年月日", "理由"]


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, part)
    return out.getvalue()


@pytest.fixture
def plain(make: Callable[..., Workbook]) -> bytes:
    return saved(make(表=[HEAD, ["1", "2024-05-10", "あ"]]))


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


NO_JSON = ("[", "[1", "[1,", "[1,]", "[1 2]", "[1] [2]", "[1]]", "{} {}", '{"a": 1,}', '["a]', "tru", "[,1]", "]")
JSON = ("[1, 2]", " [ 1 ,2 ] \n", '["]", "[", "\\"]"]', "{}", '[[1, 2], {"a": []}, null]', "7", "[ ]")


@pytest.mark.parametrize("text", NO_JSON)
def test_what_is_no_json_is_refused_with_its_line(text: str) -> None:
    """As strictly as the standard library, though the items are read one at a time."""
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(InputError, match=r"1行目の.*文字目が JSON として読めません"):
        load(text.encode(), "a.json")


@pytest.mark.parametrize("text", JSON)
def test_the_items_of_a_json_file_are_those_of_the_standard_library(text: str) -> None:
    whole = json.loads(text)
    if whole == []:
        with pytest.raises(InputError, match="一件もありません"):
            load(text.encode(), "a.json")
    else:
        assert list(items_of(load(text.encode(), "a.json"))) == (whole if isinstance(whole, list) else [whole])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "空です"),
        ("a.csv", b" \r\n", "空です"),
        ("a.json", b"", "空です"),
        ("a.xlsx", b"hello", "Excel ブック (.xlsx) ではありません"),
        ("a.xls", OLE + b"\0" * 600, "古い形式"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        ("a.csv", "理由\n".encode("utf-16"), "UTF-16"),
        ("a.csv", b"a,b\n1,\0\n", "NUL"),
        ("a.csv", b"\xff\xfe\xff,\x81", "UTF-16"),
        ("a.csv", b"a,b\n\x81,\xfd\xff\n", "2行目"),
        ("a.csv", b"a;b\n1;2\n", "セミコロン"),
        ("a.csv", b"a,b\tc\n1,2\t3\n", "コンマかタブか"),
        ("a.json", b'[{"form": "shiomi-notice"', "JSON として読めません"),
        ("a.json", b'[{"form": "a", "form": "b"}]', "二度"),
        ("a.json", b'[{"data": {"fee": NaN}}]', "NaN"),
        ("a.json", b'[{"data": {"fee": 1e999}}]', "大きすぎる"),
        ("a.json", b'[{"data": {"fee": ' + b"9" * 5000 + b"}}]", "桁が多すぎる"),
        ("a.json", b"[" * 100_000, "入れ子"),
        ("a.json", b'["\\\\", ' + b"[" * 5_000 + b"]" * 5_000 + b"]", "入れ子"),
        ("a.json", b"[]", "一件もありません"),
        ("a.json", "[{}]".encode("utf-16"), "UTF-8"),
    ],
)
def test_unusable_files_are_refused_with_reason_and_remedy(
    read: Callable[..., Batch], name: str, content: bytes, said: str
) -> None:
    """Each refusal names the file, says what is wrong, and what to do."""
    with pytest.raises(InputError) as refused:
        _ = read(content, name).records
    assert said in refused.value.message
    assert refused.value.place == name
    assert refused.value.action


def test_truncated_workbooks_are_refused(read: Callable[..., Batch], plain: bytes) -> None:
    """Half an upload is no workbook, wherever it was cut."""
    for length in (4, 100, len(plain) // 2, len(plain) - 10):
        with pytest.raises(InputError, match="切れて"):
            _ = read(plain[:length]).records


def test_a_damaged_part_is_refused(read: Callable[..., Batch], plain: bytes) -> None:
    """Bytes changed within a part are found by its checksum."""
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        start = archive.getinfo(SHEET).header_offset + 60
    broken = plain[:start] + bytes(b ^ 0x55 for b in plain[start : start + 40]) + plain[start + 40 :]
    with pytest.raises(InputError, match="壊れて"):
        _ = read(broken).records


def test_zip_bombs_are_refused_before_anything_is_unpacked(read: Callable[..., Batch], plain: bytes) -> None:
    """A part that shrinks a thousandfold is refused by its ratio, at once."""
    bomb = with_part(plain, "xl/media/image1.png", b"\0" * (40 * 2**20))
    started = time.process_time()
    with pytest.raises(InputError, match="圧縮率"):
        read(bomb)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
        "<!--" + " " * 100_000 + "-->" + '<!DOCTYPE a [<!ENTITY x "ha">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml"])
def test_document_types_and_entities_are_refused(
    read: Callable[..., Batch], plain: bytes, part: str, prolog: str
) -> None:
    """No entity is ever declared, so none can grow or reach out."""
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        body = archive.read(part).decode().partition("?>")[2] or archive.read(part).decode()
    with pytest.raises(InputError, match="文書型"):
        _ = read(with_part(plain, part, (prolog + body).encode())).records


@pytest.mark.parametrize(
    ("part", "said"),
    [("xl/vbaProject.bin", "マクロ"), ("xl/workbook.bin", "xlsb"), ("content.xml", "OpenDocument")],
)
def test_other_kinds_of_workbooks_are_named(read: Callable[..., Batch], plain: bytes, part: str, said: str) -> None:
    """Macros, binary workbooks and OpenDocument are refused by what they are, whatever they are called."""
    with pytest.raises(InputError, match=said):
        read(with_part(plain, part, b"x"))


def test_a_thousand_and_one_columns_are_refused(read: Callable[..., Batch], plain: bytes) -> None:
    """A hundred thousand columns, in a workbook or a CSV file."""
    sheet = f'<worksheet {MAIN}><sheetData><row r="1"><c r="EQXD1" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    with pytest.raises(InputError, match="列"):
        _ = read(with_part(plain, SHEET, sheet.encode())).records
    with pytest.raises(InputError, match="列"):
        _ = read("x," * 100_000 + "x\n", "a.csv").records


def test_blank_formatted_rows_and_a_lying_dimension_cost_little(read: Callable[..., Batch], plain: bytes) -> None:
    """A hundred thousand formatted blank rows below one record, and a dimension that claims the whole sheet."""
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(3, 100_000))
    sheet = (
        f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>整理番号</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>作成年月日</t></is></c><c r="C1" t="inlineStr"><is><t>理由</t></is></c></row>'
        '<row r="2"><c r="C2" t="inlineStr"><is><t>あ</t></is></c></row>' + blank + "</sheetData></worksheet>"
    )
    started = time.process_time()
    assert [r.data for r in read(with_part(plain, SHEET, sheet.encode())).records] == [{"reason": "あ"}]
    assert time.process_time() - started < 5


def test_cells_that_make_no_sense_are_findings_on_their_row(read: Callable[..., Batch], plain: bytes) -> None:
    """An index into nowhere and a number that is none refuse their row; the next row is read."""
    sheet = (
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>整理番号</t></is></c><c r="B1" t="inlineStr"><is>'
        '<t>作成年月日</t></is></c><c r="C1" t="inlineStr"><is><t>理由</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="C2" t="s"><v>999</v></c></row><row r="3"><c r="A3"><v>2</v></c><c r="C3"><v>1e</v></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="C4" t="inlineStr"><is><t>あ</t></is></c></row></sheetData></worksheet>'
    )
    batch = read(with_part(plain, SHEET, sheet.encode()))
    found = {record.id: [f.code for f in batch.findings_of(record)] for record in batch.records}
    assert found == {"1": ["unreadable-cell"], "2": ["unreadable-cell"], "3": []}


def test_one_bad_item_of_a_json_file_never_stops_the_others(read: Callable[..., Batch]) -> None:
    """Each item that cannot be used is named by its place."""
    items = [
        1,
        {"form": "shiomi-notis", "record": "b", "data": {}},
        {"form": "shiomi-notice", "record": {"a": 1}, "data": {}},
        {"form": "shiomi-notice", "record": "c", "data": [1], "confirmations": [{"clause": "SHI-1"}], "office": 3},
        {"form": "shiomi-notice", "record": "d", "data": {"reason": "あ"}, "case": "架空1", "confirmations": None},
        {"form": "shiomi-notice", "record": "e", "data": {"reason": "あ"}},
        {"form": "shiomi-notice", "record": "e", "data": {"reason": "い"}},
    ]
    batch = read("\ufeff" + json.dumps(items), "a.json")
    assert [(record.id, record.case) for record in batch.records] == [("c", ""), ("d", "架空1")]
    assert [(f.code, f.cell) for f in batch.findings] == [
        ("not-a-record", "[0]"), ("unknown-form", "[1].form"), ("bad-id", "[2].record"),
        ("duplicate-record", "[5].record"), ("duplicate-record", "[6].record"),
    ]  # fmt: skip
    assert "shiomi-notice" in batch.findings[1].message
    assert [f.code for f in batch.findings_of(batch.records[0])] == ["no-data", "bad-office", "bad-confirmation"]


def test_ids_of_a_json_file_are_as_many_as_are_written_differently(read: Callable[..., Batch]) -> None:
    """Nothing hangs on them but names: near ones are told apart, each with its own findings; the same record twice is read once."""
    ids = ["k7", "K7", "Ｋ7", "K7 ", "K\u200b7", "K-7", "K7"]
    items = [
        {"form": "shiomi-notice", "record": id_, "data": {"reason": "あ"}, **({"x": 1} if n == 3 else {})}
        for n, id_ in enumerate(ids)
    ]
    batch = read(json.dumps(items), "a.json")
    assert [record.id for record in batch.records] == ["k7", "K7", "K7（3件目）", "K7（4件目）", "K7（5件目）", "K-7"]
    found = [[f.code for f in batch.findings_of(record)] for record in batch.records]
    assert found == [["similar-id"]] * 3 + [["unknown-key", "similar-id"], ["similar-id"], []]
    assert [(f.code, f.severity, f.cell) for f in batch.findings] == [("duplicate-record", "warning", "[6].record")]


def test_confirmations_are_accepted_inside_data(read: Callable[..., Batch]) -> None:
    """Both places of the contract count."""
    confirmation = {"clause": "SHI-1", "by": "係長　架空", "reason": "甲"}
    batch = read(
        json.dumps({"form": "shiomi-notice", "data": {"reason": "あ", "confirmations": [confirmation]}}), "a.json"
    )
    (record,) = batch.records
    assert (record.id, record.data, record.confirmations[0].reason) == ("r1", {"reason": "あ"}, "甲")


def test_one_record_of_a_known_form_is_read_or_refused() -> None:
    """The data alone will do; another form's slug, a list of two and a wrong shape are refused."""
    assert record_from_json(b'{"reason": "x"}', "shiomi-notice").data == {"reason": "x"}
    full = record_from_json(b'{"record": "7", "case": "k", "data": {"reason": "x"}}', "shiomi-notice")
    assert (full.id, full.case, full.form) == ("7", "k", "shiomi-notice")
    for body in (b'{"form": "other", "data": {}}', b"[{}, {}]", b"[1]", b'{"data": {}, "office": 1}'):
        with pytest.raises(InputError):
            record_from_json(body, "shiomi-notice")


def test_csv_is_read_in_both_encodings_and_with_tabs(read: Callable[..., Batch]) -> None:
    """UTF-8 with and without mark, CP932 with 髙 and ①, tabs; a comma inside quotes divides nothing."""
    text = '整理番号,作成年月日,理由\n1,2024-05-10,"髙①,\n﨑"\n'
    for raw in (text.encode(), text.encode("utf-8-sig"), text.encode("cp932")):
        batch = read(raw, "a.csv")
        assert batch.records[0].data["reason"] == "髙①,\n﨑"
        assert batch.findings == []
    assert read("整理番号\t作成年月日\t理由\n1\t\t甲\n", "a.tsv").records[0].data == {"reason": "甲"}


def test_characters_that_cp932_cannot_tell_apart_are_told(read: Callable[..., Batch]) -> None:
    """～ may have been 〜 when the file was written."""
    batch = read("整理番号,作成年月日,理由\n1,,１日～２日\n".encode("cp932"), "a.csv")
    assert [(f.code, f.severity) for f in batch.findings] == [("cp932-ambiguous", "info")]


def test_an_unclosed_quote_is_refused(read: Callable[..., Batch]) -> None:
    """What follows an open quote would all become one cell."""
    with pytest.raises(InputError, match="引用符"):
        _ = read('整理番号,作成年月日,理由\n1,,"あ\n2,,い\n', "a.csv").records
