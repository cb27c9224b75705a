"""点検状況: the papers and deadlines of the own office as figures; from each figure to its rows, from a row to the box."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request, url_for

from api.access.visitors import ledger
from api.desk.look import duty_of
from api.desk.steps import steps_of
from api.desk.widgets import control
from api.desk_kept.deadlines import rows_said
from api.desk_kept.saying import moment_said, titles
from api.kept.reach import rules, speaker, today
from ledger import due
from ledger.overview import MOST, issued_by_form, issued_since, under_way
from ledger.papers import STATES, find
from ledger.types import Instant, instant
from validators.errors import InputError
from validators.grouping import ACTORS
from validators.paths import parts_of, spot_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.overview import PaperUnderWay

blueprint = Blueprint("review_pages", __name__, url_prefix="/review")

STANDINGS: Final = {  # what a paper waits for → in words, whose move it is
    "refused": ("直すところがある", ACTORS["refused"]),
    "waiting": ("確かめが要る", ACTORS["waiting"]),
    "draft": ("書きかけ", "書いている方"),
    "checked": ("決裁待ち", "決裁者"),
    "approved": ("発行待ち", "発行する方"),
}
PERIODS: Final = {"30": "30日", "90": "90日", "365": "1年"}
_SHOWN = 200
_NO_CLAUSE: Final = "様式の書き方"  # findings that no provision stands behind: what cannot be read, what is left blank


@dataclass(frozen=True, slots=True)
class ClauseFigure:
    """How many papers one provision holds up."""

    clause: str
    called: str
    duty: str
    stops: bool
    papers: int


@blueprint.get("")
def index() -> str:
    """Show what waits and for whom, by form and by provision, what is late and what comes next."""
    period = _period()
    papers = under_way(ledger(), speaker().office)
    issued = issued_by_form(ledger(), speaker().office, _since(period))
    by_form = {
        slug: Counter(each.standing for each in papers if each.form == slug) for slug in {p.form for p in papers}
    }
    known = titles()
    rows = [
        (slug, known.get(slug, slug), by_form.get(slug, Counter()), issued.get(slug, 0)) for slug in {*by_form, *issued}
    ]
    deadlines = [each for each in due.listed(ledger(), rules(), office_code=speaker().office) if not each.by_law]
    now = ledger().now()
    return render_template(
        "kept/review.html",
        totals=Counter(each.standing for each in papers),
        issued=sum(issued.values()),
        standings=STANDINGS,
        forms=sorted(rows, key=lambda row: (-sum(row[2].values()), -row[3], row[1])),
        clauses=_by_clause(papers),
        late=_by_duty([each for each in deadlines if each.days_left(now) < 0]),
        coming=rows_said([each for each in deadlines if 0 <= each.days_left(now) <= 7]),  # noqa: PLR2004 - a week
        period=period,
        periods=PERIODS,
        more=len(papers) == MOST,
        most=MOST,
    )


def _period() -> str:
    asked = request.args.get("days", "")
    return asked if asked in PERIODS else "90"


def _since(period: str) -> Instant:
    return instant(datetime.combine(today() - timedelta(days=int(period)), time()))


def _by_clause(papers: Sequence[PaperUnderWay]) -> list[ClauseFigure]:
    counts: Counter[str] = Counter()
    stops: set[str] = set()
    for paper in papers:
        counts.update({each.clause for each in paper.faults})
        stops |= {each.clause for each in paper.faults if each.severity == "error"}
    return [
        ClauseFigure(clause, _cited(clause), duty_of(clause.partition("、")[0]), clause in stops, n)
        for clause, n in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]


def _cited(clause: str) -> str:
    """Return how the provisions of a finding are cited."""
    try:
        return "、".join(rules().clauses.citation(each) for each in clause.split("、") if each) or _NO_CLAUSE
    except KeyError:
        return clause


def _by_duty(rows: Sequence[due.Deadline]) -> list[tuple[str, str, int, list[due.Deadline]]]:
    """Return late deadlines by what is wanted: in words, whose move, how many, which."""
    found: dict[tuple[str, str], list[due.Deadline]] = {}
    for each in rows:
        found.setdefault((each.wanted, each.actor), []).append(each)
    return sorted(((*key, len(among), among) for key, among in found.items()), key=lambda each: -each[2])


@blueprint.get("/rows")
def rows() -> str:
    """Show the papers behind a figure: of a form, of a state, held up by a provision; each with the boxes it is about."""
    form, standing, period = request.args.get("form", ""), request.args.get("standing", ""), _period()
    by_clause, clause = "clause" in request.args, request.args.get("clause", "")
    known = titles()
    told: list[dict[str, Any]] = []
    if standing == "issued":
        told = _issued(issued_since(ledger(), speaker().office, _since(period), form=form, most=_SHOWN))
    else:
        for each in under_way(ledger(), speaker().office):
            faults = [fault for fault in each.faults if not by_clause or fault.clause == clause]
            if (form and each.form != form) or (standing and each.standing != standing) or (by_clause and not faults):
                continue
            told.append(_row(each, faults))
    words = [known.get(form, "") if form else "", STANDINGS[standing][0] if standing in STANDINGS else ""]
    words += ["発行済み"] if standing == "issued" else []
    words += [_cited(clause)] if by_clause else []
    return render_template(
        "kept/review_rows.html",
        rows=told[:_SHOWN],
        count=len(told),
        shown=_SHOWN,
        title="　".join(filter(None, words)) or "発行していない文書",
        duty=duty_of(clause.partition("、")[0]) if by_clause else "",
    )


def _row(each: PaperUnderWay, faults: Sequence[Any]) -> dict[str, Any]:
    word, actor = STANDINGS[each.standing]
    return {
        "ref": each.ref,
        "title": titles().get(each.form, each.form),
        "case": each.case,
        "number": each.number,
        "word": word,
        "actor": actor,
        "by": each.person,
        "when": moment_said(each.at),
        "own": each.state == "draft" and each.person_ref == speaker().ref,
        "queue": each.state == "checked",
        "boxes": list(dict.fromkeys((*_box(each, fault.path), _cited(fault.clause)) for fault in faults)),
    }


def _box(paper: PaperUnderWay, path: str) -> tuple[str, str]:
    """Return the words of the box that a finding stands at, and where its writer finds it: blank for anybody else."""
    try:
        form = rules().catalogue.get(paper.form)
    except InputError:
        return path, ""
    parts = parts_of(path)
    words = spot_of(form.fields, path).words if parts else "この文書"
    if paper.state != "draft" or paper.person_ref != speaker().ref:
        return words, ""
    for step in steps_of(form):
        if parts and any(each.name == parts[0] for each in step.fields):
            at = control(str(parts[0]))
            return words, url_for("drafts_pages.step", key=paper.ref, number=step.number, _anchor=at)
    return words, url_for("drafts_pages.paper", key=paper.ref)


def _issued(refs: Sequence[str]) -> list[dict[str, Any]]:
    known = titles()
    with ledger().read() as connection:
        found = [find(connection, ref) for ref in refs]
    return [
        {
            "ref": row.ref,
            "title": known.get(row.form, row.form),
            "case": "",
            "number": row.number,
            "word": STATES[row.state],
            "actor": ACTORS["issued"] if row.state == "issued" else "",
            "by": row.issued_by,
            "when": moment_said(Instant(row.issued_at or 0)),
            "own": False,
            "queue": False,
            "boxes": [],
        }
        for row in found
    ]
