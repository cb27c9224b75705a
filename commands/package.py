"""`yoshiki case package`: what is handed to the court with a petition."""

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
)
from commands.telling import print_finding
from validators.errors import ExitCode

if TYPE_CHECKING:
    from datetime import date

    from forms.filing.package import Packed


@click.command()
@inputs_argument
@click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)
@click.option(
    "--case", "case_", default="", metavar="事案番号", help="この事案だけ。無いときは、申立書のあるすべての事案。"
)
@as_of_option
@office_option
@form_option
@json_option
@click.pass_context
def package(
    ctx: click.Context,
    inputs: tuple[str, ...],
    directory: Path,
    case_: str,
    as_of: date | None,
    office: Path | None,
    form: str | None,
    *,
    as_json: bool,
) -> None:
    """保護命令の申立書のある事案の書面を、裁判所に出す順に一つのフォルダにまとめます。"""
    from forms.filing.package import pack

    with open_sources(inputs) as sources:
        packed, findings = pack(line_of(office, as_of), sources, directory, case=case_, form=form)
    if as_json:
        click.echo(as_json_text([_as_json(each) for each in packed]))
    else:
        for finding in findings:
            print_finding(finding, "")
        for each in packed:
            _print(each)
    bad = any(each.wrong for each in packed) or any(finding.severity == "error" for finding in findings)
    ctx.exit(ExitCode.FINDINGS if bad else ExitCode.OK)


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
        click.echo(f"【束ねていません】{packed.case}")
        for wrong in packed.wrong:
            click.echo(f"  × {wrong}")
        for fate in packed.fates:
            for finding in fate.findings if fate.verdict != "issued" else ():
                print_finding(finding, "    ")
        return
    apart = f"、裁判所限りの書面 {packed.court_only}通（別のフォルダ）" if packed.court_only else ""
    click.echo(f"【束ねました】{packed.case}　{packed.folder}　書面 {packed.papers}通{apart}")
    for title in packed.by_hand:
        click.echo(f"  → 用意して添える: {title}")
    for note in packed.notes:
        click.echo(f"  → {note}")
