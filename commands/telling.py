"""Tell people at the terminal what became of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from validators.errors import ExitCode

if TYPE_CHECKING:
    from validators.model import Finding
    from validators.review import Review


def all_findings(review: Review) -> list[Finding]:
    """Return the findings on the input and on every record."""
    return [*review.input_findings, *(finding for fate in review.fates for finding in fate.findings)]


def print_review(review: Review) -> None:
    """Say in lines what became of the input: findings first, then the counts, then what to do."""
    from validators.labels import VERDICT_LABELS

    for finding in review.input_findings:
        print_finding(finding, "")
    for fate in review.fates:
        if fate.findings:
            click.echo(f"【{VERDICT_LABELS[fate.verdict]}】{fate.record}　{fate.title}")
            for finding in fate.findings:
                print_finding(finding, "  ")
    counts = "　".join(f"{VERDICT_LABELS[verdict]} {n}件" for verdict, n in review.verdicts.items() if n)
    click.echo(f"記録 {len(review.fates)}件　{counts}")
    for step in review.next_steps:
        click.echo(f"→ {step}")


def print_finding(finding: Finding, indent: str) -> None:
    """Say a finding in one line: where, what, which provision."""
    from validators.labels import SEVERITY_MARKS

    where = " ".join(part for part in (finding.cell or finding.path, finding.label) if part)
    clause = (
        f"［{'、'.join(finding.clauses)}{'　' + finding.citation if finding.citation else ''}］"
        if finding.clauses
        else ""
    )
    confirmed = f"（確認済: {finding.confirmed_by}）" if finding.confirmed_by else ""
    click.echo(
        f"{indent}{SEVERITY_MARKS[finding.severity]} {where + ': ' if where else ''}{finding.message}{confirmed}{clause}"
    )


def leave(ctx: click.Context, review: Review) -> None:
    """Exit 2 when nothing could be read, 1 when an error was found or a record failed, else 0."""
    errors = any(finding.severity == "error" for finding in all_findings(review))
    if errors and not review.fates:
        ctx.exit(ExitCode.UNUSABLE)
    ctx.exit(ExitCode.FINDINGS if errors else ExitCode.OK)
