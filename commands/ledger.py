"""`yoshiki ledger`: the keeping of the ledger itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.options import keeps

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor


@click.group()
def ledger() -> None:
    """台帳を作り、調べ、控えを取り、戻します。"""


@ledger.command()
@keeps()
def init(ledger: Ledger, actor: Actor) -> None:  # noqa: ARG001 - every command of the ledger is told who acts
    """台帳を作ります。すでにあるときは、開けることを確かめます。"""
    guarded = "鍵で守られています" if ledger.master else "鍵はありません（中身は、ファイルを読める人には読めます）"
    click.echo(f"台帳は {ledger.place} にあります。{guarded}。")
