"""What reading back costs, and what a server keeps: the final read against an older state, memory over 2,000 requests."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import records
from bench.scale import BEFORE, ROOT, checkout, measured, output

if TYPE_CHECKING:
    from typing import Any

    from bench.figures import Measured
    from validators.model import Field

_RUNS = 5
_READ = """
import pickle, sys, time
try:
    from forms.finish.final_read import final_read
    from validators.secrecy import Value, secrets_of
    protect = lambda texts: secrets_of(Value("", "address", text) for text in texts)
except ImportError:
    from forms.final_read import final_read
    protect = list
with open(sys.argv[1], "rb") as file:
    papers = [(pdf, docx, expected, protect(texts)) for pdf, docx, expected, texts in pickle.load(file)]
def all_of_them():
    for pdf, docx, expected, protected in papers:
        final_read(pdf, docx, expected=expected, protected=protected)
all_of_them()
start = time.process_time()
all_of_them()
print((time.process_time() - start) / len(papers))
"""
_SERVE = """
import json, sys
from bench import records
from api import create_app
client = create_app(as_of=records.AS_OF).test_client()
memory = lambda: int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024
served = series = 0
while served < 2000:
    for record in records.fresh(series):
        body = {"record": f"R{served}", "data": {**record.data}, "office": record.office,
                "confirmations": [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in record.confirmations]}
        answer = client.post(f"/api/v1/forms/{record.form}/documents", json=body,
                             headers={"Accept": "application/pdf", "Host": "127.0.0.1"})
        assert answer.status_code == 200, answer.text
        served += 1
        if served in (500, 2000):
            print(memory())
    series += 1
"""


def final_read() -> list[Measured]:
    """Compare the CPU time of the final read with that of the older state, over the same files of the mix."""
    with checkout() as before, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if before is None:
            print(f"SKIPPED final read against {BEFORE}: git does not have that commit here")
            return []
        papers = Path(folder) / "papers"
        papers.write_bytes(pickle.dumps(_papers()))
        pairs = [
            [float(output(_READ, {}, str(papers), tree=tree)[-1]) for tree in (ROOT, before)] for _ in range(_RUNS)
        ]
    ours, theirs = (1000 * min(column) for column in zip(*pairs, strict=True))
    row = measured(f"final read, CPU against {BEFORE}", [one / other for one, other in pairs], 0.7)
    return [(*row[:-1], f"{ours:.1f} ms against {theirs:.1f} ms a document")]


def _papers() -> list[tuple[bytes, bytes, dict[str, str], list[str]]]:
    """Return the files of the mix, the texts that must stand in them and those that must not."""
    from forms.paper.expected import expected_texts

    line, drawn = records.line().for_a_run(), []
    for record in records.batch(1)[::3]:  # every third: all forms, fewer papers of each
        judged = line.judge(record)
        assert judged.form is not None  # noqa: S101 - the mix holds known forms
        files, fields = line.draw(judged).files, judged.form.fields
        secret = [
            text
            for name, field in fields.items()
            if field.sensitivity == "protected"
            for text in _texts(field, record.data.get(name))
        ]
        drawn.append((files["pdf"], files["docx"], expected_texts(judged.form, judged.record), secret))
    return drawn


def _texts(field: Field, value: Any) -> list[str]:
    return [value] if field.type in {"address", "text", "string"} and isinstance(value, str) else []


def server_memory() -> list[Measured]:
    """Compare what a server keeps after 2,000 documents, each of other people, with what it keeps after 500."""
    less, more = map(float, output(_SERVE, {})[-2:])
    row = measured("server memory, 2,000 documents against 500", [more / less], 1.1)
    return [(*row[:-1], f"{more:.0f} MB against {less:.0f} MB")]
