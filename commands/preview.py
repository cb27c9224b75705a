"""`yoshiki preview`: the empty paper of a form, to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import Day, rulebook, slug_of, whole

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.argument("name", metavar="様式")
@click.option("--on", "on", type=Day(), help="この日に効力のある版の様式。無いときは最新の版です。")
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="出力先（.pdf か .docx）。"
)
def preview(name: str, on: date | None, target: Path) -> None:
    """様式の紙面を、何も記入しないまま出します。記入した文書は fill で作ります。"""
    from forms.paper.fill import fill
    from forms.press.typeset import typeset
    from validators.model import Record

    catalogue = rulebook().catalogue
    form = catalogue.get(slug_of(catalogue, name), on)
    paper = fill(form, Record(form=form.slug, id="preview", data={}), {})
    content = typeset(paper.parts, title=form.title) if target.suffix.lower() == ".pdf" else paper.docx()
    with whole(target) as partial:
        partial.write_bytes(content)
    click.echo(f"{target} を作りました。")
