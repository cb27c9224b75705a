"""`yoshiki check`: findings only, nothing issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, reads_records, whole
from commands.telling import all_findings, leave, print_review
from validators.errors import InputError

if TYPE_CHECKING:
    from commands.options import Given
    from forms.issue.line import Line
    from forms.issue.units import Source
    from validators.review import Review


@click.command()
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), help="指摘を書き込んだ表計算ファイルを作ります。"
)
@reads_records
@click.pass_context
def check(ctx: click.Context, given: Given, *, annotate: Path | None) -> None:
    """点検だけをします。何も発行しません。INPUT は .xlsx .csv .json、- は標準入力です。"""
    from forms.issue import run as batch_run

    with given.opened() as sources:
        if annotate and len(sources) != 1:
            raise InputError("--annotate は、入力が一つのときに使えます。")
        line = given.line()
        review = batch_run.check(line, sources, form=given.form)
        if annotate:
            _annotate(line, sources[0], review, annotate, given.form)
    findings = all_findings(review)
    if given.as_json:
        click.echo(
            as_json_text({"records": len(review.fates), "findings": [finding.as_json() for finding in findings]})
        )
    else:
        print_review(review)
    leave(ctx, review)


def _annotate(line: Line, source: Source, review: Review, target: Path, form: str | None) -> None:
    from forms.entry import annotate

    with whole(target) as partial:
        told = annotate(
            source.path, all_findings(review), partial, name=source.name, catalogue=line.catalogue, form=form
        )
    click.echo(told or f"{target} に指摘を書き込みました。", err=True)
