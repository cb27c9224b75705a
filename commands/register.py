"""`yoshiki register`: the registers of an office over the ledger: read, enter, correct, close a month, give out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, json_option, keeps, rulebook, whole
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.engine import Ledger
    from ledger.registers import RegisterView
    from ledger.types import Actor

office_option = click.option("--office", "office", required=True, metavar="所属", help="帳簿を備える所属。")
month_option = click.option("--month", default="", metavar="2026-04", help="この月の分だけ。")
slug_argument = click.argument("slug", metavar="帳簿")
set_option = click.option("--set", "values", multiple=True, metavar="欄=内容", help="欄に書くこと（欄ごとに一つ）。")


@click.group()
def register() -> None:
    """所属の帳簿。行は事案の出来事と書面から決まり、人が書くのは書き足しだけです。"""


@register.command("list")
@office_option
@json_option
@keeps(create=False)
def listing(ledger: Ledger, actor: Actor, office: str, *, as_json: bool) -> None:  # noqa: ARG001 - every command is told who acts
    """この所属の帳簿を並べます。"""
    from ledger.registers import registers_of

    found = registers_of(ledger, rulebook(), office)
    if as_json:
        shown = [{"slug": each.slug, "title": each.title, "citation": each.citation} for each in found]
        click.echo(as_json_text(shown))
    else:
        for each in found:
            by_hand = "" if each.row.names else "　（人が書く帳簿）"
            click.echo(f"{each.slug}　{each.title}［{each.citation}］{by_hand}")


@register.command()
@slug_argument
@office_option
@month_option
@click.option("--having", multiple=True, metavar="欄=内容", help="この欄にこの内容を含む行だけ。")
@click.option("--sort", default="", metavar="欄", help="この欄の順に並べます。無いときは日の順です。")
@json_option
@keeps(create=False)
def show(
    ledger: Ledger,
    actor: Actor,
    slug: str,
    office: str,
    month: str,
    having: tuple[str, ...],
    sort: str,
    *,
    as_json: bool,
) -> None:
    """帳簿を読みます。締めた月は、締めたときのまま出ます。読んだことは記録に残ります。"""
    from ledger.in_json import register_as_json
    from ledger.registers import read_register

    wanted = _pairs(having)
    seen = read_register(ledger, rulebook(), actor, slug, office_code=office, month=month, having=wanted, by=sort)
    click.echo(as_json_text(register_as_json(seen)) if as_json else _text(seen))


@register.command()
@slug_argument
@office_option
@set_option
@click.option("--on", "day", default="", help="どの日の行か。無いときは今日です。")
@keeps(create=False)
def add(ledger: Ledger, actor: Actor, slug: str, office: str, values: tuple[str, ...], day: str) -> None:
    """行を書き足します。"""
    from ledger.entries import add_entry

    click.echo(add_entry(ledger, rulebook(), actor, slug, values=_pairs(values), office_code=office, day=day))


@register.command()
@slug_argument
@click.argument("ref", metavar="行")
@office_option
@set_option
@click.option("--reason", default="", help="訂正の理由。")
@keeps(create=False)
def correct(
    ledger: Ledger, actor: Actor, slug: str, ref: str, office: str, values: tuple[str, ...], reason: str
) -> None:
    """行を、もう一行書いて訂正します。元の行はそのまま残ります。"""
    from ledger.entries import correct_row

    told = _pairs(values)
    click.echo(correct_row(ledger, rulebook(), actor, slug, ref, values=told, office_code=office, reason=reason))


@register.command()
@slug_argument
@office_option
@month_option
@keeps(create=False)
def close(ledger: Ledger, actor: Actor, slug: str, office: str, month: str) -> None:
    """終わった月を締めます。後から分かったことは、分かった月の行になります。"""
    from ledger.closing import close_month

    seen = close_month(ledger, rulebook(), actor, slug, office_code=office, month=month)
    click.echo(f"{seen.register.title}の{month}分を締めました（{len(seen.rows)}行）。要約 {seen.digest().hex()}")


@register.command()
@click.option("--office", "office", default="", metavar="所属", help="この所属の帳簿だけ。")
@json_option
@click.pass_context
@keeps(create=False)
def verify(ctx: click.Context, ledger: Ledger, actor: Actor, office: str, *, as_json: bool) -> None:  # noqa: ARG001 - every command is told who acts
    """締めた月が、締めたときのままかを確かめます。"""
    from ledger.closing import closings

    found = closings(ledger, rulebook(), office_code=office)
    words = {"same": "そのまま", "changed": "変わっています", "unsayable": "確かめられません"}
    if as_json:
        keys = ("register", "office", "month", "rows", "state", "why")
        click.echo(as_json_text([{key: getattr(each, key) for key in keys} for each in found]))
    else:
        for each in found:
            click.echo(
                f"{each.office}　{each.register}　{each.month}　{each.rows}行　{words[each.state]}　{each.why}".rstrip()
            )
    ctx.exit(ExitCode.FINDINGS if any(each.state == "changed" for each in found) else ExitCode.OK)


@register.command()
@slug_argument
@office_option
@month_option
@click.option(
    "-o",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="作るファイル（.xlsx .csv .pdf）。",
)
@click.option("--receiver", required=True, help="渡す相手。")
@click.option("--purpose", required=True, help="目的。")
@keeps(create=False)
def export(
    ledger: Ledger, actor: Actor, slug: str, office: str, month: str, target: Path, receiver: str, purpose: str
) -> None:
    """帳簿をファイルにします。渡す相手と目的が記録に残り、二度目からは再出力と記されます。"""
    from ledger.exports import Wish, export_register

    wish = Wish(slug, office, month, target.suffix.removeprefix(".").lower(), receiver, purpose)
    made = export_register(ledger, rulebook(), actor, wish)
    with whole(target) as partial:
        partial.write_bytes(made.content)
    again = f"（再出力・{made.times}回目）" if made.times > 1 else ""
    click.echo(f"{target} を作りました（{made.rows}行）{again}。")


def _pairs(given: Sequence[str]) -> dict[str, str]:
    """Return `欄=内容` as pairs; raises InputError for what has no `=`."""
    told: dict[str, str] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign or not name.strip():
            raise InputError(f"「{each}」が読めません。", action="欄=内容 の形で書いてください。")
        told[name.strip()] = text
    return told


def _text(seen: RegisterView) -> str:
    closed = f"　{seen.closed_on}に締めた月" if seen.closed_on else ""
    head = f"{seen.register.title}（{seen.register.citation}）　{seen.office}　{seen.month or '全部'}　{len(seen.rows)}行{closed}"
    blocks = [
        "\n".join(f"  {label}　{cell}" for label, cell in zip(seen.headings, seen.cells(row), strict=True) if cell)
        for row in seen.rows
    ]
    return "\n\n".join([head, *blocks])
