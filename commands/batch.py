"""`yoshiki batch`: whole inputs in the ledger, which outlive the process that runs them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    as_json_text,
    form_option,
    json_option,
    keeps,
    line_of,
    office_option,
    open_sources,
    progress_bar,
    rulebook,
)
from commands.telling import leave, print_review
from validators.errors import ExitCode

if TYPE_CHECKING:
    from ledger.batches import BatchRow
    from ledger.engine import Ledger
    from ledger.types import Actor

ref_argument = click.argument("ref", metavar="BATCH")
_STATES = {
    "uploaded": "受付済み",
    "running": "処理中",
    "done": "終了",
    "cancelled": "中止",
    "failed": "失敗",
    "expired": "期限切れ",
}
_COUNTS = {
    "issued": "発行",
    "refused": "発行しない",
    "to_confirm": "要確認",
    "failed": "処理できず",
    "waiting": "待ち",
    "trying": "処理中",
    "cancelled": "中止",
}


@click.group()
def batch() -> None:
    """一括処理。止まっても、続きから同じ結果で終わります。"""


@batch.command()
@click.argument("source", metavar="INPUT")
@click.option("--format", "formats", default="pdf,docx", show_default=True, help="作る形式。")
@office_option
@form_option
@keeps()
def new(ledger: Ledger, actor: Actor, source: str, formats: str, office: Path | None, form: str | None) -> None:
    """入力を台帳に預けます。処理は run で始めます。"""
    from forms.issue.sink import Wanted
    from ledger.batches import take_upload

    wanted = Wanted(tuple(part.strip() for part in formats.split(",")))
    with open_sources((source,)) as (one,):
        click.echo(take_upload(ledger, line_of(office, None), actor, one, wanted=wanted, form=form))


@batch.command()
@ref_argument
@click.option("--jobs", type=click.IntRange(1), help="プロセスの数。無いときは、コアの数です。")
@keeps(create=False)
@click.pass_context
def run(ctx: click.Context, ledger: Ledger, actor: Actor, ref: str, jobs: int | None) -> None:
    """一括処理を終わりまで進めます。途中で止まったものは、続きから進めます。"""
    from ledger.runner import run_batch

    with progress_bar() as progress:
        found = run_batch(ledger, rulebook(), actor, ref, jobs=jobs or os.cpu_count() or 1, progress=progress)
    click.echo(_line(found))
    ctx.exit(ExitCode.OK if set(found.counts) <= {"issued"} else ExitCode.FINDINGS)


@batch.command()
@ref_argument
@json_option
@keeps(create=False)
def show(ledger: Ledger, actor: Actor, ref: str, *, as_json: bool) -> None:  # noqa: ARG001 - keeps
    """一括処理の進み具合を出します。"""
    from ledger.batches import find_batch

    found = find_batch(ledger, ref)
    click.echo(as_json_text(_as_data(found)) if as_json else _line(found))


@batch.command("list")
@json_option
@keeps(create=False)
def list_batches(ledger: Ledger, actor: Actor, *, as_json: bool) -> None:
    """一括処理の一覧を、新しい順に出します。期限の過ぎた入力は消します。"""
    from ledger.batches import expire, listed

    expire(ledger, actor)
    rows = listed(ledger)
    if as_json:
        click.echo(as_json_text([_as_data(row) for row in rows]))
        return
    for row in rows:
        click.echo(_line(row))


@batch.command()
@ref_argument
@keeps(create=False)
def cancel(ledger: Ledger, actor: Actor, ref: str) -> None:
    """一括処理を中止します。発行済みの文書は残ります。"""
    from ledger.batches import cancel as stop

    stop(ledger, actor, ref)
    click.echo("中止します。処理中のまとまりを終えて止まります。")


@batch.command()
@ref_argument
@click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)
@click.option("--to", "receiver", default="", help="受け取る人・機関。")
@click.option("--for", "purpose", default="", help="目的。")
@keeps(create=False)
@click.pass_context
def export(
    ctx: click.Context, ledger: Ledger, actor: Actor, ref: str, directory: Path, receiver: str, purpose: str
) -> None:
    """一括処理の文書、帳簿、点検報告を取り出します。誰に何のためかが記録されます。"""
    from ledger.exporting import Receiver
    from ledger.results import export_batch

    review = export_batch(ledger, rulebook(), actor, ref, directory=directory, to=Receiver(receiver, purpose))
    print_review(review)
    click.echo(f"出力先: {directory}（register.xlsx、review.html ほか）")
    leave(ctx, review)


def _line(row: BatchRow) -> str:
    from ledger.types import moment_of

    counts = "　".join(f"{label} {row.counts[state]}件" for state, label in _COUNTS.items() if state in row.counts)
    return f"{row.ref}　{moment_of(row.created_at):%Y-%m-%d %H:%M}　{_STATES[row.state]}　{counts}　{row.person}"


def _as_data(row: BatchRow) -> dict[str, object]:
    from ledger.types import moment_of

    return {
        "batch": row.ref,
        "state": row.state,
        "created_at": moment_of(row.created_at).isoformat(),
        "expires_at": moment_of(row.expires_at).isoformat(),
        "person": row.person,
        "office": row.office,
        "counts": row.counts,
    }
