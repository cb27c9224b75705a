"""`yoshiki office`: the offices of the ledger, and their profiles from a day on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import Day, as_json_text, json_option, keeps, rulebook

if TYPE_CHECKING:
    from datetime import date

    from ledger.engine import Ledger
    from ledger.types import Actor


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
@keeps()
def add(ledger: Ledger, actor: Actor, code: str, profile: Path, kind: str, from_on: date | None) -> None:
    """所属を加えるか、今ある所属の設定を新しくします。"""
    from ledger.offices import save_office
    from validators.office import check_profile, load_office

    day = from_on or rulebook().today()
    told = load_office(profile, day)
    check_profile(told, rulebook().catalogue)
    name = told.get("name", code)
    save_office(ledger, actor, code, name, kind=kind, told=told, from_on=day.isoformat())
    click.echo(f"「{code}」（{name}）の設定を残しました（{day}から）。")


@office.command("list")
@json_option
@keeps(create=False)
def listing(ledger: Ledger, actor: Actor, *, as_json: bool) -> None:  # noqa: ARG001 - every command is told who acts
    """台帳にある所属を並べます。"""
    from ledger.offices import offices

    found = offices(ledger)
    if as_json:
        click.echo(as_json_text([{"code": code, "name": name, "kind": kind} for code, name, kind in found]))
    else:
        for code, name, kind in found:
            click.echo("　".join(filter(None, (code, name, kind))))
