"""Promise: what it costs to judge an input is bounded; what is not judged is told, record by record, and counted."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from forms.entry import read_input
from forms.entry.reading import limits
from forms.issue import run as batch_run
from forms.issue.line import Line
from tests.office import OFFICE
from tests.records import NOTICE
from tests.rulebooks import OURS, line_on
from validators.grouping import fewer
from validators.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from validators.judging import Judged, Prepared
    from validators.review import Review

DAY = date(2026, 7, 1)


def source(path: Path, *data: dict[str, Any], case: str = "", start: int = 1) -> batch_run.Source:
    items = [
        {"form": "non-warning-notice", "record": str(n), "office": OFFICE, "case": case, "data": each}
        for n, each in enumerate(data, start)
    ]
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return batch_run.Source(path.name, path)


def told(review: Review) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(fate.record, fate.verdict, tuple(found.code for found in fate.findings)) for fate in review.fates]


def test_judging_stops_after_a_long_run_of_refused_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record has its fate, the input one finding with number and setting; another input of the run is judged."""
    monkeypatch.setenv(limits.setting("REFUSED"), "70")
    sources = [source(tmp_path / "壊れた.json", *[{}] * 400), source(tmp_path / "正しい.json", NOTICE, start=900)]
    review = batch_run.check(line_on(DAY), sources, jobs=1)
    left = [fate for fate in review.fates if [found.code for found in fate.findings] == ["not-judged"]]
    assert [fate.record for fate in left] == [str(n) for n in range(71, 401)]
    assert {fate.verdict for fate in left} == {"refused"}
    (finding,) = review.input_findings
    assert finding.severity == "error"
    assert finding.cell == "壊れた.json"
    assert "330件" in finding.message
    assert limits.setting("REFUSED") in finding.message
    assert review.fates[-1].verdict == "checked"
    spread = batch_run.check(line_on(DAY), sources, jobs=2)
    assert [fate.as_json() for fate in spread.fates] == [fate.as_json() for fate in review.fates]


def test_what_is_told_of_the_rows_of_a_file_is_told_of_those_not_judged_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the end no value is read any more: who a record is, and what is odd about its row, is."""
    monkeypatch.setenv(limits.setting("REFUSED"), "20")
    day = OURS.catalogue.get("non-warning-notice").fields["document_date"].label
    rows = [f"{n},non-warning-notice,R6.5.10," for n in range(200)]
    rows += [
        "7,non-warning-notice,R6.5.11,",
        ",non-warning-notice,R6.5.12,",
        "900,non-warning-notice,,",
        "901,no-form,R6.5.12,",
    ]
    rows += [
        "記入例,non-warning-notice,R6.5.13,",
        "902,non-warning-notice,R6.5.12,余り",
        "ID９０３,non-warning-notice,R6.5.12,",
    ]
    path = tmp_path / "表.csv"
    path.write_text("\n".join([f"整理番号,様式,{day},", *rows]), encoding="utf-8")
    whole = read_input(path, name=path.name, catalogue=OURS.catalogue)
    for jobs in (1, 2):
        review = batch_run.check(line_on(DAY), [batch_run.Source(path.name, path)], jobs=jobs)
        assert [found for found in review.input_findings if found.code != "judging-stopped"] == whole.findings
        assert {(fate.form, fate.record) for fate in review.fates} == {(each.form, each.id) for each in whole.records}
        assert sum(fate.findings[0].code == "not-judged" for fate in review.fates) == len(review.fates) - 20


def test_a_file_of_good_and_bad_records_is_judged_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One lawful record among five is enough: the file is not wrong as a whole."""
    monkeypatch.setenv(limits.setting("REFUSED"), "20")
    data = [NOTICE if n % 5 == 0 else {**NOTICE, "reason": ""} for n in range(100)]
    review = batch_run.check(line_on(DAY), [source(tmp_path / "a.json", *data)], jobs=1)
    assert not review.input_findings
    assert (review.verdicts["checked"], review.verdicts["refused"]) == (20, 80)


def test_what_is_not_judged_is_not_issued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper of an earlier run does not stand in the folder for a record that this run did not judge."""
    folder = tmp_path / "out"
    late = source(tmp_path / "a.json", NOTICE, start=41)
    first = batch_run.issue(line_on(DAY), [late], folder, jobs=1)
    assert first.verdicts["issued"] == 1
    monkeypatch.setenv(limits.setting("REFUSED"), "10")
    items = [*[{}] * 40, NOTICE]
    second = batch_run.issue(line_on(DAY), [source(tmp_path / "a.json", *items)], folder, jobs=1)
    assert "not-judged" in {found.code for found in second.fates[-1].findings}
    assert not list(folder.glob("41-*.pdf"))


def test_a_case_without_end_is_not_weighed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each paper is weighed against all others of its case: a number that stands on all records is asked about."""
    monkeypatch.setenv(limits.setting("PAPERS"), "3")
    for count, codes in ((3, set()), (4, {"too-many-papers"})):
        review = batch_run.check(line_on(DAY), [source(tmp_path / "a.json", *[NOTICE] * count, case="架空-7")], jobs=1)
        assert {found.code for fate in review.fates for found in fate.findings if found.severity == "error"} == codes


def test_alike_findings_of_one_record_are_counted() -> None:
    """So many are told one by one; the next says how many more there are, and stops the record as they would."""
    findings = [
        Finding("error", ("X-1",), "日付を書いてください。", label=f"経過 {n}件目 日付", path=f"a[{n}].b")
        for n in range(1, 2001)
    ]
    other = Finding("warning", (), "別の指摘です。")
    kept = fewer([*findings, other], 20)
    assert kept[:20] == findings[:20]
    assert kept[20].severity == "error"
    assert "1,979件" in kept[20].message
    assert kept[21:] == [other]


def test_what_a_hopeless_file_costs_is_what_reading_it_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3,000 records without a value a hundred are judged: the bound is one of records judged, not of the clock."""
    monkeypatch.setenv(limits.setting("REFUSED"), "100")
    judged: list[str] = []

    class Counting(Line):
        def decide(self, prepared: Prepared, case: Sequence[Prepared] = (), **more: Any) -> Judged:
            judged.append(prepared.record.id)
            return super().decide(prepared, case, **more)

    ours = line_on(DAY)
    review = batch_run.check(Counting(ours.rules, as_of=DAY), [source(tmp_path / "a.json", *[{}] * 3_000)], jobs=1)
    assert len(review.fates) == 3_000
    assert len(judged) <= 100 + 2 * batch_run.CHUNK_OF_CHECK
