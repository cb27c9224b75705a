"""What the tests of an authority's papers share: its samples judged with changes, and what the finished files say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.finish.final_read import docx_texts, pdf_pages, pdf_properties
from forms.press.typeset.package import read_package
from validators.model import Confirmation, Record

if TYPE_CHECKING:
    from forms.issue.line import Line
    from validators.judging import Judged

SAMPLES = Path(__file__).parents[2] / "samples"


def load(authority: str) -> list[dict[str, Any]]:
    """Return the raw samples of an authority."""
    raw: list[dict[str, Any]] = json.loads((SAMPLES / f"{authority}.json").read_text(encoding="utf-8"))
    return raw


def judge(
    line: Line, samples: list[dict[str, Any]], raw: dict[str, Any], rest: list[dict[str, Any]] | None, **changes: Any
) -> Judged:
    """Judge a record with the other papers of its case among `samples`, or with `rest`; a change to None leaves an item out."""
    raw = json.loads(json.dumps(raw))
    others = [o for o in samples if o.get("case") and o["case"] == raw.get("case") and o["record"] != raw["record"]]
    case = [
        line.prepare(Record(form=o["form"], id=o["record"], data=o["data"]))
        for o in json.loads(json.dumps(others if rest is None else rest))
    ]
    data = {key: value for key, value in {**raw["data"], **changes}.items() if value is not None}
    confirmations = tuple(Confirmation(**each) for each in raw.get("confirmations", ()))
    record = Record(raw["form"], raw["record"], data, confirmations=confirmations, office=raw.get("office", {}))
    return line.judge(record, case)


def told(found: Judged) -> set[str]:
    """Return every clause the findings name."""
    return {clause for finding in found.fate.findings for clause in finding.clauses}


def squeezed(text: str) -> str:
    """Return a text without blanks."""
    return re.sub(r"\s", "", text)


def drawn(line: Line, found: Judged) -> tuple[str, str]:
    """Return everything the finished PDF and the finished DOCX say, properties included, blanks taken out."""
    files = line.draw(found)
    assert files.findings == ()
    pdf = "".join(pdf_pages(files.files["pdf"])) + pdf_properties(files.files["pdf"])
    return squeezed(pdf), squeezed("".join(docx_texts(read_package(files.files["docx"]))))
