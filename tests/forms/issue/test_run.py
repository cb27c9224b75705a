"""Promise: cases are judged together, warnings wait for a named reason, a pool gives what one process gives."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from openpyxl import load_workbook

from forms.finish.pdf_text import pdf_pages
from forms.issue import run as batch_run
from forms.issue.units import cut
from forms.reports.register import write_register
from tests.records import NOTICE, notice
from tests.rulebooks import line_on
from validators.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.issue.line import Line
    from validators.review import Review

SAMPLES = Path(__file__).parents[3] / "samples"

RETENTION = "OSK-保存-定めなし"
STAMP = re.compile(r"収入印紙\s*|1,000\s*円\s*")  # the box for the fee, on the original only


@pytest.fixture(scope="module")
def line() -> Line:
    return line_on(date(2026, 7, 1))


def source(path: Path, *items: dict[str, Any]) -> list[batch_run.Source]:
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return [batch_run.Source(path.name, path)]


def papers_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def shape(review: Review) -> list[tuple[str, str, dict[str, str]]]:
    return [(fate.record, fate.verdict, fate.sha256) for fate in review.fates]


def test_a_pool_gives_the_same_results_in_the_same_order(line: Line, tmp_path: Path) -> None:
    """Also where the line is bound to an office: its records, which name another, are told so in every process."""
    line = line.bound_to({"name": "汐見県汐見警察署"}, "shiomi")
    items = [
        notice(f"N-{i}", reason="" if i % 7 == 3 else f"{i}回調べたが行為者の所在が判明しなかったため。")
        | {"office": {"name": "汐見県灯台警察署"}}
        for i in range(80)
    ]
    sources = source(tmp_path / "in.json", *items)
    one = batch_run.issue(line, sources, tmp_path / "one", jobs=1)
    two = batch_run.issue(line, sources, tmp_path / "two", jobs=2)
    assert shape(one) == shape(two)
    assert {path.name: path.read_bytes() for path in papers_in(tmp_path / "one")} == {
        path.name: path.read_bytes() for path in papers_in(tmp_path / "two")
    }
    assert one.verdicts["refused"] == 11
    assert all("office-bound" in {found.code for found in fate.findings} for fate in two.fates)


def test_progress_reaches_the_end(line: Line, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    sources = source(tmp_path / "in.json", *[notice(f"N-{i}") for i in range(20)])
    batch_run.check(line, sources, progress=lambda done, total, _: seen.append((done, total)))
    assert seen[-1] == (20, 20)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_warning_waits_until_a_named_person_gives_a_reason(line: Line, tmp_path: Path) -> None:
    """The sample of a child of 15 or more without consent: it waits, and goes out once confirmed by clause."""
    samples = json.loads((_samples() / "dv-court.json").read_text("utf-8"))
    waiting = next(item for item in samples if item["record"] == "bad-child-over-15-without-consent")
    review = batch_run.issue(line, source(tmp_path / "in.json", waiting), tmp_path / "out")
    (fate,) = review.fates
    assert fate.verdict == "waiting"
    assert not papers_in(tmp_path / "out")
    clause = next(f.clauses[0] for f in fate.findings if f.severity == "warning")
    for confirmation, verdict in (
        ({"clause": clause, "by": "生活安全課長　架空一郎", "reason": "同意書は来週提出の予定"}, "issued"),
        ({"clause": "DVA-1(3)", "by": "生活安全課長　架空一郎", "reason": "別の条項"}, "waiting"),
    ):
        again = {**waiting, "confirmations": [confirmation]}
        review = batch_run.issue(line, source(tmp_path / "in.json", again), tmp_path / "out")
        assert review.fates[0].verdict == verdict


def test_a_duplicate_id_is_named(line: Line, tmp_path: Path) -> None:
    review = batch_run.check(
        line, source(tmp_path / "in.json", notice("N-1"), notice("N-1", reason="行為者が死亡したため。"))
    )
    assert any(finding.code == "duplicate-record" for finding in review.input_findings)


def test_an_unknown_key_is_named_with_the_nearest_and_never_dropped_in_silence(line: Line, tmp_path: Path) -> None:
    review = batch_run.check(line, source(tmp_path / "in.json", notice("N-1", resaon="x")))
    (fate,) = review.fates
    finding = next(f for f in fate.findings if f.code == "unknown-field")
    assert finding.severity == "warning"
    assert "理由" in finding.message
    assert fate.verdict == "checked"


def test_what_an_office_has_not_settled_is_told_once_however_many_records(tmp_path: Path) -> None:
    """The years a paper is kept are the office's: told once a run, not at a sheet, and never where they are written."""

    def told(*records: dict[str, Any], jobs: int = 1, office: dict[str, str] | None = None) -> list[Any]:
        line = line_on(date(2026, 7, 1), office=office)
        review = batch_run.check(line, source(tmp_path / "in.json", *records), jobs=jobs)
        assert not [each for fate in review.fates for each in fate.findings if RETENTION in each.clauses]
        return [each.severity for each in review.input_findings if RETENTION in each.clauses]

    blank = [consultation(f"N-{i}", 1, retention_years="") | {"case": f"C-{i}"} for i in range(70)]
    assert told(*blank) == ["info"]
    assert told(*blank, jobs=2) == ["info"]
    assert told(*blank[:2], office={"forms.response-card.retention_years": "5"}) == []
    assert told(*[consultation(f"N-{i}", i, retention_years="５年") for i in (1, 3)]) == []


def test_messages_hold_no_value_of_the_record(line: Line, tmp_path: Path) -> None:
    """Every value is made unreadable or wrong in turn; no message repeats a name."""
    for name in NOTICE:
        review = batch_run.check(line, source(tmp_path / "in.json", notice("N-1", **{name: {"髙橋": "美咲"}})))
        for finding in review.fates[0].findings:
            assert "美咲" not in finding.message + finding.supervisor


def _samples() -> Path:
    from pathlib import Path  # noqa: PLC0415

    return Path(__file__).parents[3] / "samples"


def test_units_hold_one_form_and_lose_no_record() -> None:
    """Forms that alternate in the input are drawn form by form; the places in the input stay with the records."""
    slugs = ["warning", "non-warning-notice", "warning-request"]
    given = [(Record(slugs[n % 3], f"R{n}", {}), ()) for n in range(100)]
    units = list(cut(given, batch_run.CHUNK))
    assert all(
        len({item.record.form for item in unit.items}) == 1 and len(unit.items) <= batch_run.CHUNK for unit in units
    )
    assert sorted((item.ordinal, item.record.id) for unit in units for item in unit.items) == [
        (n + 1, f"R{n}") for n in range(100)
    ]


def consultation(record: str, n: int, **data: Any) -> dict[str, Any]:
    sample = next(r for r in json.loads((SAMPLES / "osaka.json").read_text("utf-8")) if r["record"] == f"OSK-00{n}")
    return {**sample, "record": record, "data": {**sample["data"], **data}}


def test_the_papers_of_a_case_are_bound_with_a_bookmark_each(line: Line, tmp_path: Path) -> None:
    """The volume holds every paper's pages in order, and each fate names it with its digest."""
    sources = source(tmp_path / "in.json", consultation("A", 1), consultation("B", 2), consultation("C", 3))
    review = batch_run.issue(line, sources, tmp_path / "out", formats=["pdf"])
    assert [fate.files.get("case") for fate in review.fates] == ["case-C-0007.pdf", "case-C-0007.pdf", None]
    volume = (tmp_path / "out" / "case-C-0007.pdf").read_bytes()
    assert review.fates[0].sha256["case"] == hashlib.sha256(volume).hexdigest()
    with pikepdf.open(tmp_path / "out" / "case-C-0007.pdf") as bound, bound.open_outline() as outline:
        assert [item.title for item in outline.root] == [
            f"配偶者からの暴力相談等対応票（{record}）" for record in ("A", "B")
        ]
        assert len(bound.pages) == sum(fate.pages for fate in review.fates[:2])
    assert "".join(pdf_pages(volume)) == "".join(
        text for record in "AB" for text in pdf_pages((tmp_path / "out" / f"{record}-response-card.pdf").read_bytes())
    )


def test_a_case_with_a_refused_paper_is_not_bound(line: Line, tmp_path: Path) -> None:
    """A volume from which a paper is missing would look whole: none is left, not even an earlier one."""
    good, bad = consultation("B", 2), consultation("B", 2, received_place="")
    for second, bound in ((good, True), (bad, False)):
        sources = source(tmp_path / "in.json", consultation("A", 1), second)
        batch_run.issue(line, sources, tmp_path / "out", formats=["pdf"])
        assert (tmp_path / "out" / "case-C-0007.pdf").exists() is bound


def test_what_the_respondent_may_read_is_bound_apart(line: Line, tmp_path: Path) -> None:
    """A paper that stays with the police is never in the volume that goes to the court."""
    inner = [r for r in json.loads((SAMPLES / "akita.json").read_text("utf-8")) if r.get("case") == "A6-3"]
    inner = [{**r, "case": "C-0007"} for r in inner if r["record"] in {"AKT-001", "AKT-002"}]
    sources = source(tmp_path / "in.json", consultation("A", 1), consultation("B", 2), *inner)
    review = batch_run.issue(line, sources, tmp_path / "out", formats=["pdf"])
    assert {(fate.form, fate.files["case"]) for fate in review.fates} == {
        ("response-card", "case-C-0007.pdf"),
        ("contact-log", "case-C-0007-内部.pdf"),
    }


def test_what_the_court_alone_may_see_is_bound_with_nothing(line: Line, tmp_path: Path) -> None:
    """The sheet with the applicant's refuge is issued by itself, outside both volumes of its case."""
    papers = json.loads((SAMPLES / "dv-court.json").read_text("utf-8"))
    alone = [{**r, "case": "C-0007"} for r in papers if r["record"] == "good-residence-sheet"]
    sources = source(tmp_path / "in.json", consultation("A", 1), consultation("B", 2), *alone)
    review = batch_run.issue(line, sources, tmp_path / "out", formats=["pdf"])
    assert [fate.files.get("case") for fate in review.fates] == ["case-C-0007.pdf", "case-C-0007.pdf", None]
    assert review.fates[2].verdict == "issued"


@pytest.mark.parametrize("case", ["架空　花子の件", "C/0007", "../../C-0007"])
def test_a_case_number_makes_a_safe_name(line: Line, tmp_path: Path, case: str) -> None:
    """The volume's name tells no person, leaves no folder and is another case's never."""
    papers = [{**consultation("A", 1), "case": case}, {**consultation("B", 2), "case": case}]
    review = batch_run.issue(line, source(tmp_path / "in.json", *papers), tmp_path / "out", formats=["pdf"])
    name = review.fates[0].files["case"]
    assert (tmp_path / "out" / name).is_file()
    assert "花子" not in name
    assert name not in {"case-C-0007.pdf", "case-C_0007.pdf"}


def test_a_form_made_in_copies_is_issued_in_each_and_marked(line: Line, tmp_path: Path) -> None:
    """正本 and 副本 say the same but for their mark, which stands on every page."""
    petition = next(
        r for r in json.loads((SAMPLES / "dv-court.json").read_text("utf-8")) if r["record"] == "good-first"
    )
    review = batch_run.issue(line, source(tmp_path / "in.json", petition), tmp_path / "out")
    files = review.fates[0].files
    assert set(files) == {"pdf", "pdf-副本", "docx"}
    first, second = ((tmp_path / "out" / files[kind]).read_bytes() for kind in ("pdf", "pdf-副本"))
    pages = list(zip(pdf_pages(first), pdf_pages(second), strict=True))
    assert len(pages) == review.fates[0].pages > 1
    stamped = [STAMP.sub("", one.replace("正本", "副本", 1)) for one, _ in pages]  # stamps are for the original
    assert stamped == [STAMP.sub("", other) for _, other in pages]
    assert "収入印紙" in pages[0][0]
    assert "収入印紙" not in pages[0][1]
    assert all("正本" in one and "副本" in other for one, other in pages)
    names = [str(column) for column in next(register_rows(review, line, tmp_path))]
    assert files["pdf-副本"] in names


def test_copies_for_the_files_are_made_beside_a_forms_own(line: Line, tmp_path: Path) -> None:
    """Of a form with copies and of one without; the paper itself stays as it is, the register names each file."""
    good = [
        next(r for r in json.loads((SAMPLES / name).read_text("utf-8")) if r["record"] == record)
        for name, record in (("dv-court.json", "good-first"), ("kanagawa.json", "good-notice"))
    ]
    plain = batch_run.issue(line, source(tmp_path / "in.json", *good), tmp_path / "plain")
    review = batch_run.issue(line, source(tmp_path / "in.json", *good), tmp_path / "out", further=("写し",))
    for before, fate in zip(plain.fates, review.fates, strict=True):
        assert set(fate.files) == {*before.files, "pdf-写し"}
        assert all(fate.sha256[kind] == before.sha256[kind] for kind in before.files)
        pages = pdf_pages((tmp_path / "out" / fate.files["pdf-写し"]).read_bytes())
        assert len(pages) == fate.pages
        assert all("写し" in page and "正本" not in page for page in pages)
    rows = [str(cell) for row in register_rows(review, line, tmp_path) for cell in row]
    assert any(review.fates[0].files["pdf-写し"] in cell for cell in rows)


def register_rows(review: Review, line: Line, folder: Path) -> Iterator[tuple[Any, ...]]:
    write_register(review.fates, line.catalogue, folder / "register.xlsx")
    yield from load_workbook(folder / "register.xlsx")["発行した文書"].iter_rows(min_row=2, values_only=True)


def test_a_volume_that_cannot_be_made_leaves_the_papers(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The papers stay issued one by one; each says that they could not be bound."""

    def full(*_: Any, **__: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("forms.finish.rewriting.merge", full)
    sources = source(tmp_path / "in.json", consultation("A", 1), consultation("B", 2))
    review = batch_run.issue(line, sources, tmp_path / "out", formats=["pdf"])
    assert [(fate.verdict, fate.findings[-1].code, "case" in fate.files) for fate in review.fates] == [
        ("issued", "not-bound", False)
    ] * 2
    assert [path.name for path in papers_in(tmp_path / "out")] == ["A-response-card.pdf", "B-response-card.pdf"]
