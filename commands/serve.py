"""`yoshiki serve`: the page and the API."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import read_office, rulebook


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="所属の設定（YAML）。")
def serve(port: int, office: Path | None) -> None:
    """事務用の画面と API を、このパソコンの中だけ（127.0.0.1）で開きます。"""
    from api import create_app as create
    from api.serving import serve_locally

    rules = rulebook()
    app = create(rules=rules, office=read_office(office, rules.today()))
    click.echo("利用者の確認（サインイン）がまだ無いため、このパソコンの中（127.0.0.1）からだけ使えます。")
    serve_locally(
        app,
        port,
        lambda actual: click.echo(f"http://127.0.0.1:{actual}/ を開いてください。止めるときは Ctrl+C です。"),
    )
    click.echo("止めました。預かったファイルと結果は消しました。")
