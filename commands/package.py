"""`yoshiki case package`: what is handed to the court with a petition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, progress_bar, reads_records
from commands.telling import print_finding
from validators.errors import ExitCode

if TYPE_CHECKING:
    from commands.options import Given
    from forms.filing.package import Packed


@click.command()
@click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)
@click.option(
    "--case", "case_", default="", metavar="事案番号", help="この事案だけ。無いときは、申立書のあるすべての事案。"
)
@click.option(
    "--record",
    "only",
    multiple=True,
    metavar="整理番号",
    help="この書面だけ（何度でも）。一つの事案に何回もの申立てがあるとき。",
)
@reads_records
@click.pass_context
def package(ctx: click.Context, given: Given, *, directory: Path, case_: str, only: tuple[str, ...]) -> None:
    """保護命令の申立書のある事案の書面を、裁判所に出す順に一つのフォルダにまとめます。"""
    from forms.filing.package import pack

    with given.opened() as sources, progress_bar() as progress:
        packed, findings = pack(
            given.line(), sources, directory, case=case_, only=only, form=given.form, progress=progress
        )
    if given.as_json:
        told = {"cases": [_as_json(each) for each in packed], "findings": [each.as_json() for each in findings]}
        click.echo(as_json_text(told))
    else:
        for finding in findings:
            print_finding(finding, "")
        for each in packed:
            _print(each)
    errors = any(finding.severity == "error" for finding in findings)
    if errors and not packed:
        ctx.exit(ExitCode.UNUSABLE)
    ctx.exit(ExitCode.FINDINGS if errors or any(each.wrong for each in packed) else ExitCode.OK)


def _as_json(packed: Packed) -> dict[str, object]:
    return {
        "case": packed.case,
        "folder": str(packed.folder) if packed.folder else None,
        "papers": packed.papers,
        "court_only": packed.court_only,
        "by_hand": list(packed.by_hand),
        "notes": list(packed.notes),
        "wrong": list(packed.wrong),
        "records": [fate.as_json() for fate in packed.fates],
    }


def _print(packed: Packed) -> None:
    if packed.folder is None:
        click.echo(f"【束ねていません】{packed.case or '（事案番号なし）'}")
        for wrong in packed.wrong:
            click.echo(f"  × {wrong}")
        _print_findings(packed)
        return
    apart = f"、裁判所限りの書面 {packed.court_only}通（別のフォルダ）" if packed.court_only else ""
    click.echo(f"【束ねました】{packed.case}　{packed.folder}　書面 {packed.papers}通{apart}")
    for title in packed.by_hand:
        click.echo(f"  → 用意して添える: {title}")
    for note in packed.notes:
        click.echo(f"  → {note}")
    _print_findings(packed)


def _print_findings(packed: Packed) -> None:
    for fate in packed.fates:
        if fate.findings:
            click.echo(f"  {fate.record}　{fate.title}")
        for finding in fate.findings:
            print_finding(finding, "    ")
