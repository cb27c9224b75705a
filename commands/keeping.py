"""Options of the commands that keep what is done: where the ledger is, who acts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.engine import Ledger
    from ledger.types import Actor
    from validators.rulebook import Rulebook

PLACE_SETTINGS = ("DATABASE_URL", "YOSHIKI_LEDGER")
ledger_option = click.option(
    "--ledger",
    "place",
    envvar=PLACE_SETTINGS,
    metavar="PLACE",
    help="台帳のあるフォルダか postgresql:// の住所。無いときは DATABASE_URL、YOSHIKI_LEDGER、手元のフォルダの順。",
)
by_option = click.option("--by", "by", envvar="YOSHIKI_BY", metavar="氏名", help="操作する人。記録に残ります。")


@contextmanager
def opened(place: str | None, rules: Rulebook) -> Iterator[Ledger]:
    """Open the ledger of a command, made on first use, under the master keys that the environment names."""
    from ledger.engine import open_ledger
    from ledger.keys import ring_from

    with open_ledger(_place(place), clock=rules.clock, master=ring_from(os.environ)) as ledger:
        yield ledger


def actor_of(by: str | None) -> Actor:
    """Return who acts; raises InputError where nobody is named."""
    from ledger.types import Actor

    if not by or not by.strip():
        raise InputError(
            "操作する人の氏名がありません。", action="--by に氏名を書くか、YOSHIKI_BY に設定してください。"
        )
    return Actor(by.strip(), via="command")


def _place(given: str | None) -> Path | str:
    if not given:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return Path(home) / "yoshiki" / "ledger"
    return given if "://" in given else Path(given)
