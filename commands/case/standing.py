"""`yoshiki case close`, `reopen`, `allow`: whether a case stands open, and who may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.case.words import pairs
from commands.options import keeps, rulebook
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor


@click.command()
@click.argument("case", metavar="事案")
@click.argument("words", metavar="[名前=値]...", nargs=-1)
@click.option("--reason", required=True, help="終結の理由。")
@click.option("--event", metavar="出来事", help="事案を終える出来事（出典に定めのあるとき）。名前=値 はその事実です。")
@click.option("--although", default="", metavar="理由", help="終わっていない手続があっても終結する理由。")
@keeps(create=False)
def close(
    ledger: Ledger, actor: Actor, case: str, words: tuple[str, ...], reason: str, event: str | None, although: str
) -> None:
    """事案を終結します。出典の手続が求めるもの（本部との協議、被害者の意思など）がないときは、終結しません。"""
    from ledger.case_check import close_case

    rules = rulebook()
    told = pairs(words)
    if told and not event:
        raise InputError("名前=値 は、--event とともに書いてください。")
    item = {"on": str(rules.today()), **told, "event": event} if event else None
    closed = close_case(ledger, rules, actor, case, reason, item=item, although=although)
    click.echo(f"事案 {closed.shown()} を終結しました（{closed.closed_on}）。")


@click.command()
@click.argument("case", metavar="事案")
@click.option("--reason", required=True, help="再開の理由。")
@keeps(create=False)
def reopen(ledger: Ledger, actor: Actor, case: str, reason: str) -> None:
    """終結した事案を再開します。終えた出来事は経過に残ります。"""
    from ledger.case_check import reopen_case

    click.echo(f"事案 {reopen_case(ledger, actor, case, reason).shown()} を再開しました。")


@click.command()
@click.argument("case", metavar="事案")
@click.argument("office", metavar="所属")
@click.option("--section", default="papers", show_default=True, help="知らせる範囲（all、papers、people、protected）。")
@click.option("--reason", default="", help="知らせる理由。")
@click.option("--end", is_flag=True, help="知らせることを終えます。")
@keeps(create=False)
def allow(ledger: Ledger, actor: Actor, case: str, office: str, section: str, reason: str, *, end: bool) -> None:
    """ほかの所属に、事案を知らせます。終えるまで続き、誰がなぜ知らせたかが残ります。"""
    from ledger.access import end_access, give_access

    if end:
        click.echo(f"{end_access(ledger, actor, case, office_code=office)}件を終えました。")
    else:
        give_access(ledger, rulebook(), actor, case, section, why=reason, office_code=office)
        click.echo(f"「{office}」に知らせました（{section}）。")
