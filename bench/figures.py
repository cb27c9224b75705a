"""The figures: each function returns rows (name, value, low, high, bound, at_least, note)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import records
from bench.bare import SOURCES, bare_pdf
from bench.peers import WarmOffice, docxtpl_render
from bench.timing import paired, seconds
from forms.paper.fill import build_context, fill
from forms.paper.layout import build_docx
from forms.paper.templates import sandbox
from forms.press.typeset import Memory, typeset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.judging import Judged
    from validators.model import Form

_LOCAL = {"Accept": "application/pdf", "Host": "127.0.0.1"}
Measured = tuple[str, float, float, float, float, bool, str]


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process and what it starts on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _form(judged: Judged) -> Form:
    assert judged.form is not None  # noqa: S101 - the mix holds known forms
    return judged.form


Mixes = list[list["Judged"]]  # the records of each run: no record comes twice


def _mixes(runs: int) -> Mixes:
    return [records.judged(run) for run in range(runs + 1)]


def _ours_pdf(mix: list[Judged]) -> None:
    memory = Memory()
    for one in mix:
        paper = fill(_form(one), one.record, one.record.office)
        typeset(paper.parts, title=_form(one).title, memory=memory, fixed=paper.fixed)


def _ours_whole(run: int) -> None:
    line = records.line().for_a_run()
    for record in records.batch(run):
        line.draw(line.judge(record))


class _Docxtpl:
    """The same papers through docxtpl: template bytes and contexts made beforehand."""

    def __init__(self, mixes: Mixes) -> None:
        self._environment = sandbox()
        templates = {id(_form(one)): build_docx(_form(one)) for one in mixes[0]}
        self._jobs = [
            [(templates[id(_form(one))], build_context(_form(one), one.record.data, one.record.office)) for one in mix]
            for mix in mixes
        ]

    def render(self, run: int) -> Iterator[bytes]:
        """Render every paper of a run."""
        return (docxtpl_render(template, context, self._environment) for template, context in self._jobs[run])


def record_to_pdf() -> list[Measured]:
    """Compare record → PDF, and the whole line, with docxtpl + a warm LibreOffice on the same records and one core."""
    runs = 3
    mixes = _mixes(runs)
    peer = _Docxtpl(mixes)
    with one_core(), WarmOffice() as office, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source, target = Path(folder) / "paper.docx", Path(folder) / "paper.pdf"

        def theirs(run: int) -> None:
            for docx in peer.render(run):
                source.write_bytes(docx)
                office.convert(source, target)
                target.read_bytes()

        like = paired(lambda run: _ours_pdf(mixes[run]), theirs, runs=runs)
        whole = paired(_ours_whole, theirs, runs=runs)
    n = len(mixes[0])
    return [
        (
            "record to PDF, times docxtpl + LibreOffice",
            like.ratio,
            like.low,
            like.high,
            8,
            True,
            f"{n / like.a:.0f} against {n / like.b:.1f} documents/s",
        ),
        (
            "whole line, times docxtpl + LibreOffice",
            whole.ratio,
            whole.low,
            whole.high,
            6,
            True,
            f"{n / whole.a:.0f} against {n / whole.b:.1f} documents/s",
        ),
    ]


def against_bare_typst() -> list[Measured]:
    """Compare record → PDF with bare Typst on an equivalent hand-written source."""
    runs = 7
    mixes = [[one for one in mix if _form(one).slug in SOURCES] for mix in _mixes(runs)]
    data = [[(_form(one).slug, one.record.data) for one in mix] for mix in mixes]

    def bare(run: int) -> None:
        for slug, values in data[run]:
            bare_pdf(slug, values)

    with one_core():
        pair = paired(bare, lambda run: _ours_pdf(mixes[run]), runs=runs)
    n = len(mixes[0])
    return [
        (
            "record to PDF, time against bare Typst",
            pair.ratio,
            pair.low,
            pair.high,
            1.4,
            False,
            f"{1000 * pair.b / n:.2f} ms against {1000 * pair.a / n:.2f} ms a document",
        )
    ]


def against_reportlab() -> list[Measured]:
    """Compare record → PDF of a notice of one page with ReportLab's drawing of a like page."""
    from bench.like_page import SLUG, like_page

    runs = 7
    line = records.line()
    mixes = [[line.judge(one) for one in records.batch(run) if one.form == SLUG] * 4 for run in range(runs + 1)]

    def theirs(run: int) -> None:
        for one in mixes[run]:
            like_page(one.record.data, records.AS_OF)

    with one_core():
        pair = paired(lambda run: _ours_pdf(mixes[run]), theirs, runs=runs)
    n = len(mixes[0])
    return [
        (
            "one page, times ReportLab",
            pair.ratio,
            pair.low,
            pair.high,
            1.3,
            True,
            f"{1000 * pair.a / n:.2f} ms against {1000 * pair.b / n:.2f} ms",
        )
    ]


def docx_alone() -> list[Measured]:
    """Compare the filled DOCX with docxtpl's own."""
    runs = 3
    mixes = _mixes(runs)
    peer = _Docxtpl(mixes)

    def ours(run: int) -> None:
        for one in mixes[run]:
            fill(_form(one), one.record, one.record.office).docx()

    with one_core():
        pair = paired(ours, lambda run: list(peer.render(run)), runs=runs)
    n = len(mixes[0])
    return [
        (
            "DOCX alone, times docxtpl",
            pair.ratio,
            pair.low,
            pair.high,
            20,
            True,
            f"{1000 * pair.a / n:.2f} ms against {1000 * pair.b / n:.1f} ms a document",
        )
    ]


def two_cores() -> list[Measured]:
    """Compare a batch on two processes with the same on one, each started afresh as the command is."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = str(records.write_json(Path(folder) / "in.json", 1500))
        pairs = [[_child(_MEASURE.format(work=_FILL), source, jobs)[0] for jobs in ("2", "1")] for _ in range(3)]
    ratios = sorted(one / two for two, one in pairs)
    return [
        (
            "two cores, times one",
            ratios[1],
            ratios[0],
            ratios[-1],
            1.8,
            True,
            f"1,500 records in {pairs[0][0]:.1f} s against {pairs[0][1]:.1f} s",
        )
    ]


def one_request() -> list[Measured]:
    """Compare one warm HTTP form-filling request with the same work in process."""
    from statistics import median

    from api import create_app

    client = create_app(as_of=records.AS_OF).test_client()
    pairs = []
    for record in records.fresh():
        body = {
            "record": record.id,
            "data": record.data,
            "office": record.office,
            "confirmations": [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in record.confirmations],
        }

        def http(slug: str = record.form, body: object = body) -> None:
            answer = client.post(f"/api/v1/forms/{slug}/documents", json=body, headers=_LOCAL)
            assert answer.status_code == 200, answer.text  # noqa: S101, PLR2004

        def process(given: object = record) -> None:
            import copy

            line = records.line()
            line.draw(line.judge(copy.deepcopy(given)))  # type: ignore[arg-type]

        with one_core():
            http()
            process()
            pairs.append((median(seconds(http) for _ in range(7)), median(seconds(process) for _ in range(7))))
    ratios = sorted(a / b for a, b in pairs)
    middle = median(ratios)
    return [
        (
            "HTTP request, time against in process",
            middle,
            ratios[0],
            ratios[-1],
            1.5,
            False,
            f"{1000 * median(a for a, _ in pairs):.1f} ms against {1000 * median(b for _, b in pairs):.1f} ms",
        )
    ]


def _child(code: str, *args: str) -> tuple[float, float]:
    """Run code in a child; return its seconds and peak memory in MB, as it prints them."""
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True, cwd=records.SAMPLES.parent
    )
    took, peak = done.stdout.split()[-2:]
    return float(took), float(peak)


# Peak memory as the kernel keeps it for this program: what getrusage says is at least the parent's, through fork and exec.
_MEASURE = """
import sys, time
from pathlib import Path
start = time.perf_counter()
{work}
took = time.perf_counter() - start
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(peak.split()[1]) / 1024)
"""
_BARE_READ = """
import openpyxl
for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
    for row in sheet.iter_rows(values_only=True):
        pass
"""
_CHECK = """
from bench import records
from forms.issue import run as batch_run
line = records.line()
review = batch_run.check(line, [batch_run.Source("in", Path(sys.argv[1]))])
assert len(review.fates) == int(sys.argv[2]), len(review.fates)
"""
_FILL = """
from tempfile import TemporaryDirectory
from bench import records
from forms.issue import run as batch_run
with TemporaryDirectory() as folder:
    batch_run.issue(records.line(), [batch_run.Source("in", Path(sys.argv[1]))], Path(folder), jobs=int(sys.argv[2]))
"""


def large_workbook() -> list[Measured]:
    """Read and check a 100,000-row workbook beside openpyxl's bare read-only reading."""
    count = 100_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "large.xlsx"
        records_of_one_form(path, count)
        rows = []
        for _ in range(3):
            bare = _child(_MEASURE.format(work=_BARE_READ), str(path))
            ours = _child(_MEASURE.format(work=_CHECK), str(path), str(count))
            rows.append((ours[0] / bare[0], ours[1], ours[0], bare[0]))
    ratios = sorted(row[0] for row in rows)
    peaks = sorted(row[1] for row in rows)
    note = f"{rows[0][2]:.1f} s against {rows[0][3]:.1f} s"
    return [
        ("100,000 rows read and checked, time vs openpyxl", ratios[1], ratios[0], ratios[-1], 2.0, False, note),
        ("100,000 rows, peak memory (MB)", peaks[1], peaks[0], peaks[-1], 300, False, ""),
    ]


def records_of_one_form(path: Path, count: int) -> None:
    """Write an entry workbook with `count` good rows of the shortest form."""
    from forms.entry import write_records
    from validators.model import Record

    base = next(record for record in records.fresh() if record.form == "non-warning-notice")
    catalogue = records.line().catalogue
    rows = (Record(base.form, f"R{i:06d}", base.data, office=base.office) for i in range(count))
    write_records([catalogue.get(base.form)], rows, path)


def long_batch() -> list[Measured]:
    """Compare the peak memory of 10,000 documents in one batch with that of 1,000."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        small = records.write_json(Path(folder) / "small.json", 1_000)
        large = records.write_json(Path(folder) / "large.json", 10_000)
        _, less = _child(_MEASURE.format(work=_FILL), str(small), "1")
        _, more = _child(_MEASURE.format(work=_FILL), str(large), "1")
    ratio = more / less
    return [
        (
            "10,000 documents, peak memory against 1,000",
            ratio,
            ratio,
            ratio,
            1.3,
            False,
            f"{more:.0f} MB against {less:.0f} MB",
        )
    ]


def command_start() -> list[Measured]:
    """Time the command's first output and the check of one record, as whole processes."""
    from statistics import median

    command = str(Path(sys.executable).with_name("yoshiki"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        one = records.write_json(Path(folder) / "one.json", 1)
        runs = {
            "yoshiki --help (s)": ([command, "--help"], 0.5),
            "yoshiki check of one record (s)": ([command, "check", str(one)], 1.0),
        }
        rows: list[Measured] = []
        for name, (call, bound) in runs.items():
            subprocess.run(call, capture_output=True, check=True)
            times = sorted(seconds(partial(subprocess.run, call, capture_output=True, check=True)) for _ in range(7))
            rows.append((name, median(times), times[0], times[-1], bound, False, ""))
    return rows
