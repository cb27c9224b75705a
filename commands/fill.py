"""`yoshiki fill`: papers, register and review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    as_json_text,
    as_of_option,
    form_option,
    inputs_argument,
    json_option,
    line_of,
    office_option,
    open_sources,
    progress_bar,
)
from commands.telling import leave, print_review
from validators.errors import InputError
from validators.model import FURTHER

if TYPE_CHECKING:
    from datetime import date


@click.command()
@inputs_argument
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
@as_of_option
@office_option
@form_option
@json_option
@click.pass_context
def fill(
    ctx: click.Context,
    inputs: tuple[str, ...],
    directory: Path,
    formats: str,
    further: tuple[str, ...],
    as_of: date | None,
    office: Path | None,
    form: str | None,
    templates: Path | None,
    *,
    as_json: bool,
) -> None:
    """文書、帳簿（register.xlsx）、点検報告（review.*）を作ります。"""
    from forms.issue import run as batch_run
    from forms.issue.line import FORMATS

    wanted = tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))
    if not wanted or set(wanted) - set(FORMATS):
        raise InputError(f"--format「{formats}」は使えません。", action="pdf、docx、又は pdf,docx を指定してください。")
    with open_sources(inputs) as sources, progress_bar() as progress:
        line = line_of(office, as_of, templates)
        review = batch_run.issue(
            line,
            sources,
            directory,
            formats=wanted,
            further=further,
            form=form,
            progress=progress,
            reports=directory,
        )
    if as_json:
        click.echo(as_json_text(review.as_json()))
    else:
        print_review(review)
        click.echo(f"出力先: {directory}（register.xlsx、review.html ほか）")
    leave(ctx, review)
