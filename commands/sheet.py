"""`yoshiki sheet`: the entry workbook."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import rulebook, slug_of, whole


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="様式...")
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.xlsx）。"
)
def sheet(names: tuple[str, ...], target: Path) -> None:
    """入力用の表計算ファイルを作ります。様式は、題名（警告書）、様式番号、略号（warning）のどれで書いても構いません。"""
    from forms.entry import write_sheet

    catalogue = rulebook().catalogue
    with whole(target) as partial:
        slugs = dict.fromkeys(slug_of(catalogue, name) for name in names)
        write_sheet([catalogue.get(slug) for slug in slugs], partial)
    click.echo(f"{target} を作りました。")
