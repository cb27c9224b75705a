"""`yoshiki serve`: the page and the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import ledger_option, ledger_place, open_ledger_at, read_office, rulebook

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ledger.engine import Ledger

LOCAL = "127.0.0.1"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="所属の設定（YAML）。")
@click.option("--people", is_flag=True, help="利用者がサインインして使います。記録は台帳に残ります。")
@ledger_option
@click.option(
    "--host",
    default=LOCAL,
    help="待ち受ける住所。無いときは 127.0.0.1 です。このパソコンの外からは、--people と --proxy が要ります。",
)
@click.option("--proxy", help="前に置いた中継（TLS を受け持つもの）の住所。ここからの呼出しだけを受けます。")
@click.option("--name", "names", multiple=True, help="外から呼ばれる名前（例　yoshiki.example.lg.jp）。")
def serve(
    port: int,
    office: Path | None,
    people: bool,  # noqa: FBT001 - a flag
    place: str | None,
    host: str,
    proxy: str | None,
    names: tuple[str, ...],
) -> None:
    """事務用の画面と API を開きます。はじめは、このパソコンの中（127.0.0.1）だけです。"""
    import os

    from api import create_app as create
    from api.access.outside import provider_from
    from api.serving import Reach, serve_app

    if host != LOCAL and not (people and proxy and names):
        raise click.UsageError(
            "このパソコンの外から使うには、--people、TLS を受け持つ中継の --proxy、呼ばれる --name のどれもが要ります。"
        )
    rules = rulebook()
    profile = read_office(office, rules.today())
    reach = Reach(host, port, proxy=proxy or "", names=frozenset(names))
    with _ledger(place, wanted=people) as ledger:
        provider = provider_from(os.environ) if people else None
        app = create(
            rules=rules, office=profile, ledger=ledger, secure=bool(proxy), names=reach.names, provider=provider
        )
        _welcome(ledger, profile.get("name", ""))
        with _courier(ledger):
            serve_app(
                app, reach, lambda at: click.echo(f"http://{host}:{at}/ を開いてください。止めるときは Ctrl+C です。")
            )
    click.echo("止めました。預かったファイルと結果は消しました。")


def _courier(ledger: Ledger | None) -> AbstractContextManager[None]:
    """Let a courier tell other systems what happens while the service runs; where there is no ledger there is nothing to tell."""
    import os
    from contextlib import nullcontext

    from api.hooks.courier import courier_from, running

    return running(courier_from(os.environ, ledger)) if ledger is not None else nullcontext()


def _ledger(place: str | None, *, wanted: bool) -> AbstractContextManager[Ledger | None]:
    from contextlib import nullcontext

    return open_ledger_at(ledger_place(place)) if wanted else nullcontext()


def _welcome(ledger: Ledger | None, office: str) -> None:
    if ledger is None:
        click.echo("利用者の確認（サインイン）をしないため、このパソコンの中（127.0.0.1）からだけ使えます。")
        return
    from api.access.door import FIRST, first_administrator

    if (once := first_administrator(ledger, office)) is not None:
        click.echo(f"はじめての管理者を作りました。名前は {FIRST}、一度だけ使えるパスワードは {once} です。")
        click.echo("この表示は一度きりです。サインインすると、自分のパスワードを決めます。")
