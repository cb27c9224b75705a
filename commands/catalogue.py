"""`yoshiki forms`, `rules`, `coverage`: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import Day, as_json_text, json_option, rulebook
from validators.errors import ExitCode

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.argument("slug", required=False)
@click.option("--all", "every", is_flag=True, help="様式のほか、帳簿、出来事として記録するもの、ほかの定めの書面も。")
@click.option("--matters", is_flag=True, help="事案の種類と、使うことのある様式を順に。")
@json_option
def forms(slug: str | None, *, every: bool, matters: bool, as_json: bool) -> None:
    """様式の一覧。SLUG を付けると、その項目と根拠条項。"""
    from forms.reports.describe import describe_documents, describe_form, describe_forms, describe_matters

    catalogue = rulebook().catalogue
    if slug:
        described = describe_form(catalogue.get(slug))
    elif matters:
        described = describe_matters(catalogue)
    else:
        described = describe_documents(catalogue) if every else describe_forms(catalogue)
    click.echo(as_json_text(described.data) if as_json else described.text)


@click.command()
@click.option("--form", "form", help="この様式にかかわる条項だけ。")
@click.option("--print", "printable", is_flag=True, help="印刷して手元に置くための HTML を出します。")
@click.option(
    "--diff", "days", nargs=2, type=Day(), metavar="日付 日付", help="二つの日の間に変わる条項、手続、様式の版。"
)
@json_option
def rules(form: str | None, days: tuple[date, date] | None, *, printable: bool, as_json: bool) -> None:
    """条項の一覧。何を点検し、何と言うか。"""
    from forms.reports.changes import describe_changes
    from forms.reports.describe import describe_rules

    opened = rulebook()
    if days:
        changed = describe_changes(opened, *days)
        click.echo(as_json_text(changed.data) if as_json else changed.text)
        return
    if form:
        opened.catalogue.get(form)
    described = describe_rules(opened.clauses, form)
    click.echo(as_json_text(described.data) if as_json else described.html if printable else described.text)


@click.command()
@json_option
@click.pass_context
def coverage(ctx: click.Context, *, as_json: bool) -> None:
    """条項ごとに、何がそれを満たし、何がそれを確かめるか。"""
    from forms.reports.describe import describe_coverage
    from validators.linting import coverage as matrix

    opened = rulebook()
    covered = matrix.coverage(opened.clauses, opened.catalogue, opened.procedures)
    described = describe_coverage(covered)
    click.echo(as_json_text(described.data) if as_json else described.text)
    ctx.exit(ExitCode.FINDINGS if covered.left_over else ExitCode.OK)
