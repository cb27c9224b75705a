"""The mix of records that is measured: every sample that may be issued, short and long."""

from __future__ import annotations

import copy
import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from forms.entry import read_input
from forms.issue.line import Line
from validators.rulebook import clock_on, open_rulebook

if TYPE_CHECKING:
    from typing import Any

    from validators.judging import Judged
    from validators.model import Field, Record

SAMPLES = Path(__file__).parent.parent / "samples"
AS_OF = date(2026, 7, 1)


@cache
def line() -> Line:
    """Return the line that everything is measured on."""
    return Line(open_rulebook(clock=clock_on(AS_OF)), as_of=AS_OF)


@cache
def raw_records() -> tuple[Record, ...]:
    """Return the raw records of samples/*.json whose verdict allows a document, cases taken apart."""
    good = []
    for path in sorted(SAMPLES.glob("*.json")):
        with io.BytesIO(path.read_bytes()) as file:
            for record in read_input(file, name=path.name, catalogue=line().catalogue).records:
                record.case = ""
                raw = copy.deepcopy(record)
                if line().judge(record).fate.verdict == "checked":
                    good.append(raw)
    if not good:
        raise SystemExit("no sample may be issued")
    return tuple(good)


def fresh(series: int = 0) -> list[Record]:
    """Return copies that judging may change; each series tells of other people, places and events, in as many words."""
    return [_varied(record, series) for record in copy.deepcopy(list(raw_records()))]


BATCH = 4  # series in one run


def batch(run: int) -> list[Record]:
    """Return the raw records of a run: some series of the mix, form by form as a batch is drawn."""
    several = [record for series in range(run * BATCH, run * BATCH + BATCH) for record in fresh(series)]
    return sorted(several, key=lambda record: record.form)


def judged(run: int = 0) -> list[Judged]:
    """Return the records of a run, judged."""
    mix = [line().judge(record) for record in batch(run)]
    if wrong := [one.fate.form for one in mix if one.fate.verdict != "checked"]:
        raise SystemExit(f"varied out of order: {wrong}")
    return mix


# Letters of names, places and stories; a record's are exchanged for others, the same one always for the same other.
_LETTERS = "花太郎次子美空海汐灯岬架夫妻左右頬腕床壁居庭駅前昼朝紙車道店音手足肩背"
_TOLD = frozenset({"person", "address", "text", "string"})


def _varied(record: Record, series: int) -> Record:
    """Exchange letters in what is told of people, places and events; series 0 leaves the record as it is."""
    fields = line().catalogue.get(record.form).fields
    step = series % len(_LETTERS)
    letters = str.maketrans(_LETTERS, _LETTERS[step:] + _LETTERS[:step])
    record.data = {name: _exchanged(fields.get(name), value, letters) for name, value in record.data.items()}
    return record


def _exchanged(field: Field | None, value: Any, letters: dict[int, int]) -> Any:
    if field is None:
        return value
    if isinstance(value, list):
        return [_exchanged(field, item, letters) for item in value]
    if isinstance(value, dict) and field.fields:
        return {key: _exchanged(field.fields.get(key), item, letters) for key, item in value.items()}
    if isinstance(value, dict):
        return {key: item.translate(letters) if isinstance(item, str) else item for key, item in value.items()}
    return value.translate(letters) if {field.type, field.of} & _TOLD and isinstance(value, str) else value


def as_items(count: int) -> list[dict[str, Any]]:
    """Return `count` JSON items, the mix over and over under new ids."""
    base = raw_records()
    return [
        {
            "form": r.form,
            "record": f"B{i:06d}",
            "data": r.data,
            "office": r.office,
            "confirmations": [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in r.confirmations],
        }
        for i in range(count)
        for r in [base[i % len(base)]]
    ]


def write_json(path: Path, count: int) -> Path:
    """Write a JSON input of `count` records."""
    path.write_text(json.dumps(as_items(count), ensure_ascii=False), encoding="utf-8")
    return path
