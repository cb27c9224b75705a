"""`yoshiki retention`: how long cases are kept, and what is destroyed when their time has come."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from commands.options import Day, as_json_text, json_option, keeps, rulebook
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from datetime import date

    from ledger.engine import Ledger
    from ledger.retention import RetentionPlan
    from ledger.types import Actor


@click.group()
def retention() -> None:
    """事案（と事案のない文書）の保存期間を確かめ、期間の過ぎたものを廃棄します。"""


@retention.command()
@json_option
@keeps(create=False)
def plan(ledger: Ledger, actor: Actor, *, as_json: bool) -> None:
    """保存期間の過ぎた事案と事案のない文書を、根拠とともに並べます。何も廃棄しません。"""
    from ledger import retention as kept

    rules = rulebook()
    kept.settle(ledger, actor, rules)
    found = kept.plan(ledger, rules)
    click.echo(as_json_text(_as_json(found)) if as_json else _as_text(found))


@retention.command()
@click.option("--plan", "digest", required=True, help="確かめた計画の印（retention plan が最後に示すもの）。")
@click.option("--second", required=True, metavar="NAME", help="立ち会う人。廃棄する人とは別の人です。")
@click.option(
    "--copies-until",
    required=True,
    type=Day(),
    help="いまある控え、鍵のファイル、保存されたWALの最後のものが無くなる日。証明に書きます。",
)
@json_option
@keeps(create=False)
def run(ledger: Ledger, actor: Actor, digest: str, second: str, copies_until: date, *, as_json: bool) -> None:
    """確かめた計画のとおりに廃棄し、証明を残します。元には戻せません。"""
    from ledger.destroy import run_plan
    from ledger.types import Actor as Person

    done = run_plan(ledger, rulebook(), actor, Person(second), digest=digest, copies_until=copies_until)
    if as_json:
        click.echo(as_json_text([{"ref": each.ref, "number": each.number, **each.told} for each in done]))
        return
    for each in done:
        counts = sum(each.told["counts"].values())
        what = f"事案 {each.case}" if each.case else f"文書 {each.paper}"
        click.echo(f"{each.number}　{what} を廃棄しました（文書 {len(each.told['papers'])}、ほかの行 {counts}）。")
    click.echo(f"{len(done)}件を廃棄しました。控えに残る写しが読めなくなるのは {copies_until} です。")


@retention.command()
@click.argument("case", metavar="CASE")
@click.option("--reason", required=True, help="廃棄を止める理由。")
@keeps(create=False)
def hold(ledger: Ledger, actor: Actor, case: str, reason: str) -> None:
    """事案（又は事案のない文書）の廃棄を止めます。CASE は番号か ref です。"""
    from ledger.retention import set_hold

    set_hold(ledger, actor, _ref(ledger, case), reason)
    click.echo(f"{case} の廃棄を止めました。")


@retention.command()
@click.argument("case", metavar="CASE")
@keeps(create=False)
def release(ledger: Ledger, actor: Actor, case: str) -> None:
    """止めていた廃棄を、また期間のとおりにします。"""
    from ledger.retention import release_hold

    release_hold(ledger, actor, _ref(ledger, case))
    click.echo(f"{case} は、保存期間が過ぎれば廃棄の計画に入ります。")


def _ref(ledger: Ledger, case: str) -> str:
    from ledger.cases import case_named
    from ledger.papers import named

    with ledger.read() as connection, suppress(YoshikiError):
        return case_named(connection, ledger, case).ref
    return named(ledger, case).ref


def _as_json(found: RetentionPlan) -> dict[str, object]:
    cases = [
        {
            "case": each.ref,
            "office": each.office,
            "kind": each.kind,
            "number": each.number,
            "closed_on": each.closed_on,
            "retain_until": each.retain_until,
            "reasons": _reasons(each.reasons),
        }
        for each in found.cases
    ]
    papers = [
        {
            "paper": each.ref,
            "office": each.office,
            "form": each.form,
            "number": each.number,
            "day": each.day or None,
            "retain_until": each.retain_until,
            "reasons": _reasons(each.reasons),
        }
        for each in found.papers.over
    ]
    told = {"day": found.day, "plan": found.digest, "cases": cases, "papers": papers}
    stays = {"held": (*found.held, *found.papers.held), "unset": (*found.unset, *found.papers.unset)}
    return {**told, **stays, "due": found.due}


def _reasons(told: tuple[tuple[str, str], ...]) -> list[dict[str, str | None]]:
    return [{"clause": clause or None, "words": words} for clause, words in told]


def _in_words(told: tuple[tuple[str, str], ...]) -> str:
    return "、".join(f"{words}（{clause}）" if clause else words for clause, words in told)


def _as_text(found: RetentionPlan) -> str:
    lines = [f"{found.day} に廃棄できる事案 {len(found.cases)}件"]
    for each in found.cases:
        kept = f"終結 {each.closed_on}　保存 {each.retain_until} まで　{_in_words(each.reasons)}"
        lines.append(f"  {each.number or each.ref}　{each.kind}　{kept}")
    if found.papers.over:
        lines.append(f"{found.day} に廃棄できる、事案のない文書 {len(found.papers.over)}件")
    for lone in found.papers.over:
        kept = f"{lone.day or '取下げ'}　保存 {lone.retain_until} まで　{_in_words(lone.reasons)}"
        lines.append(f"  {lone.number or lone.ref}　{lone.form}　{kept}")
    for what, held, unset in (
        ("事案", found.held, found.unset),
        ("事案のない文書", found.papers.held, found.papers.unset),
    ):
        if held:
            lines.append(f"廃棄を止めている{what} {len(held)}件")
        if unset:
            lines.append(f"保存期間の決まっていない{what} {len(unset)}件（所属の設定の retention で決められます）")
    if found.due:
        lines.append(f"期限が先にあるため残す事案 {len(found.due)}件")
    return "\n".join((*lines, f"計画の印 {found.digest}"))
