"""`yoshiki fill`: papers, register and review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, progress_bar, reads_records
from commands.telling import leave, print_review
from validators.errors import InputError
from validators.model import FURTHER

if TYPE_CHECKING:
    from commands.options import Given


@click.command()
@click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)
@click.option("--format", "formats", default="pdf,docx", show_default=True, help="作る形式。")
@click.option(
    "--copy", "further", type=click.Choice(FURTHER), multiple=True, help="どのページにもこう印字したPDFも作ります。"
)
@click.option(
    "--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
@reads_records
@click.pass_context
def fill(
    ctx: click.Context,
    given: Given,
    *,
    directory: Path,
    formats: str,
    further: tuple[str, ...],
    templates: Path | None,
) -> None:
    """文書、帳簿（register.xlsx）、点検報告（review.*）を作ります。"""
    from forms.issue import run as batch_run
    from forms.issue.line import FORMATS

    wanted = tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))
    if not wanted or set(wanted) - set(FORMATS):
        raise InputError(f"--format「{formats}」は使えません。", action="pdf、docx、又は pdf,docx を指定してください。")
    with given.opened() as sources, progress_bar() as progress:
        review = batch_run.issue(
            given.line(templates),
            sources,
            directory,
            formats=wanted,
            further=further,
            form=given.form,
            progress=progress,
            reports=directory,
        )
    if given.as_json:
        click.echo(as_json_text(review.as_json()))
    else:
        print_review(review)
        click.echo(f"出力先: {directory}（register.xlsx、review.html ほか）")
    leave(ctx, review)
