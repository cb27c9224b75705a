"""Keep one matter in a ledger, and show its path, what falls due next, its register, its number and the word of the audit."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from samples.matter import ToldMatter
    from validators.rulebook import Rulebook

_STATION = "shiomi"
_PAPER = "execution-order"  # the one that is issued through the ledger; the others are entered as papers made before
_NUMBER = "document_no"  # is the ledger's to give
_REGISTER = "case-command-register"


def keep_matter(matter: ToldMatter, rules: Rulebook, place: Path) -> bool:
    """Keep a matter as it stood at its first look, and return whether the paper has its number and the audit is sound."""
    from ledger.audit.verify import verify_ledger
    from ledger.due import in_words, listed
    from ledger.engine import open_ledger
    from samples.year.loading import Clock
    from validators.wareki import format_date

    shutil.rmtree(place, ignore_errors=True)
    clock, day = Clock(), matter.moments[0].as_of
    rules = replace(rules, clock=clock)
    with open_ledger(place, clock=clock) as ledger:
        number = _keep(ledger, rules, matter, clock)
        clock.until(day.isoformat())
        due = listed(ledger, rules, office_code=_STATION)
        found = verify_ledger(ledger)
        print(f"台帳に残した同じ事案（{place}、{format_date(day)}現在）")
        print(f"  出来事と書面　 {_entries(ledger, rules)} 件　指揮の番号　{number or 'ありません'}")
        if due:
            print(
                f"  次の期限　　　 {in_words(due[0], ledger.now())}　{due[0].wanted}［{due[0].citation}］　ほか{len(due) - 1}件"
            )
        for row in _rows(ledger, rules)[:1]:
            print(f"  帳簿の行　　　 {'　'.join(cell for cell in row if cell)[:110]}")
        print(f"  監査記録　　　 {'すべてつながっています' if found.sound else '切れているところがあります'}")
    return bool(number and due and found.sound)


def _keep(ledger: Ledger, rules: Rulebook, matter: ToldMatter, clock: Any) -> str:
    """Open the case, tell what happened until the first look, issue the one paper; return its number."""
    from ledger.cases import CaseTold, open_case
    from ledger.events import tell
    from ledger.offices import save_office
    from samples.year.loading import CLERK

    profile = {**matter.office, "sources": "\n".join(matter.sources)}
    save_office(ledger, CLERK, _STATION, matter.office["name"], kind="station", told=profile, from_on="2024-04-01")
    number, case = "", ""
    for item in matter.at(matter.moments[0]):
        if item["on"][:10] > matter.moments[0].as_of.isoformat():
            continue
        clock.until(item["on"])
        if not case:
            told = CaseTold(_STATION, matter.sources[0], item["on"][:10], matter.case, matter.title)
            case = open_case(ledger, rules, CLERK, told).ref
        if item.get("paper") == _PAPER and not number:
            number = _issued(ledger, rules, matter)
        else:
            tell(ledger, rules, CLERK, case, item)
    return number


def _issued(ledger: Ledger, rules: Rulebook, matter: ToldMatter) -> str:
    """Draft, check and issue the matter's paper; return its number, blank where it was refused."""
    from forms.entry.reading.json_in import sent_from_json
    from forms.issue.line import Line
    from forms.issue.sink import Wanted
    from ledger import approvals
    from samples.year.loading import CLERK

    line = Line(rules, office=matter.office)
    told = next(each for each in matter.records if each["form"] == _PAPER)
    told = {**told, "data": {name: value for name, value in told["data"].items() if name != _NUMBER}}
    record = sent_from_json(json.dumps(told).encode(), _PAPER, line.catalogue.names()).record
    paper, _ = approvals.draft(ledger, line, CLERK, record)
    if approvals.check(ledger, line, CLERK, paper).verdict != "checked":
        return ""
    fate, number = approvals.issue_draft(ledger, line, CLERK, paper, wanted=Wanted())
    return number if fate.verdict == "issued" else ""


def _entries(ledger: Ledger, rules: Rulebook) -> int:
    from ledger.case_list import list_cases
    from ledger.case_view import view_case
    from samples.year.loading import CLERK

    (case,) = list_cases(ledger, _STATION)
    return len(view_case(ledger, rules, CLERK, case.case).events)


def _rows(ledger: Ledger, rules: Rulebook) -> list[tuple[str, ...]]:
    from ledger.registers import read_register
    from samples.year.loading import CLERK

    seen = read_register(ledger, rules, CLERK, _REGISTER, office_code=_STATION)
    return [row.cells for row in seen.rows]
