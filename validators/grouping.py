"""Findings that say the same of many records, told once: the fault, where it stands (rows 5 to 9), who must act."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validators.model import Finding, Severity
    from validators.review import Ending, Fate

# Who must act next on a record, by its verdict.
ACTORS: dict[Ending, str] = {
    "refused": "記入した方",
    "waiting": "確認する方（決裁者など）",
    "failed": "管理者",
    "checked": "発行する方",
    "issued": "交付する方",
}
FIRST: tuple[Ending, ...] = ("failed", "refused", "waiting", "checked", "issued")  # the order people look at them in
_CELL = re.compile(r"(?:(.*)!)?([A-Z]{1,3})([0-9]{1,7})")
_ITEM = re.compile(r"[0-9]+件目")
_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Group:
    """One fault of one form: how it is told, the records it was found in, the cells, whose move it is ("": nobody's)."""

    severity: Severity
    title: str
    label: str
    message: str
    supervisor: str
    clauses: tuple[str, ...]
    citation: str
    actor: str
    records: tuple[str, ...]
    places: str

    def as_json(self) -> dict[str, Any]:
        """Return the group in the shape of review.json."""
        return {
            name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in self.__dataclass_fields__
        }


def group_findings(fates: Sequence[Fate]) -> list[Group]:
    """Return the findings of all records, alike ones as one: errors first, the most frequent first."""
    found: dict[tuple[Any, ...], list[tuple[Fate, Finding]]] = {}
    for fate in fates:
        for finding in fate.findings:
            label = _ITEM.sub("各件", finding.label) if finding.label else ""
            key = (finding.severity, fate.form, label, finding.message, finding.clauses, actor_of(fate, finding))
            found.setdefault(key, []).append((fate, finding))
    groups = [_group(key, members) for key, members in found.items()]
    return sorted(groups, key=lambda group: (_SEVERITIES.index(group.severity), not group.actor, -len(group.records)))


def fewer(findings: Sequence[Finding], most: int) -> list[Finding]:
    """Return the findings of one record, of each sort at most so many; the next stands for those left out, and counts them."""
    if len(findings) <= most:
        return list(findings)
    kept: list[Finding] = []
    seen: Counter[tuple[Any, ...]] = Counter()
    cut: dict[tuple[Any, ...], int] = {}
    for finding in findings:
        sort = _sort_of(finding)
        seen[sort] += 1
        if seen[sort] == most + 1:
            cut[sort] = len(kept)
        if seen[sort] <= most + 1:
            kept.append(finding)
    for sort, place in cut.items():
        if more := seen[sort] - most - 1:
            told = f"{kept[place].message}同じ指摘が、この記載データにほかに{more:,}件あります。"
            kept[place] = replace(kept[place], message=told)
    return kept


def _sort_of(finding: Finding) -> tuple[Any, ...]:
    label = _ITEM.sub("各件", finding.label)
    return finding.severity, finding.status, finding.code, finding.clauses, label, finding.confirmed_by


def actor_of(fate: Fate, finding: Finding) -> str:
    """Return who must act on a finding; nobody where it stops nothing."""
    if finding.status == "broken":
        return ACTORS["failed"]
    if finding.severity == "error":
        return ACTORS["refused"]
    waits = finding.severity == "warning" and finding.clauses and not finding.confirmed_by
    return ACTORS["waiting"] if waits and fate.verdict in {"waiting", "refused"} else ""


def _group(key: tuple[Any, ...], members: Sequence[tuple[Fate, Finding]]) -> Group:
    severity, _, label, message, clauses, actor = key
    fate, first = members[0]
    records = tuple(dict.fromkeys(fate.record for fate, _ in members))
    cells = [finding.cell or finding.path for _, finding in members]
    return Group(
        severity, fate.title, label, message, first.supervisor, clauses, first.citation, actor, records, places(cells)
    )


def places(cells: Iterable[str]) -> str:
    """Return cells in words: B5, B6, B7, B9 of a sheet are 「警告書 B列 5～7行、9行」; what is no cell is named as it is."""
    columns: dict[tuple[str, str], list[int]] = {}
    others: dict[str, None] = {}
    for cell in cells:
        if match := _CELL.fullmatch(cell):
            columns.setdefault((match[1] or "", match[2]), []).append(int(match[3]))
        elif cell:
            others[cell] = None
    words = [f"{f'{sheet} ' if sheet else ''}{column}列 {_rows(rows)}" for (sheet, column), rows in columns.items()]
    return "、".join([*words, *others])


def _rows(rows: Iterable[int]) -> str:
    """Return 5～7行、9行."""
    runs = []
    for _, run in groupby(enumerate(sorted(set(rows))), lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        runs.append(f"{numbers[0]}行" if len(numbers) == 1 else f"{numbers[0]}～{numbers[-1]}行")
    return "、".join(runs)
