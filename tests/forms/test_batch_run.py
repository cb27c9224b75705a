"""Promise: cases are judged together, warnings wait for a named reason, a pool gives what one process gives."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forms import batch_run
from forms.line import Line
from validators.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from validators.review import Review

NOTICE: dict[str, Any] = {
    "document_date": "2024-06-20",
    "addressee_name": "髙橋　美咲",
    "application_received_on": "2024-06-03",
    "fact": "申出に係る警告は、実施しませんでした。",
    "reason": "行為者の所在が判明しなかったため。",
    "legal_basis": "法4条4項",
    "delivery_method": "direct",
    "oral_explained_on": "2024-06-20",
}


@pytest.fixture(scope="module")
def line() -> Line:
    return Line(as_of=date(2026, 7, 1))


def source(path: Path, *items: dict[str, Any]) -> list[batch_run.Source]:
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return [batch_run.Source(path.name, path)]


def notice(record: str, **data: Any) -> dict[str, Any]:
    return {"form": "non-warning-notice", "record": record, "data": {**NOTICE, **data}}


def shape(review: Review) -> list[tuple[str, str, dict[str, str]]]:
    return [(fate.record, fate.verdict, fate.sha256) for fate in review.fates]


def test_a_pool_gives_the_same_results_in_the_same_order(line: Line, tmp_path: Path) -> None:
    items = [
        notice(f"N-{i}", reason="" if i % 7 == 3 else f"{i}回調べたが行為者の所在が判明しなかったため。")
        for i in range(80)
    ]
    sources = source(tmp_path / "in.json", *items)
    one = batch_run.issue(line, sources, tmp_path / "one", jobs=1)
    two = batch_run.issue(line, sources, tmp_path / "two", jobs=2)
    assert shape(one) == shape(two)
    assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()
    }
    assert one.verdicts["refused"] == 11


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
    assert not list((tmp_path / "out").iterdir())
    clause = next(f.clauses[0] for f in fate.findings if f.severity == "warning")
    for confirmation, verdict in (
        ({"clause": clause, "by": "生活安全課長　架空一郎", "reason": "同意書は来週提出の予定"}, "issued"),
        ({"clause": "DVA-1(3)", "by": "生活安全課長　架空一郎", "reason": "別の条項"}, "waiting"),
    ):
        again = {**waiting, "confirmations": [confirmation]}
        review = batch_run.issue(line, source(tmp_path / "in.json", again), tmp_path / "out")
        assert review.fates[0].verdict == verdict


def test_a_duplicate_id_is_named(line: Line, tmp_path: Path) -> None:
    review = batch_run.check(line, source(tmp_path / "in.json", notice("N-1"), notice("N-1")))
    assert any(finding.code == "duplicate-record" for finding in review.input_findings)


def test_an_unknown_key_is_named_with_the_nearest_and_never_dropped_in_silence(line: Line, tmp_path: Path) -> None:
    review = batch_run.check(line, source(tmp_path / "in.json", notice("N-1", resaon="x")))
    (fate,) = review.fates
    finding = next(f for f in fate.findings if f.code == "unknown-field")
    assert finding.severity == "warning"
    assert "理由" in finding.message
    assert fate.verdict == "checked"


def test_messages_hold_no_value_of_the_record(line: Line, tmp_path: Path) -> None:
    """Every value is made unreadable or wrong in turn; no message repeats a name."""
    for name in NOTICE:
        review = batch_run.check(line, source(tmp_path / "in.json", notice("N-1", **{name: {"髙橋": "美咲"}})))
        for finding in review.fates[0].findings:
            assert "美咲" not in finding.message + finding.supervisor


def _samples() -> Path:
    from pathlib import Path  # noqa: PLC0415

    return Path(__file__).parents[2] / "samples"


def test_units_hold_one_form_and_lose_no_record() -> None:
    """Forms that alternate in the input are drawn form by form; the places in the input stay with the records."""
    slugs = ["warning", "non-warning-notice", "warning-request"]
    given = [(Record(slugs[n % 3], f"R{n}", {}), ()) for n in range(100)]
    units = list(batch_run._units(given))
    assert all(len({item.record.form for item in unit}) == 1 and len(unit) <= batch_run.CHUNK for unit in units)
    assert sorted((item.ordinal, item.record.id) for unit in units for item in unit) == [
        (n + 1, f"R{n}") for n in range(100)
    ]
