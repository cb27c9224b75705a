"""Records a second reader invented against the sources: what is lawful is issued, what is not is stopped."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.definitions.yamltext import parse
from validators.judging import Judge
from validators.model import Record

HERE = Path(__file__).parent
PAGES = [parse(path.read_text("utf-8"), path) for path in sorted(HERE.glob("second_reading*.yaml"))]
RECORDS: dict[str, list[dict[str, Any]]] = {
    source: [record for page in PAGES for record in page.get(source, ())]
    for source in dict.fromkeys(source for page in PAGES for source in page)
}
SAMPLES = {
    (source, raw["record"]): raw
    for source in RECORDS
    for raw in json.loads((HERE.parents[1] / "samples" / f"{source}.json").read_text("utf-8"))
}
CASES = [(source, number) for source, records in RECORDS.items() for number in range(len(records))]
VERDICTS = {"issue": "checked", "confirm": "waiting", "refuse": "refused"}
JUDGE = Judge(OURS, as_of=date(2026, 11, 30))


@pytest.mark.parametrize(("source", "number"), CASES)
def test_a_record_nobody_had_thought_of_gets_its_verdict(source: str, number: int) -> None:
    """The sample with this change is issued, held for a confirmation or refused, as the source has it."""
    case = RECORDS[source][number]
    sample = SAMPLES[source, case["sample"]]
    data = {key: value for key, value in {**sample["data"], **case["change"]}.items() if value is not None}
    fate = JUDGE.judge(Record(sample["form"], "trial", data, office=sample.get("office", {}))).fate
    assert fate.verdict == VERDICTS[case["wants"]], [(f.clauses, f.path) for f in fate.findings]
