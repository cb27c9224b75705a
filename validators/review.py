"""The review report as data: what was issued, what was refused and why, and what to do next."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from validators.grouping import ACTORS, group_findings
from validators.labels import SEVERITY_LABELS, VERDICT_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from validators.grouping import Group
    from validators.model import Confirmation, Finding, Severity

Ending = Literal["issued", "checked", "refused", "waiting", "failed"]
NEEDS_APPROVAL = "needs-approval"  # the code of what tells that a paper is issued only when it is approved


@dataclass(slots=True)
class Fate:
    """What became of one record. `values` holds what the register shows of an issued one (`packed`, `kept`)."""

    record: str
    form: str
    title: str
    verdict: Ending
    findings: list[Finding] = field(default_factory=list)
    confirmations: tuple[Confirmation, ...] = ()
    case: str = ""
    source: str = ""
    edition: int = 0
    law_as_of: str = ""
    pages: int = 0
    files: dict[str, str] = field(default_factory=dict)  # "pdf", "docx", "pdf-副本", "case" → file name
    sha256: dict[str, str] = field(default_factory=dict)  # "pdf" → digest of the bytes
    wishes: tuple[str, ...] = ()  # provisions that wish for what an office settles for all its papers, told once a run
    values: bytes = b""  # field name → normalised value, protected fields left out; packed, for a batch holds many

    def kept(self) -> dict[str, Any]:
        """Return what was packed."""
        return dict(json.loads(zlib.decompress(self.values))) if self.values else {}

    def as_json(self) -> dict[str, Any]:
        """Return the fate in the shape of review.json."""
        return {
            "record": self.record,
            "form": self.form,
            "title": self.title,
            "verdict": self.verdict,
            "case": self.case,
            "source": self.source,
            "edition": self.edition,
            "law_as_of": self.law_as_of,
            "pages": self.pages,
            "actor": ACTORS[self.verdict],
            "files": self.files,
            "sha256": self.sha256,
            "findings": [finding.as_json() for finding in self.findings],
            "confirmations": [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in self.confirmations],
        }


def packed(values: Mapping[str, Any]) -> bytes:
    """Pack what the register will show of a record: a batch holds it for every document until its end."""
    return zlib.compress(json.dumps(values, ensure_ascii=False).encode(), 1)


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How often one clause was found, over how many records."""

    clause: str
    citation: str
    severity: Severity
    findings: int
    records: int


@dataclass(frozen=True, slots=True)
class Review:
    """The whole report. `made_at` and `as_of` are ISO strings, local time of Japan."""

    fates: Sequence[Fate]
    input_findings: Sequence[Finding]
    verdicts: dict[Ending, int]
    by_form: dict[str, dict[Ending, int]]
    by_clause: Sequence[ClauseCount]
    next_steps: Sequence[str]
    made_at: str
    as_of: str
    sources: Sequence[str]
    groups: Sequence[Group] = ()
    earlier: Sequence[Fate] = ()  # papers of earlier runs that stand in the same folder
    outputs: Mapping[str, str] = field(default_factory=dict)  # register and reports beside this: file name → SHA-256

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape of review.json."""
        return {
            "made_at": self.made_at,
            "as_of": self.as_of,
            "sources": list(self.sources),
            "totals": {"records": len(self.fates), **self.verdicts},
            "by_form": self.by_form,
            "by_clause": [
                {
                    "clause": c.clause,
                    "citation": c.citation,
                    "severity": c.severity,
                    "findings": c.findings,
                    "records": c.records,
                }
                for c in self.by_clause
            ],
            "next_steps": list(self.next_steps),
            "groups": [group.as_json() for group in self.groups],
            "input_findings": [finding.as_json() for finding in self.input_findings],
            "records": [fate.as_json() for fate in self.fates],
            "earlier": [fate.as_json() for fate in self.earlier],
            "outputs": dict(self.outputs),
        }


def summarise(
    fates: Sequence[Fate],
    *,
    cite: Callable[[str], str] = str,
    input_findings: Sequence[Finding] = (),
    made_at: str,
    as_of: str,
    sources: Sequence[str] = (),
) -> Review:
    """Count the fates and say what to do next; `cite` tells how a clause is cited."""
    verdicts = Counter(fate.verdict for fate in fates)
    by_form: dict[str, Counter[Ending]] = {}
    for fate in fates:
        by_form.setdefault(fate.form, Counter())[fate.verdict] += 1
    return Review(
        fates=fates,
        input_findings=input_findings,
        verdicts={verdict: verdicts[verdict] for verdict in VERDICT_LABELS},
        by_form={form: {v: n for v in VERDICT_LABELS if (n := counts[v])} for form, counts in sorted(by_form.items())},
        by_clause=_count_clauses(fates, cite),
        next_steps=_next_steps(verdicts, input_findings, sum(asks_approval(fate) for fate in fates)),
        made_at=made_at,
        as_of=as_of,
        sources=sources,
        groups=group_findings(fates),
    )


def _count_clauses(fates: Iterable[Fate], cite: Callable[[str], str]) -> list[ClauseCount]:
    found: Counter[tuple[str, Severity]] = Counter()
    records: dict[tuple[str, Severity], set[tuple[str, str]]] = {}
    for fate in fates:
        for finding in fate.findings:
            for clause in finding.clauses:
                key = (clause, finding.severity)
                found[key] += 1
                records.setdefault(key, set()).add((fate.form, fate.record))
    counts = [
        ClauseCount(clause, cite(clause), severity, n, len(records[clause, severity]))
        for (clause, severity), n in found.items()
    ]
    rank = {severity: number for number, severity in enumerate(SEVERITY_LABELS)}
    return sorted(counts, key=lambda c: (rank[c.severity], -c.records, c.clause))


def asks_approval(fate: Fate) -> bool:
    """Tell whether a paper waits for nothing but its approval."""
    return fate.verdict == "waiting" and any(found.code == NEEDS_APPROVAL for found in fate.findings)


def _next_steps(verdicts: Counter[Ending], input_findings: Sequence[Finding], approvals: int) -> list[str]:
    steps = []
    if any(finding.severity == "error" for finding in input_findings):
        steps.append("読めなかった行・ファイルがあります。「入力の指摘」を見て直し、もう一度お送りください。")
    if verdicts["refused"]:
        steps.append(
            f"発行しなかった記録が{verdicts['refused']}件あります。各指摘の欄を直して、もう一度お送りください。"
        )
    if waiting := verdicts["waiting"] - approvals:
        steps.append(
            f"確認待ちの記録が{waiting}件あります。指摘を読み、事実どおりであれば「確認した条項」「確認者」「確認の理由」を記入して、もう一度お送りください。"
        )
    if approvals:
        steps.append(
            f"決裁を受けてから発行する記録が{approvals}件あります。下書きとして台帳に残しました。決裁へ回し、決裁の後に発行してください。"
        )
    if verdicts["failed"]:
        steps.append(
            f"処理できなかった記録が{verdicts['failed']}件あります。指摘の内容を確かめ、直らないときは管理者へお知らせください。"
        )
    if verdicts["issued"]:
        steps.append(f"文書{verdicts['issued']}件を印刷し、署名・押印の要る欄を確かめてください。")
    if verdicts["checked"]:
        steps.append(f"{verdicts['checked']}件はこのまま発行できます。")
    return steps or ["処理する記録がありませんでした。"]
