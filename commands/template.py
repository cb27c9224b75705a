"""`yoshiki template`: an office's own Word templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import Day, office_option, read_office, rulebook, whole
from validators.errors import ExitCode

if TYPE_CHECKING:
    from datetime import date


@click.group()
def template() -> None:
    """自所の様式（Wordのファイル）を点検し、取り入れます。"""


_slug = click.argument("slug", metavar="SLUG")
_docx = click.argument("docx", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.docx")
_edition = click.option("--on", "on", type=Day(), help="この日に効力のある版の様式。無いときは最新の版です。")


@template.command()
@_slug
@_edition
@click.option("-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="出力先。")
def start(slug: str, on: date | None, target: Path) -> None:
    """既定の様式をWordのファイルで出します。これを直して自所の様式にします。"""
    from forms.paper.layout import build_docx

    with whole(target) as partial:
        partial.write_bytes(build_docx(rulebook().catalogue.get(slug, on), by_text=False))
    click.echo(f"{target}（文字、罫線、並びを直せます。差込みの式「{{{{ … }}}}」は消さないでください）")


@template.command("check")
@_slug
@_docx
@_edition
@click.option(
    "--marked", type=click.Path(dir_okay=False, path_type=Path), help="直すところをコメントにした写しの出力先。"
)
@click.pass_context
def check_template(ctx: click.Context, slug: str, docx: Path, on: date | None, marked: Path | None) -> None:
    """自所の様式を点検します。直すところがあれば終了コードは1です。"""
    from forms.own_templates.examine import examine
    from forms.own_templates.marked import with_comments
    from validators.labels import SEVERITY_MARKS

    content, rules = docx.read_bytes(), rulebook()
    problems = examine(content, rules.catalogue.get(slug, on), rules.clauses)
    for problem in problems:
        click.echo(f"  {SEVERITY_MARKS[problem.severity]} {problem}")
    if marked is not None and problems:
        with whole(marked) as partial:
            partial.write_bytes(with_comments(content, problems))
        click.echo(f"コメント付きの写し: {marked}")
    wrong = sum(problem.severity == "error" for problem in problems)
    click.echo(f"直すところが{wrong}か所あります。" if wrong else "取り入れられます。")
    ctx.exit(ExitCode.FINDINGS if wrong else ExitCode.OK)


@template.command()
@_slug
@_docx
@_edition
@click.option("-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="出力先（PDF）。")
@click.option("--record", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="見本にする記録（JSON）。")
@office_option
def preview(slug: str, docx: Path, on: date | None, target: Path, record: Path | None, office: Path | None) -> None:
    """既定の様式（左）と自所の様式（右）を、同じ記録で並べたPDFを作ります。"""
    from forms.entry import record_from_json
    from forms.own_templates.preview import side_by_side
    from validators.model import Record
    from validators.normalise import normalise

    rules = rulebook()
    form = rules.catalogue.get(slug, on)
    profile = read_office(office, on or rules.today())
    shown = record_from_json(record.read_bytes(), slug) if record else Record(slug, "preview", {})
    normalise(form, shown)
    with whole(target) as partial:
        partial.write_bytes(side_by_side(docx.read_bytes(), form, shown, {**profile, **shown.office}))
    click.echo(f"{target}（左が既定の様式、右が自所の様式）")


@template.command()
@_slug
@_docx
@_edition
@click.option("--from", "starts", required=True, type=Day(), help="使い始める日。")
@click.option("--by", required=True, help="取り入れを決めた人の職と氏名。")
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
def adopt(slug: str, docx: Path, on: date | None, starts: date, by: str, folder: Path) -> None:
    """点検に通った自所の様式を、使い始める日を決めて取り入れます。"""
    from forms.own_templates.shelf import Shelf

    rules = rulebook()
    one = Shelf(folder).adopt(docx.read_bytes(), rules.catalogue.get(slug, on), rules, starts=starts, by=by)
    click.echo(f"{folder / one.file}\n{one.starts} から使います。指紋（SHA-256）: {one.sha256}")
