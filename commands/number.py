"""`yoshiki number`: the numbers of papers, their series, what was given by hand before, and that none is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, json_option, keeps, office_option, read_office, rulebook
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.numbers import Series
    from ledger.types import Actor
    from validators.numbering import Numbered

kind_option = click.option(
    "--kind", default="paper", show_default=True, help="番号の種類（docs/SETTINGS.md、numbers）。"
)


@click.group()
def number() -> None:
    """文書の番号。欠番と重なりの点検、手で付けた番号の引継ぎ、期間の締切り。"""


@number.command()
@json_option
@click.pass_context
@keeps(create=False)
def gaps(ctx: click.Context, ledger: Ledger, actor: Actor, *, as_json: bool) -> None:  # noqa: ARG001 - keeps
    """どの番号の系列にも、抜けがないことを確かめます。無効の番号は理由とともに出します。"""
    from ledger.gaps import report

    found = report(ledger)
    if as_json:
        told = [
            {
                "office": each.office,
                "kind": each.series.kind,
                "period": each.series.period,
                "start": each.series.start,
                "next": each.series.next,
                "given": each.given,
                "by_hand": each.by_hand,
                "missing": list(each.missing),
                "void": [
                    {"n": void.n, "number": void.written, "by": void.by, "reason": void.reason} for void in each.void
                ],
            }
            for each in found
        ]
        click.echo(as_json_text(told))
    else:
        for each in found:
            of = each.series
            missing = f"抜け {'、'.join(map(str, each.missing))}" if each.missing else "抜けなし"
            click.echo(
                f"{each.office}　{of.kind}　{of.period}　次は {of.written(of.next)}　"
                f"台帳 {each.given}件　手書き {each.by_hand}件　{missing}{'　締切済み' if of.closed else ''}"
            )
            for void in each.void:
                click.echo(f"  無効　{void.written}　{void.reason}（{void.by}）")
    ctx.exit(ExitCode.FINDINGS if any(each.missing for each in found) else ExitCode.OK)


@number.command("by-hand")
@click.argument("numbers", metavar="N|N-M", nargs=-1, required=True)
@kind_option
@office_option
@keeps()
def by_hand(ledger: Ledger, actor: Actor, numbers: tuple[str, ...], kind: str, office: Path | None) -> None:
    """紙の帳簿などで手で付けた番号を引き継ぎます。台帳はその番号を付けません。"""
    from ledger.numbers import take_over_all

    of, _ = _series(ledger, actor, kind, office)
    count = take_over_all(ledger, actor, of.id, list(_spread(numbers)))
    click.echo(f"{count}件を引き継ぎました。")


@number.command()
@kind_option
@office_option
@click.option("--start", type=click.IntRange(0), default=1, show_default=True, help="最初の番号。")
@keeps()
def series(ledger: Ledger, actor: Actor, kind: str, office: Path | None, start: int) -> None:
    """今の期間の系列を、最初の番号を決めて始めます。始まっているときは、そのまま示します。"""
    of, _ = _series(ledger, actor, kind, office, start)
    click.echo(f"{of.kind}　{of.period}　{of.written(of.start)} から　次は {of.written(of.next)}")


@number.command()
@click.argument("period", metavar="PERIOD")
@kind_option
@office_option
@keeps(create=False)
def close(ledger: Ledger, actor: Actor, period: str, kind: str, office: Path | None) -> None:
    """終わった期間（2025、FY2025、R7）を締め切ります。その番号は、もう付きません。"""
    from ledger.gaps import report
    from ledger.numbers import close_period

    now, numbered = _series(ledger, actor, kind, office)
    found = [each for each in report(ledger, now.office_id) if (each.series.kind, each.series.period) == (kind, period)]
    if not found:
        raise InputError(f"「{period}」の番号の系列はありません。")
    close_period(ledger, actor, found[0].series.id, numbered)
    click.echo(f"{period} を締め切りました。")


def _series(ledger: Ledger, actor: Actor, kind: str, office: Path | None, start: int = 1) -> tuple[Series, Numbered]:
    from ledger.issuers import own_office
    from ledger.numbers import series_of
    from validators.numbering import numbering_of

    rules = rulebook()
    told = read_office(office, rules.today())
    numbered = numbering_of(rules.reference, told, kind)
    own = own_office(ledger, actor, told.get("name", ""))
    return series_of(ledger, actor, own, numbered, rules.today(), start=start), numbered


def _spread(numbers: tuple[str, ...]) -> Iterator[int]:
    for text in numbers:
        found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", text)
        if not found or int(found[2] or found[1]) < int(found[1]):
            raise InputError(f"「{text}」は番号として読めません。", action="12 又は 12-30 の形で書いてください。")
        yield from range(int(found[1]), int(found[2] or found[1]) + 1)
