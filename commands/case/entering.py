"""`yoshiki case new`, `add`, `retract`: what is entered in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from commands.case.words import OF_NEW, case_from, content_of, pairs, told_case
from commands.options import Day, as_json_text, json_option, keeps, rulebook
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ledger.engine import Ledger
    from ledger.persons import PartyTold
    from ledger.types import Actor

on_option = click.option("--on", "on", type=Day(), help="いつからのことか、いつのことか。無いときは今日です。")


@click.command()
@click.argument("words", metavar="[名前=値]...", nargs=-1)
@click.option("--office", metavar="所属", help="受けた所属（yoshiki office で加えた略号）。")
@click.option("--kind", metavar="種類", help="出典か、出典/事案の種類（yoshiki forms --matters）。")
@click.option("--number", metavar="番号", help="事案番号。後から付けるときは書きません。")
@click.option("--title", help="事案の呼び名。")
@on_option
@click.option("--file", metavar="FILE", help="同じことを書いた YAML か JSON のファイル（- は標準入力）。")
@click.option("--although", default="", metavar="理由", help="同じ人の事案があっても、別の事案として作る理由。")
@json_option
@keeps()
def new(
    ledger: Ledger,
    actor: Actor,
    words: tuple[str, ...],
    on: date | None,
    file: str | None,
    although: str,
    *,
    as_json: bool,
    **given: str | None,
) -> None:
    """事案を作ります。分かっている事柄を「名前=値」で添えます。同じ人の事案が見つかったら、作らずに知らせます。"""
    from ledger.cases import open_case

    rules = rulebook()
    content = content_of(file) if file else {}
    told = told_case(content, OF_NEW) | {key: value for key, value in given.items() if value}
    told["facts"] = {**told.get("facts", {}), **pairs(words)}
    case = case_from(told | ({"opened_on": str(on)} if on else {}), rules.today())
    made = open_case(ledger, rules, actor, case, although=although)
    if as_json:
        shown = {"case": made.ref, "number": made.number, "kind": made.kind, "opened_on": made.opened_on}
        click.echo(as_json_text(shown))
    else:
        click.echo(f"事案 {made.shown()} を作りました（{made.ref}）。")


@click.command()
@click.argument("case", metavar="事案")
@click.argument("words", metavar="[名前=値]...", nargs=-1)
@click.option(
    "--event", metavar="出来事", help="出来事として加えます（手続の語彙。名前は yoshiki case judge と同じ）。"
)
@click.option("--paper", metavar="書面", help="ほかで作った書面として加えます。")
@click.option(
    "--person",
    "role",
    metavar="立場",
    help="当事者として加えます。値は registered=氏名、alias=別名、school=学校 など。",
)
@click.option("--to", default="", metavar="REF", help="すでにいる当事者に加えます。")
@click.option("--instead-of", "before", metavar="REF", help="前に加えた出来事の訂正として加えます。--reason とともに。")
@click.option("--reason", default="", help="訂正の理由。")
@click.option("--file", metavar="FILE", help="出来事と書面の一覧（YAML か JSON、- は標準入力）。")
@on_option
@keeps(create=False)
def add(
    ledger: Ledger,
    actor: Actor,
    case: str,
    words: tuple[str, ...],
    on: date | None,
    event: str | None,
    paper: str | None,
    role: str | None,
    to: str,
    before: str | None,
    reason: str,
    file: str | None,
) -> None:
    """事案に、事柄（名前=値）、出来事、書面、当事者を加えます。前のものは書き換えず、新しいものが代わります。"""
    from ledger.entering import tell_facts, tell_party

    rules = rulebook()
    if sum(map(bool, (event, paper, role or to, file))) > 1:
        raise InputError("--event、--paper、--person、--file は、一つだけ書いてください。")
    if role or to:
        ref = tell_party(ledger, actor, case, _person(role or "other", words, str(on or "")), to=to)
        click.echo(f"当事者を加えました（{ref}）。")
    elif event or paper or file:
        named = {"event": event} if event else {"paper": paper}
        items = content_of(file) if file else [{"on": str(on or rules.today()), **named, **pairs(words)}]
        _tell(ledger, actor, case, items, before, reason)
    else:
        entered = tell_facts(ledger, rules, actor, case, pairs(words), day=str(on or rules.today()))
        click.echo(f"加えたもの: {'、'.join(entered)}" if entered else "新しいことはありません。")


def _tell(ledger: Ledger, actor: Actor, case: str, items: Any, before: str | None, reason: str) -> None:
    """Enter items of a history, each by itself: what stands in front of a wrong one stays, and is told."""
    from ledger import events
    from ledger.cases import case_named
    from ledger.types import Miss

    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise InputError(
            "出来事の一覧として読めません。", action="{on, event または paper, …} の一覧で書いてください。"
        )
    rules = rulebook()
    with ledger.read() as connection:
        ref = case_named(connection, ledger, case).ref
    for place, item in enumerate(items, 1):
        try:
            entered = (
                events.correct(ledger, rules, actor, before, item, reason=reason)
                if before
                else events.tell(ledger, rules, actor, ref, item)
            )
        except InputError as error:
            place_of = f"{place}件目（その前の{place - 1}件は加えました）" if len(items) > 1 else ""
            raise InputError(error.message, action=error.action, place=place_of) from None
        except Miss:
            raise InputError("訂正する出来事がありません。", action="yoshiki case show で確かめてください。") from None
        for notice in entered.notices:
            click.echo(notice, err=True)
        click.echo(f"{item.get('on')} {item.get('event') or item.get('paper')}（{entered.ref}）")


def _person(role: str, words: tuple[str, ...], since: str) -> PartyTold:
    """Return a person told by kind=value words."""
    from ledger.persons import PartyTold, PlaceKept, Spelling
    from ledger.tables.cases import NAME_KINDS, PLACE_KINDS

    told: Mapping[str, Any] = pairs(words)
    beside = {key: told[key] for key in ("birth", "sex", "remarks") if key in told}
    if unknown := told.keys() - {*NAME_KINDS, *PLACE_KINDS, *beside}:
        known = "、".join((*NAME_KINDS, *PLACE_KINDS, "birth", "sex", "remarks"))
        raise InputError(f"「{'、'.join(sorted(unknown))}」は当事者に書けません。", action=f"書けるもの: {known}")
    return PartyTold(
        role,
        [Spelling(kind, str(told[kind]), since) for kind in NAME_KINDS if kind in told],
        [PlaceKept(kind, str(told[kind]), since) for kind in PLACE_KINDS if kind in told],
        **beside,
    )


@click.command()
@click.argument("event", metavar="REF")
@click.option("--reason", required=True, help="取り消す理由。")
@keeps(create=False)
def retract(ledger: Ledger, actor: Actor, event: str, reason: str) -> None:
    """起きていなかった出来事を取り消します。取り消したことと理由は残ります。"""
    from ledger import events
    from ledger.types import Miss

    try:
        events.retract(ledger, rulebook(), actor, event, reason)
    except Miss:
        raise InputError("この出来事はありません。", action="yoshiki case show で確かめてください。") from None
    click.echo("取り消しました。")
