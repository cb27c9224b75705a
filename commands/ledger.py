"""`yoshiki ledger`: the keeping of the ledger itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    actor_of,
    as_json_text,
    by_option,
    json_option,
    keeps,
    ledger_clock,
    ledger_option,
    ledger_place,
    rulebook,
)
from validators.errors import ExitCode, InputError, why

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.invariants import Offence
    from ledger.types import Actor


@click.group()
def ledger() -> None:
    """台帳を作り、調べ、控えを取り、戻します。"""


@ledger.command()
@keeps(old=True)
def init(ledger: Ledger, actor: Actor) -> None:
    """台帳を作ります。すでにあるときは、表を今の版に上げ、開けることを確かめます。"""
    from ledger.upgrade import bring_up

    if (copy := bring_up(ledger, actor)) is not None:
        click.echo(f"上げる前の写しは {copy} です。鍵も入っています。差し支えのないことを確かめたら、消してください。")
    guarded = "鍵で守られています" if ledger.master else "鍵はありません（中身は、ファイルを読める人には読めます）"
    click.echo(f"台帳は {ledger.place} にあります。{guarded}。")


@ledger.command()
@click.argument("name", metavar="NAME")
@click.option(
    "-o", "target", type=click.Path(dir_okay=False, path_type=Path), help="行を足すファイル。無いときは画面に出します。"
)
def key(name: str, target: Path | None) -> None:
    """鍵を一つ作ります（例　2026-04）。鍵のファイルの最後の行が、今の鍵です。"""
    import os

    from ledger.keys import new_line

    line = new_line(name)
    if target is None:
        click.echo(line)
        return
    try:
        handle = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(line + "\n")
    except OSError as error:
        raise InputError(f"「{target}」に書けません（{why(error)}）。") from None
    click.echo(f"{target} に鍵「{name}」を足しました。台帳や控えとは別の場所に、控えを取って保管してください。")


@ledger.command()
@click.option("--data", is_flag=True, help="事案ごとの鍵もすべて替えます（すべての中身に封をし直します）。")
@click.option("--index", is_flag=True, help="検索のための鍵も替えます。")
@keeps(create=False)
def rotate(ledger: Ledger, actor: Actor, *, data: bool, index: bool) -> None:
    """鍵を替えます。仕事は止めません。封のなかった中身には封をします。途中で切れたら、もう一度行ってください。"""
    from ledger.rotation import rotate as exchange

    done = exchange(ledger, actor, data=data, index=index)
    click.echo(
        f"包み直した鍵 {done.rewrapped}　替えた鍵 {done.renewed}　消した古い鍵 {done.retired}　索引を作り直した事案 {done.indexed}"
    )


@ledger.command()
@click.option("--pdf", is_flag=True, help="発行した PDF も残らず読み、紙面の番号を確かめます。")
@json_option
@click.pass_context
@keeps(create=False)
def check(ctx: click.Context, ledger: Ledger, actor: Actor, *, pdf: bool, as_json: bool) -> None:  # noqa: ARG001
    """台帳が守るべきことが、すべて守られているかを調べます。何も書き換えません。"""
    from ledger.check import CODES, check_ledger

    codes = CODES if pdf else {code: says for code, says in CODES.items() if code != "N2"}
    _told(ctx, codes, check_ledger(ledger, rulebook(), pdf=pdf), as_json=as_json)


@ledger.command()
@json_option
@click.pass_context
@keeps(create=False)
def scrub(ctx: click.Context, ledger: Ledger, actor: Actor, *, as_json: bool) -> None:  # noqa: ARG001
    """保存している文書のファイルを残らず読み、書かれたときのままかを調べます。鍵は要りません。"""
    from ledger.check import scrub_ledger

    _told(ctx, {"P1": "保存しているファイルは、書かれたときのままである"}, scrub_ledger(ledger), as_json=as_json)


def _told(ctx: click.Context, codes: dict[str, str], found: list[Offence], *, as_json: bool) -> None:
    if as_json:
        offences = [{"code": each.code, "message": each.message, "where": each.where} for each in found]
        click.echo(as_json_text({"sound": not found, "codes": codes, "offences": offences}))
    else:
        broken = {each.code for each in found}
        for code, says in codes.items():
            click.echo(f"{'×' if code in broken else '○'} {code}　{says}")
            for each in found:
                if each.code == code:
                    click.echo(f"    {each.message}［{each.where}］")
    ctx.exit(ExitCode.FINDINGS if found else ExitCode.OK)


@ledger.command()
@click.option("-o", "folder", required=True, type=click.Path(path_type=Path), help="控えを作るフォルダ（新しい名前）。")
@click.option(
    "--keys",
    "key_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="鍵のファイル。控えとは別の場所に、いちばん新しいものだけを置きます。",
)
@keeps(create=False)
def backup(ledger: Ledger, actor: Actor, folder: Path, key_file: Path) -> None:
    """台帳の控えを取ります。仕事は止めません。"""
    from ledger.backup import back_up

    copied = back_up(ledger, actor, folder, key_file)
    click.echo(f"{folder} に、第{copied.seq}号までの控えを取りました。鍵は {key_file} です。")


@ledger.command()
@click.argument("folder", metavar="控え", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--keys",
    "key_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="いちばん新しい鍵のファイル。",
)
@ledger_option
@by_option
@click.pass_context
def restore(ctx: click.Context, folder: Path, key_file: Path, place: str | None, by: str | None) -> None:
    """控えと鍵のファイルから、空の場所に台帳を戻し、そのままであることを確かめます。"""
    import os

    from ledger.keys import ring_from
    from ledger.restore import restore as bring

    done = bring(
        folder, key_file, ledger_place(place), actor_of(by), clock=ledger_clock(), master=ring_from(os.environ)
    )
    if done.sound:
        click.echo(
            f"第{done.copied.seq}号までの台帳を戻しました。監査の鎖は控えのとおりです（末尾 {done.chain.head[:24]}）。"
        )
    else:
        click.echo("台帳を戻しましたが、監査の鎖が控えと違います。yoshiki audit verify で確かめてください。")
    if done.destroyed_since:
        click.echo(f"控えの後に廃棄された鍵が {done.destroyed_since} あります。その内容は戻りません。")
    for each in done.offences:
        click.echo(f"  {each.code}　{each.message}［{each.where}］")
    ctx.exit(ExitCode.OK if done.sound and not done.offences else ExitCode.FINDINGS)
