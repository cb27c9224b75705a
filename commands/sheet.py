"""`yoshiki sheet`: the entry workbook."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import rulebook, slug_of, whole
from validators.errors import InputError

_LISTED = "yoshiki forms で様式の一覧、yoshiki forms --matters で事案の種類の一覧をご覧になれます。"


@click.command()
@click.argument("names", nargs=-1, metavar="[様式...]")
@click.option("--authority", help="事案の種類を定める出典（例 kanagawa-stalker）。--matter とともに。")
@click.option(
    "--matter", "matter_name", help="事案の種類（略号か題名）。その様式を一冊にし、共通のことは一度だけ尋ねます。"
)
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.xlsx）。"
)
def sheet(names: tuple[str, ...], authority: str | None, matter_name: str | None, target: Path) -> None:
    """入力用の表計算ファイルを作ります。様式は、題名（警告書）、様式番号、略号（warning）のどれで書いても構いません。

    事案の種類（yoshiki forms --matters）を指定すると、その様式のすべてに、書いた様式を加えます。
    """
    from forms.entry import write_sheet

    catalogue = rulebook().catalogue
    if bool(authority) != bool(matter_name):
        raise InputError("--authority と --matter は、両方を書いてください。", action=_LISTED)
    if not names and not matter_name:
        raise InputError("様式か、事案の種類を書いてください。", action=_LISTED)
    matter = catalogue.matter(authority, matter_name) if authority and matter_name else None
    slugs = catalogue.with_forms(matter) if matter else []
    slugs += [slug_of(catalogue, name) for name in names]
    with whole(target) as partial:
        write_sheet([catalogue.get(slug) for slug in dict.fromkeys(slugs)], partial, matter=matter)
    click.echo(f"{target} を作りました。")
    if matter and (waiting := [slug for slug in matter.papers if slug not in catalogue.slugs()]):
        click.echo(f"まだ様式のない書面: {'、'.join(waiting)}")
