"""`yoshiki deadlines`: what falls due, by urgency; as a calendar, as a mail. `yoshiki tick`: record what time alone has brought."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, json_option, keeps, rulebook, whole
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.due import Deadline
    from ledger.engine import Ledger
    from ledger.types import Actor


@click.command()
@click.option("--office", "office", metavar="所属", help="この所属の事案だけ。")
@click.option("--case", "case", metavar="REF", help="この事案だけ。")
@click.option("--days", type=click.IntRange(min=0), help="この日数のうちに来る期限と、過ぎた期限だけ。")
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="予定表（.ics）を作ります。")
@click.option("--mail", "addresses", multiple=True, metavar="ADDRESS", help="メールで送ります（宛先ごとに一つ）。")
@json_option
@click.pass_context
@keeps(create=False)
def deadlines(
    ctx: click.Context,
    ledger: Ledger,
    actor: Actor,
    office: str | None,
    case: str | None,
    days: int | None,
    ics: Path | None,
    addresses: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """期限を、急ぐものから並べます。期限の日のうちは、過ぎたものとしません。"""
    from ledger.due import listed

    rules = rulebook()
    found = listed(ledger, rules, office_code=office, case=case, days=days)
    now = ledger.now()
    if ics:
        _send(ledger, actor, office, "ics", found)
        _calendar(ledger, found, ics, office)
    if addresses:
        _mail(ledger, actor, found, office, addresses)
    if as_json:
        click.echo(as_json_text([each.as_json(now) for each in found]))
    elif not ics and not addresses:
        _print(ledger, found)
    ctx.exit(ExitCode.FINDINGS if any(each.overdue for each in found) else ExitCode.OK)


@click.command()
@keeps(create=False)
def tick(ledger: Ledger, actor: Actor) -> None:  # noqa: ARG001 - nobody's act: the law's
    """日が替わって起きたこと（命令の満了、みなし解除など）を台帳に記録し、ほかの仕組みに知らせます。何度行っても同じです。"""
    import os

    from api.hooks.courier import courier_from
    from ledger.tick import tick as recorded

    done, courier = recorded(ledger, rulebook()), courier_from(os.environ, ledger)
    click.echo(
        f"{done.looked_at}件の事案を見て、{done.recorded}件に記録しました。期限の過ぎた引渡しは{done.expired}件です。"
    )
    if came := courier.round():
        sent, waits, dead = (came.get(state, 0) for state in ("sent", "waiting", "dead"))
        click.echo(
            f"ほかの仕組みに{sent}件を知らせました。後でもう一度送るものが{waits}件、あきらめたものが{dead}件あります。"
        )
    courier.tidy()


def _print(ledger: Ledger, found: Sequence[Deadline]) -> None:
    from ledger.due import basis_of, in_words

    now = ledger.now()
    if not found:
        click.echo("期限はありません。")
    for each in found:
        click.echo(f"{in_words(each, now)}　事案 {each.called}　{each.wanted}")
        for line in basis_of(each):
            click.echo(f"    {line}")


def _send(ledger: Ledger, actor: Actor, office: str | None, way: str, found: Sequence[Deadline]) -> None:
    """Tell the audit that deadlines leave the ledger, before they do."""
    from ledger.audit.history_events import DeadlinesSent
    from ledger.write import record

    record(ledger, actor, DeadlinesSent(office=office or "", way=way, count=len(found)))


def _calendar(ledger: Ledger, found: Sequence[Deadline], target: Path, office: str | None) -> None:
    from ledger.calendar_feed import as_calendar

    title = f"期限（{office}）" if office else "期限"
    with whole(target) as partial:
        partial.write_bytes(as_calendar(found, ledger_ref=ledger.ref, title=title, now=ledger.now()))
    click.echo(f"{target} を作りました（{len(found)}件）。", err=True)


def _mail(ledger: Ledger, actor: Actor, found: Sequence[Deadline], office: str | None, to: Sequence[str]) -> None:
    import os

    from ledger.digest_mail import digest_of, mailing_from, send

    if not office:
        raise InputError("メールは所属ごとに送ります。", action="--office に所属を書いてください。")
    by = mailing_from(os.environ)
    _send(ledger, actor, office, "mail", found)
    send(by, digest_of(found, office=office, sender=by.sender, to=to, now=ledger.now()))
    click.echo(f"{len(to)}か所にメールを送りました（{len(found)}件）。", err=True)
