"""One case as its page shows it: whose move it is, the path so far, what is missing, people, papers, deadlines, hand-overs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from flask import render_template

from api.access.visitors import ledger, may
from api.desk_kept.corrections import corrections_of
from api.desk_kept.deadlines import rows_said
from api.desk_kept.saying import (
    CASE_STATES,
    FINDING_WORDS,
    day_said,
    events_of,
    fact_said,
    kind_said,
    moment_said,
    papers_of,
    titles,
    told_said,
)
from api.kept.reach import actor, rules, speaker, today
from ledger.access import may_know
from ledger.case_check import judge_case
from ledger.case_view import HIDDEN, view_case
from ledger.facts import fact_items
from ledger.handovers import listed as handovers_of
from ledger.papers import STATES
from ledger.persons import NAME_LABELS, PLACE_LABELS, ROLES
from validators.labels import HANDOVER_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.desk_kept.corrections import Corrections
    from ledger.case_view import CaseView
    from ledger.cases import CaseFile
    from validators.histories.procedure import CaseFinding

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # else as it was told: 1990年ころ
_ORDER: Final = ("forbidden", "missing", "late", "due", "out-of-order", "misrouted", "incomplete")


@dataclass(frozen=True, slots=True)
class NextMove:
    """What the procedures say of the case, and the papers and events that would settle it."""

    finding: CaseFinding
    word: str
    due: str
    papers: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]


def case_page(case: CaseFile, *, why: str = "", wrong: str = "", closing: str = "") -> str:
    """Return the page of a case within reach."""
    seen = view_case(ledger(), rules(), actor(), case.ref, why=why)
    corrections = corrections_of(case)
    with ledger().read() as connection:
        speaks = speaker()
        of = {"office_code": speaks.office, "person_ref": speaks.ref}
        knows_people = may_know(connection, case, "people", ledger().now(), **of)
        judged = judge_case(connection, ledger(), rules(), case.ref, today())
    moves = sorted((_move(each) for each in judged.findings), key=lambda each: _ORDER.index(each.finding.state))
    return render_template(
        "kept/case.html",
        case=seen.case,
        kind=kind_said(seen.case.kind),
        state=CASE_STATES.get(seen.case.state, seen.case.state),
        opened=day_said(seen.case.opened_on),
        moves=moves,
        first=next((each for each in moves if each.papers or each.events), None),
        path=_path(seen),
        corrected=_corrected(corrections, revealed=seen.revealed),
        knows_people=knows_people,
        people=_people(seen) if knows_people else [],
        facts=_facts(seen) if knows_people else [],
        papers=_papers(seen),
        deadlines=rows_said(seen.deadlines),
        handovers=[(each, HANDOVER_LABELS[each.kind], HANDOVER_LABELS[each.state]) for each in _handed(case)],
        access=seen.access,
        revealed=seen.revealed,
        hidden=HIDDEN,
        own_office=case.office == speaks.office,
        own=case.office == speaks.office and case.state == "open",
        writes=may("write"),
        keeps=may("keep"),
        wrong=wrong,
        closing=closing,
    )


def _handed(case: CaseFile) -> list[Any]:
    return handovers_of(ledger(), case=case.ref) if case.office == speaker().office else []


def _move(finding: CaseFinding) -> NextMove:
    names = sorted(finding.lacking)
    due = day_said(finding.due_on or "")
    return NextMove(finding, FINDING_WORDS[finding.state], due, tuple(papers_of(names)), tuple(events_of(names)))


def _path(seen: CaseView) -> list[dict[str, Any]]:
    label = rules().procedures.vocabulary.label
    return [
        {
            "ref": each.ref,
            "day": day_said(each.at),
            "label": label(each.name),
            "paper": each.paper if rules().procedures.vocabulary.is_paper(each.name) else None,
            "by": each.by,
            "law": bool(each.law),
            "issued": each.paper,
            "facts": _facts_told(each.name, each.facts),
        }
        for each in seen.events
    ]


def _facts_told(event: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    vocabulary = rules().procedures.vocabulary
    return [(vocabulary.label(name), told_said(vocabulary.fact(event, name), value)) for name, value in facts.items()]


def _corrected(told: Corrections, *, revealed: bool) -> list[dict[str, Any]]:
    """Return what was corrected or taken back: what stood, what came of it, by whom and when; the reason where values are open."""
    label = rules().procedures.vocabulary.label
    pairs = [
        (old, mend, "訂正") for ref, was in told.before.items() for mend, old in pairwise([told.by_ref[ref], *was])
    ]
    pairs += [(old, end, "取消し") for old, end in told.gone]
    return [
        {
            "day": day_said(old.at),
            "label": label(old.name),
            "word": word,
            "by": mend.by,
            "when": moment_said(mend.recorded_at),
            "reason": mend.reason if revealed else "",
            "facts": _facts_told(old.name, old.facts) if revealed else [],
        }
        for old, mend, word in sorted(pairs, key=lambda each: each[1].recorded_at)
    ]


def _people(seen: CaseView) -> list[dict[str, Any]]:
    return [
        {
            "ref": each.ref,
            "role": ROLES.get(each.role, each.role),
            "name": each.called(),
            "others": [(NAME_LABELS[n.kind], n.text) for n in each.names if n.text != each.called()],
            "places": [(PLACE_LABELS[p.kind], p.text) for p in each.places],
            "birth": day_said(each.birth) if _ISO.fullmatch(each.birth) else each.birth,
            "remarks": each.remarks,
        }
        for each in seen.people
    ]


def _facts(seen: CaseView) -> list[tuple[str, str, str]]:
    items = fact_items(rules(), seen.case.kind, seen.facts)
    return [
        (
            seen.labels.get(name, name),
            HIDDEN if each.value == HIDDEN else fact_said(items[name], each.value),
            day_said(each.since),
        )
        for name, each in seen.facts.items()
    ]


def _papers(seen: CaseView) -> list[tuple[str, str, str, str, str]]:
    known = titles()
    return [
        (
            each.ref,
            known.get(each.form, each.form),
            STATES[each.state],
            day_said(each.day),
            f"第{each.n}号" if each.n else "",
        )
        for each in seen.papers
    ]
