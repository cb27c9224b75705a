"""`yoshiki office`: the offices of the ledger, and their profiles from a day on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.keeping import actor_of, by_option, ledger_option, opened
from commands.options import Day, as_json_text, json_option, rulebook

if TYPE_CHECKING:
    from datetime import date


@click.group()
def office() -> None:
    """台帳に所属を置き、その設定を、いつからのものかとともに残します。"""


@office.command()
@click.argument("code", metavar="所属")
@click.option(
    "--profile",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="所属の設定（YAML）。",
)
@click.option("--kind", default="", help="所属の種類（署、本部、センターなど）。")
@click.option("--from", "from_on", type=Day(), help="この設定がいつからのものか。無いときは今日です。")
@ledger_option
@by_option
def add(code: str, profile: Path, kind: str, from_on: date | None, place: str | None, by: str | None) -> None:
    """所属を加えるか、今ある所属の設定を新しくします。"""
    from ledger.offices import save_office
    from validators.office import load_office

    rules = rulebook()
    day = from_on or rules.today()
    told = load_office(profile, day)
    with opened(place, rules) as ledger:
        name = told.get("name", code)
        save_office(ledger, actor_of(by), code, name, kind=kind, told=told, from_on=day.isoformat())
    click.echo(f"「{code}」（{told.get('name', code)}）の設定を残しました（{day}から）。")


@office.command("list")
@ledger_option
@json_option
def listing(place: str | None, *, as_json: bool) -> None:
    """台帳にある所属を並べます。"""
    from ledger.offices import offices

    rules = rulebook()
    with opened(place, rules) as ledger:
        found = offices(ledger)
    if as_json:
        click.echo(as_json_text([{"code": code, "name": name, "kind": kind} for code, name, kind in found]))
    else:
        for code, name, kind in found:
            click.echo("　".join(filter(None, (code, name, kind))))
