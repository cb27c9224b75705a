"""The review report (点検報告) for supervisors and auditors: JSON, HTML, PDF and XLSX of the same data."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from forms.reports.workbook import BarsOf, ReportColumn, TableBook
from validators.definitions.files import cache_directory, remembered
from validators.grouping import ACTORS, FIRST
from validators.labels import SEVERITY_LABELS, VERDICT_LABELS

if TYPE_CHECKING:
    from validators.review import Review

_HERE = Path(__file__).parent
STYLE = (_HERE / "review.css").read_text("utf-8")
_PAGE = (_HERE / "review.html").read_text("utf-8")
_PAGE_KEY = sha256(
    f"{sys.version} {jinja2.__version__} {_PAGE}".encode()
).hexdigest()  # what its compiled form is kept by
# The page carries its style with it, wherever it is opened; where a policy forbids that, it names this style by its hash.
STYLE_HASH = f"sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}"
_CHART_CLAUSES = 20
_LINKS = 20  # records a group of findings links to; the rest is counted
_FILTERS = (
    ("all", "すべて"),
    ("refused", "発行しない・処理できず"),
    ("waiting", "要確認"),
    ("issued", "発行済・発行できます"),
)


def as_json(review: Review) -> bytes:
    """Return review.json."""
    return json.dumps(review.as_json(), ensure_ascii=False, indent=1).encode()


def as_html(review: Review) -> bytes:
    """Return review.html: one file, no scripts, nothing loaded from elsewhere."""
    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    code = remembered(cache_directory() / "pages-1" / "review", _PAGE_KEY, lambda: env.compile(_PAGE, "review.html"))
    page = Template.from_code(env, code, env.make_globals(None)).render(
        review=_view(review),
        verdicts=VERDICT_LABELS,
        severities=SEVERITY_LABELS,
        filters=_FILTERS,
        style=Markup(STYLE),  # noqa: S704 - our own style sheet
    )
    return page.encode()


def as_pdf(review: Review) -> bytes:
    """Return review.pdf (PDF/A-2a, PDF/UA-1), set by Typst from the same data."""
    from forms.press.typeset.engine.compile import compile_pdf  # noqa: PLC0415 - the press is slow to import

    data = json.dumps(json.dumps(_drawable(_view(review)), ensure_ascii=False), ensure_ascii=False)
    # The inner JSON has every control character escaped, so the outer literal holds only \\ and \" and is Typst's too.
    source = f"#let review = json(bytes({data}))\n" + (_HERE / "review.typ").read_text("utf-8")
    return compile_pdf(source, timestamp=datetime.fromisoformat(review.made_at).astimezone())


def write_xlsx(review: Review, path: Path) -> None:
    """Write review.xlsx: counts with a bar chart, every finding, every record."""
    clauses = [(c.clause, c.citation, SEVERITY_LABELS[c.severity], c.records, c.findings) for c in review.by_clause]
    columns = (
        ReportColumn("条項", 20),
        ReportColumn("根拠", 30),
        ReportColumn("扱い", 12),
        ReportColumn("記録の数", 10),
        ReportColumn("指摘の数", 10),
    )
    bars = BarsOf("条項別の記録の数", names=1, values=4, rows=min(len(clauses), _CHART_CLAUSES), at=len(columns) + 2)
    groups = (
        (
            SEVERITY_LABELS[g.severity],
            len(g.records),
            g.title,
            g.label,
            g.message,
            g.supervisor,
            g.actor,
            g.places,
            "、".join(g.clauses),
            g.citation,
        )
        for g in review.groups
    )
    records = (
        (
            f.record,
            f.title,
            VERDICT_LABELS[f.verdict],
            ACTORS[f.verdict],
            len(f.findings),
            f.case,
            f.law_as_of,
            f.source,
        )
        for f in sorted(review.fates, key=lambda fate: FIRST.index(fate.verdict))
    )
    heads = (
        ReportColumn("整理番号", 18),
        ReportColumn("様式", 34),
        ReportColumn("結果", 14),
        ReportColumn("次に動く人", 18),
        ReportColumn("指摘の数", 10),
        ReportColumn("事案番号", 14),
        ReportColumn("適用日", 12),
        ReportColumn("入力", 24),
    )
    steps = [(step,) for step in review.next_steps]
    with TableBook(path) as book:
        book.add_table("条項別", columns, clauses, name="Clauses", bars=bars if clauses else None)
        book.add_table("まとめ", _GROUP_COLUMNS, groups, name="Groups")
        book.add_table("指摘", _FINDING_COLUMNS, _finding_rows(review), name="Findings")
        book.add_table("記録", heads, records, name="Records")
        book.add_table("次にすること", (ReportColumn("次にすること", 90),), steps, name="Steps")


_GROUP_COLUMNS = (
    ReportColumn("扱い", 12),
    ReportColumn("記録の数", 10),
    ReportColumn("様式", 30),
    ReportColumn("項目", 22),
    ReportColumn("直すこと", 60),
    ReportColumn("監督者へ", 60),
    ReportColumn("次に動く人", 18),
    ReportColumn("場所", 34),
    ReportColumn("条項", 20),
    ReportColumn("根拠", 28),
)
_FINDING_COLUMNS = (
    ReportColumn("整理番号", 18),
    ReportColumn("様式", 30),
    ReportColumn("扱い", 12),
    ReportColumn("項目", 22),
    ReportColumn("場所", 22),
    ReportColumn("直すこと", 60),
    ReportColumn("監督者へ", 60),
    ReportColumn("条項", 20),
    ReportColumn("根拠", 28),
    ReportColumn("確認者", 16),
)


def _finding_rows(review: Review) -> list[tuple[Any, ...]]:
    titles = {(fate.form, fate.record): fate.title for fate in review.fates}
    everything = [*review.input_findings, *(finding for fate in review.fates for finding in fate.findings)]
    return [
        (
            f.record,
            titles.get((f.form, f.record), f.form),
            SEVERITY_LABELS[f.severity],
            f.label,
            f.cell or f.path,
            f.message,
            f.supervisor,
            "、".join(f.clauses),
            f.citation,
            f.confirmed_by,
        )
        for f in everything
    ]


def _drawable(value: Any) -> Any:
    """Return the data with 〓 wherever a text holds a letter that cannot be drawn: the report tells of such letters."""
    from validators.printable import drawable  # noqa: PLC0415 - the press is slow to import

    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {key: _drawable(inner) for key, inner in value.items()}
    return [_drawable(inner) for inner in value] if isinstance(value, list) else value


def _view(review: Review) -> dict[str, Any]:
    """Return what page and PDF draw: the JSON shape plus labels, so that both say the same."""
    data = review.as_json()
    records = sorted(data["records"], key=lambda record: FIRST.index(record["verdict"]))
    numbers: dict[str, int] = {}
    for n, record in enumerate(records, 1):
        record["n"] = n
        numbers.setdefault(record["record"], n)
    for group in data["groups"]:
        group["links"] = [{"record": record, "n": numbers[record]} for record in group["records"][:_LINKS]]
        group["more"] = max(0, len(group["records"]) - _LINKS)
    most = max((c["records"] for c in data["by_clause"]), default=1)
    titles = {fate.form: fate.title for fate in review.fates}
    return {
        **data,
        "records": records,
        "counts": [
            {"label": label, "n": review.verdicts.get(v, 0), "verdict": v} for v, label in VERDICT_LABELS.items()
        ],
        "forms": [
            {"title": titles[slug], "counts": "　".join(f"{VERDICT_LABELS[v]} {n}" for v, n in counts.items())}
            for slug, counts in review.by_form.items()
        ],
        "bars": [
            {
                **c,
                "label": SEVERITY_LABELS[c["severity"]],
                "share": c["records"] / most,
                "first": all(other["clause"] != c["clause"] for other in data["by_clause"][:n]),
            }
            for n, c in enumerate(data["by_clause"])
        ],
        "verdict_labels": VERDICT_LABELS,
        "severity_labels": SEVERITY_LABELS,
    }
