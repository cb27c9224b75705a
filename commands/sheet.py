"""`yoshiki sheet`: the entry workbook."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import rulebook, whole


@click.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.xlsx）。"
)
def sheet(slugs: tuple[str, ...], target: Path) -> None:
    """入力用の表計算ファイルを作ります。"""
    from forms.entry import write_sheet

    catalogue = rulebook().catalogue
    with whole(target) as partial:
        write_sheet([catalogue.get(slug) for slug in dict.fromkeys(slugs)], partial)
    click.echo(f"{target} を作りました。")
