"""The door: `create_app()` for a WSGI server, and the `yoshiki` command.

Heavy packages are imported inside the commands that need them: `yoshiki --help` answers at once.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from validators.errors import ExitCode, InputError, YoshikiError
from validators.model import FURTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask import Flask

    from forms.batch_run import Source
    from forms.line import Line
    from validators.model import Finding
    from validators.review import Review


def create_app() -> Flask:
    """Return the Flask application (sign-in and batches in a database come with their issue)."""
    from api import create_app as create  # noqa: PLC0415

    return create()


class _Yoshiki(click.Group):
    """Map every error of ours to one line on standard error and its exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except YoshikiError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)


class _Day(click.ParamType[date]):
    """A date in any notation the forms accept."""

    name = "日付"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from validators.wareki import parse_date  # noqa: PLC0415

        try:
            return value if isinstance(value, date) else parse_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group(cls=_Yoshiki, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yoshiki", prog_name="yoshiki")
def main() -> None:
    """官公署の様式を記載データから作り、法令に反する文書は発行しません。"""


_json = click.option("--json", "as_json", is_flag=True, help="機械で読める形（JSON）で出します。")
_inputs = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
_as_of = click.option("--as-of", type=_Day(), help="点検の基準日。無いときは今日です。")
_office = click.option(
    "--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="所属の設定（YAML）。"
)
_form = click.option("--form", "form", help="様式の名前（slug）。CSV など、入力から分からないとき。")


@main.command()
@click.argument("slug", required=False)
@_json
def forms(slug: str | None, *, as_json: bool) -> None:
    """様式の一覧。SLUG を付けると、その項目と根拠条項。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.describe import describe_form, describe_forms  # noqa: PLC0415

    catalogue = load_catalogue()
    described = describe_form(catalogue.get(slug)) if slug else describe_forms(catalogue)
    click.echo(_as_json(described.data) if as_json else described.text)


@main.command()
@click.option("--form", "form", help="この様式にかかわる条項だけ。")
@click.option("--print", "printable", is_flag=True, help="印刷して手元に置くための HTML を出します。")
@_json
def rules(form: str | None, *, printable: bool, as_json: bool) -> None:
    """条項の一覧。何を点検し、何と言うか。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.describe import describe_rules  # noqa: PLC0415
    from validators.clauses import load_clauses  # noqa: PLC0415

    if form:
        load_catalogue().get(form)
    described = describe_rules(load_clauses(), form)
    click.echo(_as_json(described.data) if as_json else described.html if printable else described.text)


@main.command()
@_json
@click.pass_context
def coverage(ctx: click.Context, *, as_json: bool) -> None:
    """条項ごとに、何がそれを満たし、何がそれを確かめるか。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.describe import describe_coverage  # noqa: PLC0415
    from validators import coverage as matrix  # noqa: PLC0415
    from validators.clauses import load_clauses  # noqa: PLC0415

    covered = matrix.coverage(load_clauses(), load_catalogue())
    described = describe_coverage(covered)
    click.echo(_as_json(described.data) if as_json else described.text)
    ctx.exit(ExitCode.FINDINGS if covered.left_over else ExitCode.OK)


@main.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.xlsx）。"
)
def sheet(slugs: tuple[str, ...], target: Path) -> None:
    """入力用の表計算ファイルを作ります。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.entry import write_sheet  # noqa: PLC0415

    catalogue = load_catalogue()
    with _whole(target) as partial:
        write_sheet([catalogue.get(slug) for slug in dict.fromkeys(slugs)], partial)
    click.echo(f"{target} を作りました。")


@main.command()
@_inputs
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), help="指摘を書き込んだ表計算ファイルを作ります。"
)
@_as_of
@_office
@_form
@_json
@click.pass_context
def check(
    ctx: click.Context,
    inputs: tuple[str, ...],
    annotate: Path | None,
    as_of: date | None,
    office: Path | None,
    form: str | None,
    *,
    as_json: bool,
) -> None:
    """点検だけをします。何も発行しません。INPUT は .xlsx .csv .json、- は標準入力です。"""
    from forms import batch_run  # noqa: PLC0415

    with _sources(inputs) as sources:
        if annotate and len(sources) != 1:
            raise InputError("--annotate は、入力が一つのときに使えます。")
        line = _line(office, as_of)
        review = batch_run.check(line, sources, form=form)
        if annotate:
            _annotate(line, sources[0], review, annotate)
    findings = _all_findings(review)
    if as_json:
        click.echo(_as_json({"records": len(review.fates), "findings": [finding.as_json() for finding in findings]}))
    else:
        _print_review(review)
    _leave(ctx, review)


@main.command()
@_inputs
@click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)
@click.option("--format", "formats", default="pdf,docx", show_default=True, help="作る形式。")
@click.option(
    "--copy", "further", type=click.Choice(FURTHER), multiple=True, help="どのページにもこう印字したPDFも作ります。"
)
@click.option(
    "--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
@_as_of
@_office
@_form
@_json
@click.pass_context
def fill(
    ctx: click.Context,
    inputs: tuple[str, ...],
    directory: Path,
    formats: str,
    further: tuple[str, ...],
    as_of: date | None,
    office: Path | None,
    form: str | None,
    templates: Path | None,
    *,
    as_json: bool,
) -> None:
    """文書、帳簿（register.xlsx）、点検報告（review.*）を作ります。"""
    from forms import batch_run  # noqa: PLC0415
    from forms.line import FORMATS  # noqa: PLC0415
    from forms.outputs import write_outputs  # noqa: PLC0415

    wanted = tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))
    if not wanted or set(wanted) - set(FORMATS):
        raise InputError(f"--format「{formats}」は使えません。", action="pdf、docx、又は pdf,docx を指定してください。")
    with _sources(inputs) as sources, _progress() as progress:
        line = _line(office, as_of, templates)
        review = batch_run.issue(
            line, sources, directory, formats=wanted, further=further, form=form, progress=progress
        )
    write_outputs(review, line.catalogue, directory)
    if as_json:
        click.echo(_as_json(review.as_json()))
    else:
        _print_review(review)
        click.echo(f"出力先: {directory}（register.xlsx、review.html ほか）")
    _leave(ctx, review)


@main.group()
def template() -> None:
    """自所の様式（Wordのファイル）を点検し、取り入れます。"""


_slug = click.argument("slug", metavar="SLUG")
_docx = click.argument("docx", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.docx")
_edition = click.option("--on", "on", type=_Day(), help="この日に効力のある版の様式。無いときは最新の版です。")


@template.command()
@_slug
@_edition
@click.option("-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="出力先。")
def start(slug: str, on: date | None, target: Path) -> None:
    """既定の様式をWordのファイルで出します。これを直して自所の様式にします。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.layout import build_docx  # noqa: PLC0415

    with _whole(target) as partial:
        partial.write_bytes(build_docx(load_catalogue().get(slug, on)))
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
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.own.examine import examine  # noqa: PLC0415
    from forms.own.marked import with_comments  # noqa: PLC0415

    content = docx.read_bytes()
    problems = examine(content, load_catalogue().get(slug, on))
    for problem in problems:
        click.echo(f"  {'×' if problem.severity == 'error' else '△'} {problem}")
    if marked is not None and problems:
        with _whole(marked) as partial:
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
@_office
def preview(slug: str, docx: Path, on: date | None, target: Path, record: Path | None, office: Path | None) -> None:
    """既定の様式（左）と自所の様式（右）を、同じ記録で並べたPDFを作ります。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.entry import record_from_json  # noqa: PLC0415
    from forms.own.preview import side_by_side  # noqa: PLC0415
    from validators.model import Record  # noqa: PLC0415
    from validators.normalise import normalise  # noqa: PLC0415

    form = load_catalogue().get(slug, on)
    shown = record_from_json(record.read_bytes(), slug) if record else Record(slug, "preview", {})
    normalise(form, shown)
    with _whole(target) as partial:
        partial.write_bytes(side_by_side(docx.read_bytes(), form, shown, {**_read_office(office), **shown.office}))
    click.echo(f"{target}（左が既定の様式、右が自所の様式）")


@template.command()
@_slug
@_docx
@_edition
@click.option("--from", "starts", required=True, type=_Day(), help="使い始める日。")
@click.option("--by", required=True, help="取り入れを決めた人の職と氏名。")
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
def adopt(slug: str, docx: Path, on: date | None, starts: date, by: str, folder: Path) -> None:
    """点検に通った自所の様式を、使い始める日を決めて取り入れます。"""
    from forms.catalogue import load_catalogue  # noqa: PLC0415
    from forms.own.shelf import Shelf  # noqa: PLC0415

    one = Shelf(folder).adopt(docx.read_bytes(), load_catalogue().get(slug, on), starts=starts, by=by)
    click.echo(f"{folder / one.file}\n{one.starts} から使います。指紋（SHA-256）: {one.sha256}")


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="所属の設定（YAML）。")
def serve(port: int, office: Path | None) -> None:
    """事務用の画面と API を、このパソコンの中だけ（127.0.0.1）で開きます。"""
    from api import create_app as create  # noqa: PLC0415
    from api.serving import serve_locally  # noqa: PLC0415

    app = create(office=_read_office(office))
    click.echo("利用者の確認（サインイン）がまだ無いため、このパソコンの中（127.0.0.1）からだけ使えます。")
    serve_locally(
        app, port, lambda actual: click.echo(f"http://127.0.0.1:{actual}/ を開いてください。止めるときは Ctrl+C です。")
    )


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _line(office: Path | None, as_of: date | None, templates: Path | None = None) -> Line:
    from forms.line import Line  # noqa: PLC0415

    return Line(office=_read_office(office), as_of=as_of, templates=templates)


def _read_office(path: Path | None) -> dict[str, str]:
    from validators.office import load_office  # noqa: PLC0415

    return load_office(path) if path else {}


@contextmanager
def _sources(inputs: Sequence[str]) -> Iterator[list[Source]]:
    """Yield the inputs as files; standard input is kept in a private temporary file that goes away again."""
    from forms.batch_run import Source  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="yoshiki-") as folder:
        sources = []
        for given in inputs:
            path = Path(given)
            if given == "-":
                path = Path(folder) / "stdin"  # what it holds is told by its first bytes
                path.write_bytes(sys.stdin.buffer.read())
            elif not path.is_file():
                raise InputError(
                    f"「{given}」というファイルがありません。", action="ファイルの場所と名前を確かめてください。"
                )
            sources.append(Source(name="標準入力" if given == "-" else path.name, path=path))
        yield sources


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Yield a path to write to, and put the result in place only when it is complete."""
    from forms.files import write_whole  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="yoshiki-") as folder:
        partial = Path(folder) / target.name
        yield partial
        try:
            write_whole(target, partial.read_bytes())
        except OSError as error:
            raise InputError(
                f"「{target}」に書けません（{error.strerror}）。", action="場所と空き容量を確かめてください。"
            ) from None


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a progress callback: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, _what: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("点検しています", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def _annotate(line: Line, source: Source, review: Review, target: Path) -> None:
    from forms.entry import annotate  # noqa: PLC0415

    with _whole(target) as partial:
        annotate(source.path, _all_findings(review), partial, name=source.name, catalogue=line.catalogue)
    click.echo(f"{target} に指摘を書き込みました。", err=True)


def _all_findings(review: Review) -> list[Finding]:
    return [*review.input_findings, *(finding for fate in review.fates for finding in fate.findings)]


_MARKS = {"error": "×", "warning": "△", "info": "・"}


def _print_review(review: Review) -> None:
    """Say in lines what became of the input: findings first, then the counts, then what to do."""
    from validators.review import VERDICT_LABELS  # noqa: PLC0415

    for finding in review.input_findings:
        _print_finding(finding, "")
    for fate in review.fates:
        if fate.findings:
            click.echo(f"【{VERDICT_LABELS[fate.verdict]}】{fate.record}　{fate.title}")
            for finding in fate.findings:
                _print_finding(finding, "  ")
    counts = "　".join(f"{VERDICT_LABELS[verdict]} {n}件" for verdict, n in review.verdicts.items() if n)
    click.echo(f"記録 {len(review.fates)}件　{counts}")
    for step in review.next_steps:
        click.echo(f"→ {step}")


def _print_finding(finding: Finding, indent: str) -> None:
    where = " ".join(part for part in (finding.cell or finding.path, finding.label) if part)
    clause = (
        f"［{'、'.join(finding.clauses)}{'　' + finding.citation if finding.citation else ''}］"
        if finding.clauses
        else ""
    )
    confirmed = f"（確認済: {finding.confirmed_by}）" if finding.confirmed_by else ""
    click.echo(
        f"{indent}{_MARKS[finding.severity]} {where + ': ' if where else ''}{finding.message}{confirmed}{clause}"
    )


def _leave(ctx: click.Context, review: Review) -> None:
    """Exit 2 when nothing could be read, 1 when an error was found or a record failed, else 0."""
    errors = any(finding.severity == "error" for finding in _all_findings(review))
    if errors and not review.fates:
        ctx.exit(ExitCode.UNUSABLE)
    ctx.exit(ExitCode.FINDINGS if errors else ExitCode.OK)


if __name__ == "__main__":
    main()
