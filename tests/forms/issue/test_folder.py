"""Promise: what stands in a folder is what its register and review say; nothing of an earlier run is kept in silence or lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from forms.issue.folder import ASIDE
from forms.issue.line import Line
from forms.issue.names import place_key
from forms.issue.run import issue
from forms.issue.units import Source
from tests.rulebooks import OURS, line_on
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.judging import Judged, Prepared
    from validators.review import Review

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def line() -> Line:
    return line_on(date(2026, 7, 1))


def card(record: str, n: int = 1, case: str = "", **data: Any) -> dict[str, Any]:
    sample = next(r for r in json.loads((SAMPLES / "osaka.json").read_text("utf-8")) if r["record"] == f"OSK-00{n}")
    return {**sample, "record": record, "case": case, "data": {**sample["data"], **data}}


def run(line: Line, folder: Path, *items: dict[str, Any], **more: Any) -> Review:
    folder.mkdir(exist_ok=True)
    source = folder.with_suffix(".json")
    source.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return issue(line, [Source(source.name, source)], folder, reports=folder, **more)


def names(folder: Path) -> set[str]:
    """Return the papers that lie open in a folder: no register, no review, nothing hidden."""
    mine = {"register.xlsx", "review.json", "review.html", "review.pdf", "review.xlsx", ASIDE}
    return {path.name for path in folder.iterdir() if path.name not in mine and not path.name.startswith(".")}


def aside(folder: Path) -> set[str]:
    return {path.name for path in (folder / ASIDE).glob("*/*")}


def registered(folder: Path) -> set[str]:
    rows = load_workbook(folder / "register.xlsx")["発行した文書"].iter_rows(min_row=2, values_only=True)
    return {str(row[0]) for row in rows if row[0] is not None}


def codes(review: Review) -> set[str]:
    return {finding.code for finding in review.input_findings}


def test_a_paper_does_not_outlive_the_refusal_of_its_record(line: Line, tmp_path: Path) -> None:
    """It is moved aside, and the record's own row says so; the register no longer has it."""
    run(line, tmp_path / "out", card("T-1"), formats=["pdf"])
    review = run(line, tmp_path / "out", card("T-1", received_place=""), formats=["pdf"])
    assert names(tmp_path / "out") == set()
    assert aside(tmp_path / "out") == {"T-1-response-card.pdf"}
    assert registered(tmp_path / "out") == set()
    (told,) = [f for f in review.fates[0].findings if f.code == "earlier-paper-moved"]
    assert told.severity == "warning"
    assert "T-1-response-card.pdf" in told.message
    assert not review.earlier


def test_a_paper_issued_anew_with_other_words_replaces_the_earlier_and_says_so(line: Line, tmp_path: Path) -> None:
    run(line, tmp_path / "out", card("T-1"))
    first = (tmp_path / "out" / "T-1-response-card.pdf").read_bytes()
    review = run(line, tmp_path / "out", card("T-1", officers_dispatched=True), formats=["pdf"])
    assert names(tmp_path / "out") == {"T-1-response-card.pdf"}, (
        "the Word file of the earlier one would say something else"
    )
    assert aside(tmp_path / "out") == {"T-1-response-card.pdf", "T-1-response-card.docx"}
    (kept,) = (tmp_path / "out" / ASIDE).glob("*/*.pdf")
    assert kept.read_bytes() == first
    assert all(f.severity == "info" for f in review.fates[0].findings if f.code == "earlier-paper-moved")


def test_the_same_input_again_changes_nothing(line: Line, tmp_path: Path) -> None:
    run(line, tmp_path / "out", card("T-1"), card("T-2", 2))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("T-*")}
    review = run(line, tmp_path / "out", card("T-1"), card("T-2", 2))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("T-*")} == before
    assert aside(tmp_path / "out") == set()
    assert not codes(review) & {"earlier-papers", "foreign-files", "reports-moved"}


def test_papers_of_another_input_stay_and_stand_in_register_and_review(line: Line, tmp_path: Path) -> None:
    """The review's figures are this run's; the earlier papers are told apart, and the register has them all."""
    run(line, tmp_path / "out", card("T-1"))
    shown = list(load_workbook(tmp_path / "out" / "register.xlsx").worksheets[1].values)
    review = run(line, tmp_path / "out", card("T-2", 2))
    assert registered(tmp_path / "out") == {"T-1", "T-2"}
    assert [fate.record for fate in review.fates] == ["T-2"]
    assert [fate.record for fate in review.earlier] == ["T-1"]
    assert "earlier-papers" in codes(review)
    told = json.loads((tmp_path / "out" / "review.json").read_text("utf-8"))
    assert told["totals"]["records"] == 1
    assert told["earlier"][0]["files"]["pdf"] == "T-1-response-card.pdf"
    third = run(line, tmp_path / "out", card("T-3", 2))
    assert [fate.record for fate in third.earlier] == ["T-1", "T-2"]
    rows = list(load_workbook(tmp_path / "out" / "register.xlsx").worksheets[1].values)
    assert {row[0] for row in rows[1:]} == {"T-1", "T-2", "T-3"}
    assert (rows[0], next(row for row in rows if row[0] == "T-1")) == tuple(shown), (
        "what the register shows of it stays"
    )
    assert not list((tmp_path / "out").glob(".*")), "a run that ended well leaves nothing hidden"


def test_what_somebody_changed_since_is_not_vouched_for_and_not_lost(line: Line, tmp_path: Path) -> None:
    """A Word file edited by hand is no longer the paper that was issued."""
    run(line, tmp_path / "out", card("T-1"), formats=["docx"])
    (tmp_path / "out" / "T-1-response-card.docx").write_bytes(b"edited")
    review = run(line, tmp_path / "out", card("T-2", 2), formats=["docx"])
    assert any("書き換えられた" in f.message for f in review.input_findings)
    assert registered(tmp_path / "out") == {"T-2"}
    run(line, tmp_path / "out", card("T-1"), formats=["docx"])
    (kept,) = (tmp_path / "out" / ASIDE).glob("*/T-1-response-card.docx")
    assert kept.read_bytes() == b"edited"


def test_files_of_others_are_named_and_never_touched(line: Line, tmp_path: Path) -> None:
    """A register of somebody else's is moved, not overwritten; the input itself is no stranger."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "覚え書き.txt").write_text("x")
    (out / "register.xlsx").write_bytes(b"theirs")
    review = run(line, out, card("T-1"))
    (told,) = [f.message for f in review.input_findings if f.code == "foreign-files"]
    assert told.endswith(": 覚え書き.txt")
    assert (out / "覚え書き.txt").read_text() == "x"
    (moved,) = (out / ASIDE).glob("*/register.xlsx")
    assert moved.read_bytes() == b"theirs"
    assert "reports-moved" in codes(review)


def test_a_volume_goes_with_the_papers_bound_in_it(line: Line, tmp_path: Path) -> None:
    """One paper of the case is refused now: the volume that holds its earlier state is moved with it."""
    run(line, tmp_path / "out", card("T-1", 1, "K-9"), card("T-2", 2, "Ｋ－９"), formats=["pdf"])
    assert "case-K-9.pdf" in names(tmp_path / "out")
    run(line, tmp_path / "out", card("T-1", 1, "K-9"), card("T-2", 2, "K-9", received_place=""), formats=["pdf"])
    assert names(tmp_path / "out") == {"T-1-response-card.pdf"}
    assert aside(tmp_path / "out") == {"T-2-response-card.pdf", "case-K-9.pdf"}


def test_ids_that_give_the_same_name_are_told_apart(line: Line, tmp_path: Path) -> None:
    """令5/31 and 令5-31 are two records, each with a name of its own; where a and A are one name, they count as one."""
    review = run(line, tmp_path / "out", card("令5/31"), card("令5-31", 2), formats=["pdf"])
    files = [fate.files["pdf"] for fate in review.fates]
    assert files == ["令5-31-response-card.pdf", "令5-31-response-card-2.pdf"]
    assert place_key("b", "warning") == place_key("B", "warning")


def test_a_folder_in_use_is_not_touched(line: Line, tmp_path: Path) -> None:
    from forms.issue.files import held  # noqa: PLC0415

    run(line, tmp_path / "out", card("T-1"))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with held(tmp_path / "out", OURS.now()):
        with pytest.raises(InputError, match="別の処理"):
            run(line, tmp_path / "out", card("T-1", received_place=""))
        (tmp_path / "out" / ".yoshiki.lock").rename(tmp_path / "lock")
        (tmp_path / "lock").rename(tmp_path / "out" / ".yoshiki.lock")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_one_unreadable_input_never_ends_a_run_of_several(line: Line, tmp_path: Path) -> None:
    """Before a good one and after it: each is named by its file, the good one is issued."""
    good, broken, empty = (tmp_path / name for name in ("good.json", "broken.xlsx", "empty.csv"))
    good.write_text(json.dumps([card("T-1")], ensure_ascii=False), encoding="utf-8")
    broken.write_bytes(b"PK\x03\x04 nothing")
    empty.write_bytes(b"")
    sources = [Source(path.name, path) for path in (broken, good, empty)]
    review = issue(line, sources, tmp_path / "out")
    assert [fate.verdict for fate in review.fates] == ["issued"]
    assert {f.cell for f in review.input_findings if f.severity == "error"} >= {"broken.xlsx", "empty.csv"}


def test_a_fault_of_ours_over_one_record_fails_that_record_alone(line: Line, tmp_path: Path) -> None:
    """Whatever a rule raises: the others are issued, and the failed one says whom to tell."""

    class Faulty(Line):
        def decide(self, prepared: Prepared, case: Sequence[Prepared] = (), **more: Any) -> Judged:
            if prepared.record.id == "T-2":
                raise ZeroDivisionError
            return super().decide(prepared, case, **more)

    review = run(Faulty(line.rules, as_of=line.as_of), tmp_path / "out", card("T-1"), card("T-2", 2), formats=["pdf"])
    assert [fate.verdict for fate in review.fates] == ["issued", "failed"]
    assert "管理者" in review.fates[1].findings[-1].message
