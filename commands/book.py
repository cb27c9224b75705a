"""`yoshiki book`: the rule book for reading."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import rulebook


@click.command()
@click.option(
    "-o", "folder", default=Path("docs"), type=click.Path(file_okay=False, path_type=Path), help="書き出す先。"
)
@click.option(
    "--pictures", type=click.Path(exists=True, file_okay=False, path_type=Path), help="様式の絵のあるフォルダ。"
)
def book(folder: Path, pictures: Path | None) -> None:
    """条項と様式の手引（rules/*.md、forms/*.md）を作ります。"""
    from forms.reports.book import pages, pictures_by_form

    rules = rulebook()
    found = pictures_by_form(rules, pictures, folder / "forms") if pictures else {}
    made = pages(rules, found)
    for path in [*folder.glob("rules/*.md"), *folder.glob("forms/*.md")]:
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    click.echo(f"{folder} に {len(made)} ページを書きました。")
