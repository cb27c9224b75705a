"""Promise: the `yoshiki` command says what became of every record, where, and ends with 0, 1 or 2 accordingly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from app import main
from tests.records import notice

if TYPE_CHECKING:
    from pathlib import Path


def run(*args: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, catch_exceptions=False)


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_notice_without_a_reason_is_refused_by_clause_and_nothing_is_written(tmp_path: Path) -> None:
    source = write(tmp_path / "in.json", notice(reason=None))
    checked = run("check", source, "--json")
    assert checked.exit_code == 1
    answer = json.loads(checked.stdout)
    assert answer["records"] == 1
    finding = next(f for f in answer["findings"] if "KNG-9(5)イ-c" in f["clauses"])
    assert (finding["severity"], finding["path"], finding["label"]) == ("error", "reason", "理由")
    assert "理由" in finding["message"]
    assert run("fill", source, "-o", tmp_path / "out").exit_code == 1
    assert not list((tmp_path / "out").glob("*.docx")) + list((tmp_path / "out").glob("N-1*"))


def test_fill_writes_documents_register_and_review(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("fill", write(tmp_path / "in.json", notice()), "-o", out)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "N-1-non-warning-notice.pdf",
        "N-1-non-warning-notice.docx",
        "register.xlsx",
        "review.json",
        "review.html",
        "review.pdf",
        "review.xlsx",
    }
    review = json.loads((out / "review.json").read_text("utf-8"))
    assert review["totals"]["issued"] == 1
    assert review["records"][0]["files"]["pdf"] == "N-1-non-warning-notice.pdf"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.json", notice())
    for name in ("a", "b"):
        assert run("fill", source, "-o", tmp_path / name).exit_code == 0
    for kind in ("pdf", "docx"):
        name = f"N-1-non-warning-notice.{kind}"
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_one_broken_file_among_others_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    good = write(tmp_path / "good.json", notice())
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    result = run("fill", broken, good, "-o", tmp_path / "out", "--json")
    assert result.exit_code == 1
    review = json.loads(result.stdout)
    assert review["totals"]["issued"] == 1
    assert any("broken.xlsx" in f["message"] + f["cell"] for f in review["input_findings"])


def test_a_record_id_that_holds_a_name_gives_no_file_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("fill", write(tmp_path / "in.json", notice("髙橋美咲の件")), "-o", out).exit_code == 0
    assert not [path.name for path in out.iterdir() if "橋" in path.name]
    assert (out / "record1-non-warning-notice.pdf").is_file()


def test_two_inputs_with_the_same_id_lose_nothing(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1.json", notice()), write(tmp_path / "2.json", notice())
    assert run("fill", one, two, "-o", tmp_path / "out").exit_code == 0
    assert len(list((tmp_path / "out").glob("N-1-non-warning-notice*.pdf"))) == 2


def test_standard_input_and_formats(tmp_path: Path) -> None:
    content = json.dumps([notice()], ensure_ascii=False).encode()
    assert run("fill", "-", "-o", tmp_path, "--format", "docx", stdin=content).exit_code == 0
    assert sorted(path.suffix for path in tmp_path.glob("N-1*")) == [".docx"]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["check", "no-such-file.xlsx"], "ありません"),
        (["forms", "no-such-form"], "no-such-form"),
        (["sheet", "no-such-form", "-o", "x.xlsx"], "no-such-form"),
        (["deadlines", "--offices", "shiomi"], "「--offices」という指定はありません。「--office」ではありませんか。"),
        (["deadlinez"], "「deadlines」ではありませんか。"),
        (["fill", "a.json", "--as-of"], "「--as-of」の後に値を書いてください。"),
        (["deadlines", "--days", "-1"], "範囲"),
        (["deadlines", "x", "y"], "余分な指定があります（x y）。"),
    ],
)
def test_an_unusable_call_ends_with_2_and_says_why(args: list[str], word: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert word in result.stderr


@pytest.mark.parametrize("content", [b"", b"   ", b"{", b"[]", b"\xff\xfe\x00", b"PK\x03\x04"])
def test_unusable_input_ends_with_2(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "in.json"
    path.write_bytes(content)
    result = run("check", path)
    assert result.exit_code == 2
    assert "in.json" in result.output


def test_sheet_and_annotate_give_workbooks(tmp_path: Path) -> None:
    assert run("sheet", "non-warning-notice", "warning", "-o", tmp_path / "entry.xlsx").exit_code == 0
    source = write(tmp_path / "in.json", notice(reason=None))
    assert run("check", source, "--annotate", tmp_path / "marked.xlsx").exit_code == 1
    for name in ("entry.xlsx", "marked.xlsx"):
        assert (tmp_path / name).read_bytes()[:2] == b"PK"


def test_the_workbook_of_a_matter_holds_its_papers_and_says_which_are_waited_for(tmp_path: Path) -> None:
    """A wrong matter or half of the pair is refused with what there is."""
    rows = {row["matter"]: row for row in json.loads(run("forms", "--matters", "--json").stdout)}
    assert {"warning", "order", "whole"} <= rows.keys()
    made = run("sheet", "--authority", "kanagawa-stalker", "--matter", "警告の事案", "-o", tmp_path / "m.xlsx")
    assert made.exit_code == 0
    assert all(slug in made.stdout for slug in rows["warning"]["waiting"])
    assert load_workbook(tmp_path / "m.xlsx").sheetnames[2] == "事案"
    for wrong, told in (
        (["--authority", "kanagawa-stalker"], "--matter"),
        (["--authority", "kanagawa-stalker", "--matter", "divorce"], "警告の事案"),
        (["--authority", "nobody", "--matter", "warning"], "kanagawa-stalker"),
        ([], "事案の種類"),
    ):
        refused = run("sheet", *wrong, "-o", tmp_path / "n.xlsx")
        assert refused.exit_code == 2
        assert told in refused.output


def test_every_document_of_the_sources_is_a_paper_a_register_an_event_or_anothers() -> None:
    """`forms --all` sorts them with the reason; no document stands twice, and what is recorded as an event names it."""
    rows = json.loads(run("forms", "--all", "--json").stdout)
    assert {row["is"] for row in rows} == {"paper", "register", "event", "outside"}
    assert len({row["slug"] for row in rows}) == len(rows)
    assert all(row["title"] and row["why"] for row in rows)
    assert all(("event" in row) == (row["is"] == "event") for row in rows)
    assert "連絡予定表" in run("forms", "--all").stdout.partition("帳簿")[2].partition("出来事の記録")[0]


def test_reading_commands_speak_json() -> None:
    forms = json.loads(run("forms", "--json").stdout)
    assert "non-warning-notice" in {form["slug"] for form in forms}
    fields = json.loads(run("forms", "non-warning-notice", "--json").stdout)["fields"]
    assert {"name": "reason", "label": "理由"}.items() <= next(f for f in fields if f["name"] == "reason").items()
    rules = json.loads(run("rules", "--json").stdout)
    assert "KNG-9(5)イ-c" in {rule["id"] for rule in rules}


def test_help_loads_nothing_heavy() -> None:
    """`yoshiki --help` must answer at once: none of the slow packages may be imported for it."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = (
        "import sys, app\n"
        "try: app.main(['--help'])\n"
        "except SystemExit: pass\n"
        "slow = {'typst', 'docxtpl', 'openpyxl', 'flask', 'pikepdf', 'lxml', 'cel_expr_python', 'rich', 'cerberus'}\n"
        "print('LOADED', sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout
