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
from forms.line import Judged, Line

if TYPE_CHECKING:
    from typing import Any

    from validators.model import Record

SAMPLES = Path(__file__).parent.parent / "samples"
AS_OF = date(2026, 7, 1)


@cache
def line() -> Line:
    """Return the line that everything is measured on."""
    return Line(as_of=AS_OF)


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


def fresh() -> list[Record]:
    """Return copies that judging may change."""
    return copy.deepcopy(list(raw_records()))


def judged() -> list[Judged]:
    """Return the mix, judged."""
    return [line().judge(record) for record in fresh()]


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
