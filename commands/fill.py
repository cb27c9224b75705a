"""`yoshiki fill`: papers, register and review; with a ledger also their numbers and their rows."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    actor_of,
    as_json_text,
    by_option,
    ledger_place,
    open_ledger_at,
    progress_bar,
    reads_records,
)
from commands.telling import leave, print_review
from validators.errors import InputError
from validators.model import FURTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from commands.options import Given
    from forms.issue.folder import FolderSink
    from forms.issue.line import Line
    from forms.issue.sink import Wanted
    from forms.issue.units import Source
    from ledger.sink import LedgerSink


@click.command()
@click.option("-o", "directory", type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。")
@click.option("--format", "formats", default="pdf,docx", show_default=True, help="作る形式。")
@click.option(
    "--copy", "further", type=click.Choice(FURTHER), multiple=True, help="どのページにもこう印字したPDFも作ります。"
)
@click.option(
    "--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
@click.option(
    "--ledger",
    "place",
    envvar=("YOSHIKI_LEDGER", "DATABASE_URL"),
    metavar="PLACE",
    help="台帳のフォルダか postgresql:// の住所。番号を付け、文書を台帳に残します（YOSHIKI_LEDGER、DATABASE_URL でも）。",
)
@by_option
@reads_records
@click.pass_context
def fill(
    ctx: click.Context,
    given: Given,
    *,
    directory: Path | None,
    formats: str,
    further: tuple[str, ...],
    templates: Path | None,
    place: str | None,
    by: str | None,
) -> None:
    """文書、帳簿（register.xlsx）、点検報告（review.*）を作ります。台帳を使うときは、番号も付けます。"""
    from forms.issue.line import FORMATS
    from forms.issue.run import issue_into
    from forms.issue.sink import Wanted

    wanted = tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))
    if not wanted or set(wanted) - set(FORMATS):
        raise InputError(f"--format「{formats}」は使えません。", action="pdf、docx、又は pdf,docx を指定してください。")
    with given.opened() as sources, progress_bar() as progress:
        line = given.line(templates)
        made = Wanted(wanted, further=further)
        folder = _folder(directory, line, made, sources) if directory else None
        with _sink(folder, line, made, place, by) as (sink, told):
            review = issue_into(line, sources, sink, form=given.form, progress=progress)
    if given.as_json:
        click.echo(as_json_text(review.as_json()))
    else:
        print_review(review)
        for each in told():
            click.echo(each)
        if directory is not None:
            click.echo(f"出力先: {directory}（register.xlsx、review.html ほか）")
    leave(ctx, review)


def _folder(directory: Path, line: Line, made: Wanted, sources: list[Source]) -> FolderSink:
    from forms.issue.folder import FolderSink

    return FolderSink(directory, line.rules, made, directory, [source.path for source in sources])


@contextmanager
def _sink(
    folder: FolderSink | None, line: Line, made: Wanted, place: str | None, by: str | None
) -> Iterator[tuple[FolderSink | LedgerSink, Callable[[], list[str]]]]:
    """Yield where the papers go, and what there is to tell of it at the end."""
    if not place:
        if folder is None:
            raise InputError("出力先がありません。", action="-o でフォルダを、又は --ledger で台帳を指定してください。")
        yield folder, list
        return
    from ledger.sink import LedgerSink

    with open_ledger_at(ledger_place(place), create=True) as ledger:
        sink = LedgerSink(ledger, line, actor_of(by), made, folder=folder)
        yield sink, lambda: [*_numbers(sink.given), f"台帳: {ledger.place}（一覧は yoshiki paper list）"]


def _numbers(given: list[str]) -> list[str]:
    numbers = [number for number in given if number]
    return (
        [f"付けた番号: {numbers[0]}" + (f" から {numbers[-1]}（{len(numbers)}件）" if numbers[1:] else "")]
        if numbers
        else []
    )
